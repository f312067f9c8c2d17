//! The `iodose` command.
//!
//! Exit code 0 on success, 2 for bad usage or bad input, 1 for any other failure. Results go to standard output or to
//! the named folder, errors to standard error, and a progress bar to standard error where that is a terminal.

mod arguments;
mod console;
mod effort;
mod kernel;
mod log;
mod phantom;
mod point;
mod progress;
mod run;
mod simulate;
mod usage;
mod validate;

use arguments::{Arguments, Command, Console};
use clap::Parser;
use iodose::Error;
use iodose::io::IoError;
use iodose::physics::Library;
use std::path::PathBuf;
use std::process::ExitCode;

const BAD_INPUT: u8 = 2;
const OTHER_FAILURE: u8 = 1;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if usage::is_help(&error) => error.exit(),
        Err(error) => {
            let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
            console::tell(&usage::in_two_lines(&error, words));
            return ExitCode::from(BAD_INPUT);
        }
    };
    match execute(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            console::tell(&format!("error: {error}"));
            ExitCode::from(if error.is_bad_input() { BAD_INPUT } else { OTHER_FAILURE })
        }
    }
}

/// The data that come with the engine, and the user's own.
fn library(console: &Console) -> Result<Library, Error> {
    let mut library = Library::embedded()?;
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|source| IoError::Read { path: path.clone(), source })
    };
    for path in &console.nuclide_file {
        library.add_nuclide(&path.display().to_string(), &read(path)?)?;
    }
    for path in &console.material_file {
        library.add_materials(&path.display().to_string(), &read(path)?)?;
    }
    Ok(library)
}

fn execute(arguments: &Arguments) -> Result<(), Error> {
    let console = &arguments.console;
    if let Some(file) = &console.log {
        log::start(file)?;
        tracing::info!(version = iodose::VERSION, ?arguments, "start");
    }
    let library = library(console)?;
    match &arguments.command {
        Command::Run(options) => run::run(options, console, &library),
        Command::Simulate(options) => simulate::simulate(options, console, &library),
        Command::Kernel { kind } => kernel::kernel(kind, console, &library),
        Command::Validate(options) => validate::run(options, console, &library),
        Command::Phantom(options) => phantom::phantom(options, console, &library),
    }
}
