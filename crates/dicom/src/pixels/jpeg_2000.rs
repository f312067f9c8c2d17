//! JPEG 2000 (PS3.5 A.4.4, ISO/IEC 15444-1), by the crates `jpeg2k` and `openjp2`.

use super::PixelFormat;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A code block without coefficients takes no bits, so that a stream has no natural limit; images of one value shrink by
/// some thousands.
const MAX_PIXELS_PER_BYTE: usize = 10_000;

/// The bytes of a frame in little endian, or what was found instead.
pub(super) fn decode(coded: &[u8], format: &PixelFormat) -> Result<Vec<u8>, String> {
    let pixels = format.pixels_per_frame();
    if pixels > coded.len().saturating_mul(MAX_PIXELS_PER_BYTE) {
        return Err(format!("{} bytes for {pixels} pixels", coded.len()));
    }
    // The decoder allocates what the header promises: it must promise this frame.
    let size = size(coded).ok_or("no JPEG 2000 codestream")?;
    if size != (format.rows, format.columns, 1) {
        return Err(format!("{} rows and {} columns of {} components", size.0, size.1, size.2));
    }
    // A panic of the decoder over a damaged stream must not end the program.
    let image = catch_unwind(AssertUnwindSafe(|| {
        let parameters = jpeg2k::DecodeParameters::new().strict(true);
        jpeg2k::Image::from_bytes_with(coded, parameters).map_err(|error| error.to_string())
    }));
    let image = image.map_err(|_| "a stream that its decoder gave up on".to_owned())??;
    let [component] = image.components() else {
        return Err(format!("{} components", image.components().len()));
    };
    let width = (format.bits_allocated / 8) as usize;
    let bytes: Vec<u8> =
        component.data().iter().flat_map(|value| value.to_le_bytes().into_iter().take(width)).collect();
    if bytes.len() != format.bytes_per_frame() {
        return Err(format!("{} bytes", bytes.len()));
    }
    Ok(bytes)
}

/// Rows, columns and components of the image and tile size segment, which stands first (A.5.1).
fn size(coded: &[u8]) -> Option<(usize, usize, u16)> {
    let segment = coded.strip_prefix(&[0xFF, 0x4F, 0xFF, 0x51])?;
    let number = |at: usize| Some(u32::from_be_bytes(*segment.get(at..)?.first_chunk::<4>()?));
    let columns = number(4)?.checked_sub(number(12)?)?;
    let rows = number(8)?.checked_sub(number(16)?)?;
    let components = u16::from_be_bytes(*segment.get(36..)?.first_chunk::<2>()?);
    Some((rows as usize, columns as usize, components))
}
