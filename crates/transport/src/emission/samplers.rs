//! Energies of the particles of a decay. Equations: `docs/methods/decay.md`.

use super::LOCAL_BELOW;
use crate::alias::AliasTable;
use crate::random::Stream;
use iodose_physics::{BetaSign, BetaSpectrum, Charge, Line};

/// Discrete energies, drawn by their yields.
#[derive(Clone, Debug)]
pub(super) struct LineSampler {
    /// Mean number per decay.
    pub(super) particles: f64,
    /// Mean energy per decay, MeV.
    pub(super) mean_energy: f64,
    pub(super) energies: Vec<f64>,
    pub(super) yields: Vec<f64>,
    choice: AliasTable,
}

impl LineSampler {
    pub(super) fn new(lines: &[Line]) -> Option<Self> {
        let kept = || lines.iter().filter(|line| line.energy >= LOCAL_BELOW && line.particles > 0.0);
        let yields: Vec<f64> = kept().map(|line| line.particles).collect();
        Some(Self {
            particles: yields.iter().sum(),
            mean_energy: kept().map(|line| line.energy * line.particles).sum(),
            energies: kept().map(|line| line.energy).collect(),
            choice: AliasTable::new(yields.iter().copied())?,
            yields,
        })
    }

    /// One energy, MeV.
    #[inline]
    pub(super) fn energy(&self, random: &mut Stream) -> f64 {
        self.energies[self.choice.sample(random.uniform())]
    }
}

/// A continuous spectrum, straight between its points.
#[derive(Clone, Debug)]
pub(super) struct BetaSampler {
    pub(super) charge: Charge,
    pub(super) particles: f64,
    pub(super) mean_energy: f64,
    pub(super) points: Vec<[f64; 2]>,
    /// Number of particles per decay under the points.
    pub(super) area: f64,
    choice: AliasTable,
}

impl BetaSampler {
    pub(super) fn new(spectrum: &BetaSpectrum) -> Option<Self> {
        let areas: Vec<f64> =
            spectrum.spectrum.windows(2).map(|p| 0.5 * (p[0][1] + p[1][1]) * (p[1][0] - p[0][0])).collect();
        Some(Self {
            charge: match spectrum.sign {
                BetaSign::Minus => Charge::Electron,
                BetaSign::Plus => Charge::Positron,
            },
            particles: spectrum.particles(),
            mean_energy: spectrum.mean_energy(),
            points: spectrum.spectrum.clone(),
            area: areas.iter().sum(),
            choice: AliasTable::new(areas.into_iter())?,
        })
    }

    /// One energy, MeV (D2).
    #[inline]
    pub(super) fn energy(&self, random: &mut Stream) -> f64 {
        let piece = self.choice.sample(random.uniform());
        let ([low, n0], [high, n1]) = (self.points[piece], self.points[piece + 1]);
        low + (high - low) * along_straight_line(n0, n1, random.uniform())
    }
}

/// The part of an interval below which a density lies to the share `number`, where it is straight from `n0` to `n1`.
#[inline]
pub(crate) fn along_straight_line(n0: f64, n1: f64, number: f64) -> f64 {
    // Inverse of the integral, in the form that is exact for a level density as well.
    let root = (n0 * n0 + number * (n1 * n1 - n0 * n0)).max(0.0).sqrt();
    let share = if root + n0 > 0.0 { number * (n0 + n1) / (root + n0) } else { number };
    share.min(1.0)
}
