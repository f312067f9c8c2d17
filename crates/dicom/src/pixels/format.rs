//! How pixels are stored: sizes and bits (PS3.3 C.7.6.3.1, PS3.5 8.1).

use crate::element::Attributes;
use crate::error::Result;
use dicom_core::Tag;
use dicom_dictionary_std::tags;

/// The elements that say how many pixels there are and how to read one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixelFormat {
    /// Pixels along a column.
    pub rows: usize,
    /// Pixels along a row.
    pub columns: usize,
    /// Frames.
    pub frames: usize,
    /// Bits of one pixel in the file: 8, 16 or 32.
    pub bits_allocated: u32,
    /// The lowest bits of them that hold the value.
    pub bits_stored: u32,
    /// Whether values are in two's complement.
    pub signed: bool,
}

impl PixelFormat {
    /// Reads and checks the elements. Refused: colour, and bits that are neither 8, 16 nor 32 with the value in the lowest.
    pub fn new(root: &Attributes<'_>) -> Result<Self> {
        let within = |tag: Tag, least: i64, most: i64| -> Result<usize> {
            let value = root.integer(tag)?;
            if (least..=most).contains(&value) {
                return Ok(value as usize);
            }
            Err(root.error(tag, value.to_string(), format!("{least} to {most}")))
        };
        let rows = within(tags::ROWS, 1, 65_535)?;
        let columns = within(tags::COLUMNS, 1, 65_535)?;
        let frames = if root.has(tags::NUMBER_OF_FRAMES) {
            within(tags::NUMBER_OF_FRAMES, 1, i64::from(i32::MAX))?
        } else {
            1
        };
        within(tags::SAMPLES_PER_PIXEL, 1, 1)?;
        let photometric = root.text(tags::PHOTOMETRIC_INTERPRETATION)?;
        // The palette of a label map colours its segments; its pixels are their numbers.
        let is_label_map = root.text_optional(tags::SEGMENTATION_TYPE).as_deref() == Some("LABELMAP");
        if photometric != "MONOCHROME2" && !(is_label_map && photometric == "PALETTE COLOR") {
            return Err(root.error(tags::PHOTOMETRIC_INTERPRETATION, photometric, "MONOCHROME2"));
        }
        let bits_allocated = root.integer(tags::BITS_ALLOCATED)?;
        if !matches!(bits_allocated, 8 | 16 | 32) {
            return Err(root.error(tags::BITS_ALLOCATED, bits_allocated.to_string(), "8, 16 or 32"));
        }
        let bits_stored = within(tags::BITS_STORED, 1, bits_allocated)?;
        let high_bit = root.integer(tags::HIGH_BIT)?;
        if high_bit != bits_stored as i64 - 1 {
            // Since 2014 the standard allows nothing else (PS3.5 8.1.1).
            return Err(root.error(
                tags::HIGH_BIT,
                high_bit.to_string(),
                format!("BitsStored - 1 = {}", bits_stored - 1),
            ));
        }
        let signed = within(tags::PIXEL_REPRESENTATION, 0, 1)? == 1;
        Ok(Self {
            rows,
            columns,
            frames,
            bits_allocated: bits_allocated as u32,
            bits_stored: bits_stored as u32,
            signed,
        })
    }

    /// Pixels of a frame.
    pub fn pixels_per_frame(&self) -> usize {
        // Both sides have 16 bits.
        self.rows * self.columns
    }

    pub(crate) fn bytes_per_frame(&self) -> usize {
        self.pixels_per_frame() * (self.bits_allocated / 8) as usize
    }

    pub(crate) fn describe_size(&self) -> String {
        let Self { rows, columns, frames, bits_allocated, .. } = self;
        let total = self.bytes_per_frame() as u128 * *frames as u128;
        format!("{total} bytes ({rows} rows x {columns} columns x {frames} frames x {bits_allocated} bits)")
    }

    /// Values from bytes: the bits above BitsStored are dropped (older objects keep overlays there) or replaced by the sign.
    pub(crate) fn values(&self, bytes: &[u8], big_endian: bool) -> Vec<i64> {
        let shift = 64 - self.bits_stored;
        let value = |raw: u64| -> i64 {
            if self.signed { ((raw << shift) as i64) >> shift } else { ((raw << shift) >> shift) as i64 }
        };
        let word = |chunk: &[u8]| {
            let join = |sum: u64, &byte: &u8| sum << 8 | u64::from(byte);
            if big_endian { chunk.iter().fold(0, join) } else { chunk.iter().rev().fold(0, join) }
        };
        bytes.chunks_exact((self.bits_allocated / 8) as usize).map(|chunk| value(word(chunk))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(bits_allocated: u32, bits_stored: u32, signed: bool) -> PixelFormat {
        PixelFormat { rows: 1, columns: 2, frames: 1, bits_allocated, bits_stored, signed }
    }

    #[test]
    fn unused_bits_are_dropped_and_signs_extended() {
        let bytes = [0xFF, 0xFF, 0x00, 0xF8];
        assert_eq!(format(16, 12, false).values(&bytes, false), [0x0FFF, 0x0800]);
        assert_eq!(format(16, 12, true).values(&bytes, false), [-1, -2048]);
        assert_eq!(format(16, 16, true).values(&[0x80, 0x01], true), [-32_767]);
        assert_eq!(format(32, 32, false).values(&[0xFF; 4], false), [4_294_967_295]);
        assert_eq!(format(8, 8, false).values(&[7, 255], false), [7, 255]);
    }
}
