//! Regions as sums of cells, for the tally of batches.

use super::batch_tally::Moments;
use crate::Regions;
use crate::medium::{Medium, VoxelMedium};

/// Cells that are scored together: a sum of their scores, which are energies, that is the mean dose times the mass of the
/// lightest of them.
#[derive(Clone, Debug)]
pub(super) struct Region {
    /// Each with its factor in the sum, at most 1: the mass of the lightest over its own, over the number of cells.
    pub(super) cells: Vec<(u32, f64)>,
    /// g
    pub(super) lightest: f64,
    pub(super) moments: Moments,
}

impl Region {
    /// All regions, in their order.
    pub(super) fn of(regions: &Regions, medium: &VoxelMedium) -> Vec<Self> {
        regions.cells_by_region().into_iter().map(|cells| Self::new(&cells, medium)).collect()
    }

    fn new(cells: &[u32], medium: &VoxelMedium) -> Self {
        let lightest = cells.iter().map(|&cell| medium.cell_mass(cell)).fold(f64::INFINITY, f64::min);
        let factor = |&cell: &u32| (cell, lightest / medium.cell_mass(cell) / cells.len() as f64);
        Self { cells: cells.iter().map(factor).collect(), lightest, moments: Moments::default() }
    }
}
