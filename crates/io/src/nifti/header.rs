//! The bytes in front of a NIfTI image, checked field by field: 348 of NIfTI-1, 540 of NIfTI-2.

use super::{first, second};
use crate::IoError;
use crate::error::FieldError;
use crate::source::Source;
use crate::voxels::{Layout, Number};
use nifti::{NiftiHeader, NiftiType};

/// What both versions state, in the wider types of the second.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    /// Bytes of the header itself.
    pub(super) length: u64,
    pub(super) big_endian: bool,
    /// Whether the voxels follow in the same file.
    pub(super) single_file: bool,
    pub(super) dim: [i64; 8],
    pub(super) datatype: i16,
    pub(super) bitpix: i16,
    pub(super) pixdim: [f64; 8],
    /// `vox_offset`: position of the first voxel in its file.
    pub(super) offset: u64,
    /// `scl_slope`, `scl_inter`.
    pub(super) scaling: [f64; 2],
    pub(super) xyzt_units: i32,
    pub(super) qform_code: i32,
    pub(super) sform_code: i32,
    /// `quatern_b`, `_c`, `_d`.
    pub(super) quaternion: [f64; 3],
    /// `qoffset_x`, `_y`, `_z`.
    pub(super) quaternion_offset: [f64; 3],
    /// `srow_x`, `_y`, `_z`.
    pub(super) rows: [[f64; 4]; 3],
    pub(super) intent_name: String,
    pub(super) description: String,
}

/// Reads and parses the header; the source then stands right behind it.
pub(super) fn read(source: &mut Source) -> Result<Header, IoError> {
    let mut bytes = [0; second::LENGTH];
    let mut found = source.fill(&mut bytes[..first::LENGTH])?;
    let number = [bytes[0], bytes[1], bytes[2], bytes[3]];
    let (little, big) = (i32::from_le_bytes(number), i32::from_be_bytes(number));
    let (version, length) = match (little, big) {
        (540, _) | (_, 540) => (2, second::LENGTH),
        _ => (1, first::LENGTH),
    };
    found += source.fill(&mut bytes[found..length])?;
    let bytes = &bytes[..length];
    let header = if found < length {
        let expected = format!("a NIfTI-{version} header of {length} bytes");
        Err(FieldError::new("header", format!("a file of {found} bytes"), expected))
    } else {
        match (little, big) {
            (348, _) => first::parse(bytes, false),
            (_, 348) => first::parse(bytes, true),
            (540, _) => second::parse(bytes, false),
            (_, 540) => second::parse(bytes, true),
            _ => Err(FieldError::new("sizeof_hdr", little.to_string(), "348 or 540 (a NIfTI file)")),
        }
    };
    header.map_err(|error| error.at(source.path()))
}

impl Header {
    /// How the voxels lie in the file.
    pub(super) fn layout(&self) -> Result<Layout, FieldError> {
        Ok(Layout {
            number: number(self.datatype, self.bitpix)?,
            big_endian: self.big_endian,
            scaling: scaling(self.scaling)?,
            offset: self.offset,
        })
    }

    /// Voxels along i, j, k.
    pub(super) fn size(&self) -> Result<[usize; 3], FieldError> {
        let rank = self.dim[0];
        let fits = (3..=7).contains(&rank)
            && self.dim[1..=3].iter().all(|&n| n > 0)
            && self.dim[4..=rank as usize].iter().all(|&n| n == 1);
        let sides = [self.dim[1], self.dim[2], self.dim[3]].map(usize::try_from);
        match sides {
            [Ok(nx), Ok(ny), Ok(nz)] if fits => Ok([nx, ny, nz]),
            _ => {
                let expected = "3 dimensions of at least 1 voxel (more dimensions only with a side of 1)";
                Err(FieldError::new("dim", format!("{:?}", self.dim), expected))
            }
        }
    }
}

fn number(datatype: i16, bitpix: i16) -> Result<Number, FieldError> {
    let kind = NiftiHeader { datatype, ..NiftiHeader::default() }.data_type();
    let number = match kind {
        Ok(NiftiType::Uint8) => Number::U8,
        Ok(NiftiType::Int8) => Number::I8,
        Ok(NiftiType::Uint16) => Number::U16,
        Ok(NiftiType::Int16) => Number::I16,
        Ok(NiftiType::Uint32) => Number::U32,
        Ok(NiftiType::Int32) => Number::I32,
        Ok(NiftiType::Uint64) => Number::U64,
        Ok(NiftiType::Int64) => Number::I64,
        Ok(NiftiType::Float32) => Number::F32,
        Ok(NiftiType::Float64) => Number::F64,
        other => {
            let name = other.map(|kind| format!(" ({kind:?})")).unwrap_or_default();
            let expected = "an integer of 8 to 64 bits or a float of 32 or 64";
            return Err(FieldError::new("datatype", format!("{datatype}{name}"), expected));
        }
    };
    let bits = number.bytes() * 8;
    if usize::try_from(bitpix) == Ok(bits) {
        Ok(number)
    } else {
        Err(FieldError::new("bitpix", bitpix.to_string(), format!("{bits} for datatype {datatype}")))
    }
}

fn scaling([slope, inter]: [f64; 2]) -> Result<Option<(f64, f64)>, FieldError> {
    if slope == 0.0 {
        return Ok(None);
    }
    for (field, number) in [("scl_slope", slope), ("scl_inter", inter)] {
        if !number.is_finite() {
            let expected = "a finite number (slope 0 for no scaling)";
            return Err(FieldError::new(field, number.to_string(), expected));
        }
    }
    Ok(Some((slope, inter)).filter(|&scaling| scaling != (1.0, 0.0)))
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
        assert_eq!(scaling([0.0, f64::NAN]), Ok(None));
        assert_eq!(scaling([1.0, 0.0]), Ok(None));
        assert_eq!(scaling([2.0, -1.0]), Ok(Some((2.0, -1.0))));
        assert_eq!(scaling([f64::NAN, 0.0]).unwrap_err().field, "scl_slope");
        assert_eq!(scaling([1.0, f64::NAN]).unwrap_err().field, "scl_inter");
    }

    #[test]
    fn only_three_dimensions_may_be_more_than_one() {
        let size = |dim| Header { dim, ..Header::default() }.size();
        assert_eq!(size([3, 4, 5, 6, 0, 0, 0, 0]), Ok([4, 5, 6]));
        assert_eq!(size([5, 4, 5, 6, 1, 1, 9, 9]), Ok([4, 5, 6]));
        assert_eq!(size([3, 40_000, 5, 6, 1, 1, 1, 1]), Ok([40_000, 5, 6]));
        for dim in [
            [4, 4, 5, 6, 2, 1, 1, 1],
            [2, 4, 5, 1, 1, 1, 1, 1],
            [3, 4, 0, 6, 1, 1, 1, 1],
            [3, 4, -25_536, 6, 1, 1, 1, 1],
            [8, 4, 5, 6, 1, 1, 1, 1],
            [i64::MAX, 4, 5, 6, 1, 1, 1, 1],
        ] {
            assert_eq!(size(dim).unwrap_err().field, "dim", "{dim:?}");
        }
    }
}
