//! What the command line says.

use crate::kernel::KernelKind;
use crate::phantom::PhantomOptions;
use crate::run::RunArguments;
use crate::simulate::SimulateOptions;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Voxel-level Monte Carlo absorbed dose for radioiodine therapy.
///
/// Research software, not a medical device.
#[derive(Debug, Parser)]
#[command(name = "iodose", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) console: Console,
}

/// What is shown while a command works.
#[derive(Debug, Args)]
pub(crate) struct Console {
    /// Show nothing but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Write the full log to this file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The whole job: images to time-integrated activity, absorbed dose, lesions and report
    #[command(after_help = "Examples:\n  iodose run case.toml -o results\n  \
                            iodose run --phantom lung-metastases -o results")]
    Run(RunArguments),
    /// The engine alone: a map of time-integrated activity in, absorbed dose out on its grid
    #[command(
        after_help = "Example:\n  iodose simulate --tia tia.nii.gz --unit Bq.s/mL --ct ct.nii.gz --roi lesions.nii.gz -o dose"
    )]
    Simulate(SimulateOptions),
    /// Kernels of absorbed dose in an unbounded medium
    Kernel {
        #[command(subcommand)]
        kind: KernelKind,
    },
    /// Writes a phantom: images, labels, truth and a ready case
    #[command(after_help = "Examples:\n  iodose phantom --list\n  iodose phantom lung-metastases -o lung")]
    Phantom(PhantomOptions),
}

/// When a Monte Carlo run ends, and on what it depends.
#[derive(Debug, Args)]
pub(crate) struct Effort {
    /// Number of threads [default: all]; the result does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// Seed of the random numbers; the same seed gives the same bytes
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Run until the mean relative uncertainty (k=1) of the goal voxels is at most this, such as 0.01
    #[arg(long, value_name = "P", value_parser = share, conflicts_with = "histories")]
    pub(crate) uncertainty: Option<f64>,
    /// Simulate this many decays
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000_000))]
    pub(crate) histories: Option<u64>,
}

impl Effort {
    pub(crate) fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }
}

/// A number above 0 and below 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value < 1.0 => Ok(value),
        _ => Err("expected a number above 0 and below 1".into()),
    }
}

/// A finite number above 0.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("expected a number above 0".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_description_of_the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
