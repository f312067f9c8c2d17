//! The `iodose` command.
//!
//! Exit code 0 on success, 2 for bad usage or bad input, 1 for any other failure. Results go to standard output or to
//! the named folder, errors to standard error, and a progress bar to standard error where that is a terminal.

mod arguments;
mod batch;
mod checkpoint;
mod compare;
mod console;
mod effort;
mod init;
mod inspect;
mod interrupt;
mod kernel;
mod log;
mod memory;
mod phantom;
mod plot;
mod point;
mod progress;
mod report;
mod run;
mod shard;
mod simulate;
mod usage;
mod validate;

use arguments::{Arguments, Command, Console};
use clap::Parser;
use iodose::Error;
use iodose::io::{IoError, open_file};
use iodose::physics::Library;
use shard::Shard;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const BAD_INPUT: u8 = 2;
const OTHER_FAILURE: u8 = 1;

fn main() -> ExitCode {
    memory::reserve();
    interrupt::listen();
    let words = || std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let mut arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misused(&error, words()),
    };
    let mut shard = None;
    if let Command::Shard(options) = &arguments.command {
        match options.command(&arguments.console) {
            Ok((share, inner)) => (shard, arguments) = (Some(share), inner),
            Err(error) => return misused(&error, options.words().iter().cloned()),
        }
    }
    match execute(&arguments, shard.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if interrupt::is_asked_for() => {
            console::tell("error: interrupted");
            ExitCode::from(OTHER_FAILURE)
        }
        Err(error) => {
            tracing::error!("{error}");
            console::tell(&format!("error: {error}"));
            ExitCode::from(if error.is_bad_input() { BAD_INPUT } else { OTHER_FAILURE })
        }
    }
}

/// Ends without waiting for what the other threads do; what they were writing is removed.
fn end_at_once(why: std::fmt::Arguments<'_>) -> ! {
    iodose::io::abandon_staging();
    console::tell(&format!("error: {why}"));
    std::process::exit(OTHER_FAILURE.into())
}

/// Shows help, or says what is wrong with the words of a command line.
fn misused(error: &clap::Error, words: impl Iterator<Item = String>) -> ExitCode {
    if usage::is_help(error) {
        error.exit();
    }
    console::tell(&usage::in_two_lines(error, words));
    ExitCode::from(BAD_INPUT)
}

/// The data that come with the engine, and the user's own.
fn library(console: &Console) -> Result<Library, Error> {
    let mut library = Library::embedded()?;
    let read =
        |path: &PathBuf| data_file(path).map_err(|source| IoError::Read { path: path.clone(), source });
    for path in &console.nuclide_file {
        library.add_nuclide(&path.display().to_string(), &read(path)?)?;
    }
    for path in &console.material_file {
        library.add_materials(&path.display().to_string(), &read(path)?)?;
    }
    Ok(library)
}

/// A nuclide or a list of materials; those that come with the engine have some 10 KB.
fn data_file(path: &Path) -> std::io::Result<String> {
    const LONGEST: u64 = 16 << 20;
    let mut text = String::new();
    open_file(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(std::io::Error::other(
            "found over 16 MiB, expected the data of a nuclide or of materials",
        ));
    }
    Ok(text)
}

fn execute(arguments: &Arguments, shard: Option<&Shard>) -> Result<(), Error> {
    let console = &arguments.console;
    if let Some(file) = &console.log {
        log::start(file)?;
        tracing::info!(version = iodose::VERSION, ?arguments, "start");
    }
    if let Command::Merge(options) = &arguments.command {
        return shard::merge(options, console);
    }
    let library = library(console)?;
    if let Some(shard) = shard {
        return shard.execute(arguments, &library);
    }
    match &arguments.command {
        Command::Run(options) => run::run(options, console, &library),
        Command::Batch(options) => batch::run(options, console, &library),
        Command::Simulate(options) => simulate::simulate(options, console, &library),
        Command::Kernel { kind } => kernel::kernel(kind, console, &library),
        Command::Validate(options) => validate::run(options, console, &library),
        Command::Init(options) => init::init(options, console, &library),
        Command::Compare(options) => compare::run(options, console),
        Command::Inspect(options) => inspect::run(options, console, &library),
        Command::Plot { kind } => plot::plot(kind, console),
        Command::Report(options) => report::run(options, console),
        Command::Phantom(options) => phantom::phantom(options, console, &library),
        Command::Shard(_) | Command::Merge(_) => Err(shard::nested()),
    }
}
