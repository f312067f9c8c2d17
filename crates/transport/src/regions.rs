//! Mean doses of regions, with an uncertainty of their own. Equations: `docs/methods/tally.md`.

use crate::EngineError;
use crate::fixed::FixedSum;
use crate::medium::Medium;
use crate::scores::Estimate;
use iodose_volume::Volume;
use std::io::{self, Read, Write};

/// Groups of cells whose mean dose is scored history by history: the doses of neighbouring voxels are correlated, so
/// the uncertainty of their mean does not follow from those of the voxels.
#[derive(Clone, Debug)]
pub struct Regions {
    /// Region of each cell, counted from 1; 0 for none.
    of_cell: Vec<u16>,
    /// Number of cells of each region.
    cells: Vec<usize>,
    labels: Vec<u16>,
}

impl Regions {
    /// One region per label above 0, ascending.
    pub fn from_labels(labels: &Volume<u16>) -> Self {
        let mut present = vec![false; usize::from(u16::MAX) + 1];
        for &label in labels.data() {
            present[usize::from(label)] = true;
        }
        let found: Vec<u16> = (1..=u16::MAX).filter(|&label| present[usize::from(label)]).collect();
        let mut region_of = vec![0u16; present.len()];
        for (region, &label) in found.iter().enumerate() {
            region_of[usize::from(label)] = region as u16 + 1;
        }
        let of_cell: Vec<u16> = labels.data().iter().map(|&label| region_of[usize::from(label)]).collect();
        let mut cells = vec![0; found.len()];
        for &region in of_cell.iter().filter(|region| **region > 0) {
            cells[usize::from(region) - 1] += 1;
        }
        Self { of_cell, cells, labels: found }
    }

    /// The label of each region, ascending.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// All cells that belong to a region.
    pub fn all_cells(&self) -> Vec<u32> {
        (0..self.of_cell.len() as u32).filter(|&cell| self.of_cell[cell as usize] > 0).collect()
    }

    /// The cells of each region.
    pub(crate) fn cells_by_region(&self) -> Vec<Vec<u32>> {
        let mut cells: Vec<Vec<u32>> = self.cells.iter().map(|&count| Vec::with_capacity(count)).collect();
        for (cell, &region) in self.of_cell.iter().enumerate().filter(|(_, region)| **region > 0) {
            cells[usize::from(region) - 1].push(cell as u32);
        }
        cells
    }

    pub(crate) fn check(&self, medium: &impl Medium) -> Result<(), EngineError> {
        if self.of_cell.len() == medium.cells() {
            Ok(())
        } else {
            Err(EngineError::GridMismatch("regions", "density"))
        }
    }
}

/// Scores of one worker for all regions.
#[derive(Clone, Debug)]
pub(crate) struct RegionScore {
    /// Dose sum of the running history, per region.
    running: Vec<f64>,
    touched: Vec<u16>,
    /// Sum and sum of squares of the mean dose over histories, MeV/g.
    sums: Vec<[f64; 2]>,
}

impl RegionScore {
    pub(crate) fn new(regions: Option<&Regions>) -> Self {
        let count = regions.map_or(0, |regions| regions.cells.len());
        Self { running: vec![0.0; count], touched: Vec::with_capacity(count), sums: vec![[0.0; 2]; count] }
    }

    /// Adds `dose` (MeV/g) in a cell to the running history (T3).
    #[inline]
    pub(crate) fn add(&mut self, regions: &Regions, cell: u32, dose: impl FnOnce() -> f64) {
        let region = regions.of_cell[cell as usize];
        if region > 0 {
            let entry = &mut self.running[usize::from(region) - 1];
            if *entry == 0.0 {
                self.touched.push(region);
            }
            *entry += dose() / regions.cells[usize::from(region) - 1] as f64;
        }
    }

