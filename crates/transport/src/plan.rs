//! How to run.

use crate::EngineError;
use crate::goal::Goal;

/// The most decays that the tallies have room for.
pub(crate) const MOST_HISTORIES: u64 = 10_000_000_000;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// After this many decays.
    Histories(u64),
    /// When the uncertainty that the goal names is at most `target`, or a ceiling is reached.
    Uncertainty {
        /// Relative standard uncertainty, k = 1.
        target: f64,
        /// Ceiling in decays.
        max_histories: Option<u64>,
        /// Ceiling in seconds of wall time. Ends the run after a number of decays that depends on the machine; that
        /// number is reported, and asking for it gives the same result again.
        max_seconds: Option<f64>,
    },
}

/// How to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Seed of all random numbers.
    pub seed: u64,
    /// When to stop.
    pub stop: Stop,
    /// What the uncertainty is about.
    pub goal: Goal,
    /// Number of threads; `None` for the pool that the caller runs in.
    pub threads: Option<usize>,
}

impl Plan {
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        let histories = match self.stop {
            Stop::Histories(histories) => histories,
            Stop::Uncertainty { target, max_histories, .. } => {
                if !(target > 0.0 && target < 1.0) {
                    return Err(EngineError::Uncertainty(target));
                }
                max_histories.unwrap_or(MOST_HISTORIES)
            }
        };
        if (1..=MOST_HISTORIES).contains(&histories) {
            Ok(())
        } else {
            Err(EngineError::Histories(histories))
        }
    }
}

/// Does `work` on a number of threads of its own; `None` for the pool that the caller runs in.
///
/// # Errors
/// [`EngineError::Threads`] where no threads can be had.
pub fn with_threads<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, EngineError> {
    match threads {
        None => Ok(work()),
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            Ok(pool.map_err(|error| EngineError::Threads(error.to_string()))?.install(work))
        }
    }
}
