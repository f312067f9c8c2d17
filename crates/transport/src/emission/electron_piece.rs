//! The electrons and positrons of a decay as parts of one spectrum.

use iodose_physics::Charge;

/// A part of the spectrum of all electrons and positrons of a decay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ElectronPiece {
    /// One energy (MeV), a number of electrons per decay.
    Line { energy: f64, particles: f64 },
    /// A straight part of a continuous spectrum: energy (MeV) and number per MeV and decay at both ends.
    Straight { charge: Charge, low: [f64; 2], high: [f64; 2] },
}

impl ElectronPiece {
    /// MeV
    pub(crate) fn lowest(&self) -> f64 {
        match self {
            Self::Line { energy, .. } => *energy,
            Self::Straight { low, .. } => low[0],
        }
    }

    /// MeV
    pub(crate) fn highest(&self) -> f64 {
        match self {
            Self::Line { energy, .. } => *energy,
            Self::Straight { high, .. } => high[0],
        }
    }
}
