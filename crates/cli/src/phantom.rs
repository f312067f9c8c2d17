//! `iodose phantom`

use crate::arguments::Console;
use clap::Args;
use iodose::phantoms::phantoms;
use iodose::physics::Library;
use iodose::{Error, write_phantom};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct PhantomOptions {
    /// Name of the phantom
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// Folder for its files [default: the name]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// List the phantoms there are
    #[arg(long, conflicts_with_all = ["name", "output"])]
    list: bool,
}

pub(crate) fn phantom(options: &PhantomOptions, console: &Console, library: &Library) -> Result<(), Error> {
    let Some(name) = &options.name else {
        for entry in phantoms::list() {
            println!("{:<18} {}", entry.name, entry.summary);
        }
        return Ok(());
    };
    let folder = options.output.clone().unwrap_or_else(|| name.into());
    let case = write_phantom(name, &folder, library)?;
    if !console.quiet {
        println!("case: {}", case.display());
    }
    Ok(())
}
