//! The progress bar.

use crate::arguments::Console;
use crate::interrupt;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use iodose::transport::{Progress, Watch};

/// Shows the progress of a Monte Carlo run on standard error, where that is a terminal and quiet was not asked for.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(console: &Console) -> Self {
        // `stderr` draws nothing where it is not a terminal.
        let target = if console.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(1), target);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {percent:>3} %, {msg} ({elapsed}, about {eta} left)")
        {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Watch for Bar {
    fn cancelled(&self) -> bool {
        interrupt::is_asked_for()
    }

    fn progress(&self, progress: Progress) {
        self.0.set_length(progress.expected);
        self.0.set_position(progress.histories);
        let reached = progress.uncertainty.map(|u| format!(", uncertainty {:.1} % so far", 100.0 * u));
        self.0.set_message(format!(
            "{} decays{}",
            HumanCount(progress.histories),
            reached.unwrap_or_default()
        ));
    }
}
