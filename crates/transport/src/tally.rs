//! Scoring: energy per cell and its square per history, in integers. Equations: `docs/methods/tally.md`.

mod history_score;

pub(crate) use history_score::HistoryScore;

use crate::keep::read_bytes;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Units per MeV of the sum of energies: one unit is about 1 meV. Room for 1e10 decays of 1.7 MeV in a cell.
const UNITS: f64 = (1u64 << 30) as f64;
/// Units per MeV^2 of the sum of squares: fine enough for the square of 0.1 eV, in two words for as many decays.
const SQUARE_UNITS: f64 = (1u64 << 50) as f64;

/// Energy deposited per cell and its square summed over histories.
///
/// The sums are integers, so that adding them in any order gives the same bits, and shared by all threads. The
/// variance is that of independent histories, by the whole energy that each leaves in a cell (Sempau et al., Nucl.
/// Instrum. Methods B 132 (1997) 377, section 3). 20 bytes a cell.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Energy, and the low word of its square.
    sums: Vec<[AtomicU64; 2]>,
    /// The high word of the square.
    high: Vec<AtomicU32>,
}

impl Tally {
    pub(crate) fn new(cells: usize) -> Self {
        let (mut sums, mut high) = (Vec::new(), Vec::new());
        sums.resize_with(cells, Default::default);
        high.resize_with(cells, Default::default);
        Self { sums, high }
    }

    /// The most histories of this mean energy (MeV) that there is room for where all of them leave all of it in one cell. One
    /// hundredth is kept free: after 1e8 histories of up to 90 MeV a mean is known to a thousandth and better.
    pub(crate) fn room(mean_energy: f64) -> u64 {
        const ROOM: f64 = 0.99 * 2.0 * (1u64 << 63) as f64 / UNITS;
        (ROOM / mean_energy) as u64
    }

    /// Ends a history (T1); `visit` sees each cell and the energy left in it. It may stay in the score for a while:
    /// see [`Self::collect`].
    #[inline]
    pub(crate) fn add(&self, score: &mut HistoryScore, mut visit: impl FnMut(u32, f64)) {
        score.running().iter().for_each(|&(cell, energy)| visit(cell, energy));
        score.end_history();
        if score.is_full() {
            self.collect(score);
        }
    }

    /// Adds the histories that have ended.
    pub(crate) fn collect(&self, score: &mut HistoryScore) {
        // Most cells lie in no cache. A load does not wait for the one before it as an atomic addition does, so that
        // looking at all of them first takes a fraction of the time.
        for &(cell, _) in score.entries() {
            self.sums[cell as usize][0].load(Relaxed);
        }
        for &(cell, energy) in score.entries() {
            let [sum, low] = &self.sums[cell as usize];
            sum.fetch_add((energy * UNITS + 0.5) as i64 as u64, Relaxed);
            let square = round_up(energy * energy * SQUARE_UNITS);
            // Every wrap of the low word is seen by exactly one addition, in whatever order they come.
            if low.fetch_add(square, Relaxed).checked_add(square).is_none() {
                self.high[cell as usize].fetch_add(1, Relaxed);
            }
        }
        score.clear();
    }

    /// Mean energy (MeV) per history in a cell and its standard uncertainty (T2), after `histories`; the uncertainty is
    /// NaN where nothing was scored and after a single history, since it is unknown there and not zero.
    pub(crate) fn mean(&self, cell: usize, histories: u64) -> (f64, f64) {
        let [sum, low] = &self.sums[cell];
        let n = histories as f64;
        let mean = sum.load(Relaxed) as f64 / UNITS / n;
        if mean == 0.0 || histories < 2 {
            return (mean, f64::NAN);
        }
        let high = f64::from(self.high[cell].load(Relaxed));
        let squares = high * 2f64.powi(64) + low.load(Relaxed) as f64;
        let mean_square = squares / SQUARE_UNITS / n;
        (mean, ((mean_square - mean * mean).max(0.0) / (n - 1.0).max(1.0)).sqrt())
    }

