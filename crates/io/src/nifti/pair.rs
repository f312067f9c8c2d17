//! The two files of a `.hdr` + `.img` pair.

use crate::IoError;
use crate::error::FieldError;
use std::path::{Path, PathBuf};

/// The header's file of the one named: itself, but `.hdr` for `.img`.
pub(super) fn header_path(path: &Path) -> Result<PathBuf, IoError> {
    sibling(path, "img", "hdr").map(|header| header.unwrap_or_else(|| path.to_owned()))
}

/// The voxels' file that belongs to a header's file.
pub(super) fn data_path(header: &Path) -> Result<PathBuf, IoError> {
    sibling(header, "hdr", "img")?.ok_or_else(|| {
        FieldError::new("magic", "\"ni1\\0\": voxels in another file", "a file name that ends in .hdr")
            .at(header)
    })
}

/// The existing file with another ending, gzipped or not; `None` where the name does not end in `from`.
fn sibling(path: &Path, from: &str, to: &str) -> Result<Option<PathBuf>, IoError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let Some(stem) = plain.strip_suffix(from).filter(|stem| stem.ends_with('.')) else {
        return Ok(None);
    };
    let candidates = [format!("{stem}{to}"), format!("{stem}{to}.gz")].map(|name| path.with_file_name(name));
    match candidates.iter().find(|candidate| candidate.exists()) {
        Some(found) => Ok(Some(found.clone())),
        None => {
            let found = format!("no file {stem}{to} beside it");
            Err(FieldError::new("file pair", found, "both .hdr and .img").at(path))
        }
    }
}
