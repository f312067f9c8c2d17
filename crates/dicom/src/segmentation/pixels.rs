//! The pixels of a segmentation: one bit each without gaps between frames, or eight.

use super::SegmentationKind;
use crate::element::Attributes;
use crate::error::Result;
use crate::file::DicomFile;
use crate::syntax::Encoding;
use dicom_dictionary_std::tags;

pub(super) struct Pixels<'a> {
    pub(super) rows: usize,
    pub(super) columns: usize,
    bytes: &'a [u8],
    /// The value that stands for the whole voxel; `None` for one bit a pixel.
    whole: Option<f32>,
}

impl<'a> Pixels<'a> {
    /// Checks the description of the pixels, and that there are as many as it says.
    pub(super) fn of(
        file: &'a DicomFile,
        root: &Attributes<'_>,
        kind: SegmentationKind,
        frames: usize,
    ) -> Result<Self> {
        let side = |tag| {
            let side = root.integer(tag)?;
            let fits = u16::try_from(side).ok().filter(|&side| side > 0);
            fits.map(usize::from).ok_or_else(|| root.error(tag, side.to_string(), "1 to 65535"))
        };
        let (rows, columns) = (side(tags::ROWS)?, side(tags::COLUMNS)?);
        let bits = if kind == SegmentationKind::Binary { 1 } else { 8 };
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
        let whole = if kind == SegmentationKind::Binary {
            None
        } else {
            let largest = root.integer(tags::MAXIMUM_FRACTIONAL_VALUE)?;
            if !(1..=255).contains(&largest) {
                return Err(root.error(tags::MAXIMUM_FRACTIONAL_VALUE, largest.to_string(), "1 to 255"));
            }
            Some(largest as f32)
        };
        let syntax = file.transfer_syntax();
        let uncompressed = "an uncompressed, little-endian transfer syntax";
        if syntax.encoding == Encoding::ExplicitBig {
            return Err(root.error(tags::PIXEL_DATA, syntax.name, uncompressed));
        }
        let Some(bytes) = file.native_pixels() else {
            return Err(root.error(
                tags::PIXEL_DATA,
                format!("none, or compressed ({})", syntax.name),
                uncompressed,
            ));
        };
        // Both sides are below 2^16, and frames are items that were read.
        let pixels = rows as u128 * columns as u128 * frames as u128;
        let wanted = (pixels * bits as u128).div_ceil(8);
        if (bytes.len() as u128) < wanted {
            let expected = format!("{wanted} for {frames} frames of {columns} x {rows} pixels");
            return Err(root.error(tags::PIXEL_DATA, format!("{} bytes", bytes.len()), expected));
        }
        Ok(Self { rows, columns, bytes, whole })
    }

    /// The pixels of a frame that are not zero, by rows, with their share. Fractions over the largest count as whole.
    pub(super) fn frame(&self, number: usize, mut add: impl FnMut(usize, f32)) {
        let count = self.rows * self.columns;
        let begin = number * count;
        match self.whole {
            Some(whole) => {
                for (offset, &value) in self.bytes[begin..begin + count].iter().enumerate() {
                    if value > 0 {
                        add(offset, (f32::from(value) / whole).min(1.0));
                    }
                }
            }
            // PS3.5 8.1.1: the first pixel is the lowest bit, and a frame may begin within a byte.
            None => {
                let mut bit = begin;
                while bit < begin + count {
                    let byte = self.bytes[bit / 8] >> (bit % 8);
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
    }
}
