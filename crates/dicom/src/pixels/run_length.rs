//! RLE lossless (PS3.5 annex G): the bytes of a pixel in segments, the most significant first, each packed in runs.

use super::PixelFormat;

const HEADER: usize = 64;

/// The bytes of a frame in little endian, or what was found instead.
pub(super) fn decode(coded: &[u8], format: &PixelFormat) -> Result<Vec<u8>, String> {
    let width = (format.bits_allocated / 8) as usize;
    let pixels = format.pixels_per_frame();
    let header: Vec<usize> = coded
        .get(..HEADER)
        .ok_or("a run-length header cut short")?
        .chunks_exact(4)
        .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]) as usize)
        .collect();
    if header[0] != width {
        return Err(format!("{} segments, not {width}", header[0]));
    }
    // Two bytes unpack to 128 at most: what is promised beyond that is never allocated.
    if pixels > coded.len().saturating_mul(64) {
        return Err(format!("{} bytes for {pixels} pixels", coded.len()));
    }
    let mut bytes = vec![0; pixels * width];
    for segment in 0..width {
        let begin = header[segment + 1];
        let end = if segment + 1 < width { header[segment + 2] } else { coded.len() };
        let packed =
            coded.get(begin..end).ok_or_else(|| format!("segment {} outside the frame", segment + 1))?;
        let unpacked = unpack(packed, pixels).ok_or_else(|| format!("segment {} cut short", segment + 1))?;
        for (pixel, byte) in unpacked.into_iter().enumerate() {
            bytes[pixel * width + (width - 1 - segment)] = byte;
        }
    }
    Ok(bytes)
}

/// Exactly `count` bytes (G.3.2); the padding after them is not looked at.
fn unpack(packed: &[u8], count: usize) -> Option<Vec<u8>> {
    let mut unpacked = Vec::with_capacity(count);
    let mut rest = packed;
    while unpacked.len() < count {
        let (&control, after) = rest.split_first()?;
        match control {
            0..=127 => {
                let (literal, after) = after.split_at_checked(usize::from(control) + 1)?;
                unpacked.extend_from_slice(literal);
                rest = after;
            }
            128 => rest = after,
            129.. => {
                let (&byte, after) = after.split_first()?;
                unpacked.resize(unpacked.len() + 257 - usize::from(control), byte);
                rest = after;
            }
        }
    }
    (unpacked.len() == count).then_some(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(columns: usize) -> PixelFormat {
        PixelFormat { rows: 1, columns, frames: 1, bits_allocated: 16, bits_stored: 16, signed: false }
    }

    /// Two segments: high bytes 1, 1, 1, 2 as a run and a literal; low bytes 3, 4, 5, 6 as a literal with a no-op before it.
    fn coded() -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        bytes[0] = 2;
        bytes[4] = 64;
        bytes[8] = 68;
        bytes.extend([254, 1, 0, 2, 128, 3, 3, 4, 5, 6]);
        bytes
    }

    #[test]
    fn runs_and_literals_unpack() {
        assert_eq!(decode(&coded(), &format(4)).unwrap(), [3, 1, 4, 1, 5, 1, 6, 2]);
    }

    #[test]
    fn damage_is_an_error() {
        let good = coded();
        for length in 0..good.len() {
            assert!(decode(&good[..length], &format(4)).is_err(), "cut at {length}");
        }
        assert!(decode(&good, &format(5)).is_err(), "too few pixels");
        assert!(decode(&good, &format(3)).is_err(), "a run beyond the frame");
        assert!(decode(&good, &format(60_000)).is_err());
        let mut segments = good.clone();
        segments[0] = 15;
        assert!(decode(&segments, &format(4)).is_err());
    }
}
