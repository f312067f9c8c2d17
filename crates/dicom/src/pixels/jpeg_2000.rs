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
    // A panic of the decoder over a damaged stream must not end the program.
    let image = catch_unwind(AssertUnwindSafe(|| {
        let parameters = jpeg2k::DecodeParameters::new().strict(true);
        jpeg2k::Image::from_bytes_with(coded, parameters).map_err(|error| error.to_string())
    }));
    let image = image.map_err(|_| "a stream that its decoder gave up on".to_owned())??;
    let [component] = image.components() else {
        return Err(format!("{} components", image.components().len()));
    };
    if (component.height() as usize, component.width() as usize) != (format.rows, format.columns) {
        return Err(format!("{} rows and {} columns", component.height(), component.width()));
    }
    let width = (format.bits_allocated / 8) as usize;
    let bytes: Vec<u8> =
        component.data().iter().flat_map(|value| value.to_le_bytes().into_iter().take(width)).collect();
    if bytes.len() != format.bytes_per_frame() {
        return Err(format!("{} bytes", bytes.len()));
    }
    Ok(bytes)
}
