//! Pixels to PNG.

use thiserror::Error;

/// Why a picture cannot be drawn.
#[derive(Debug, Error)]
pub enum PictureError {
    /// The grey window does not rise.
    #[error("window: found {0} to {1}, expected two finite values, the first below the second")]
    Window(f32, f32),
    /// The slices meet nowhere.
    #[error("focus: found {0:?}, expected finite LPS millimetres")]
    Focus([f64; 3]),
    /// The scale has no upper end.
    #[error("full scale: found {0}, expected a finite dose above 0")]
    FullScale(f64),
    /// The encoder failed.
    #[error("PNG: {0}")]
    Encoding(#[from] png::EncodingError),
    /// The packer failed.
    #[error("gzip: {0}")]
    Packing(std::io::Error),
    /// A grid for pictures cannot be made.
    #[error("grid of a picture: {0}")]
    Grid(iodose_volume::GridError),
}

/// 8-bit RGB pixels, row by row from the left upper one, as a PNG file.
pub(super) fn png([width, height]: [usize; 2], pixels: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    // The sides are bounded by the longest side of a picture.
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}