    /// Writes the sums, 20 bytes a cell.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for ([sum, low], high) in self.sums.iter().zip(&self.high) {
            out.write_all(&sum.load(Relaxed).to_le_bytes())?;
            out.write_all(&low.load(Relaxed).to_le_bytes())?;
            out.write_all(&high.load(Relaxed).to_le_bytes())?;
        }
        Ok(())
    }

    /// Adds sums that were written.
    pub(crate) fn absorb(&mut self, from: &mut dyn Read) -> io::Result<()> {
        for ([sum, low], high) in self.sums.iter_mut().zip(&mut self.high) {
            let (sum, low, high) = (sum.get_mut(), low.get_mut(), high.get_mut());
            *sum = sum.wrapping_add(u64::from_le_bytes(read_bytes(from)?));
            let (total, carry) = low.overflowing_add(u64::from_le_bytes(read_bytes(from)?));
            *low = total;
            *high = high.wrapping_add(u32::from_le_bytes(read_bytes(from)?)).wrapping_add(carry.into());
        }
        Ok(())
    }

    /// Energy (MeV) in all cells.
    pub(crate) fn total(&self) -> f64 {
        self.sums.iter().map(|[sum, _]| u128::from(sum.load(Relaxed))).sum::<u128>() as f64 / UNITS
    }
}

