//! Watching a run, and stopping it.

use crate::EngineError;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Histories simulated.
    pub histories: u64,
    /// Histories expected in all, as far as is known now.
    pub expected: u64,
    /// Mean relative uncertainty over the goal, where it has been looked at.
    pub uncertainty: Option<f64>,
}

/// Told about progress between rounds of work, several times a second; may ask to stop.
pub trait Watch: Sync {
    /// Called from the thread that started the run.
    fn progress(&self, _progress: Progress) {}
    /// Asked often from any thread; true ends the run with [`crate::EngineError::Cancelled`].
    fn cancelled(&self) -> bool {
        false
    }
}

/// Ends what a watch asks to be ended.
pub(crate) fn go_on(watch: &dyn Watch) -> Result<(), EngineError> {
    if watch.cancelled() { Err(EngineError::Cancelled) } else { Ok(()) }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {}
