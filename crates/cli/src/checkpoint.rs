//! Options against interruptions.

use crate::console::tell;
use crate::effort::positive;
use clap::Args;
use iodose::{Checkpoint, Origin};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(next_help_heading = "Interruptions")]
pub(crate) struct CheckpointOptions {
    /// Keep what is found in this file, for --resume; it is removed when the results are there
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The most time that an interruption may cost
    #[arg(long, value_name = "SECONDS", requires = "checkpoint", default_value = "60", value_parser = positive)]
    checkpoint_interval: f64,
    /// Go on from the checkpoint, with the same options; where there is none yet, begin at the start
    #[arg(long, requires = "checkpoint")]
    resume: bool,
}

impl CheckpointOptions {
    pub(crate) fn checkpoint(&self) -> Option<Checkpoint> {
        let path = self.checkpoint.clone()?;
        let interval = Duration::try_from_secs_f64(self.checkpoint_interval).unwrap_or(Duration::MAX);
        Some(Checkpoint { path, interval, resume: self.resume })
    }

    pub(crate) fn is_asked_for(&self) -> bool {
        self.checkpoint.is_some()
    }
}

/// What a run with this checkpoint begins with. Says so where there is nothing to go on from.
pub(crate) fn origin(checkpoint: Option<&Checkpoint>, quiet: bool) -> Origin<'_> {
    let Some(checkpoint) = checkpoint else { return Origin::Nothing };
    if checkpoint.resume && !checkpoint.path.exists() && !quiet {
        tell(&format!(
            "warning: {}: no checkpoint yet; the run begins at the start",
            checkpoint.path.display()
        ));
    }
    Origin::Checkpoint(checkpoint)
}
