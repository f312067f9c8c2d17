//! What the command line says.

use crate::batch::BatchArguments;
use crate::compare::CompareOptions;
use crate::init::InitOptions;
use crate::inspect::InspectOptions;
use crate::kernel::KernelKind;
use crate::phantom::PhantomOptions;
use crate::plot::PlotKind;
use crate::report::ReportOptions;
use crate::run::RunArguments;
use crate::shard::{MergeOptions, ShardOptions};
use crate::simulate::SimulateOptions;
use crate::validate::ValidateOptions;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Voxel-level Monte Carlo absorbed dose for radioiodine therapy.
///
/// Research software, not a medical device.
#[derive(Debug, Parser)]
#[command(
    name = "iodose",
    version,
    max_term_width = 100,
    after_help = "Example:\n  iodose run --phantom lung-metastases -o results\n\n\
                  Exit code 0: done; 2: bad usage or bad input, nothing was written; 1: any other failure."
)]
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
    #[arg(short, long, global = true, display_order = 900)]
    pub(crate) quiet: bool,
    /// Write the full log to this file
    #[arg(long, global = true, value_name = "FILE", display_order = 901)]
    pub(crate) log: Option<PathBuf>,
    /// Add the nuclide of this file (TOML, form in crates/physics/data/nuclides/README.md); may be repeated
    #[arg(long, global = true, value_name = "FILE", display_order = 902)]
    pub(crate) nuclide_file: Vec<PathBuf>,
    /// Add the materials of this file (TOML, form of crates/physics/data/materials.toml); may be repeated
    #[arg(long, global = true, value_name = "FILE", display_order = 903)]
    pub(crate) material_file: Vec<PathBuf>,
}

impl Console {
    /// Adds what another was told.
    pub(crate) fn add(&mut self, other: &Self) {
        self.quiet |= other.quiet;
        self.log = self.log.take().or_else(|| other.log.clone());
        self.nuclide_file.extend_from_slice(&other.nuclide_file);
        self.material_file.extend_from_slice(&other.material_file);
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The whole job: images to time-integrated activity, absorbed dose, lesions and report
    #[command(after_help = "Examples:\n  iodose run case.toml -o results\n  \
                      iodose run case.toml -o results --uncertainty 0.02 --max-seconds 600\n  \
                      iodose run --phantom lung-metastases -o results\n  \
                      iodose run case.toml -o results --checkpoint case.checkpoint --resume\n\n\
                      Writes dose (Gy, or Gy/GBq where the case names no therapy activity), its uncertainty, lesion table,\n\
                      histograms, report.html and run.json into DIR, all together at the end.")]
    Run(RunArguments),
    /// Many cases: side by side, a failed one stops no other, with tables of the whole cohort
    #[command(
        after_help = "Examples:\n  iodose batch cases/*.toml -o cohort\n  iodose batch cases/*.toml -o cohort --resume\n\n\
                      A case has the result that `run` gives it alone. Exit code 1 where a case failed; its name is in the last line."
    )]
    Batch(BatchArguments),
    /// The engine alone: a map of time-integrated activity in, absorbed dose out on its grid
    #[command(
        after_help = "Example:\n  iodose simulate --tia tia.nii.gz --unit Bq.s/mL --ct ct.nii.gz --roi lesions.nii.gz -o dose\n\n\
                      Without --uncertainty or --histories: until the mean uncertainty of the goal voxels is 1 % (k=1). Goal\n\
                      voxels are those of --roi, else those above half the largest dose. Dose is written in Gy."
    )]
    Simulate(SimulateOptions),
    /// Kernels of absorbed dose in an unbounded medium
    #[command(after_help = "Example:\n  iodose kernel voxel --nuclide I-131 --size 3")]
    Kernel {
        #[command(subcommand)]
        kind: KernelKind,
    },
    /// Compares the engine with published values and exact answers, in one table; exit code 1 if any is out
    #[command(after_help = "Examples:\n  iodose validate --quick\n  iodose validate -o validation")]
    Validate(ValidateOptions),
    /// The lesions of two result folders side by side, such as before and after redifferentiation
    #[command(after_help = "Example:\n  iodose compare results-before results-after -o ratios.csv\n\n\
                      Lesions are matched by name, or by label where they have none. Compared are Gy/GBq; nuclide and goal must\n\
                      be the same.")]
    Compare(CompareOptions),
    /// Figures of results as SVG or PNG: histograms, a slice, a kernel, convergence
    #[command(after_help = "Example:\n  iodose plot dvh results -o dvh.svg")]
    Plot {
        #[command(subcommand)]
        kind: PlotKind,
    },
    /// Makes report.html of a finished run again, from its folder alone
    #[command(after_help = "Example:\n  iodose report results -o again.html\n\n\
                      By the version that made the run, the page has the same bytes. A patient named by `run --identify` is\n\
                      not named here.")]
    Report(ReportOptions),
    /// What files and folders are: kind, nuclide, unit, grid, times, lesions, problems, and what is missing for a run
    #[command(
        after_help = "Examples:\n  iodose inspect study\n  iodose inspect study.zip registration.tfm\n\n\
                      Patients appear as A, B, ... Exit code 2 where a series or file cannot be used; all are shown even so."
    )]
    Inspect(InspectOptions),
    /// Writes a case file from a study: what was chosen is said, what cannot be known is a commented line
    #[command(
        after_help = "Examples:\n  iodose init study -o case.toml\n  iodose init study --use spect -o post.toml\n\n\
                            What no file states is listed on standard error and at the top of the case file."
    )]
    Init(InitOptions),
    /// Writes a phantom: images, labels, truth and a ready case
    #[command(after_help = "Examples:\n  iodose phantom --list\n  iodose phantom lung-metastases -o lung")]
    Phantom(PhantomOptions),
    /// One of several shares of a run for a number of decays, each on a machine of its own
    #[command(
        after_help = "Example, of which `iodose merge` makes the bytes of the run without `shard 2/3`:\n  \
                      iodose shard 2/3 run case.toml --histories 3e8 -o part-2\n\n\
                      The part remembers the command, so that `merge` reads the same inputs again: run both in the same folder."
    )]
    Shard(ShardOptions),
    /// The parts that `shard` wrote, put together: the same dose to the last bit as from one run
    #[command(after_help = "Example:\n  iodose merge part-1 part-2 part-3 -o results\n\n\
                            Refuses parts that overlap, are missing, or come from another case, version or seed.")]
    Merge(MergeOptions),
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
