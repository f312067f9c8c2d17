//! One door for images of every single-file format.

use crate::metaimage::{looks_like_metaimage, read_metaimage, read_metaimage_labels};
use crate::nifti::{ReadOptions, read_labels_with, read_nifti};
use crate::{FieldError, Image, IoError, open_file};
use std::io::Read;
use std::path::Path;

#[derive(Debug, PartialEq)]
enum Format {
    Nifti,
    MetaImage,
}

/// Reads a NIfTI or MetaImage file as 32-bit floats; which of them is told by its first bytes, then by its name.
pub fn read_image(path: &Path) -> Result<Image, IoError> {
    match format(path)? {
        Format::Nifti => read_nifti(path),
        Format::MetaImage => read_metaimage(path),
    }
}

/// Reads a label map like [`read_image`]: every voxel must hold a whole number from 0 to 65535.
pub fn read_label_image(path: &Path) -> Result<Image<u16>, IoError> {
    match format(path)? {
        Format::Nifti => read_labels_with(path, ReadOptions::default()),
        Format::MetaImage => read_metaimage_labels(path),
    }
}

fn format(path: &Path) -> Result<Format, IoError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    // The voxels' half of a pair may begin with any bytes.
    if name.ends_with(".img") || name.ends_with(".img.gz") {
        return Ok(Format::Nifti);
    }
    let failed = |source| IoError::Read { path: path.to_owned(), source };
    let mut start = Vec::new();
    open_file(path).map_err(failed)?.take(256).read_to_end(&mut start).map_err(failed)?;
    let number =
        start.first_chunk().map(|&bytes: &[u8; 4]| [i32::from_le_bytes(bytes), i32::from_be_bytes(bytes)]);
    if looks_like_metaimage(&start) {
        return Ok(Format::MetaImage);
    }
    if start.starts_with(&[0x1f, 0x8b])
        || number.is_some_and(|pair| pair.iter().any(|n| [348, 540].contains(n)))
    {
        return Ok(Format::Nifti);
    }
    // Neither, but the format's own reader says best what is wrong with it.
    if [".nii", ".nii.gz", ".hdr"].iter().any(|ending| name.ends_with(ending)) {
        return Ok(Format::Nifti);
    }
    if [".mha", ".mhd"].iter().any(|ending| name.ends_with(ending)) {
        return Ok(Format::MetaImage);
    }
    let found = format!("bytes that begin with \"{}\"", start[..start.len().min(16)].escape_ascii());
    let expected = "NIfTI (.nii, .nii.gz, .hdr) or MetaImage (.mha, .mhd: of a .raw file, name its .mhd)";
    Err(FieldError::new("format", found, expected).at(path))
}
