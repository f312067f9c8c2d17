//! `iodose inspect`

use crate::arguments::Console;
use crate::console::{print, tell};
use clap::Args;
use iodose::Error;
use iodose::case::Modality;
use iodose::init::draft;
use iodose::inspect::{Inspection, Kind, inspect};
use iodose::physics::Library;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct InspectOptions {
    /// Files, folders (with their subfolders) and zip archives
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Show PatientIDs beside the pseudonyms A, B, ...
    #[arg(long)]
    identify: bool,
}

pub(crate) fn run(options: &InspectOptions, console: &Console, library: &Library) -> Result<(), Error> {
    let found = inspect(&options.paths, library)?;
    if !console.quiet {
        print(&found.text(options.identify))?;
        print(&missing(&found, library))?;
    }
    let problems: Vec<&String> = found.all_problems().collect();
    let [first, rest @ ..] = problems.as_slice() else {
        if found.entries.is_empty() {
            let paths: Vec<String> = options.paths.iter().map(|path| path.display().to_string()).collect();
            return Err(Error::Input {
                file: paths.join(", "),
                field: "files".into(),
                found: format!("{} files, none of them an image", found.others.len()),
                expected: "DICOM, NIfTI, MetaImage or transform files".into(),
            });
        }
        return Ok(());
    };
    if !rest.is_empty() {
        tell(&format!("{} problems in all; the first:", problems.len()));
    }
    Err(Error::Refused((*first).clone()))
}

/// What would have to be stated or added before a run.
fn missing(found: &Inspection, library: &Library) -> String {
    let has = |kind| found.entries.iter().any(|entry| entry.kind == kind);
    let mut text = String::new();
    for (modality, kind, purpose) in [
        (Modality::Pet, Kind::Pet, "pre-therapy case from PET"),
        (Modality::Spect, Kind::Spect, "post-therapy case from SPECT"),
    ] {
        let is_guess = modality == Modality::Pet && !has(Kind::Pet) && !has(Kind::Spect);
        if !has(kind) && !is_guess {
            continue;
        }
        text += &format!("For a {purpose}\n");
        // Paths play no part in what is missing.
        match draft(found, Some(modality), Path::new("."), library) {
            Ok(draft) if draft.undecided.is_empty() => text += "  nothing is missing\n",
            Ok(draft) => {
                draft.undecided.iter().for_each(|open| text += &wrapped(&format!("missing {open}")));
            }
            Err(error) => text += &wrapped(&error.to_string()),
        }
    }
    text
}

/// A paragraph of at most 80 columns, indented by two.
fn wrapped(paragraph: &str) -> String {
    let (mut text, mut line) = (String::new(), " ".to_owned());
    for word in paragraph.split(' ') {
        if line.trim() != "" && line.chars().count() + 1 + word.chars().count() > 80 {
            text += &format!("{line}\n");
            line = "   ".to_owned();
        }
        line += &format!(" {word}");
    }
    text + &line + "\n"
}
