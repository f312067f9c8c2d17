//! `iodose init`

use crate::arguments::Console;
use crate::console::{print, tell};
use clap::{Args, ValueEnum};
use iodose::Error;
use iodose::case::Modality;
use iodose::init::draft;
use iodose::inspect::inspect;
use iodose::io::{IoError, write_bytes_whole};
use iodose::physics::Library;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct InitOptions {
    /// Files, folders (with their subfolders) and zip archives of one patient
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Images to make the case of: PET before therapy, SPECT after it [default: PET where there is any]
    #[arg(long = "use", value_enum, value_name = "MODALITY")]
    modality: Option<Use>,
    /// The case file to write
    #[arg(short, long, value_name = "CASE.toml", default_value = "case.toml")]
    output: PathBuf,
    /// Replace the case file if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Use {
    Pet,
    Spect,
}

pub(crate) fn init(options: &InitOptions, console: &Console, library: &Library) -> Result<(), Error> {
    let output = &options.output;
    // Told before files are read, which may take a while.
    if output.exists() && !options.force {
        return Err(Error::Input {
            file: output.display().to_string(),
            field: "--output".into(),
            found: "a file that exists".into(),
            expected: "a new name, or --force to replace it".into(),
        });
    }
    let modality = options.modality.map(|modality| match modality {
        Use::Pet => Modality::Pet,
        Use::Spect => Modality::Spect,
    });
    let found = inspect(&options.paths, library)?;
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = draft(&found, modality, folder, library)?;
    std::fs::create_dir_all(folder).map_err(|source| IoError::Write { path: folder.to_owned(), source })?;
    write_bytes_whole(output, draft.text.as_bytes())?;
    if !console.quiet {
        draft.undecided.iter().for_each(|open| tell(&format!("to state: {open}")));
        print(&format!("case: {}\n", output.display()))?;
    }
    Ok(())
}
