//! Images that a caller gives: as files, or as values already in memory.

use crate::Error;
use crate::inputs::Inputs;
use iodose_io::label_sizes;
use iodose_volume::Volume;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// What stands in place of a path where there is no file.
const IN_MEMORY: &str = "(in memory)";

/// An image: a file, or values already in memory.
#[derive(Clone, Debug, PartialEq)]
pub enum Given<T> {
    /// NIfTI or MetaImage; a CT may be a DICOM folder.
    File(PathBuf),
    /// Values on their grid, whose affine is that of the patient (LPS, mm).
    Memory(Box<Volume<T>>),
}

impl<T> Given<T> {
    /// The path, or what stands in its place in errors and records.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Memory(_) => Path::new(IN_MEMORY),
        }
    }

    /// The same as text.
    pub(crate) fn written(&self) -> Cow<'_, str> {
        self.path().to_string_lossy()
    }
}

impl<T> From<PathBuf> for Given<T> {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl<T> From<&Path> for Given<T> {
    fn from(path: &Path) -> Self {
        Self::File(path.to_path_buf())
    }
}

impl<T> From<Volume<T>> for Given<T> {
    fn from(volume: Volume<T>) -> Self {
        Self::Memory(Box::new(volume))
    }
}

/// The path, or what stands in its place.
impl<T> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written())
    }
}

impl Given<f32> {
    /// The values; `what` says what they are for.
    pub(crate) fn read(&self, what: &str, inputs: &mut Inputs) -> Result<Volume<f32>, Error> {
        match self {
            Self::File(path) => inputs.image(what, &self.written(), path),
            Self::Memory(volume) => {
                inputs.note_values(what, IN_MEMORY, volume.data().iter().map(|value| value.to_le_bytes()));
                Ok(Volume::clone(volume))
            }
        }
    }
}

impl Given<u16> {
    /// The labels, at least one of them above 0.
    pub(crate) fn read(&self, what: &str, inputs: &mut Inputs) -> Result<Volume<u16>, Error> {
        match self {
            Self::File(path) => inputs.labels(what, &self.written(), path),
            Self::Memory(volume) => {
                inputs.note_values(what, IN_MEMORY, volume.data().iter().map(|value| value.to_le_bytes()));
                let labels = label_sizes(volume);
                labels.map_err(|source| Error::Labels { path: self.path().to_path_buf(), source })?;
                Ok(Volume::clone(volume))
            }
        }
    }
}
