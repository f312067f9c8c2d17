//! Whether a case's results are there already.

use crate::case::Case;
use crate::folder::RECORD;
use crate::{RunOptions, VERSION};
use serde_json::Value;
use std::path::Path;
use std::time::SystemTime;

/// Whether the folder holds the whole result of this case by this version, with no input changed since. The record comes last
/// into a folder, so that where it lies all is there.
pub(super) fn is_finished(case: &Case, options: &RunOptions, folder: &Path) -> bool {
    let path = folder.join(RECORD);
    let finished = || {
        let written = std::fs::metadata(&path).ok()?.modified().ok()?;
        let record: Value = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
        // Read back from text, as the record is: the same rounding of numbers.
        let settings = serde_json::to_string(&options.apply(case).ok()?).ok()?;
        let settings: Value = serde_json::from_str(&settings).ok()?;
        let base = std::path::absolute(&case.file).ok()?;
        let inputs = record["inputs"].as_array()?.iter();
        let unchanged = inputs
            .map(|input| base.parent()?.join(input["path"].as_str()?).canonicalize().ok())
            .all(|input| input.and_then(|input| changed(&input)).is_some_and(|time| time <= written));
        Some(record["version"] == VERSION && record["settings"] == settings && unchanged)
    };
    finished().unwrap_or(false)
}

/// When a file, or anything in a folder, was last changed. Links to folders are not followed: they may lead in a circle.
fn changed(path: &Path) -> Option<SystemTime> {
    let mut latest = std::fs::metadata(path).ok()?.modified().ok()?;
    if path.is_dir() {
        for entry in std::fs::read_dir(path).ok()? {
            let entry = entry.ok()?;
            let below = if entry.file_type().ok()?.is_dir() {
                changed(&entry.path())?
            } else {
                entry.metadata().ok()?.modified().ok()?
            };
            latest = latest.max(below);
        }
    }
    Some(latest)
}
