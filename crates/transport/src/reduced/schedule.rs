//! How the decays of a run are cut into batches: by numbers alone, so that parts of a run are parts of one whole
//! (`docs/methods/resuming.md`).

use super::batch_tally::MOST_BATCHES;
use crate::keep::Share;
use crate::plan::Stop;
use std::ops::Range;

/// Batches before the uncertainty is first looked at.
const LOOK: u64 = 16;
/// The fewest decays of a batch.
const DECAYS: u64 = 1 << 11;
/// Cells for each decay of a batch at most: adding up a batch takes time with every cell.
const CELLS: usize = 256;

/// How many decays each batch has: the first batches of a longer run are those of a shorter one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    /// Decays of a batch.
    usual: u64,
    /// The most decays, where they are limited.
    limit: Option<u64>,
}

impl Schedule {
    pub(super) fn new(stop: Stop, cells: usize) -> Self {
        let usual = DECAYS.max((cells / CELLS).next_power_of_two() as u64);
        let limit = match stop {
            Stop::Histories(histories) => Some(histories),
            Stop::Uncertainty { max_histories, .. } => max_histories,
        };
        let usual = match stop {
            // A very long run has larger batches.
            Stop::Histories(histories) => usual.max(histories.div_ceil(u64::from(MOST_BATCHES))),
            // One that may end early has those of the shorter run that it then is.
            Stop::Uncertainty { .. } => usual,
        };
        Self { usual, limit }
    }

    /// The number of decays after `batches` of them.
    fn after(&self, batches: u32) -> u64 {
        let batches = u64::from(batches);
        match self.limit {
            // Few decays are shared by as many batches as an uncertainty needs.
            Some(limit) if limit < LOOK * self.usual => {
                let count = LOOK.min(limit);
                if batches < count { limit * batches / count } else { limit }
            }
            // The last batch takes what is left over.
            Some(limit) if limit < (batches + 1) * self.usual => limit,
            _ => self.usual * batches,
        }
    }

    /// The number of batches that begin before so many decays.
    fn batches(&self, decays: u64) -> u32 {
        let (mut low, mut high) = (0, MOST_BATCHES);
        while low < high {
            let middle = (low + high) / 2;
            if self.after(middle) < decays { low = middle + 1 } else { high = middle }
        }
        low
    }
}

/// How far a run has come in its batches.
#[derive(Clone, Debug)]
pub(super) struct Course {
    schedule: Schedule,
    /// Number of the next batch.
    pub(super) batches: u32,
    /// Decays in the sums.
    pub(super) done: Range<u64>,
}

impl Course {
    /// A run that has not begun.
    pub(super) fn new(schedule: Schedule) -> Self {
        Self { schedule, batches: 0, done: 0..0 }
    }

    /// Decays before the uncertainty is first looked at.
    pub(super) fn pilot(&self) -> u64 {
        LOOK * self.schedule.usual
    }

    /// Decays of a batch.
    pub(super) fn unit(&self) -> u64 {
        self.schedule.usual
    }

    /// The most decays that the sums have room for.
    pub(super) fn most(&self) -> u64 {
        u64::from(MOST_BATCHES) * self.schedule.usual
    }

    /// Decays of the next batch.
    pub(super) fn next(&self) -> u64 {
        self.schedule.after(self.batches + 1) - self.done.end
    }

    /// A batch of so many decays is in the sums.
    pub(super) fn advance(&mut self, decays: u64) {
        self.batches += 1;
        self.done.end += decays;
    }

    /// The sums of all batches up to number `end` of the decays were added.
    pub(super) fn jump(&mut self, end: u64) {
        self.batches = self.schedule.batches(end);
        self.done.end = end;
    }

    /// Sets out for a share of `histories` decays and gives its range.
    pub(super) fn begin_share(&mut self, share: Share, histories: u64) -> Range<u64> {
        let batches = share.range(self.schedule.batches(histories).into());
        // A schedule has far fewer batches than 32 bits can number.
        self.batches = batches.start as u32;
        let share = self.schedule.after(batches.start as u32)..self.schedule.after(batches.end as u32);
        self.done = share.start..share.start;
        share
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::MOST_HISTORIES;

    #[test]
    fn batches_end_with_the_last_decay_and_a_longer_run_begins_like_a_shorter_one() {
        let schedule = |limit| Schedule::new(Stop::Histories(limit), 1000);
        let usual = schedule(1).usual;
        for limit in [1, 7, 16, 5000, LOOK * usual - 1, LOOK * usual, 20 * usual + 1, 21 * usual - 1] {
            let ends: Vec<u64> = (0..100).map(|batch| schedule(limit).after(batch)).collect();
            let batches = ends.iter().take_while(|&&end| end < limit).count() as u64;
            assert!(ends.is_sorted() && ends[0] == 0 && ends[99] == limit);
            assert!(batches >= LOOK.min(limit), "{limit}: {batches}");
            assert!(
                (0..=batches).all(|batch| u64::from(schedule(limit).batches(ends[batch as usize])) == batch)
            );
            assert!(ends.windows(2).all(|ends| ends[1] > ends[0] || ends[0] == limit), "{ends:?}");
        }
        for batch in 0..30 {
            assert_eq!(schedule(30 * usual).after(batch), schedule(300 * usual + 5).after(batch));
        }
    }

    #[test]
    fn the_longest_run_fits_into_its_batches() {
        for cells in [1, 1000, 100_000_000, 300_000_000] {
            let schedule = Schedule::new(Stop::Histories(MOST_HISTORIES), cells);
            assert_eq!(schedule.after(MOST_BATCHES), MOST_HISTORIES, "{cells} cells");
            let last = schedule.batches(MOST_HISTORIES);
            assert!(
                schedule.after(last - 1) < MOST_HISTORIES && last <= MOST_BATCHES,
                "{cells} cells: {last}"
            );
            let stop = Stop::Uncertainty { target: 1e-6, max_histories: None, max_seconds: None };
            let open = Course::new(Schedule::new(stop, cells));
            assert_eq!(open.schedule.after(MOST_BATCHES), open.most(), "{cells} cells");
        }
    }
}
