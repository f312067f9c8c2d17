//! Work beside the interpreter: its lock is released, and its signals are heard.

use crate::error::{Error, raised};
use iodose::BatchWatch;
use iodose::transport::{Progress, Watch, with_threads};
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How often signals are looked for and progress is told.
const STEP: Duration = Duration::from_millis(50);

/// What the working thread and the calling one tell each other.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    cancelled: AtomicBool,
    latest: Mutex<Option<Progress>>,
}

impl Watch for Follower {
    fn progress(&self, progress: Progress) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl BatchWatch for Follower {}

impl Follower {
    /// Tells a callable how far the work is, if it went on since it was told last.
    fn tell(&self, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(callable), Some(Progress { histories, expected, uncertainty })) = (progress, latest) {
            callable.call1((histories, expected, uncertainty))?;
        }
        Ok(())
    }
}

/// Sets the flag and wakes the calling thread when the work ends, however it does.
struct Ended<'a>(&'a AtomicBool, thread::Thread);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        self.1.unpark();
    }
}

/// Does `work` in another thread, on a pool of `threads` of its own, `None` for as many as there are processors: a pool of the process
/// would not survive a fork, and would let one call wait for another. `progress` is called in the calling thread. An exception of it
/// or of a signal ends the work and comes back.
pub(crate) fn follow<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Follower) -> Result<T, iodose::Error> + Send,
) -> PyResult<T> {
    let (follower, ended) = (Follower::default(), AtomicBool::new(false));
    let (heard, caller) = (&follower, Ended(&ended, thread::current()));
    let (result, exception) = thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let _ended = caller;
            // 0 leaves the number to rayon, which counts processors.
            with_threads(Some(threads.unwrap_or(0)), || work(heard)).map_err(iodose::Error::from).flatten()
        });
        let mut exception = None;
        while !ended.load(Ordering::Acquire) {
            py.detach(|| thread::park_timeout(STEP));
            if exception.is_none()
                && let Err(raised) = py.check_signals().and_then(|()| follower.tell(progress))
            {
                follower.cancelled.store(true, Ordering::Relaxed);
                exception = Some(raised);
            }
        }
        (py.detach(|| worker.join()), exception)
    });
    match (exception, result) {
        (Some(exception), _) => Err(exception),
        (None, Ok(result)) => {
            let found = result.map_err(raised)?;
            follower.tell(progress)?;
            Ok(found)
        }
        (None, Err(_)) => Err(Error::new_err("the engine ended by a fault of its own")),
    }
}
