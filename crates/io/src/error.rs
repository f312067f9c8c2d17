//! What can go wrong between a file and a volume.

use iodose_volume::GridError;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a file could not be read or written. Every message begins with the file.
#[derive(Debug, Error)]
pub enum IoError {
    /// The file cannot be opened or read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("{}: cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A field holds what it must not.
    #[error("{}: {field}: found {found}, expected {expected}", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The field, as its format names it.
        field: &'static str,
        /// What stands there.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// A line of a text file is wrong.
    #[error("{}: line {line}: found {found}, expected {expected}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// A voxel holds what it must not.
    #[error("{}: voxel {voxel:?}: found {found}, expected {expected}", path.display())]
    Voxel {
        /// The file.
        path: PathBuf,
        /// Index (i, j, k).
        voxel: [usize; 3],
        /// The value there.
        found: f64,
        /// What would be right.
        expected: &'static str,
    },
    /// The header describes no possible grid.
    #[error("{}: {source}", path.display())]
    Grid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: GridError,
    },
}

/// A field that holds what it must not, before the file is known.
#[derive(Debug, PartialEq)]
pub(crate) struct FieldError {
    pub(crate) field: &'static str,
    pub(crate) found: String,
    pub(crate) expected: String,
}

impl FieldError {
    pub(crate) fn new(field: &'static str, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { field, found: found.into(), expected: expected.into() }
    }

    pub(crate) fn at(self, path: &Path) -> IoError {
        let Self { field, found, expected } = self;
        IoError::Field { path: path.to_owned(), field, found, expected }
    }
}
