//! `iodose run`

use crate::arguments::Console;
use crate::checkpoint::{CheckpointOptions, origin};
use crate::console::{print, style, tell_warnings};
use crate::effort::Effort;
use crate::progress::Bar;
use clap::Args;
use iodose::case::Case;
use iodose::physics::Library;
use iodose::report::LesionResult;
use iodose::report::terminal::styled_summary_table;
use iodose::{Error, Origin, PartFile, RunOptions, folder_name, run_from, run_share, write_phantom};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The case file
    #[arg(value_name = "CASE.toml", required_unless_present = "phantom")]
    case: Option<PathBuf>,
    /// In place of a case file: write this phantom into DIR/phantom and run its case (`iodose phantom --list`)
    #[arg(long, value_name = "NAME", conflicts_with = "case")]
    phantom: Option<String>,
    /// Folder for the results [default: iodose-CASE_ID]
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Name the patient by PatientID in report.html, beside the case's id
    #[arg(long)]
    identify: bool,
    #[command(flatten)]
    effort: Effort,
    #[command(flatten)]
    pub(crate) checkpoint: CheckpointOptions,
}

impl RunArguments {
    pub(crate) fn is_phantom(&self) -> bool {
        self.phantom.is_some()
    }

    fn options(&self) -> RunOptions {
        RunOptions { identify: self.identify, ..options_of(&self.effort) }
    }
}

/// What is decided in place of the case.
pub(crate) fn options_of(effort: &Effort) -> RunOptions {
    RunOptions {
        threads: effort.threads(),
        seed: effort.seed,
        stop: effort.rule(),
        max_histories: effort.max_histories,
        max_seconds: effort.max_seconds,
        measure: effort.goal,
        reductions: effort.variance_reduction,
        identify: false,
    }
}

pub(crate) fn run(arguments: &RunArguments, console: &Console, library: &Library) -> Result<(), Error> {
    let checkpoint = arguments.checkpoint.checkpoint();
    let origin = origin(checkpoint.as_ref(), console.quiet);
    finish(arguments, &origin, arguments.output.as_deref(), console, library)
}

/// Simulates a share.
pub(crate) fn share(
    arguments: &RunArguments,
    part: &PartFile,
    console: &Console,
    library: &Library,
) -> Result<(), Error> {
    let case = Case::read(arguments.case.as_deref().unwrap_or(Path::new("")))?;
    let bar = Bar::new(console);
    let result = run_share(&case, &arguments.options(), part, library, &bar);
    bar.finish();
    result
}

/// Runs from what was found before.
pub(crate) fn finish(
    arguments: &RunArguments,
    origin: &Origin<'_>,
    output: Option<&Path>,
    console: &Console,
    library: &Library,
) -> Result<(), Error> {
    let folder = |id: &str| output.map_or_else(|| default_folder(id), Path::to_path_buf);
    let (case, folder) = match (&arguments.case, &arguments.phantom) {
        (Some(path), _) => {
            let case = Case::read(path)?;
            let folder = folder(&case.header.id);
            (case, folder)
        }
        (None, phantom) => {
            let name = phantom.as_deref().unwrap_or_default();
            let folder = folder(name);
            (Case::read(write_phantom(name, &folder.join("phantom"), library)?)?, folder)
        }
    };
    let bar = Bar::new(console);
    let outcome = run_from(&case, &arguments.options(), origin, &folder, library, &bar);
    bar.finish();
    let outcome = outcome?;
    if console.quiet {
        return Ok(());
    }
    let report = &outcome.report;
    let basis = &report.settings.basis;
    tell_warnings(&report.warnings);
    print(&format!(
        "{}: {}\n{}\n{}{}report: {}\n",
        report.case_id,
        basis.describe(),
        styled_summary_table(&report.lesions, basis.unit(), style()),
        organs(&report.organs, basis.unit()),
        report.prescription.as_ref().map_or(String::new(), |table| table.terminal() + "\n"),
        folder.join("report.html").display()
    ))
}

/// The organs in the columns of the lesions; nothing without any.
fn organs(organs: &[LesionResult], unit: &str) -> String {
    if organs.is_empty() {
        String::new()
    } else {
        format!("organs\n{}\n", styled_summary_table(organs, unit, style()))
    }
}

fn default_folder(id: &str) -> PathBuf {
    format!("iodose-{}", folder_name(id)).into()
}
