//! Voxel values from bytes, in bounded memory.

use super::header::Layout;
use super::source::Source;
use crate::IoError;
use crate::error::FieldError;
use nifti::NiftiType;

/// Voxels decoded at a time.
const CHUNK: usize = 1 << 14;

/// Reads all voxels of a source that stands at byte `position`, and makes sure that nothing follows them.
pub(super) fn read<T>(
    mut source: Source,
    position: u64,
    layout: &Layout,
    expected: &'static str,
    convert: impl Fn(f64) -> Option<T>,
) -> Result<Vec<T>, IoError> {
    let bytes_per_voxel = layout.kind.size_of();
    // Sides are below 2^15, so this cannot overflow.
    let count: usize = layout.size.iter().product();
    let wanted = layout.offset + (count * bytes_per_voxel) as u64;
    let truncated = |source: &Source, found: String| {
        let expected = format!("{wanted} bytes for {:?} voxels of {bytes_per_voxel} bytes", layout.size);
        FieldError::new("data", found, expected).at(source.path())
    };
    if source.largest_content() < wanted {
        let found = format!("a file that holds at most {} bytes", source.largest_content());
        return Err(truncated(&source, found));
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
        decode(layout, buffer, |value| match convert(value) {
            Some(value) => {
                values.push(value);
                Ok(())
            }
            None => Err(IoError::Voxel {
                path: source.path().to_owned(),
                voxel: voxel(values.len(), layout.size),
                found: value,
                expected,
            }),
        })?;
    }
    // Reading on also makes a gzip stream check its sum.
    if source.fill(&mut [0])? > 0 {
        let expected = format!("{wanted} bytes for {:?} voxels", layout.size);
        return Err(FieldError::new("data", "more bytes than that", expected).at(source.path()));
    }
    Ok(values)
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

fn voxel(offset: usize, [nx, ny, _]: [usize; 3]) -> [usize; 3] {
    [offset % nx, offset / nx % ny, offset / (nx * ny)]
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
    match layout.kind {
        NiftiType::Uint8 => decode_as!(u8),
        NiftiType::Int8 => decode_as!(i8),
        NiftiType::Uint16 => decode_as!(u16),
        NiftiType::Int16 => decode_as!(i16),
        NiftiType::Uint32 => decode_as!(u32),
        NiftiType::Int32 => decode_as!(i32),
        NiftiType::Uint64 => decode_as!(u64),
        NiftiType::Int64 => decode_as!(i64),
        NiftiType::Float32 => decode_as!(f32),
        // The layout admits no other kind than these ten.
        _ => decode_as!(f64),
    }
}
