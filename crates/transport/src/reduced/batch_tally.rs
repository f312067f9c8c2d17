//! Equations: `docs/methods/variance-reduction.md`. Scoring by batches: the spread of whole batches is the uncertainty, whatever correlates histories within one.

use super::region::Region;
use crate::keep::read_bytes;
use rayon::prelude::*;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Cells that one task looks after at the end of a batch.
const TASK: usize = 1 << 14;
/// The most batches that the sums have room for.
pub(super) const MOST_BATCHES: u32 = 1 << 17;
/// Bits that the score of a batch loses before it is added up, so that [`MOST_BATCHES`] of them have room.
const COARSER: u32 = 17;

/// Sums over batches, in integer units: the order of addition does not matter, and parts of a run add up to the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moments {
    pub(super) sum: i64,
    pub(super) square: u128,
}

impl Moments {
    fn add(&mut self, score: i64) {
        self.sum += score;
        self.square += u128::from(score.unsigned_abs()) * u128::from(score.unsigned_abs());
    }

    fn write(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&self.sum.to_le_bytes())?;
        out.write_all(&self.square.to_le_bytes())
    }

    /// Adds moments that were written.
    fn absorb(&mut self, from: &mut dyn Read) -> io::Result<()> {
        let (sum, square) = (i64::from_le_bytes(read_bytes(from)?), u128::from_le_bytes(read_bytes(from)?));
        let sum = self.sum.checked_add(sum).filter(|sum| sum.unsigned_abs() < 1 << 62);
        let square = self.square.checked_add(square).filter(|&square| square < 1 << 126);
        // Only someone who makes up sums gets beyond; those that follow would overflow.
        let (Some(sum), Some(square)) = (sum, square) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "found sums larger than those of any run",
            ));
        };
        *self = Self { sum, square };
        Ok(())
    }

    /// Mean and its standard uncertainty (N5), in units; the uncertainty of one batch, or where nothing was
    /// scored, is unknown (NaN).
    fn mean(&self, batches: u32) -> (f64, f64) {
        let count = f64::from(batches);
        let mean = self.sum as f64 / count;
        if batches < 2 || self.square == 0 {
            return (mean, f64::NAN);
        }
        // Exact in integers: differences of large squares would lose their digits.
        let total = u128::from(self.sum.unsigned_abs());
        let spread = match (u128::from(batches).checked_mul(self.square), total.checked_mul(total)) {
            (Some(squares), Some(square)) => squares.saturating_sub(square) as f64,
            _ => (count * self.square as f64 - (total as f64).powi(2)).max(0.0),
        };
        (mean, (spread / (count - 1.0)).sqrt() / count)
    }
}

/// A signed score per cell for the running batch, and its sum and sum of squares over the batches before.
///
/// The running score is an integer, so that histories may be added by all threads in any order. 32 bytes a cell.
#[derive(Debug)]
pub(super) struct BatchTally {
    /// Integer units per unit of score.
    units: f64,
    running: Vec<AtomicI64>,
    sums: Vec<i64>,
    squares: Vec<u128>,
}

impl BatchTally {
    /// For `cells`, with room for a score of `largest` in a batch.
    pub(super) fn new(cells: usize, largest: f64) -> Self {
        const ROOM: f64 = (1u64 << 62) as f64;
        let mut running = Vec::new();
        running.resize_with(cells, AtomicI64::default);
        Self { units: ROOM / largest, running, sums: vec![0; cells], squares: vec![0; cells] }
    }

    /// Adds to the running score of a cell.
    #[inline]
    pub(super) fn add(&self, cell: u32, score: f64) {
        self.running[cell as usize].fetch_add((score * self.units) as i64, Relaxed);
    }

    /// Ends the running batch: `regions` are sums of cells, each with a factor, and get their moments.
    pub(super) fn end_batch(&mut self, regions: &mut [Region]) {
        for region in regions {
            let score = |&(cell, factor): &(u32, f64)| {
                self.running[cell as usize].load(Relaxed) as f64 / (1u64 << COARSER) as f64 * factor
            };
            region.moments.add(region.cells.iter().map(score).sum::<f64>().round() as i64);
        }
        let cells = self.running.par_chunks_mut(TASK);
        cells.zip(self.sums.par_chunks_mut(TASK).zip(self.squares.par_chunks_mut(TASK))).for_each(
            |(running, (sums, squares))| {
                for (score, (sum, square)) in running.iter_mut().zip(sums.iter_mut().zip(squares)) {
                    let fine = std::mem::take(score.get_mut());
                    if fine != 0 {
                        // Rounded to the nearest.
                        let coarse = (fine + (1 << (COARSER - 1))) >> COARSER;
                        let mut moments = Moments { sum: *sum, square: *square };
                        moments.add(coarse);
                        (*sum, *square) = (moments.sum, moments.square);
                    }
                }
            },
        );
    }

