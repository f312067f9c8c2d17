//! What each comparison works with.

use crate::{Expected, Group, Options, Run, Subject};

/// Of so many decays of a full run, a quick one has one.
const QUICK: u64 = 32;

/// The subject beside what is expected of it, and the statistics of the runs that compare them.
pub(crate) struct Bench<'a> {
    pub(crate) subject: &'a dyn Subject,
    pub(crate) expected: &'a Expected,
    pub(crate) quick: bool,
    /// Seed of the next run.
    seed: u64,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(
        subject: &'a dyn Subject,
        expected: &'a Expected,
        options: &Options,
        group: Group,
    ) -> Self {
        // Neither another group nor another seed of the user's counts up to the same number.
        let seed = options.seed.wrapping_add((group as u64) << 48);
        Self { subject, expected, quick: options.quick, seed }
    }

    /// The next run: `full` decays, or one in [`QUICK`] of them where time is short, and a seed that no other run has, so
    /// that all statistics are independent of each other.
    pub(crate) fn run(&mut self, full: u64) -> Run {
        let run = Run { histories: if self.quick { full / QUICK } else { full }, seed: self.seed };
        self.seed = self.seed.wrapping_add(1 << 32);
        run
    }

    /// The relative uncertainty that a number must be below to be compared: as of a full run, and as much more as a
    /// quick run has.
    pub(crate) fn certain(&self, full: f64) -> f64 {
        if self.quick { full * (QUICK as f64).sqrt() } else { full }
    }
}
