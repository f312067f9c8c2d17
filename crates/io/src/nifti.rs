//! NIfTI files, version 1 and 2: `.nii`, `.nii.gz` and the pair `.hdr` + `.img` (either of them gzipped).
//!
//! After R. W. Cox et al., "A (sort of) new image data format standard: NIfTI-1", 2004, and the comments of `nifti1.h`.
//! The header of version 1 is parsed by the `nifti` crate; orientation and voxels are read here, since they must never panic, never
//! allocate more than the file can hold, and refuse what is ambiguous. NIfTI's world is RAS; ours is LPS.

mod first;
mod header;
mod orientation;
mod pair;
mod second;
mod write;

pub use write::{write_nifti_f32, write_nifti_u16};

use crate::source::{Packing, Source};
use crate::voxels::{self, AS_FLOAT, AS_LABEL, Conversion};
use crate::{Image, IoError};
use iodose_volume::{Grid, Volume};
use std::path::Path;

/// How to read what a header leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Where the orientation is taken from.
    pub orientation: Orientation,
}

/// Where the orientation of a NIfTI image is taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orientation {
    /// The sform, or without one the qform. Both must agree to half a voxel where both are set; one must be.
    #[default]
    Unambiguous,
    /// The sform, whatever the qform says.
    Sform,
    /// The qform, whatever the sform says.
    Qform,
    /// The sform or qform; without either the axes are taken to run to the right, front and head, with voxel (0, 0, 0)
    /// at the origin (method 1 of the standard).
    AssumeRightAnteriorSuperior,
}

/// Reads an image: the voxel values, scaled by `scl_slope` and `scl_inter`, as 32-bit floats.
///
/// Refused: damaged or truncated files, bytes beyond the voxels, more than three dimensions (but for sides of 1), complex
/// and colour voxels, no or contradictory orientation. NaN and infinite voxels are passed on.
pub fn read_nifti(path: &Path) -> Result<Image, IoError> {
    read_nifti_with(path, ReadOptions::default())
}

/// [`read_nifti`] with a say in what the header leaves open.
pub fn read_nifti_with(path: &Path, options: ReadOptions) -> Result<Image, IoError> {
    read(path, options, &AS_FLOAT)
}

/// Reads a label map: every voxel must hold a whole number from 0 to 65535 (to 1e-4, which forgives a scaling's rounding).
pub fn read_labels(path: &Path) -> Result<Volume<u16>, IoError> {
    read_labels_with(path, ReadOptions::default()).map(|image| image.volume)
}

/// [`read_labels`] with a say in what the header leaves open, and with the header's texts and warnings.
pub fn read_labels_with(path: &Path, options: ReadOptions) -> Result<Image<u16>, IoError> {
    read(path, options, &AS_LABEL)
}

fn read<T>(path: &Path, options: ReadOptions, conversion: &Conversion<T>) -> Result<Image<T>, IoError> {
    let header_path = pair::header_path(path)?;
    let mut source = Source::open(&header_path, 0, Packing::PlainOrGzip)?;
    let header = header::read(&mut source)?;
    let here = |error: crate::error::FieldError| error.at(&header_path);
    let (size, layout) = (header.size().map_err(here)?, header.layout().map_err(here)?);
    let mut warnings = Vec::new();
    let affine = orientation::affine(&header, size, options.orientation, &mut warnings).map_err(here)?;
    let grid =
        Grid::new(size, affine).map_err(|source| IoError::Grid { path: header_path.clone(), source })?;
    let volume = if header.single_file {
        voxels::read(source, header.length, grid, &layout, conversion)?
    } else {
        let source = Source::open(&pair::data_path(&header_path)?, 0, Packing::PlainOrGzip)?;
        voxels::read(source, 0, grid, &layout, conversion)?
    };
    let unit = Some(header.intent_name).filter(|text| !text.is_empty());
    Ok(Image { volume, unit, description: header.description, warnings })
}
