//! Files that cannot be read and lie beside those of a series.

use crate::error::{DicomError, Result};
use crate::series::SeriesInfo;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

/// Names of DICOM files end so, or have no ending.
const ENDINGS: [&str; 3] = ["dcm", "dicom", "ima"];

/// Refuses a series beside whose files (in a folder of theirs) lies a damaged one: it may be a slice, and at either end of the
/// series none would seem to be missing. Files that do not claim to be DICOM are no matter.
///
/// # Errors
/// The first such file's own.
pub(crate) fn refuse_unreadable_beside(series: &SeriesInfo, problems: Vec<DicomError>) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let paths = || series.objects.iter().map(|object| object.source.path());
    let folders: BTreeSet<&Path> = paths().filter_map(Path::parent).collect();
    let endings: BTreeSet<Option<&OsStr>> = paths().map(Path::extension).collect();
    let is_meant = |problem: &DicomError| {
        let Some(path) = problem.path() else { return false };
        let ending = path.extension();
        let claims =
            ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)));
        let is_damaged = match problem {
            // An empty file has lost whatever would tell it from the series' own.
            DicomError::NotDicom { found, .. } => claims || found == EMPTY && endings.contains(&ending),
            _ => true,
        };
        is_damaged && path.parent().is_some_and(|folder| folders.contains(folder))
    };
    problems.into_iter().find(is_meant).map_or(Ok(()), Err)
}

/// What [`DicomError::NotDicom`] says of a file without bytes.
pub(crate) const EMPTY: &str = "an empty file";
