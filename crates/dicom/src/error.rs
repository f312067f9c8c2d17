//! What can go wrong between DICOM files and an image.

use dicom_core::Tag;
use dicom_core::dictionary::DataDictionary;
use dicom_dictionary_std::StandardDataDictionary;
use iodose_volume::GridError;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why DICOM files could not be read. Every message names the file or the series first; none holds a patient's identity.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DicomError {
    /// The file or folder cannot be opened or read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file, or `archive.zip/entry`.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{}: found {found}, expected a DICOM file (PS3.10)", path.display())]
    NotDicom {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        found: String,
    },
    /// The bytes do not form a data set.
    #[error("{}: byte {offset}: found {found}, expected {expected}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where, counted from the beginning of the (inflated) data set.
        offset: usize,
        /// What stands there.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// An element holds what it must not, or is absent.
    #[error("{}: {element}: found {found}, expected {expected}", path.display())]
    Element {
        /// The file.
        path: PathBuf,
        /// Tag and keyword, behind those of the sequences around it.
        element: String,
        /// What stands there.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// The pixels are compressed in a way that this build cannot read.
    #[error(
        "{}: (0002,0010) TransferSyntaxUID: found {found}, expected a program built with the cargo feature `{feature}` of iodose-dicom",
        path.display()
    )]
    Feature {
        /// The file.
        path: PathBuf,
        /// The transfer syntax.
        found: String,
        /// The feature to build with.
        feature: &'static str,
    },
    /// A folder, list or archive as a whole is not what it must be.
    #[error("{}: found {found}, expected {expected}", path.display())]
    Source {
        /// The file, folder or archive.
        path: PathBuf,
        /// What it holds.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// The objects of a series do not make one image.
    #[error("{series}: {field}: found {found}, expected {expected}")]
    Series {
        /// The series, as [`SeriesInfo::label`](crate::SeriesInfo::label) names it.
        series: String,
        /// What about it.
        field: String,
        /// What was found.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// The geometry describes no possible grid.
    #[error("{series}: {source}")]
    Grid {
        /// The series.
        series: String,
        /// What is wrong with it.
        source: GridError,
    },
}

impl DicomError {
    /// The file, folder or archive that it is about; `None` for errors about a series as a whole.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Read { path, .. }
            | Self::NotDicom { path, .. }
            | Self::Damaged { path, .. }
            | Self::Element { path, .. }
            | Self::Feature { path, .. }
            | Self::Source { path, .. } => Some(path),
            Self::Series { .. } | Self::Grid { .. } => None,
        }
    }
}

/// Shorthand for results of this crate.
pub type Result<T, E = DicomError> = std::result::Result<T, E>;

/// A tag with its keyword, as messages name it: `(0018,1075) RadionuclideHalfLife`.
pub fn element_name(tag: Tag) -> String {
    let number = format!("({:04X},{:04X})", tag.group(), tag.element());
    match StandardDataDictionary.by_tag(tag) {
        Some(entry) => format!("{number} {}", entry.alias),
        None => number,
    }
}
