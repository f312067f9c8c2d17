//! An end within a second where the user or the system asks for it (Ctrl-C, SIGTERM).

use iodose::transport::Watch;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Whether the program was asked to end.
pub(crate) fn is_asked_for() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Shows nothing, and ends when asked to.
pub(crate) struct Interruptible;

impl Watch for Interruptible {
    fn cancelled(&self) -> bool {
        is_asked_for()
    }
}

/// Listens. Work that asks [`is_asked_for`] ends by itself; what does not, such as reading a large image, is ended after a grace,
/// without what it had begun to write. SIGHUP keeps its meaning, so that `nohup` does too.
#[cfg(unix)]
pub(crate) fn listen() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use std::time::Duration;

    const GRACE: Duration = Duration::from_millis(700);

    // Where a system gives no signals or threads to the program, they do to it what they always do.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    let _ = std::thread::Builder::new().name("signals".into()).spawn(move || {
        if signals.forever().next().is_some() {
            ASKED.store(true, Ordering::Relaxed);
            std::thread::sleep(GRACE);
            crate::end_at_once(format_args!("interrupted"));
        }
    });
}

#[cfg(not(unix))]
pub(crate) fn listen() {}
