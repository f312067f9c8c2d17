//! MetaImage files: a text header `.mhd` with the voxels in another file, or both in one `.mha`; voxels as they are or zlib.
//!
//! After the MetaIO documentation of Insight Software Consortium ("MetaIO/Documentation", ITK wiki) and what ITK writes:
//! `TransformMatrix` holds the direction of axis i, then j, then k; directions and `Offset` are in LPS (headers of
//! SimpleITK 2.5 stand in `crates/io/tests/metaimage.rs`).
//! `AnatomicalOrientation` names the sides where the axes *begin*: RAI has axes to the left, the back and the head.

mod data_file;
mod geometry;
mod header;

use crate::source::Source;
use crate::voxels::{self, AS_FLOAT, AS_LABEL, Conversion};
use crate::{Image, IoError};
use header::Header;
use std::path::Path;

pub(crate) use header::looks_like_metaimage;

/// Reads a three-dimensional image as 32-bit floats. NaN and infinite voxels are passed on.
///
/// Refused, each with its field: headers that leave out size, type, byte order, spacing, offset or direction, or that state
/// one of them twice; an `AnatomicalOrientation` that contradicts the directions; text, several channels, an intensity
/// function other than the identity; lists of data files and data files outside the header's folder; damaged or truncated
/// data and bytes beyond the voxels.
pub fn read_metaimage(path: &Path) -> Result<Image, IoError> {
    read(path, &AS_FLOAT)
}

/// Reads a label map like [`read_metaimage`]: every voxel must hold a whole number from 0 to 65535.
pub fn read_metaimage_labels(path: &Path) -> Result<Image<u16>, IoError> {
    read(path, &AS_LABEL)
}

fn read<T>(path: &Path, conversion: &Conversion<T>) -> Result<Image<T>, IoError> {
    let header = Header::read(path)?;
    let grid = geometry::grid(&header)?;
    let layout = data_file::layout(&header)?;
    let place = data_file::place(&header, &grid, layout.number)?;
    let source = Source::open(&place.path, place.start, place.packing)?;
    data_file::check_stored_size(&header, &source)?;
    let volume = voxels::read(source, 0, grid, &layout, conversion)?;
    let description = header.get(&["Comment"])?.unwrap_or_default().to_owned();
    Ok(Image { volume, unit: None, description, warnings: Vec::new() })
}
