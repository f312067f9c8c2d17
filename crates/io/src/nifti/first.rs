//! The header of NIfTI-1, by way of the `nifti` crate.

use super::header::{Header, text};
use crate::error::FieldError;
use nifti::{Endianness, NiftiHeader};

/// Bytes of the header.
pub(super) const LENGTH: usize = 348;
/// Offset of `magic` in them.
const MAGIC: usize = 344;

/// Parses the header's bytes, whose first field was found in the byte order given.
pub(super) fn parse(bytes: &[u8], big_endian: bool) -> Result<Header, FieldError> {
    let magic = &bytes[MAGIC..];
    if magic != b"n+1\0" && magic != b"ni1\0" {
        let found = format!("\"{}\"", magic.escape_ascii());
        return Err(FieldError::new("magic", found, "\"n+1\\0\" or \"ni1\\0\" (a NIfTI-1 file)"));
    }
    let header = NiftiHeader::from_reader(bytes)
        .map_err(|error| FieldError::new("header", error.to_string(), "a NIfTI-1 header"))?;
    // The crate tells the byte order from dim[0]; a wild dim[0] makes it take the wrong one.
    if (header.endianness == Endianness::Big) != big_endian {
        let found = format!("{} in the other byte order than sizeof_hdr", header.dim[0]);
        return Err(FieldError::new("dim[0]", found, "3, or 4 with one time point"));
    }
    let single_file = magic == b"n+1\0";
    Ok(Header {
        length: LENGTH as u64,
        big_endian,
        single_file,
        // The field is a signed 16-bit number; the crate reads it as unsigned.
        dim: header.dim.map(|n| i64::from(n as i16)),
        datatype: header.datatype,
        bitpix: header.bitpix,
        pixdim: header.pixdim.map(f64::from),
        offset: offset(header.vox_offset, single_file)?,
        scaling: [header.scl_slope, header.scl_inter].map(f64::from),
        xyzt_units: i32::from(header.xyzt_units),
        qform_code: i32::from(header.qform_code),
        sform_code: i32::from(header.sform_code),
        quaternion: [header.quatern_b, header.quatern_c, header.quatern_d].map(f64::from),
        quaternion_offset: [header.quatern_x, header.quatern_y, header.quatern_z].map(f64::from),
        rows: [header.srow_x, header.srow_y, header.srow_z].map(|row| row.map(f64::from)),
        intent_name: text(&header.intent_name),
        description: text(&header.descrip),
    })
}

fn offset(vox_offset: f32, single_file: bool) -> Result<u64, FieldError> {
    // 348 bytes of header and 4 that tell of extensions.
    let least = if single_file { 352.0 } else { 0.0 };
    // Beyond 2^24 a 32-bit float no longer names every byte.
    if (least..=16_777_216.0).contains(&vox_offset) && vox_offset.fract() == 0.0 {
        Ok(vox_offset as u64)
    } else {
        let expected = format!("a whole number of bytes from {least} to 16777216");
        Err(FieldError::new("vox_offset", vox_offset.to_string(), expected))
    }
}
