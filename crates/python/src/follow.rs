//! Work beside the interpreter: its lock is released, and its signals are heard.

use crate::error::{Error, raised};
use iodose::BatchWatch;
use iodose::transport::{Progress, Watch, with_threads};
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often signals are looked for and progress is told.
const STEP: Duration = Duration::from_millis(50);
/// How long work that is to end is waited for.
const PATIENCE: Duration = Duration::from_millis(250);

/// What the working thread and the calling one tell each other.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    cancelled: AtomicBool,
    ended: AtomicBool,
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
struct Ended(Arc<Follower>, thread::Thread);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.ended.store(true, Ordering::Release);
        self.1.unpark();
    }
}

/// Does `work` in another thread, on a pool of `threads` of its own, `None` for as many as there are processors: a pool of the process
/// would not survive a fork, and would let one call wait for another. `progress` is called in the calling thread. An exception of it
/// or of a signal ends the work and comes back; a step of the work that does not listen is left to its thread, which ends after it.
pub(crate) fn follow<T: Send + 'static>(
    py: Python<'_>,
    threads: Option<usize>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Follower) -> Result<T, iodose::Error> + Send + 'static,
) -> PyResult<T> {
    let follower = Arc::new(Follower::default());
    let ended = Ended(follower.clone(), thread::current());
    let worker = thread::Builder::new().spawn(move || {
        // 0 leaves the number to rayon, which counts processors.
        with_threads(Some(threads.unwrap_or(0)), || work(&ended.0)).map_err(iodose::Error::from).flatten()
    })?;
    while !follower.ended.load(Ordering::Acquire) {
        py.detach(|| thread::park_timeout(STEP));
        if let Err(exception) = py.check_signals().and_then(|()| follower.tell(progress)) {
            follower.cancelled.store(true, Ordering::Relaxed);
            let asked = Instant::now();
            while !follower.ended.load(Ordering::Acquire) && asked.elapsed() < PATIENCE {
                py.detach(|| thread::park_timeout(STEP));
            }
            return Err(exception);
        }
    }
    match py.detach(|| worker.join()) {
        Ok(result) => {
            let found = result.map_err(raised)?;
            follower.tell(progress)?;
            Ok(found)
        }
        Err(_) => Err(Error::new_err("the engine ended by a fault of its own")),
    }
}
