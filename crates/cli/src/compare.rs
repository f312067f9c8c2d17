//! `iodose compare`

use crate::arguments::Console;
use crate::console::print;
use clap::Args;
use iodose::Error;
use iodose::io::write_bytes_whole;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CompareOptions {
    /// The result folder of the first case (before redifferentiation)
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The result folder of the second case (after)
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// Write the comparison into this file as CSV
    #[arg(short, long, value_name = "FILE.csv")]
    output: Option<PathBuf>,
}

pub(crate) fn run(options: &CompareOptions, console: &Console) -> Result<(), Error> {
    let found = iodose::compare(&options.before, &options.after)?;
    if let Some(file) = &options.output {
        let text = found.csv().map_err(|error| Error::Report(error.to_string()))?;
        write_bytes_whole(file, text.as_bytes())?;
    }
    if console.quiet { Ok(()) } else { print(&found.terminal()) }
}
