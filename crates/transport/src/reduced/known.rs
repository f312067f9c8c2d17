//! The part of the dose that needs no simulation: the first terms of (N2) and (N3) in `docs/methods/variance-reduction.md`.

use crate::Tables;
use crate::medium::VoxelMedium;

/// What decays leave on the spot, and what their electrons leave in an endless medium, by material.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// MeV per decay
    local: f64,
    /// MeV per decay
    electrons: Vec<f64>,
}

impl Known {
    /// `mean` gives the mean over a decay of a function of its electrons' energies (MeV).
    pub(super) fn new(tables: &Tables, local: f64, mean: impl Fn(&dyn Fn(f64) -> f64) -> f64) -> Self {
        let stays = |material: usize| {
            let table = &tables.materials[material].electron;
            mean(&|energy| energy - table.radiated_until_rest(energy))
        };
        Self { local, electrons: (0..tables.materials.len()).map(stays).collect() }
    }

    /// Energy (MeV) for the decays of a cell, with that of electrons or without.
    #[inline]
    pub(super) fn energy(&self, medium: &VoxelMedium, decays: &[f32], cell: u32, electrons: bool) -> f64 {
        let material = usize::from(medium.voxel(cell as usize).material);
        let of_electrons = if electrons { self.electrons[material] } else { 0.0 };
        f64::from(decays[cell as usize]) * (self.local + of_electrons)
    }
}
