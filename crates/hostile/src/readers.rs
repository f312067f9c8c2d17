//! Every reader of files that come from elsewhere, behind a function of bytes.

mod dicom;
mod images;
mod kept;
mod structures;
mod texts;

use crate::random::Random;

/// How far a reader came with some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// Its beginning was refused.
    Refused,
    /// The beginning was accepted, something behind it was refused: what that means for each format stands with its reader.
    PastHeader,
    /// All of it was read.
    Whole,
}

/// A reader under test.
pub struct Reader {
    /// Name on the command line, in tables and as a target of `fuzz/`.
    pub name: &'static str,
    /// Valid files to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Damages a file in one way that knows its form.
    pub damage: fn(&mut Vec<u8>, &mut Random),
    /// Reads bytes.
    ///
    /// # Panics
    /// Where the reader does, and where its result breaks a promise.
    pub read: fn(&[u8]) -> Progress,
    /// Bytes of memory that a file may justify: see `docs/reliability.md`.
    pub justified: fn(&[u8]) -> usize,
}

impl Reader {
    /// The reader of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        READERS.iter().find(|reader| reader.name == name)
    }

    /// The most memory that reading some bytes may take: what a program takes for anything, and four times what they justify.
    pub fn allowance(&self, bytes: &[u8]) -> usize {
        FREE_BYTES + (self.justified)(bytes).saturating_mul(4)
    }
}

/// Buffers, error messages and temporary names, whatever the file is.
pub const FREE_BYTES: usize = 1 << 20;

/// All of them.
pub const READERS: &[Reader] = &[
    images::NIFTI,
    images::NIFTI_GZ,
    images::METAIMAGE,
    images::METAIMAGE_ZLIB,
    dicom::CT,
    dicom::PET,
    dicom::ENHANCED,
    dicom::NM,
    dicom::PIXELS,
    dicom::DEFLATED,
    dicom::ZIP,
    structures::RTSTRUCT,
    structures::SEG,
    structures::REGISTRATION,
    texts::CASE,
    texts::NUCLIDE,
    texts::MATERIALS,
    texts::TRANSFORM,
    texts::CURVE,
    texts::BLOOD,
    texts::REPORT,
    kept::SUMS,
    kept::CHECKPOINT,
];
