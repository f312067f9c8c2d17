//! Scoring by batches: the spread of whole batches is the uncertainty, whatever correlates histories within one.

use rayon::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Cells that one task of a flush looks after.
const TASK: usize = 1 << 14;

/// A signed score per cell for the running batch, and its sum and sum of squares over the batches before.
///
/// The running score is an integer, so that histories may be added by all threads in any order; sums are made batch by
/// batch. 24 bytes a cell.
#[derive(Debug)]
pub(super) struct BatchTally {
    /// Integer units per unit of score.
    units: f64,
    running: Vec<AtomicI64>,
    sums: Vec<[f64; 2]>,
    batches: u32,
}

impl BatchTally {
    /// For `cells`, with room for a score of `largest` in a batch.
    pub(super) fn new(cells: usize, largest: f64) -> Self {
        const ROOM: f64 = (1u64 << 62) as f64;
        let mut running = Vec::new();
        running.resize_with(cells, AtomicI64::default);
        Self { units: ROOM / largest, running, sums: vec![[0.0; 2]; cells], batches: 0 }
    }

    /// Adds to the running score of a cell.
    #[inline]
    pub(super) fn add(&self, cell: u32, score: f64) {
        self.running[cell as usize].fetch_add((score * self.units) as i64, Relaxed);
    }

    /// The running score of a cell.
    pub(super) fn running(&self, cell: u32) -> f64 {
        self.running[cell as usize].load(Relaxed) as f64 / self.units
    }

    /// Ends the running batch.
    pub(super) fn end_batch(&mut self) {
        let per_unit = 1.0 / self.units;
        self.batches += 1;
        self.running.par_chunks_mut(TASK).zip(self.sums.par_chunks_mut(TASK)).for_each(|(running, sums)| {
            for (score, [sum, square]) in running.iter_mut().zip(sums) {
                let units = std::mem::take(score.get_mut());
                if units != 0 {
                    let score = units as f64 * per_unit;
                    *sum += score;
                    *square += score * score;
                }
            }
        });
    }

    /// Mean over batches and its standard uncertainty; the uncertainty of one batch is unknown (NaN).
    pub(super) fn mean(&self, cell: u32) -> (f64, f64) {
        mean_of_batches(self.sums[cell as usize], self.batches)
    }
}

/// Mean and its standard uncertainty from the sum and the sum of squares over batches.
pub(super) fn mean_of_batches([sum, square]: [f64; 2], batches: u32) -> (f64, f64) {
    let count = f64::from(batches);
    let mean = sum / count;
    if batches < 2 {
        return (mean, f64::NAN);
    }
    (mean, ((square / count - mean * mean).max(0.0) / (count - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_uncertainty_is_the_spread_of_batches() {
        let mut tally = BatchTally::new(2, 100.0);
        for score in [1.0, -3.0, 5.0] {
            tally.add(1, 0.25 * score);
            tally.add(1, 0.75 * score);
            assert_relative_eq!(tally.running(1), score, max_relative = 1e-12);
            tally.end_batch();
        }
        let (mean, u) = tally.mean(1);
        assert_relative_eq!(mean, 1.0, max_relative = 1e-12);
        // Standard deviation 4 of three values.
        assert_relative_eq!(u, 4.0 / 3f64.sqrt(), max_relative = 1e-12);
        assert_eq!(tally.mean(0), (0.0, 0.0));
    }
}
