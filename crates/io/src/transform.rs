//! How an image lies to the reference, from files: ITK's transforms and plain 4x4 matrices.
//!
//! What comes out maps the moving image's patient space into the reference's, in LPS mm. Files differ in direction and
//! frame: ITK's map points of the fixed (reference) image to the moving one, in LPS; a bare matrix says neither, so that
//! the user or a comment in the file must. Equations: `docs/methods/registration.md`.

mod itk;
mod kinds;
mod matrix;

use crate::IoError;
use crate::error::FieldError;
use crate::open_file;
use iodose_volume::RigidTransform;
use std::io::Read;
use std::path::Path;

/// A transform is some hundred bytes; what is longer than this is none.
const LONGEST: u64 = 1 << 20;

/// Which way a matrix maps points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the moving image to the reference.
    MovingToReference,
    /// From the reference to the moving image, as resampling needs it and ITK stores it.
    ReferenceToMoving,
}

/// The axes of the points that a matrix maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// To the left, the back and the head: DICOM, ITK.
    Lps,
    /// To the right, the front and the head: NIfTI and tools around it.
    Ras,
}

/// What the user says of a matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatrixMeaning {
    /// Which way it maps.
    pub direction: Option<Direction>,
    /// In which axes.
    pub frame: Option<Frame>,
}

/// Reads the map from the moving image's patient space to the reference's (LPS mm).
///
/// An ITK text file (`.tfm`, `.txt`, told by its first line) says by itself what it means, and `stated` must not
/// contradict it. A 4x4 matrix of 16 numbers needs direction and frame, from `stated` or from comments in the file:
/// `# direction: moving-to-reference` (or `reference-to-moving`) and `# frame: LPS` (or `RAS`).
///
/// Refused: maps that scale, shear or mirror (beyond 0.001), a last row other than 0 0 0 1, deformations, files that say
/// two things.
pub fn read_transform(path: &Path, stated: MatrixMeaning) -> Result<RigidTransform, IoError> {
    let failed = |source| IoError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    open_file(path).map_err(failed)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    let text =
        String::from_utf8(bytes).ok().filter(|text| text.len() as u64 <= LONGEST && !text.contains('\0'));
    let parsed = match text {
        None => Err(FieldError::new(
            "format",
            "a file that is no text, or of over 1 MB",
            "an ITK transform as text (.tfm, .txt) or a 4x4 matrix",
        )),
        Some(text) if text.trim_start().starts_with("#Insight Transform File") => itk::parse(&text, stated),
        Some(text) => matrix::parse(&text, stated),
    };
    parsed.map_err(|error| error.at(path))
}

/// A text for an error's line.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// The one thing that the user and the file say, or the two that they say.
fn agreed<T: Copy + PartialEq>(stated: Option<T>, written: Option<T>) -> Result<Option<T>, (T, T)> {
    match (stated, written) {
        (Some(stated), Some(written)) if stated != written => Err((stated, written)),
        (stated, written) => Ok(stated.or(written)),
    }
}
