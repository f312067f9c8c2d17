//! Which interaction a photon has, and how far it gets.

use crate::EngineError;
use iodose_physics::{Library, Material, OctaveGrid, PhotonCoefficients, PhotonProcess};

const GRID: OctaveGrid = OctaveGrid::PHOTON;

/// Total mass attenuation coefficient of one material and the shares of its processes.
#[derive(Clone, Debug)]
pub(crate) struct Attenuation {
    /// cm2/g at the cell edges.
    total: Vec<f64>,
    /// Cumulative coefficients (cm2/g) at the cell edges: coherent, + incoherent, + pair; the rest is photoelectric.
    cumulative: Vec<[f64; 3]>,
}

/// What happens to a photon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interaction {
    Coherent,
    Incoherent,
    Pair,
    Photoelectric,
}

impl Attenuation {
    pub(crate) fn new(material: &Material, library: &Library) -> Result<Self, EngineError> {
        use PhotonProcess::*;
        let coefficients = PhotonCoefficients::new(material, library)?;
        let mut total = Vec::with_capacity(GRID.points());
        let mut cumulative = Vec::with_capacity(GRID.points());
        for energy in GRID.iter() {
            let at = |process| coefficients.coefficient(process, energy);
            let coherent = at(Coherent);
            let scattered = coherent + at(Incoherent);
            let pair = scattered + at(PairNuclear) + at(PairElectron);
            cumulative.push([coherent, scattered, pair]);
            total.push(pair + at(Photoelectric));
        }
        Ok(Self { total, cumulative })
    }

    /// Mass attenuation coefficient (cm2/g) at `energy` (MeV).
    #[inline]
    pub(crate) fn total(&self, energy: f64) -> f64 {
        GRID.interpolate(&self.total, energy)
    }

    /// The coefficients at the cell edges of [`OctaveGrid::PHOTON`], cm2/g.
    pub(crate) fn totals(&self) -> &[f64] {
        &self.total
    }

    /// The process of an interaction, for a uniform random number.
    #[inline]
    pub(crate) fn interaction(&self, energy: f64, uniform: f64) -> Interaction {
        let (cell, fraction) = GRID.locate(energy);
        let target = uniform * (self.total[cell] + fraction * (self.total[cell + 1] - self.total[cell]));
        let (low, high) = (&self.cumulative[cell], &self.cumulative[cell + 1]);
        let limit = |process: usize| low[process] + fraction * (high[process] - low[process]);
        if target < limit(0) {
            Interaction::Coherent
        } else if target < limit(1) {
            Interaction::Incoherent
        } else if target < limit(2) {
            Interaction::Pair
        } else {
            Interaction::Photoelectric
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    #[test]
    fn shares_follow_the_coefficients() {
        let library = Library::embedded().unwrap();
        let water = library.material("water").unwrap();
        let table = Attenuation::new(water, &library).unwrap();
        let coefficients = PhotonCoefficients::new(water, &library).unwrap();
        for energy in [0.03, 0.364, 1.5, 2.9] {
            assert_relative_eq!(table.total(energy), coefficients.total(energy), max_relative = 1e-4);
            const POINTS: usize = 100_000;
            let count = (0..POINTS)
                .filter(|&n| {
                    table.interaction(energy, (n as f64 + 0.5) / POINTS as f64) == Interaction::Photoelectric
                })
                .count();
            let expected =
                coefficients.coefficient(PhotonProcess::Photoelectric, energy) / coefficients.total(energy);
            assert_abs_diff_eq!(count as f64 / POINTS as f64, expected, epsilon = 2e-4);
        }
    }
}
