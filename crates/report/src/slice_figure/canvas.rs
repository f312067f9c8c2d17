//! Pixels to draw on.

use crate::picture::PictureError;

/// 8-bit RGB pixels, row by row from the left upper one.
pub(super) struct Canvas {
    size: [usize; 2],
    pixels: Vec<u8>,
}

impl Canvas {
    pub(super) fn white(size: [usize; 2]) -> Self {
        Self { size, pixels: vec![255; 3 * size[0] * size[1]] }
    }

    /// A box in one colour; what lies outside the canvas is left out.
    pub(super) fn fill(&mut self, [left, top]: [usize; 2], [width, height]: [usize; 2], colour: [u8; 3]) {
        let row = vec![colour; width].concat();
        for y in top..top + height {
            self.row([left, y], &row);
        }
    }

    /// Copies pixels of one row.
    pub(super) fn row(&mut self, [left, y]: [usize; 2], row: &[u8]) {
        let [width, height] = self.size;
        if y < height && left < width {
            let start = 3 * (y * width + left);
            let length = row.len().min(3 * (width - left));
            self.pixels[start..start + length].copy_from_slice(&row[..length]);
        }
    }

    pub(super) fn png(&self) -> Result<Vec<u8>, PictureError> {
        let mut bytes = Vec::new();
        // The sides are those of a slice, which are bounded, and a margin.
        let mut encoder = png::Encoder::new(&mut bytes, self.size[0] as u32, self.size[1] as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(bytes)
    }
}