/// Rounded up: a square that vanished would make a dose look exact. `f64::ceil` is a call for the processor's oldest
/// instruction set.
#[inline]
fn round_up(x: f64) -> u64 {
    // All squares of a history's energy are far below 2^63 units.
    let below = x as i64;
    (below + i64::from((below as f64) < x)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn deposits_of_one_history_are_summed_before_they_are_squared() {
        let tally = Tally::new(4);
        let mut history = HistoryScore::new();
        for (first, second) in [(0.1, 0.2), (0.5, 0.1)] {
            history.deposit(2, first);
            history.deposit(1, 1.0);
            history.deposit(2, second);
            tally.add(&mut history, |_, _| {});
        }
        tally.collect(&mut history);
        let (mean, u) = tally.mean(2, 2);
        assert_relative_eq!(mean, 0.45, max_relative = 1e-8);
        // Two values 0.3 and 0.6: standard deviation of their mean 0.15.
        assert_relative_eq!(u, 0.15, max_relative = 1e-6);
        assert_eq!(tally.mean(1, 2).1, 0.0);
        assert!(tally.mean(0, 2).1.is_nan(), "unhit: unknown, not zero");
        assert_relative_eq!(tally.total(), 2.9, max_relative = 1e-8);
    }

    #[test]
    fn no_dose_is_without_uncertainty() {
        let tally = Tally::new(1);
        let mut history = HistoryScore::new();
        // A hundredth of an eV: its square is a fraction of a unit.
        history.deposit(0, 1e-8);
        tally.add(&mut history, |_, _| {});
        tally.collect(&mut history);
        assert!(tally.mean(0, 1).1.is_nan(), "one history tells no spread");
        let (mean, u) = tally.mean(0, 100);
        assert!(mean > 0.0 && u > 0.0, "{mean} +- {u}");
    }

    #[test]
    fn a_single_hit_of_any_size_is_known_to_its_own_size() {
        for energy in [1e-6, 1e-3, 1.0, 3.9] {
            let tally = Tally::new(1);
            let mut history = HistoryScore::new();
            history.deposit(0, energy);
            tally.add(&mut history, |_, _| {});
            tally.collect(&mut history);
            let (mean, u) = tally.mean(0, 1000);
            assert_relative_eq!(u / mean, 1.0, max_relative = 2e-3);
        }
    }

    #[test]
    fn squares_carry_into_the_second_word() {
        let tally = Tally::new(1);
        let mut history = HistoryScore::new();
        // 3000 times 9 MeV^2 is more than 2^64 units hold.
        for _ in 0..3000 {
            history.deposit(0, 3.0);
            tally.add(&mut history, |_, _| {});
        }
        tally.collect(&mut history);
        let (mean, u) = tally.mean(0, 6000);
        assert_relative_eq!(mean, 1.5, max_relative = 1e-9);
        assert_relative_eq!(u, 1.5 / 5999f64.sqrt(), max_relative = 1e-6);
        let (mut twice, mut bytes) = (Tally::new(1), Vec::new());
        tally.write(&mut bytes).unwrap();
        twice.absorb(&mut &bytes[..]).unwrap();
        assert_eq!(twice.mean(0, 6000), (mean, u));
        twice.absorb(&mut &bytes[..]).unwrap();
        let (mean, u) = twice.mean(0, 12000);
        assert_relative_eq!(mean, 1.5, max_relative = 1e-9);
        assert_relative_eq!(u, 1.5 / 11999f64.sqrt(), max_relative = 1e-6);
    }

    /// A tally of one cell with sums as after `histories` that left `energy` (MeV) each.
    fn after(histories: u64, energy: f64) -> Tally {
        let mut tally = Tally::new(1);
        let each = u128::from((energy * UNITS + 0.5) as u64);
        let square = u128::from(round_up(energy * energy * SQUARE_UNITS)) * u128::from(histories);
        let mut bytes = Vec::new();
        bytes.extend(u64::try_from(each * u128::from(histories)).unwrap().to_le_bytes());
        bytes.extend((square as u64).to_le_bytes());
        bytes.extend(u32::try_from(square >> 64).unwrap().to_le_bytes());
        tally.absorb(&mut &bytes[..]).unwrap();
        tally
    }

    #[test]
    fn ten_billion_histories_fit_and_the_next_ones_count_exactly() {
        // The mean of the nuclides that come with the engine; all that a tally is used up to, at most histories and at most energy.
        for (histories, energy) in
            [(10_000_000_000, 0.57), (Tally::room(1.7), 1.7), (Tally::room(84.0), 84.0)]
        {
            let tally = after(histories, energy);
            assert_relative_eq!(tally.total(), histories as f64 * energy, max_relative = 1e-9);
            let word = || {
                let ([sum, low], high) = (&tally.sums[0], &tally.high[0]);
                let square = u128::from(high.load(Relaxed)) << 64 | u128::from(low.load(Relaxed));
                (u128::from(sum.load(Relaxed)), square)
            };
            let before = word();
            let mut history = HistoryScore::new();
            const MORE: u64 = 100_000;
            for _ in 0..MORE {
                history.deposit(0, energy);
                tally.add(&mut history, |_, _| {});
            }
            tally.collect(&mut history);
            let each = u128::from((energy * UNITS + 0.5) as u64);
            let square = u128::from(round_up(energy * energy * SQUARE_UNITS));
            let more = u128::from(MORE);
            assert_eq!(word(), (before.0 + more * each, before.1 + more * square), "{energy} MeV");
            assert!(word().0 < 1 << 64 && word().1 < 1 << 96);
            let (mean, u) = tally.mean(0, 2 * (histories + MORE));
            assert_relative_eq!(mean, energy / 2.0, max_relative = 1e-9);
            assert_relative_eq!(u, mean / ((2 * (histories + MORE)) as f64).sqrt(), max_relative = 1e-6);
        }
    }

    #[test]
    fn a_history_may_touch_more_cells_than_its_table_has_slots() {
        let tally = Tally::new(5000);
        let mut history = HistoryScore::new();
        for round in 0..3 {
            for cell in 0..5000 {
                history.deposit(cell, 0.5 + f64::from(round));
            }
        }
        tally.add(&mut history, |_, _| {});
        for cell in 0..5000 {
            assert_relative_eq!(tally.mean(cell, 1).0, 4.5);
        }
        history.deposit(7, 1.0);
        tally.add(&mut history, |cell, energy| assert_eq!((cell, energy), (7, 1.0)));
    }
}
