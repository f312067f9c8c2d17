//! Progress to C, and its wish to stop.

use engine::transport::{Progress, Watch};
use std::ffi::c_void;

/// What is told of progress and asked for a wish to stop; every member may be NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Watcher {
    /// Told several times a second, from the thread that made the call or one that works for it: decays simulated, decays expected
    /// in all, and the relative uncertainty reached (NaN where it is not known yet). It must not unwind.
    pub progress:
        Option<unsafe extern "C" fn(user: *mut c_void, decays: u64, expected: u64, uncertainty: f64)>,
    /// Asked often, from any thread, several at once: true ends the call with IODOSE_STATUS_CANCELLED. It must not unwind.
    pub cancelled: Option<unsafe extern "C" fn(user: *mut c_void) -> bool>,
    /// Handed to both.
    pub user: *mut c_void,
}

/// A watch, or none.
pub(crate) struct Watching(pub(crate) Option<Watcher>);

// SAFETY: the header demands functions that may be called from any thread, several at once.
unsafe impl Sync for Watching {}

impl Watch for Watching {
    fn progress(&self, progress: Progress) {
        if let Some(Watcher { progress: Some(tell), user, .. }) = self.0 {
            let uncertainty = progress.uncertainty.unwrap_or(f64::NAN);
            // SAFETY: a function of the caller, called as the header says.
            unsafe { tell(user, progress.histories, progress.expected, uncertainty) };
        }
    }

    fn cancelled(&self) -> bool {
        // SAFETY: a function of the caller, called as the header says.
        matches!(self.0, Some(Watcher { cancelled: Some(ask), user, .. }) if unsafe { ask(user) })
    }
}
