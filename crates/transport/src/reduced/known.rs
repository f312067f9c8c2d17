//! The part of the dose that needs no simulation: the first terms of (N2) and (N3) in `docs/methods/variance-reduction.md`.

use crate::Tables;
use crate::medium::VoxelMedium;

/// What the electrons of a decay leave in an endless medium, by material, and what decays leave on the spot.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// MeV per decay
    by_material: Vec<f64>,
}

impl Known {
    /// `mean` gives the mean over a decay of a function of its electrons' energies (MeV).
    pub(super) fn new(tables: &Tables, local_energy: f64, mean: impl Fn(&dyn Fn(f64) -> f64) -> f64) -> Self {
        let stays = |material: usize| {
            let table = &tables.materials[material].electron;
            local_energy + mean(&|energy| energy - table.radiated_until_rest(energy))
        };
        Self { by_material: (0..tables.materials.len()).map(stays).collect() }
    }

    /// Energy (MeV) for the decays of a cell.
    #[inline]
    pub(super) fn energy(&self, medium: &VoxelMedium, decays: &[f32], cell: u32) -> f64 {
        let material = usize::from(medium.voxel(cell as usize).material);
        f64::from(decays[cell as usize]) * self.by_material[material]
    }
}
