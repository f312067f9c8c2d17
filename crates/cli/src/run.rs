//! `iodose run`

use crate::arguments::Console;
use crate::console::{print, tell_warnings};
use crate::effort::Effort;
use crate::progress::Bar;
use clap::Args;
use iodose::case::Case;
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
            let folder = arguments.output.clone().unwrap_or_else(|| default_folder(&case.header.id));
            (case, folder)
        }
        (None, phantom) => {
            let name = phantom.as_deref().unwrap_or_default();
            let folder = arguments.output.clone().unwrap_or_else(|| default_folder(name));
            (Case::read(write_phantom(name, &folder.join("phantom"), library)?)?, folder)
        }
    };
    let effort = &arguments.effort;
    let options = RunOptions {
        threads: effort.threads(),
        seed: effort.seed,
        stop: effort.rule(),
        max_histories: effort.max_histories,
        max_seconds: effort.max_seconds,
        measure: effort.goal,
        reductions: effort.variance_reduction,
    };
    let bar = Bar::new(console);
    let outcome = run_into(&case, &options, &folder, library, &bar);
    bar.finish();
    let outcome = outcome?;
    if console.quiet {
        return Ok(());
    }
    let report = &outcome.report;
    let basis = &report.settings.basis;
    tell_warnings(&report.warnings);
    print(&format!(
        "{}: {}\n{}\nreport: {}\n",
        report.case_id,
        basis.describe(),
        summary_table(&report.lesions, basis.unit()),
        folder.join("report.html").display()
    ))
}

/// A file name from the case's id, which may hold any punctuation mark.
fn default_folder(id: &str) -> PathBuf {
    let is_plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '.';
    let name: String = id.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("iodose-{name}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_elsewhere() {
        assert_eq!(default_folder("lung-metastases"), PathBuf::from("iodose-lung-metastases"));
        assert_eq!(default_folder("../../a b\\c:"), PathBuf::from("iodose-.._.._a_b_c_"));
    }
}
