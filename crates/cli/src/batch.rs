//! `iodose batch`

use crate::arguments::Console;
use crate::console::{print, tell};
use crate::effort::Effort;
use crate::interrupt;
use crate::run::options_of;
use clap::Args;
use iodose::physics::Library;
use iodose::transport::Watch;
use iodose::{
    BatchCase, BatchOptions, BatchWatch, CaseEnd, Error, available_memory, run_batch, write_cohort,
};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where results go when nothing is said.
const DEFAULT_FOLDER: &str = "iodose-batch";
/// Share of the free memory that cases may take when nothing is said.
const SHARE_OF_MEMORY: f64 = 0.8;
const GIB: f64 = (1_u64 << 30) as f64;

#[derive(Debug, Args)]
pub(crate) struct BatchArguments {
    /// The case files
    #[arg(value_name = "CASE.toml", required = true)]
    cases: Vec<PathBuf>,
    /// Folder for the results: one folder below it for each case, named by its id, and the cohort's tables
    #[arg(short, long, value_name = "DIR", default_value = DEFAULT_FOLDER)]
    output: PathBuf,
    /// Cases side by side at most; all share the threads
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Memory (GiB) that the cases under way may take by estimate [default: 80 % of what is free]
    #[arg(long, value_name = "GIB", value_parser = crate::effort::positive)]
    memory: Option<f64>,
    /// Run the others where a case file cannot be read; without it nothing is run
    #[arg(long)]
    keep_going: bool,
    /// Pass over what is finished: results of this version and these settings, no input changed since
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    effort: Effort,
}

pub(crate) fn run(arguments: &BatchArguments, console: &Console, library: &Library) -> Result<(), Error> {
    let memory = arguments.memory.map(|gib| gib * GIB);
    let free = || available_memory().map(|bytes| bytes as f64 * SHARE_OF_MEMORY);
    let options = BatchOptions {
        run: options_of(&arguments.effort),
        jobs: arguments.jobs.into(),
        memory_bytes: memory.or_else(free).map(|bytes| bytes as u64),
        keep_going: arguments.keep_going,
        resume: arguments.resume,
    };
    let teller = Teller { of: arguments.cases.len(), ended: AtomicUsize::new(0), quiet: console.quiet };
    let cases = run_batch(&arguments.cases, &options, &arguments.output, library, &teller)?;
    let cohort = write_cohort(&cases, &arguments.output)?;
    if !console.quiet {
        print(&format!("cohort: {}\n", cohort.display()))?;
    }
    let failed: Vec<&BatchCase> =
        cases.iter().filter(|case| matches!(case.end, CaseEnd::Failed(_))).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = failed.iter().map(|case| case.file.display().to_string()).collect();
    Err(Error::Batch { failed: failed.len(), of: cases.len(), names: names.join(", ") })
}

/// Says on standard error how each case ended.
struct Teller {
    of: usize,
    ended: AtomicUsize,
    quiet: bool,
}

impl Watch for Teller {
    fn cancelled(&self) -> bool {
        interrupt::is_asked_for()
    }
}

impl BatchWatch for Teller {
    fn ends(&self, case: &BatchCase) {
        let number = self.ended.fetch_add(1, Ordering::Relaxed) + 1;
        let name = if case.id.is_empty() { case.file.display().to_string() } else { case.id.clone() };
        let text = match &case.end {
            _ if interrupt::is_asked_for() => return,
            CaseEnd::Failed(error) => format!("failed: {error}"),
            _ if self.quiet => return,
            CaseEnd::Done { seconds } => format!("done in {seconds:.1} s, {}", shown(&case.folder)),
            CaseEnd::Finished => format!("was finished, {}", shown(&case.folder)),
        };
        tell(&format!("{number}/{} {name}: {text}", self.of));
    }
}

fn shown(folder: &Path) -> String {
    folder.display().to_string()
}
