//! `iodose phantom`

use crate::arguments::Console;
use crate::console::print;
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
        let lines =
            phantoms::list().into_iter().map(|entry| format!("{:<18} {}\n", entry.name, entry.summary));
        return print(&lines.collect::<String>());
    };
    let folder = options.output.clone().unwrap_or_else(|| name.into());
    let case = write_phantom(name, &folder, library)?;
    if console.quiet { Ok(()) } else { print(&format!("case: {}\n", case.display())) }
}
