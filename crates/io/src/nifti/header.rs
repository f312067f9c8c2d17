//! The 348 bytes in front of a NIfTI-1 image, checked field by field.

use super::source::Source;
use crate::IoError;
use crate::error::FieldError;
use nifti::{Endianness, NiftiHeader, NiftiType};

/// Bytes of a NIfTI-1 header.
pub(super) const LENGTH: usize = 348;
/// Offset of `magic` in them.
const MAGIC: usize = 344;

/// Reads and parses the header; the source then stands right behind it.
pub(super) fn read(source: &mut Source) -> Result<NiftiHeader, IoError> {
    let mut bytes = [0; LENGTH];
    let found = source.fill(&mut bytes)?;
    if found < LENGTH {
        let error =
            FieldError::new("header", format!("a file of {found} bytes"), "a NIfTI-1 header of 348 bytes");
        return Err(error.at(source.path()));
    }
    parse(&bytes).map_err(|error| error.at(source.path()))
}

fn parse(bytes: &[u8; LENGTH]) -> Result<NiftiHeader, FieldError> {
    let first = [bytes[0], bytes[1], bytes[2], bytes[3]];
    let (little, big) = (i32::from_le_bytes(first), i32::from_be_bytes(first));
    match (little, big) {
        (348, _) | (_, 348) => {}
        (540, _) | (_, 540) => {
            return Err(FieldError::new("sizeof_hdr", "540 (NIfTI-2)", "348 (NIfTI-1); convert the file"));
        }
        _ => return Err(FieldError::new("sizeof_hdr", little.to_string(), "348 (a NIfTI-1 file)")),
    }
    let magic = &bytes[MAGIC..];
    if magic != b"n+1\0" && magic != b"ni1\0" {
        let found = format!("\"{}\"", magic.escape_ascii());
        return Err(FieldError::new("magic", found, "\"n+1\\0\" or \"ni1\\0\" (a NIfTI-1 file)"));
    }
    let header = NiftiHeader::from_reader(&bytes[..])
        .map_err(|error| FieldError::new("header", error.to_string(), "a NIfTI-1 header"))?;
    // The crate tells the byte order from dim[0]; a wild dim[0] makes it take the wrong one.
    let expected = if little == 348 { Endianness::Little } else { Endianness::Big };
    if header.endianness != expected {
        let found = format!("{} in the other byte order than sizeof_hdr", header.dim[0]);
        return Err(FieldError::new("dim[0]", found, "3, or 4 with one time point"));
    }
    Ok(header)
}

/// How the voxels lie in the file.
pub(super) struct Layout {
    pub(super) size: [usize; 3],
    pub(super) kind: NiftiType,
    pub(super) big_endian: bool,
    /// Slope and intercept, unless the stored values are meant as they are.
    pub(super) scaling: Option<(f64, f64)>,
    /// Position of the first voxel in its file.
    pub(super) offset: u64,
    /// Whether the voxels follow in the same file.
    pub(super) single_file: bool,
}

impl Layout {
    pub(super) fn new(header: &NiftiHeader) -> Result<Self, FieldError> {
        let single_file = &header.magic == b"n+1\0";
        Ok(Self {
            size: size(&header.dim)?,
            kind: kind(header)?,
            big_endian: header.endianness == Endianness::Big,
            scaling: scaling(header)?,
            offset: offset(header.vox_offset, single_file)?,
            single_file,
        })
    }
}

fn size(dim: &[u16; 8]) -> Result<[usize; 3], FieldError> {
    // The field is a signed 16-bit number; the crate reads it as unsigned.
    let signed = dim.map(|n| n as i16);
    let rank = signed[0];
    let used = 3..=7;
    let fits = used.contains(&rank)
        && signed[1..=3].iter().all(|&n| n > 0)
        && signed[4..=rank as usize].iter().all(|&n| n == 1);
    if !fits {
        let expected = "3 dimensions of 1 to 32767 voxels (more dimensions only with a side of 1)";
        return Err(FieldError::new("dim", format!("{signed:?}"), expected));
    }
    Ok([dim[1], dim[2], dim[3]].map(usize::from))
}

fn kind(header: &NiftiHeader) -> Result<NiftiType, FieldError> {
    use NiftiType::{Float32, Float64, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64};
    let kind = header.data_type().ok().filter(|kind| {
        matches!(kind, Uint8 | Int8 | Uint16 | Int16 | Uint32 | Int32 | Uint64 | Int64 | Float32 | Float64)
    });
    let Some(kind) = kind else {
        let found = match header.data_type() {
            Ok(kind) => format!("{} ({kind:?})", header.datatype),
            Err(_) => header.datatype.to_string(),
        };
        return Err(FieldError::new("datatype", found, "an integer of 8 to 64 bits or a float of 32 or 64"));
    };
    let bits = kind.size_of() * 8;
    if usize::try_from(header.bitpix) != Ok(bits) {
        return Err(FieldError::new("bitpix", header.bitpix.to_string(), format!("{bits} for {kind:?}")));
    }
    Ok(kind)
}

fn scaling(header: &NiftiHeader) -> Result<Option<(f64, f64)>, FieldError> {
    let (slope, inter) = (header.scl_slope, header.scl_inter);
    if slope == 0.0 {
        return Ok(None);
    }
    let finite = |field, number: f32| {
        if number.is_finite() {
            Ok(f64::from(number))
        } else {
            Err(FieldError::new(field, number.to_string(), "a finite number (slope 0 for no scaling)"))
        }
    };
    let scaling = (finite("scl_slope", slope)?, finite("scl_inter", inter)?);
    Ok(Some(scaling).filter(|&scaling| scaling != (1.0, 0.0)))
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

/// A text field: up to the first NUL, without control characters.
pub(super) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let text = String::from_utf8_lossy(&bytes[..end]);
    text.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_at_nul_and_holds_no_control_characters() {
        assert_eq!(text(b"PET\x1b[1m, \xffBq/mL \0rest"), "PET[1m, \u{fffd}Bq/mL");
        assert_eq!(text(b"no end"), "no end");
    }

    #[test]
    fn slope_zero_means_the_values_as_they_are() {
        let header = |scl_slope, scl_inter| NiftiHeader { scl_slope, scl_inter, ..NiftiHeader::default() };
        assert_eq!(scaling(&header(0.0, f32::NAN)), Ok(None));
        assert_eq!(scaling(&header(1.0, 0.0)), Ok(None));
        assert_eq!(scaling(&header(2.0, -1.0)), Ok(Some((2.0, -1.0))));
        assert_eq!(scaling(&header(f32::NAN, 0.0)).unwrap_err().field, "scl_slope");
        assert_eq!(scaling(&header(1.0, f32::NAN)).unwrap_err().field, "scl_inter");
    }

    #[test]
    fn only_three_dimensions_may_be_more_than_one() {
        assert_eq!(size(&[3, 4, 5, 6, 0, 0, 0, 0]), Ok([4, 5, 6]));
        assert_eq!(size(&[5, 4, 5, 6, 1, 1, 9, 9]), Ok([4, 5, 6]));
        for dim in [
            [4, 4, 5, 6, 2, 1, 1, 1],
            [2, 4, 5, 1, 1, 1, 1, 1],
            [3, 4, 0, 6, 1, 1, 1, 1],
            [3, 4, 40000, 6, 1, 1, 1, 1],
            [8, 4, 5, 6, 1, 1, 1, 1],
            [40000, 4, 5, 6, 1, 1, 1, 1],
        ] {
            assert_eq!(size(&dim).unwrap_err().field, "dim", "{dim:?}");
        }
    }
}
