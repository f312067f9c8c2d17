//! The header of NIfTI-2: the fields of the first version in wider types and another order.
//!
//! Offsets after `nifti2.h` (NIfTI Data Format Working Group, "NIfTI-2 data format", 2011).

use super::header::{Header, text};
use crate::error::FieldError;

/// Bytes of the header.
pub(super) const LENGTH: usize = 540;
/// The end of `magic` tells whether a transfer as text has damaged the file.
const MAGIC_END: &[u8] = b"\0\r\n\x1a\n";

/// Parses the header's bytes, whose first field was found in the byte order given.
pub(super) fn parse(bytes: &[u8], big_endian: bool) -> Result<Header, FieldError> {
    let fields = Fields { bytes, big_endian };
    let magic: [u8; 8] = fields.at(4);
    let single_file = magic.starts_with(b"n+2");
    if !(single_file || magic.starts_with(b"ni2")) || magic[3..] != *MAGIC_END {
        let found = format!("\"{}\"", magic.escape_ascii());
        let expected =
            "\"n+2\" or \"ni2\" with \\0\\r\\n\\x1a\\n behind it (a NIfTI-2 file, not sent as text)";
        return Err(FieldError::new("magic", found, expected));
    }
    let vox_offset = fields.i64(168);
    // 540 bytes of header and 4 that tell of extensions.
    let least = if single_file { 544 } else { 0 };
    let offset = u64::try_from(vox_offset).ok().filter(|&offset| offset >= least).ok_or_else(|| {
        FieldError::new("vox_offset", vox_offset.to_string(), format!("at least {least} bytes"))
    })?;
    Ok(Header {
        length: LENGTH as u64,
        big_endian,
        single_file,
        dim: std::array::from_fn(|n| fields.i64(16 + 8 * n)),
        datatype: fields.i16(12),
        bitpix: fields.i16(14),
        pixdim: fields.f64s(104),
        offset,
        scaling: fields.f64s(176),
        xyzt_units: fields.i32(500),
        qform_code: fields.i32(344),
        sform_code: fields.i32(348),
        quaternion: fields.f64s(352),
        quaternion_offset: fields.f64s(376),
        rows: [400, 432, 464].map(|row| fields.f64s(row)),
        intent_name: text(&fields.at::<16>(508)),
        description: text(&fields.at::<80>(240)),
    })
}

struct Fields<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Fields<'_> {
    /// The bytes at an offset of the table above; zeros where the header is too short, which its length excludes.
    fn at<const COUNT: usize>(&self, offset: usize) -> [u8; COUNT] {
        self.bytes.get(offset..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; COUNT])
    }

    /// The bytes of a number, least significant first.
    fn number<const COUNT: usize>(&self, offset: usize) -> [u8; COUNT] {
        let mut bytes = self.at(offset);
        if self.big_endian {
            bytes.reverse();
        }
        bytes
    }

    fn i16(&self, offset: usize) -> i16 {
        i16::from_le_bytes(self.number(offset))
    }

    fn i32(&self, offset: usize) -> i32 {
        i32::from_le_bytes(self.number(offset))
    }

    fn i64(&self, offset: usize) -> i64 {
        i64::from_le_bytes(self.number(offset))
    }

    fn f64s<const COUNT: usize>(&self, offset: usize) -> [f64; COUNT] {
        std::array::from_fn(|n| f64::from_le_bytes(self.number(offset + 8 * n)))
    }
}
