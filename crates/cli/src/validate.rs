//! `iodose validate`

use crate::arguments::Console;
use crate::console::{print, tell};
use crate::interrupt::Interruptible;
use clap::Args;
use iodose::Error;
use iodose::io::{IoError, write_bytes_whole};
use iodose::physics::Library;
use iodose::validate::{Engine, Expected, Options, Validation, Verdict, document, json, text, validate};
use std::io::{ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};

/// What stands below this line in an earlier `validation.md` is kept.
const MARKER: &str = "<!-- What stands below this line is kept by `iodose validate -o`. -->";

#[derive(Debug, Args)]
pub(crate) struct ValidateOptions {
    /// Every row with fewer histories and wider margins: within two minutes on two cores
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
    if let Some(folder) = &options.output {
        let failed = |source| Error::Io(IoError::Write { path: folder.clone(), source });
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let engine = Engine { library, threads: options.threads.map(usize::from), watch: &Interruptible };
    let request = Options { quick: options.quick, seed: options.seed, ..Options::default() };
    let expected = Expected::embedded()?;
    let show = !console.quiet && std::io::stderr().is_terminal();
    let result = validate(&engine, &expected, &request, |row| {
        tracing::info!(case = row.case, verdict = ?row.verdict, "compared");
        if show {
            tell(&format!("{:?}: {}", row.verdict, row.case));
        }
    })?;
    if let Some(folder) = &options.output {
        write(folder, &result, &document(&result, &expected, &request))?;
    }
    print(&text(&result.rows))?;
    if options.quick {
        print(
            "quick: a deviation within its margin \"with statistics\" goes unseen; the full run has the tolerances alone\n",
        )?;
    }
    let failed = result.rows.iter().filter(|row| row.verdict == Verdict::Fail).count();
    if failed > 0 { Err(Error::OutOfTolerance(failed)) } else { Ok(()) }
}

fn write(folder: &Path, result: &Validation, page: &str) -> Result<(), Error> {
    let path = folder.join("validation.md");
    let kept = kept_text(&path)?;
    write_bytes_whole(&path, format!("{page}\n{MARKER}{kept}").as_bytes())?;
    write_bytes_whole(&folder.join("validation.json"), json(&result.rows).as_bytes())?;
    for plot in &result.plots {
        write_bytes_whole(&folder.join(format!("{}.svg", plot.name)), plot.svg().as_bytes())?;
    }
    Ok(())
}

/// What a reader wrote below the marker of an earlier file.
fn kept_text(path: &Path) -> Result<String, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.split_once(MARKER).map_or("\n".to_owned(), |(_, below)| below.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok("\n".to_owned()),
        Err(source) => Err(Error::Io(IoError::Read { path: path.to_path_buf(), source })),
    }
}
