//! A medium of one composition whose densities repeat along all axes.
//!
//! Decays happen in one period of it only. What they send into all the voxels that stand at the same place of their
//! periods is, by translation invariance, what one such voxel receives from decays in all periods: folding the dose
//! gives that in a medium without end, and every decay counts for it.

use crate::bench::Bench;
use crate::{DoseRequest, Emission, ValidationError};
use iodose_transport::Estimate;
use iodose_volume::{Grid, GridError, Volume};

pub(super) const MATERIAL: &str = "water";
pub(super) const DENSITIES: [f32; 3] = [0.26, 1.0, 1.85];
/// Voxels after which the densities repeat, along each axis.
pub(super) const PERIOD: usize = 3;
const PLACES: usize = PERIOD * PERIOD * PERIOD;

/// How the densities are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Every plane across any axis holds each density three times; no shift maps the pattern onto itself.
    Woven,
    /// Planes across the third axis: all of their surface is faces between two densities.
    Layered,
}

impl Pattern {
    /// Which of the densities stands in a voxel.
    pub(super) fn density(self, [i, j, k]: [usize; 3]) -> usize {
        match self {
            Self::Woven => [i + j, i + 2 * j, i + 2 * j + 1][k % PERIOD] % DENSITIES.len(),
            Self::Layered => k % DENSITIES.len(),
        }
    }
}

/// Which voxels of a period are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// None.
    Voxels,
    /// Those of one density.
    Densities,
    /// All.
    All,
}

impl Fold {
    fn classes(self) -> usize {
        match self {
            Self::Voxels => PLACES,
            Self::Densities => DENSITIES.len(),
            Self::All => 1,
        }
    }
}

/// The medium, wide enough that nothing leaves it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Periodic {
    pub(super) pattern: Pattern,
    /// Side of a voxel, mm.
    pub(super) spacing: f64,
    /// Periods around the one with the decays, on every side.
    pub(super) margin: usize,
}

impl Periodic {
    fn grid(&self) -> Result<Grid, GridError> {
        Grid::axis_aligned([PERIOD * (2 * self.margin + 1); 3], [self.spacing; 3], [0.0; 3])
    }

    fn class(&self, fold: Fold, index: [usize; 3]) -> usize {
        match fold {
            Fold::Voxels => index.iter().rev().fold(0, |place, n| place * PERIOD + n % PERIOD),
            Fold::Densities => self.pattern.density(index),
            Fold::All => 0,
        }
    }

    /// Mass (g) of the voxels of each class in one period.
    pub(super) fn masses(&self, fold: Fold) -> Vec<f64> {
        let mut masses = vec![0.0; fold.classes()];
        for index in Self::places() {
            let density = f64::from(DENSITIES[self.pattern.density(index)]);
            masses[self.class(fold, index)] += density * (self.spacing / 10.0).powi(3);
        }
        masses
    }

    fn places() -> impl Iterator<Item = [usize; 3]> {
        (0..PLACES).map(|n| [n % PERIOD, n / PERIOD % PERIOD, n / (PERIOD * PERIOD)])
    }

    /// Mean dose (MeV/g per decay in the period) over the voxels of each class, from electrons of `energy` (MeV) that
    /// start uniformly per mass.
    ///
    /// As many decays start from each voxel (with a coarse fold: density) and are weighted by its mass, so that chance
    /// has no say in where they start.
    pub(super) fn doses(
        &self,
        bench: &mut Bench<'_>,
        energy: f64,
        fold: Fold,
        histories: u64,
    ) -> Result<Vec<Estimate>, ValidationError> {
        let grid = self.grid()?;
        let periods = grid.len() as f64 / PLACES as f64;
        let density = Volume::from_fn(grid, |index| DENSITIES[self.pattern.density(index)]);
        let central = |index: &[usize; 3]| index.iter().all(|&n| n / PERIOD == self.margin);
        let strata = if fold == Fold::Voxels { Fold::Voxels } else { Fold::Densities };
        let masses = self.masses(strata);
        let total: f64 = masses.iter().sum();
        let mut doses = vec![Estimate { mean: 0.0, u: 0.0 }; fold.classes()];
        for (stratum, mass) in masses.iter().enumerate() {
            let starts = |index| central(&index) && self.class(strata, index) == stratum;
            let found = bench.subject.dose(&DoseRequest {
                emission: Emission::Electron(energy),
                density: density.clone(),
                material: Volume::filled(grid, 0),
                materials: vec![MATERIAL.into()],
                decays: Volume::from_fn(grid, |index| if starts(index) { 1.0 } else { 0.0 }),
                regions: Volume::from_fn(grid, |index| self.class(fold, index) as u16 + 1),
                detailed: false,
                local_bremsstrahlung: true,
                run: bench.run(histories / masses.len() as u64),
            })?;
            if found.regions.len() != doses.len() {
                return Err(ValidationError::Missing("Fano: folded dose".into()));
            }
            // A region's mean is over all periods; folded, their doses add up. No dose at all is certain to be none.
            let scale = mass / total * periods;
            for (sum, part) in doses.iter_mut().zip(&found.regions).filter(|(_, part)| part.mean > 0.0) {
                sum.mean += scale * part.mean;
                sum.u = libm::hypot(sum.u, scale * part.u);
            }
        }
        Ok(doses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_woven_pattern_is_balanced_and_has_no_shift() {
        let density = |index| Pattern::Woven.density(index);
        for axis in 0..3 {
            for plane in 0..PERIOD {
                let mut count = [0; 3];
                Periodic::places().filter(|p| p[axis] == plane).for_each(|p| count[density(p)] += 1);
                assert_eq!(count, [3; 3]);
            }
        }
        for shift in Periodic::places().skip(1) {
            let shifted = |p: [usize; 3]| density(std::array::from_fn(|n| p[n] + shift[n]));
            assert!(Periodic::places().any(|p| density(p) != shifted(p)), "{shift:?}");
        }
    }

    #[test]
    fn masses_are_the_same_however_they_are_taken_together() {
        let medium = Periodic { pattern: Pattern::Woven, spacing: 2.0, margin: 1 };
        let total = 9.0 * (0.26 + 1.0 + 1.85) * 0.008;
        for fold in [Fold::Voxels, Fold::Densities, Fold::All] {
            assert!((medium.masses(fold).iter().sum::<f64>() / total - 1.0).abs() < 1e-6, "{fold:?}");
        }
    }
}