    /// Frees what another batch would need, so that there is room for the result.
    pub(super) fn end(&mut self) {
        self.running = Vec::new();
    }

    /// Writes the sums of all batches that have ended, 24 bytes a cell and a region.
    pub(super) fn write(&self, regions: &[Region], out: &mut dyn Write) -> io::Result<()> {
        regions.iter().try_for_each(|region| region.moments.write(out))?;
        let mut cells = self.sums.iter().zip(&self.squares);
        cells.try_for_each(|(&sum, &square)| Moments { sum, square }.write(out))
    }

    /// Adds sums that were written.
    pub(super) fn absorb(&mut self, regions: &mut [Region], from: &mut dyn Read) -> io::Result<()> {
        regions.iter_mut().try_for_each(|region| region.moments.absorb(from))?;
        self.sums.iter_mut().zip(&mut self.squares).try_for_each(|(sum, square)| {
            let mut moments = Moments { sum: *sum, square: *square };
            moments.absorb(from)?;
            (*sum, *square) = (moments.sum, moments.square);
            Ok(())
        })
    }

    /// Mean score of a cell over `batches` and its standard uncertainty.
    pub(super) fn mean(&self, cell: u32, batches: u32) -> (f64, f64) {
        let (sum, square) = (self.sums[cell as usize], self.squares[cell as usize]);
        self.scaled(Moments { sum, square }, batches)
    }

    /// The same of a region.
    pub(super) fn mean_of_region(&self, region: &Region, batches: u32) -> (f64, f64) {
        self.scaled(region.moments, batches)
    }

    fn scaled(&self, moments: Moments, batches: u32) -> (f64, f64) {
        let (mean, u) = moments.mean(batches);
        let scale = (1u64 << COARSER) as f64 / self.units;
        (mean * scale, u * scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_uncertainty_is_the_spread_of_batches() {
        let mut tally = BatchTally::new(2, 100.0);
        let mut regions =
            [Region { cells: vec![(0, 1.0), (1, 0.5)], lightest: 1.0, moments: Moments::default() }];
        for score in [1.0, -3.0, 5.0] {
            tally.add(1, 0.25 * score);
            tally.add(1, 0.75 * score);
            tally.end_batch(&mut regions);
        }
        // Standard deviation 4 of three values.
        let (mean, u) = tally.mean(1, 3);
        assert_relative_eq!(mean, 1.0, max_relative = 1e-9);
        assert_relative_eq!(u, 4.0 / 3f64.sqrt(), max_relative = 1e-9);
        let (mean, u) = tally.mean_of_region(&regions[0], 3);
        assert_relative_eq!(mean, 0.5, max_relative = 1e-9);
        assert_relative_eq!(u, 2.0 / 3f64.sqrt(), max_relative = 1e-9);
        assert!(tally.mean(0, 3).1.is_nan(), "unhit: unknown, not zero");
        assert!(tally.mean(1, 1).1.is_nan());
    }

    #[test]
    fn the_largest_score_in_every_batch_of_the_longest_run_fits() {
        // As the last batches find it: all others had the largest score, twice what the scale is made for, in either sign.
        for sign in [1, -1] {
            let coarse = 1i64 << (63 - COARSER);
            let batches = MOST_BATCHES - 2;
            let square = (coarse as u128).pow(2) * u128::from(batches);
            let mut tally = BatchTally::new(1, 1.0);
            // A sum of this size is that of a run in which all score as much as they are said to at most.
            tally.sums[0] = sign * (coarse / 2) * i64::from(batches);
            tally.squares[0] = square;
            let before = Moments { sum: tally.sums[0], square };
            for _ in 0..2 {
                tally.add(0, sign as f64);
                tally.end_batch(&mut []);
            }
            let score = coarse / 2;
            assert_eq!(tally.sums[0], before.sum + 2 * sign * score);
            assert_eq!(tally.squares[0], before.square + 2 * (score as u128).pow(2));
            let (mean, u) = tally.mean(0, MOST_BATCHES);
            assert_relative_eq!(mean, sign as f64, max_relative = 1e-9);
            // Of squares four times as large as those of the mean, three are spread.
            assert_relative_eq!(u, (3.0 / f64::from(MOST_BATCHES)).sqrt(), max_relative = 1e-4);
        }
    }
}
