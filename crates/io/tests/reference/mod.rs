//! Where the shared reference case is, for tests of this crate and of `iodose-dicom`.

use std::path::{Path, PathBuf};

/// The folder of the case; `None`, with a word on standard error, where it is not at hand.
pub fn case() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/thyroid-mets");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no reference cases at {}", folder.display());
    None
}
