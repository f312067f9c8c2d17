//! Which interaction a photon has, and how far it gets. Equations: `docs/methods/photons.md`.

use crate::tables::GridCoefficients;
use iodose_physics::OctaveGrid;

const GRID: OctaveGrid = OctaveGrid::PHOTON;

/// Mass attenuation coefficient of one material and the shares of its processes.
#[derive(Clone, Debug)]
pub(crate) struct Attenuation {
    /// Cumulative coefficients (cm2/g) at the cell edges: coherent, + incoherent, + pair, + photoelectric.
    cumulative: Vec<[f64; 4]>,
}

/// Where on [`OctaveGrid::PHOTON`] an energy lies: looked up once for all tables of a flight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PhotonPlace {
    cell: usize,
    fraction: f64,
}

impl PhotonPlace {
    #[inline]
    pub(crate) fn of(energy: f64) -> Self {
        let (cell, fraction) = GRID.locate(energy);
        Self { cell, fraction }
    }

    /// Linear interpolation of a table with a value per cell edge.
    #[inline]
    pub(crate) fn interpolate(self, table: &[f64]) -> f64 {
        self.between(table[self.cell], table[self.cell + 1])
    }

    #[inline]
    fn between(self, low: f64, high: f64) -> f64 {
        low + self.fraction * (high - low)
    }
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
    pub(crate) fn new(coefficients: &GridCoefficients) -> Self {
        let GridCoefficients { coherent, incoherent, pair, photoelectric, .. } = coefficients;
        let at_edge = |n: usize| {
            let scattered = coherent[n] + incoherent[n];
            let with_pair = scattered + pair[n];
            [coherent[n], scattered, with_pair, with_pair + photoelectric[n]]
        };
        Self { cumulative: (0..GRID.points()).map(at_edge).collect() }
    }

    /// The mass attenuation coefficients at the cell edges of [`OctaveGrid::PHOTON`], cm2/g.
    pub(crate) fn totals(&self) -> impl Iterator<Item = f64> {
        self.cumulative.iter().map(|[.., total]| *total)
    }

    /// Mass attenuation coefficient, cm2/g.
    #[inline]
    pub(crate) fn total(&self, place: PhotonPlace) -> f64 {
        place.between(self.cumulative[place.cell][3], self.cumulative[place.cell + 1][3])
    }

    /// The process whose share of the cumulative coefficients (P1) holds `target` (cm2/g); `None` beyond their total.
    #[inline]
    pub(crate) fn interaction(&self, place: PhotonPlace, target: f64) -> Option<Interaction> {
        let (low, high) = (&self.cumulative[place.cell], &self.cumulative[place.cell + 1]);
        let below = |process: usize| target < place.between(low[process], high[process]);
        // The most frequent first.
        if below(1) {
            Some(if below(0) { Interaction::Coherent } else { Interaction::Incoherent })
        } else if below(3) {
            Some(if below(2) { Interaction::Pair } else { Interaction::Photoelectric })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::ElementCoefficients;
    use approx::assert_abs_diff_eq;
    use iodose_physics::{Library, PhotonCoefficients, PhotonProcess};

    #[test]
    fn shares_follow_the_coefficients() {
        let library = Library::embedded().unwrap();
        let water = library.material("water").unwrap();
        let table = Attenuation::new(&ElementCoefficients::default().of_material(water, &library).unwrap());
        let coefficients = PhotonCoefficients::new(water, &library).unwrap();
        for energy in [0.03, 0.364, 1.5, 2.9] {
            let place = PhotonPlace::of(energy);
            let total = coefficients.total(energy);
            assert!(table.interaction(place, 0.9999 * total).is_some());
            assert!(table.interaction(place, 1.0001 * total).is_none());
            const POINTS: usize = 100_000;
            let count = (0..POINTS)
                .map(|n| total * (n as f64 + 0.5) / POINTS as f64)
                .filter(|&target| table.interaction(place, target) == Some(Interaction::Photoelectric))
                .count();
            let expected = coefficients.coefficient(PhotonProcess::Photoelectric, energy) / total;
            assert_abs_diff_eq!(count as f64 / POINTS as f64, expected, epsilon = 2e-4);
        }
    }
}