    /// Ends the running history: its mean dose and the square of that join the sums (T3).
    #[inline]
    pub(crate) fn end_history(&mut self) {
        for region in self.touched.drain(..) {
            let value = std::mem::take(&mut self.running[usize::from(region) - 1]);
            let [sum, squares] = &mut self.sums[usize::from(region) - 1];
            *sum += value;
            *squares += value * value;
        }
    }

    /// The sums since the last call.
    pub(crate) fn take(&mut self) -> Vec<[f64; 2]> {
        let empty = vec![[0.0; 2]; self.sums.len()];
        std::mem::replace(&mut self.sums, empty)
    }
}

/// The sums of all batches of a run, for each region.
#[derive(Debug)]
pub(crate) struct RegionSums(Vec<RegionSum>);

#[derive(Clone, Copy, Debug)]
struct RegionSum {
    /// The number of cells times the mass of the lightest: a mean dose times it is an energy, and never more than what the
    /// history left in the region. It makes the sums fit their units (X1), however small the voxels are.
    grams: f64,
    sum: FixedSum,
    squares: FixedSum,
}

impl RegionSums {
    pub(crate) fn new(regions: Option<&Regions>, medium: &impl Medium) -> Self {
        let sum_of = |cells: Vec<u32>| {
            let lightest = cells.iter().map(|&cell| medium.cell_mass(cell)).fold(f64::INFINITY, f64::min);
            let none = FixedSum::default();
            RegionSum { grams: lightest * cells.len() as f64, sum: none, squares: none }
        };
        Self(regions.map_or(Vec::new(), Regions::cells_by_region).into_iter().map(sum_of).collect())
    }

    /// The number of regions.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds the sums of a batch, MeV/g.
    pub(crate) fn add(&mut self, batch: &[[f64; 2]]) {
        for (total, [sum, squares]) in self.0.iter_mut().zip(batch) {
            total.sum.add(sum * total.grams);
            total.squares.add(squares * total.grams * total.grams);
        }
    }

    /// Mean dose of a region (MeV/g per history) with its uncertainty (T3).
    pub(crate) fn mean(&self, region: usize, histories: u64) -> Estimate {
        let RegionSum { grams, sum, squares } = self.0[region];
        let n = histories as f64;
        let mean = sum.value() / n;
        let variance = (squares.value() / n - mean * mean).max(0.0) / (n - 1.0).max(1.0);
        Estimate { mean: mean / grams, u: if mean > 0.0 { variance.sqrt() / grams } else { f64::NAN } }
    }

    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.iter().try_for_each(|region| {
            region.sum.write(out)?;
            region.squares.write(out)
        })
    }

    /// Adds sums that were written.
    pub(crate) fn absorb(&mut self, from: &mut dyn Read) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|region| {
            region.sum.absorb(from)?;
            region.squares.absorb(from)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Grid;

    #[test]
    fn labels_need_not_be_consecutive() {
        let grid = Grid::axis_aligned([4, 1, 1], [1.0; 3], [0.0; 3]).unwrap();
        let labels = Volume::new(grid, vec![0, 700, 3, 700]).unwrap();
        let regions = Regions::from_labels(&labels);
        assert_eq!(regions.labels(), [3, 700]);
        assert_eq!(regions.cells, [1, 2]);
        assert_eq!(regions.all_cells(), [1, 2, 3]);
    }

    #[test]
    fn the_square_is_that_of_the_mean_over_the_region() {
        let grid = Grid::axis_aligned([3, 1, 1], [1.0; 3], [0.0; 3]).unwrap();
        let regions = Regions::from_labels(&Volume::new(grid, vec![1, 1, 0]).unwrap());
        let mut score = RegionScore::new(Some(&regions));
        for (cell, dose) in [(0, 2.0), (1, 4.0), (2, 100.0)] {
            score.add(&regions, cell, || dose);
        }
        score.end_history();
        score.end_history();
        assert_eq!(score.take(), vec![[3.0, 9.0]]);
        assert_eq!(score.take(), vec![[0.0, 0.0]]);
    }
}
