//! `iodose report`

use crate::arguments::Console;
use crate::console::print;
use clap::Args;
use iodose::Error;
use iodose::io::write_bytes_whole;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ReportOptions {
    /// The result folder of `iodose run`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The page to write [default: report.html in DIR]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(options: &ReportOptions, console: &Console) -> Result<(), Error> {
    let page = iodose::rebuild_report(&options.folder)?;
    let file = options.output.clone().unwrap_or_else(|| options.folder.join("report.html"));
    write_bytes_whole(&file, page.as_bytes())?;
    if console.quiet { Ok(()) } else { print(&format!("report: {}\n", file.display())) }
}
