//! `iodose run`

use crate::arguments::{Console, Effort};
use crate::progress::Bar;
use clap::Args;
use iodose::case::{Case, StopRule};
use iodose::physics::Library;
use iodose::report::terminal::summary_table;
use iodose::{Error, RunOptions, run_into, write_phantom};
use std::path::PathBuf;

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
    output: Option<PathBuf>,
    #[command(flatten)]
    effort: Effort,
}

pub(crate) fn run(arguments: &RunArguments, console: &Console, library: &Library) -> Result<(), Error> {
    let (case, folder) = match (&arguments.case, &arguments.phantom) {
        (Some(path), _) => {
            let case = Case::read(path)?;
            let folder =
                arguments.output.clone().unwrap_or_else(|| format!("iodose-{}", case.header.id).into());
            (case, folder)
        }
        (None, phantom) => {
            let name = phantom.as_deref().unwrap_or_default();
            let folder = arguments.output.clone().unwrap_or_else(|| format!("iodose-{name}").into());
            (Case::read(write_phantom(name, &folder.join("phantom"), library)?)?, folder)
        }
    };
    let effort = &arguments.effort;
    let stop = effort.histories.map(StopRule::Histories).or(effort.uncertainty.map(StopRule::Uncertainty));
    let options = RunOptions { threads: effort.threads(), seed: effort.seed, stop };
    let bar = Bar::new(console);
    let outcome = run_into(&case, &options, &folder, library, &bar);
    bar.finish();
    let outcome = outcome?;
    if !console.quiet {
        let report = &outcome.report;
        println!("{}: {}", report.case_id, report.settings.basis.describe());
        println!("{}", summary_table(&report.lesions, report.settings.basis.unit()));
        for warning in &report.warnings {
            println!("warning: {warning}");
        }
        println!("report: {}", folder.join("report.html").display());
    }
    Ok(())
}
