//! The pixels of a segmentation: one bit each without gaps between frames, a share in eight, or the number of a segment.

use super::SegmentationKind;
use crate::element::Attributes;
use crate::error::Result;
use crate::file::DicomFile;
use crate::pixels::Frames;
use crate::syntax::Encoding;
use dicom_dictionary_std::tags;

pub(super) struct Pixels<'a> {
    pub(super) rows: usize,
    pub(super) columns: usize,
    stored: Stored<'a>,
}

enum Stored<'a> {
    Bits(&'a [u8]),
    /// Eight bits, and the value that stands for the whole voxel.
    Values(Frames<'a>, f32),
    /// Numbers of segments, and the one that stands for none.
    Labels(Frames<'a>, i64),
}

impl<'a> Pixels<'a> {
    /// Checks the description of the pixels, and that there are as many as it says.
    pub(super) fn of(file: &'a DicomFile, kind: SegmentationKind, frames: usize) -> Result<Self> {
        let root = file.attributes();
        let side = |tag| {
            let side = root.integer(tag)?;
            let fits = u16::try_from(side).ok().filter(|&side| side > 0);
            fits.map(usize::from).ok_or_else(|| root.error(tag, side.to_string(), "1 to 65535"))
        };
        let (rows, columns) = (side(tags::ROWS)?, side(tags::COLUMNS)?);
        let bits = match kind {
            SegmentationKind::Binary => 1,
            // 8 or 16 bits (Supplement 243).
            SegmentationKind::LabelMap if root.integer(tags::BITS_ALLOCATED)? == 16 => 16,
            _ => 8,
        };
        for (tag, expected) in [
            (tags::BITS_ALLOCATED, bits),
            (tags::BITS_STORED, bits),
            (tags::SAMPLES_PER_PIXEL, 1),
            (tags::PIXEL_REPRESENTATION, 0),
        ] {
            let found = root.integer(tag)?;
            if found != expected {
                return Err(root.error(tag, found.to_string(), expected.to_string()));
            }
        }
        let stored = match kind {
            SegmentationKind::Binary => Stored::Bits(bits_of(file, &root, [columns, rows, frames])?),
            SegmentationKind::LabelMap => Stored::Labels(Frames::new(file)?, background(&root)?),
            SegmentationKind::Occupancy | SegmentationKind::Probability => {
                let largest = root.integer(tags::MAXIMUM_FRACTIONAL_VALUE)?;
                if !(1..=255).contains(&largest) {
                    return Err(root.error(tags::MAXIMUM_FRACTIONAL_VALUE, largest.to_string(), "1 to 255"));
                }
                Stored::Values(Frames::new(file)?, largest as f32)
            }
        };
        Ok(Self { rows, columns, stored })
    }

    pub(super) fn is_label_map(&self) -> bool {
        matches!(self.stored, Stored::Labels(..))
    }

    /// The pixels of a label map's frame that belong to a segment, with its number; none of other segmentations.
    pub(super) fn labels(&self, number: usize) -> Result<Vec<(usize, i64)>> {
        let Stored::Labels(frames, background) = &self.stored else { return Ok(Vec::new()) };
        let values = frames.stored_values(number)?.into_iter().enumerate();
        Ok(values.filter(|(_, value)| value != background).collect())
    }

    /// The pixels of a frame that are not zero, by rows, with their share. Fractions over the largest count as whole.
    pub(super) fn frame(&self, number: usize, mut add: impl FnMut(usize, f32)) -> Result<()> {
        match &self.stored {
            Stored::Labels(..) => {}
            Stored::Values(frames, whole) => {
                for (offset, &value) in frames.stored_values(number)?.iter().enumerate() {
                    if value > 0 {
                        add(offset, (value as f32 / whole).min(1.0));
                    }
                }
            }
            // PS3.5 8.1.1: the first pixel is the lowest bit, and a frame may begin within a byte.
            Stored::Bits(bytes) => {
                let begin = number * self.rows * self.columns;
                let end = begin + self.rows * self.columns;
                let mut bit = begin;
                while bit < end {
                    let byte = bytes[bit / 8] >> (bit % 8);
                    if byte == 0 {
                        bit += 8 - bit % 8;
                        continue;
                    }
                    if byte & 1 == 1 {
                        add(bit - begin, 1.0);
                    }
                    bit += 1;
                }
            }
        }
        Ok(())
    }
}

/// The value of pixels that belong to no segment: PixelPaddingValue, 0 where none is stated (Supplement 243).
pub(super) fn background(root: &Attributes<'_>) -> Result<i64> {
    Ok(root.integer_optional(tags::PIXEL_PADDING_VALUE)?.unwrap_or(0))
}

/// Single bits are never compressed, but for whole data sets (PS3.5 8.2).
fn bits_of<'a>(file: &'a DicomFile, root: &Attributes<'_>, size: [usize; 3]) -> Result<&'a [u8]> {
    let syntax = file.transfer_syntax();
    let Some(bytes) = file.native_pixels().filter(|_| syntax.encoding != Encoding::ExplicitBig) else {
        let found = format!("none, or in {}", syntax.name);
        return Err(root.error(
            tags::PIXEL_DATA,
            found,
            "single bits in an uncompressed, little-endian transfer syntax",
        ));
    };
    // Sides are below 2^16, and every frame is an item that was read.
    let pixels: u128 = size.iter().map(|&side| side as u128).product();
    let wanted = pixels.div_ceil(8);
    if (bytes.len() as u128) < wanted {
        let expected = format!("{wanted} for {size:?} columns, rows and frames");
        return Err(root.error(tags::PIXEL_DATA, format!("{} bytes", bytes.len()), expected));
    }
    Ok(bytes)
}
