//! The `iodose` command.
//!
//! Exit code 0 on success, 2 for bad usage or bad input, 1 for any other failure. Results go to standard output or to
//! the named folder, errors to standard error, and a progress bar to standard error where that is a terminal.

mod arguments;
mod kernel;
mod log;
mod phantom;
mod progress;
mod run;
mod simulate;

use arguments::{Arguments, Command};
use clap::Parser;
use iodose::physics::Library;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match execute(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(if error.is_bad_input() { 2 } else { 1 })
        }
    }
}

fn execute(arguments: &Arguments) -> Result<(), iodose::Error> {
    let console = &arguments.console;
    if let Some(file) = &console.log {
        log::start(file)?;
    }
    let library = Library::embedded()?;
    match &arguments.command {
        Command::Run(options) => run::run(options, console, &library),
        Command::Simulate(options) => simulate::simulate(options, console, &library),
        Command::Kernel { kind } => kernel::kernel(kind, console, &library),
        Command::Phantom(options) => phantom::phantom(options, console, &library),
    }
}
