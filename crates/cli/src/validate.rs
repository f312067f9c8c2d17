//! `iodose validate`

use crate::console::Console;
use clap::Args;
use iodose::io::IoError;
use iodose::physics::Library;
use iodose::transport::Unwatched;
use iodose::validate::{Engine, Expected, Options, Verdict, json, markdown, text, validate};
use iodose::{Error, ResultFolder};
use std::path::{Path, PathBuf};

/// What stands above this line in an earlier `validation.md` is kept.
const MARKER: &str = "<!-- Below this line: written by `iodose validate -o docs`. -->";

#[derive(Debug, Args)]
pub(crate) struct ValidateOptions {
    /// A tenth of the histories and wider margins: within two minutes on two cores
    #[arg(long)]
    quick: bool,
    /// Folder for the table (validation.md, validation.json) and the plots of the kernels (SVG)
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Number of threads [default: all]; the result does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Seed of the random numbers
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(options: &ValidateOptions, console: &Console, library: &Library) -> Result<(), Error> {
    let folder = options.output.as_deref().map(ResultFolder::prepare).transpose()?;
    let engine = Engine { library, threads: options.threads.map(usize::from), watch: &Unwatched };
    let request = Options { quick: options.quick, seed: options.seed, ..Options::default() };
    let result = validate(&engine, &Expected::embedded()?, &request, |row| {
        tracing::info!(case = row.case, verdict = ?row.verdict, "compared");
    })?;
    if let Some(folder) = folder {
        let path = folder.path().join("validation.md");
        let command = if options.quick { "iodose validate --quick" } else { "iodose validate" };
        let table = format!("{MARKER}\n\n## Comparisons\nWritten by `{command}`.\n\n{}", markdown(&result.rows));
        folder.write_text("validation.md", &format!("{}{table}", kept_text(&path)?))?;
        folder.write_text("validation.json", &json(&result.rows))?;
        for plot in &result.plots {
            folder.write_text(&format!("{}.svg", plot.name), &plot.svg())?;
        }
    }
    console.print(&text(&result.rows));
    let failed = result.rows.iter().filter(|row| row.verdict == Verdict::Fail).count();
    if failed > 0 { Err(Error::OutOfTolerance(failed)) } else { Ok(()) }
}

/// What a reader wrote above the marker of an earlier file.
fn kept_text(path: &Path) -> Result<String, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.split_once(MARKER).map_or(String::new(), |(above, _)| above.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(Error::Io(IoError::Read { path: path.to_path_buf(), source })),
    }
}
