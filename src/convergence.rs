//! How the uncertainty fell while a run went on.

use iodose_transport::{Progress, Watch};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a run saw when it looked at its goal.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Look {
    /// Decays simulated by then.
    pub decays: u64,
    /// Relative uncertainty of the goal (k=1); `None` where it was not finite.
    pub goal_uncertainty: Option<f64>,
}

/// Notes each look that a run tells of, and passes everything on.
pub(crate) struct Looks<'a> {
    watch: &'a dyn Watch,
    seen: SharedLooks,
}

/// The looks so far, for those who keep what a run has found.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedLooks(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    /// Decays at the end of the last round.
    decays: u64,
    looks: Vec<Look>,
}

impl SharedLooks {
    /// Those so far.
    pub(crate) fn so_far(&self) -> Vec<Look> {
        self.seen().looks.clone()
    }

    /// Those of a run that goes on from so many decays.
    pub(crate) fn resume(&self, decays: u64, looks: &[Look]) {
        *self.seen() = Seen { decays, looks: looks.to_vec() };
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Looks<'a> {
    pub(crate) fn new(watch: &'a dyn Watch) -> Self {
        Self { watch, seen: SharedLooks::default() }
    }

    pub(crate) fn shared(&self) -> SharedLooks {
        self.seen.clone()
    }

    /// All looks, with the last one, of which no progress tells.
    pub(crate) fn with_last(self, decays: u64, goal_uncertainty: f64) -> Vec<Look> {
        let mut looks = self.seen.so_far();
        looks.retain(|look| look.decays < decays);
        looks.push(Look { decays, goal_uncertainty: Some(goal_uncertainty).filter(|u| u.is_finite()) });
        looks
    }
}

impl Watch for Looks<'_> {
    fn progress(&self, progress: Progress) {
        {
            let mut seen = self.seen.seen();
            // What a round tells was seen before it, at the end of the last one.
            let look = Look { decays: seen.decays, goal_uncertainty: progress.uncertainty };
            let is_new = seen.looks.last().is_none_or(|last| last.goal_uncertainty != look.goal_uncertainty);
            if look.goal_uncertainty.is_some_and(f64::is_finite) && look.decays > 0 && is_new {
                seen.looks.push(look);
            }
            seen.decays = progress.histories;
        }
        self.watch.progress(progress);
    }

    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_transport::Unwatched;

    #[test]
    fn looks_are_dated_to_the_round_before_they_were_told() {
        let looks = Looks::new(&Unwatched);
        for (histories, uncertainty) in
            [(500, None), (1000, None), (1200, Some(0.04)), (1250, Some(0.04)), (1500, Some(0.03))]
        {
            looks.progress(Progress { histories, expected: 2000, uncertainty });
        }
        let look = |decays, u| Look { decays, goal_uncertainty: Some(u) };
        assert_eq!(looks.with_last(1500, 0.025), [look(1000, 0.04), look(1250, 0.03), look(1500, 0.025)]);
    }

    #[test]
    fn a_number_of_decays_is_looked_at_once() {
        let looks = Looks::new(&Unwatched);
        looks.progress(Progress { histories: 7, expected: 7, uncertainty: None });
        assert_eq!(looks.with_last(7, f64::NAN), [Look { decays: 7, goal_uncertainty: None }]);
    }
}
