//! What files and folders are, told without computing anything: kinds, units, grids, times, lesions and problems.

mod activity;
mod entry;
mod files;
mod guess;
mod orientation;
mod series;
mod structures;
mod text;

pub use entry::{Activity, Entry, Kind, Lesion, ValueUnit};
pub use orientation::orientation;

use crate::Error;
use iodose_dicom::{DicomError, Private, Study};
use iodose_physics::Library;
use std::path::{Path, PathBuf};

/// What lies under some paths.
#[derive(Debug)]
pub struct Inspection {
    /// Images, lesions and registrations; series first, by modality and time, then single files by name.
    pub entries: Vec<Entry>,
    /// PatientIDs, in the order in which they were met; [`Entry::patient`] counts in it.
    pub patients: Vec<Private>,
    /// Files that could not be read, one text each that names file, field, found and expected.
    pub problems: Vec<String>,
    /// Files of other kinds, which are no problem.
    pub others: Vec<PathBuf>,
}

impl Inspection {
    /// Every problem of a series or file: those of entries and those of files that are none.
    pub fn all_problems(&self) -> impl Iterator<Item = &String> {
        self.entries.iter().flat_map(|entry| &entry.problems).chain(&self.problems)
    }

    /// The text of `iodose inspect`, at most 80 columns wide but for long words; patients appear as A, B, ... unless
    /// they are to be identified.
    pub fn text(&self, identify: bool) -> String {
        text::text(self, identify)
    }
}

/// Looks through files, folders and zip archives. Pixels are read, so that what would stop a run is found here.
///
/// # Errors
/// Only where a path does not exist or cannot be searched; what is wrong with a series or file is told with it.
pub fn inspect(paths: &[PathBuf], library: &Library) -> Result<Inspection, Error> {
    let study = Study::scan(paths)?;
    let mut patients = Vec::new();
    let mut entries = series::entries(&study, library, &mut patients);
    structures::measure(&mut entries);
    let (mut problems, mut others) = (Vec::new(), Vec::new());
    for problem in &study.problems {
        let Some(path) = problem.path() else {
            problems.push(problem.to_string());
            continue;
        };
        match files::entry(path) {
            Some(entry) => entries.push(entry),
            None if is_no_dicom(problem, path) => others.push(path.to_owned()),
            None => problems.push(problem.to_string()),
        }
    }
    others.retain(|path| !files::belongs_to_another(path));
    Ok(Inspection { entries, patients, problems, others })
}

/// True for a file that does not claim to be DICOM.
fn is_no_dicom(problem: &DicomError, path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let claims = ["dcm", "dicom", "ima", "zip"].contains(&ending.as_str());
    !claims && (matches!(problem, DicomError::NotDicom { .. }) || files::belongs_to_another(path))
}
