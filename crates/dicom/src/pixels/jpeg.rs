//! JPEG lossless, process 14 with any predictor (PS3.5 A.4.1, ITU-T T.81 annex H), by the crate `jpeg-decoder`.

use super::PixelFormat;
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat as Samples};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The bytes of a frame in little endian, or what was found instead.
pub(super) fn decode(coded: &[u8], format: &PixelFormat) -> Result<Vec<u8>, String> {
    // A sample takes a bit at least (T.81 H.1.2.2): what is promised beyond that is never allocated.
    let pixels = format.pixels_per_frame();
    if pixels > coded.len().saturating_mul(8) {
        return Err(format!("{} bytes for {pixels} pixels", coded.len()));
    }
    // A panic of the decoder over a damaged stream must not end the program.
    let decoded = catch_unwind(AssertUnwindSafe(|| {
        let mut decoder = Decoder::new(coded);
        decoder.read_info().map_err(|error| error.to_string())?;
        let info = decoder.info().ok_or("no header")?;
        if (usize::from(info.height), usize::from(info.width)) != (format.rows, format.columns) {
            return Err(format!("{} rows and {} columns", info.height, info.width));
        }
        if info.coding_process != CodingProcess::Lossless {
            return Err("a coding process with loss".to_owned());
        }
        let samples = decoder.decode().map_err(|error| error.to_string())?;
        Ok((info.pixel_format, samples))
    }));
    let (samples, bytes) = decoded.map_err(|_| "a stream that its decoder gave up on".to_owned())??;
    let wide: Vec<u8> = match (samples, format.bits_allocated) {
        (Samples::L8, 8) => bytes,
        (Samples::L8, 16) => bytes.into_iter().flat_map(|byte| [byte, 0]).collect(),
        (Samples::L16, 16) => bytes
            .chunks_exact(2)
            .flat_map(|pair| u16::from_ne_bytes([pair[0], pair[1]]).to_le_bytes())
            .collect(),
        (other, bits) => return Err(format!("samples {other:?} for {bits} bits")),
    };
    if wide.len() != format.bytes_per_frame() {
        return Err(format!("{} bytes", wide.len()));
    }
    Ok(wide)
}
