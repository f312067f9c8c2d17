//! A path written in a case file.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use toml::de::DeValue;

use super::value;

/// Image files that hold numbers and nothing about what they mean.
const SILENT_FORMATS: [&str; 10] =
    [".nii", ".nii.gz", ".mha", ".mhd", ".hdr", ".img", ".hdr.gz", ".img.gz", ".nrrd", ".nhdr"];

/// Whether an image is taken for DICOM: a folder or any file whose name does not end like one of another format.
pub(crate) fn is_dicom(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    !SILENT_FORMATS.iter().any(|ending| name.ends_with(ending))
}

/// A path in a case file: as written, for reports, and joined to the folder of the case file, for opening.
///
/// Serialises as written: where a case lay on someone's disk is no part of its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePath {
    /// The text in the file.
    pub written: String,
    /// The path to open.
    pub resolved: PathBuf,
}

impl CasePath {
    /// What messages say a path should be.
    pub(super) const EXPECTED: &'static str = "a path, relative to the folder of the case file";

    /// A reader of path values, for files that lie relative to `base`.
    pub(super) fn below(base: &Path) -> impl Fn(&DeValue) -> Option<Self> {
        move |found| {
            let written = value::printable(found)?;
            Some(Self { written: written.to_owned(), resolved: base.join(written) })
        }
    }

    /// True if it is taken for DICOM, which says itself what its numbers mean.
    pub(super) fn is_dicom(&self) -> bool {
        is_dicom(Path::new(&self.written))
    }

    /// True if the name ends in one of `endings` (lower case, with their dot), whatever its case.
    pub(super) fn ends_in(&self, endings: &[&str]) -> bool {
        let name = self.written.to_ascii_lowercase();
        endings.iter().any(|ending| name.ends_with(ending))
    }
}

impl Serialize for CasePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

impl JsonSchema for CasePath {
    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}
