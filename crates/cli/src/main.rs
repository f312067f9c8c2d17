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
mod progress;
mod run;
mod simulate;
mod usage;

use arguments::{Arguments, Command};
use clap::Parser;
use iodose::physics::Library;
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

fn execute(arguments: &Arguments) -> Result<(), iodose::Error> {
    let console = &arguments.console;
    if let Some(file) = &console.log {
        log::start(file)?;
        tracing::info!(version = iodose::VERSION, ?arguments, "start");
    }
    let library = Library::embedded()?;
    match &arguments.command {
        Command::Run(options) => run::run(options, console, &library),
        Command::Simulate(options) => simulate::simulate(options, console, &library),
        Command::Kernel { kind } => kernel::kernel(kind, console, &library),
        Command::Phantom(options) => phantom::phantom(options, console, &library),
    }
}
