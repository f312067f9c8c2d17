//! Voxel values from bytes, in bounded memory.

use crate::IoError;
use crate::error::FieldError;
use crate::source::Source;
use iodose_volume::{Grid, Volume};

/// Voxels decoded at a time.
const CHUNK: usize = 1 << 14;

/// How a voxel is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

impl Number {
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }
}

/// How the voxels lie in the file.
pub(crate) struct Layout {
    pub(crate) number: Number,
    pub(crate) big_endian: bool,
    /// Slope and intercept, unless the stored values are meant as they are.
    pub(crate) scaling: Option<(f64, f64)>,
    /// Position of the first voxel in the source's content.
    pub(crate) offset: u64,
}

/// What a voxel becomes.
pub(crate) struct Conversion<T> {
    /// What a value must be to be converted.
    expected: &'static str,
    convert: fn(f64) -> Option<T>,
}

/// To 32-bit floats. NaN and infinite voxels are passed on.
pub(crate) const AS_FLOAT: Conversion<f32> = Conversion {
    expected: "a value that fits a 32-bit float",
    convert: |value| {
        let single = value as f32;
        (single.is_finite() || !value.is_finite()).then_some(single)
    },
};

/// To labels, whole numbers to 1e-4, which forgives a scaling's rounding.
pub(crate) const AS_LABEL: Conversion<u16> = Conversion {
    expected: "a label: a whole number from 0 to 65535",
    convert: |value| {
        let label = value.round();
        let fits = (0.0..=65535.0).contains(&label) && (value - label).abs() <= 1e-4;
        fits.then_some(label as u16)
    },
};

/// Reads all voxels of a source that stands at byte `position`, and makes sure that nothing follows them.
pub(crate) fn read<T>(
    mut source: Source,
    position: u64,
    grid: Grid,
    layout: &Layout,
    conversion: &Conversion<T>,
) -> Result<Volume<T>, IoError> {
    let bytes_per_voxel = layout.number.bytes();
    // A grid has below 2^48 voxels, so only a wild offset can carry this over.
    let count = grid.len();
    let wanted = layout.offset.saturating_add((count * bytes_per_voxel) as u64);
    let truncated = |source: &Source, found: String| {
        let expected = format!("{wanted} bytes for {:?} voxels of {bytes_per_voxel} bytes", grid.size());
        FieldError::new("data", found, expected).at(source.path())
    };
    let largest = source.largest_content();
    if largest < wanted {
        return Err(truncated(&source, format!("a file that holds at most {largest} bytes")));
    }
    skip(&mut source, layout.offset - position)?;

    let mut values = Vec::new();
    let likely = usize::try_from(source.likely_content()).unwrap_or(usize::MAX) / bytes_per_voxel;
    reserve(&mut values, count.min(likely), &source)?;
    let mut buffer = vec![0; CHUNK * bytes_per_voxel];
    while values.len() < count {
        let chunk = CHUNK.min(count - values.len());
        let buffer = &mut buffer[..chunk * bytes_per_voxel];
        let filled = source.fill(buffer)?;
        if filled < buffer.len() {
            let found = layout.offset + (values.len() * bytes_per_voxel + filled) as u64;
            return Err(truncated(&source, format!("{found} bytes")));
        }
        if values.capacity() - values.len() < chunk {
            let more = values.len().max(chunk).min(count - values.len());
            reserve(&mut values, more, &source)?;
        }
        decode(layout, buffer, |value| match (conversion.convert)(value) {
            Some(value) => {
                values.push(value);
                Ok(())
            }
            None => Err(IoError::Voxel {
                path: source.path().to_owned(),
                voxel: grid.index(values.len()),
                found: value,
                expected: conversion.expected,
            }),
        })?;
    }
    // Reading on also makes a compressed stream check its sum.
    if source.fill(&mut [0])? > 0 {
        let expected = format!("{wanted} bytes for {:?} voxels", grid.size());
        return Err(FieldError::new("data", "more bytes than that", expected).at(source.path()));
    }
    Volume::new(grid, values)
        .map_err(|error| FieldError::new("data", error.to_string(), "one value per voxel").at(source.path()))
}

fn reserve<T>(values: &mut Vec<T>, more: usize, source: &Source) -> Result<(), IoError> {
    values.try_reserve_exact(more).map_err(|error| {
        FieldError::new("dim", format!("{more} voxels ({error})"), "an image that fits in memory")
            .at(source.path())
    })
}

fn skip(source: &mut Source, mut bytes: u64) -> Result<(), IoError> {
    let mut buffer = [0; 4096];
    while bytes > 0 {
        let step = bytes.min(buffer.len() as u64) as usize;
        if source.fill(&mut buffer[..step])? < step {
            let error =
                FieldError::new("vox_offset", "an offset behind the end of the file", "voxels behind it");
            return Err(error.at(source.path()));
        }
        bytes -= step as u64;
    }
    Ok(())
}

fn decode(
    layout: &Layout,
    bytes: &[u8],
    mut push: impl FnMut(f64) -> Result<(), IoError>,
) -> Result<(), IoError> {
    macro_rules! decode_as {
        ($number:ty) => {{
            let (chunks, _) = bytes.as_chunks::<{ size_of::<$number>() }>();
            for &chunk in chunks {
                let stored = if layout.big_endian {
                    <$number>::from_be_bytes(chunk)
                } else {
                    <$number>::from_le_bytes(chunk)
                };
                let stored = stored as f64;
                push(layout.scaling.map_or(stored, |(slope, inter)| stored * slope + inter))?;
            }
            Ok(())
        }};
    }
    match layout.number {
        Number::U8 => decode_as!(u8),
        Number::I8 => decode_as!(i8),
        Number::U16 => decode_as!(u16),
        Number::I16 => decode_as!(i16),
        Number::U32 => decode_as!(u32),
        Number::I32 => decode_as!(i32),
        Number::U64 => decode_as!(u64),
        Number::I64 => decode_as!(i64),
        Number::F32 => decode_as!(f32),
        Number::F64 => decode_as!(f64),
    }
}
