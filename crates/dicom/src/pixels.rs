//! Pixels of one object, frame by frame, as the whole numbers that are stored (PS3.3 C.7.6.3, PS3.5 section 8).

mod format;
mod fragments;
mod jpeg;
#[cfg(feature = "jpeg-2000")]
mod jpeg_2000;
#[cfg(feature = "jpeg-ls")]
mod jpeg_ls;
mod run_length;

pub use format::PixelFormat;

use crate::error::{DicomError, Result};
use crate::file::DicomFile;
use crate::syntax::{Encoding, PixelCoding};
use dicom_dictionary_std::tags;

/// The frames of an object, decoded one at a time.
pub struct Frames<'a> {
    file: &'a DicomFile,
    format: PixelFormat,
}

impl<'a> Frames<'a> {
    /// Checks that the pixels are there and as many as rows, columns and frames say; an error names what is wrong.
    pub fn new(file: &'a DicomFile) -> Result<Self> {
        let root = file.attributes();
        let format = PixelFormat::new(&root)?;
        if let Some(native) = file.native_pixels() {
            let expected = format.bytes_per_frame().checked_mul(format.frames);
            // An odd length is padded by one byte (PS3.5 8.1.1).
            if !expected.is_some_and(|size| native.len() == size || native.len() == size + size % 2) {
                let found = format!("{} bytes", native.len());
                return Err(root.error(tags::PIXEL_DATA, found, format.describe_size()));
            }
        } else if let Some((_, fragments)) = file.fragments() {
            if fragments.len() < format.frames {
                let found = format!("{} fragments", fragments.len());
                return Err(root.error(
                    tags::PIXEL_DATA,
                    found,
                    format!("one or more for each of {} frames", format.frames),
                ));
            }
        } else {
            return Err(root.missing(tags::PIXEL_DATA));
        }
        Ok(Self { file, format })
    }

    /// Rows, columns, frames and bits.
    pub fn format(&self) -> &PixelFormat {
        &self.format
    }

    /// The stored values of a frame (counted from 0), row by row; the rescale slope is not applied.
    pub fn stored_values(&self, frame: usize) -> Result<Vec<i64>> {
        let size = self.format.bytes_per_frame();
        if let Some(native) = self.file.native_pixels() {
            let bytes = frame.checked_mul(size).and_then(|begin| native.get(begin..begin.checked_add(size)?));
            let Some(bytes) = bytes else { return Err(self.no_such_frame(frame)) };
            let big = self.file.transfer_syntax().encoding == Encoding::ExplicitBig;
            if big && self.format.bits_allocated == 8 {
                // Bytes may or may not be swapped in pairs (PS3.5 8.1.1, OW against OB); no scanner writes it.
                return Err(self.error("8 bits in big endian", "16 bits, or little endian"));
            }
            return Ok(self.format.values(bytes, big));
        }
        let (offsets, fragments) = self.file.fragments().ok_or_else(|| self.no_such_frame(frame))?;
        let coded = fragments::frame(self.file.bytes(), offsets, fragments, frame, self.format.frames)
            .ok_or_else(|| {
                self.error(
                    format!("{} fragments for {} frames", fragments.len(), self.format.frames),
                    "one for each, or an offset table",
                )
            })?;
        let syntax = self.file.transfer_syntax();
        let decoded = match syntax.pixels {
            PixelCoding::Native if coded.len() >= size => Ok(coded[..size].to_vec()),
            PixelCoding::Native => Err(format!("{} bytes", coded.len())),
            PixelCoding::RunLength => run_length::decode(&coded, &self.format),
            PixelCoding::JpegLossless => jpeg::decode(&coded, &self.format),
            PixelCoding::Jpeg2000 => self.jpeg_2000(&coded)?,
            PixelCoding::JpegLs => self.jpeg_ls(&coded)?,
            PixelCoding::Unreadable => {
                let found = format!("{} {}", syntax.name, syntax.uid);
                let expected = "pixels without loss: uncompressed, RLE, JPEG lossless, JPEG-LS lossless or JPEG 2000 lossless";
                return Err(self.file.attributes().error(tags::TRANSFER_SYNTAX_UID, found, expected));
            }
        };
        let bytes = decoded.map_err(|found| {
            self.error(format!("frame {}: {found}", frame + 1), format!("{} bytes of {}", size, syntax.name))
        })?;
        Ok(self.format.values(&bytes, false))
    }

    #[cfg(feature = "jpeg-ls")]
    fn jpeg_ls(&self, coded: &[u8]) -> Result<Result<Vec<u8>, String>> {
        Ok(jpeg_ls::decode(coded, &self.format))
    }

    #[cfg(not(feature = "jpeg-ls"))]
    fn jpeg_ls(&self, _coded: &[u8]) -> Result<Result<Vec<u8>, String>> {
        Err(self.feature("jpeg-ls"))
    }

    #[cfg(feature = "jpeg-2000")]
    fn jpeg_2000(&self, coded: &[u8]) -> Result<Result<Vec<u8>, String>> {
        if self.file.transfer_syntax().uid.ends_with(".91") {
            self.refuse_loss()?;
        }
        Ok(jpeg_2000::decode(coded, &self.format))
    }

    #[cfg(not(feature = "jpeg-2000"))]
    fn jpeg_2000(&self, _coded: &[u8]) -> Result<Result<Vec<u8>, String>> {
        Err(self.feature("jpeg-2000"))
    }

    /// The syntax allows loss: the object must say that there was none.
    #[cfg(feature = "jpeg-2000")]
    fn refuse_loss(&self) -> Result<()> {
        let root = self.file.attributes();
        match root.text_optional(tags::LOSSY_IMAGE_COMPRESSION).as_deref() {
            Some("00") => Ok(()),
            other => {
                Err(root.error(tags::LOSSY_IMAGE_COMPRESSION, other.unwrap_or("nothing"), "00 (no loss)"))
            }
        }
    }

    #[cfg(not(all(feature = "jpeg-ls", feature = "jpeg-2000")))]
    fn feature(&self, feature: &'static str) -> DicomError {
        let syntax = self.file.transfer_syntax();
        let path = self.file.path().to_owned();
        DicomError::Feature { path, found: format!("{} {}", syntax.name, syntax.uid), feature }
    }

    fn no_such_frame(&self, frame: usize) -> DicomError {
        self.error(format!("{} frames", self.format.frames), format!("at least {}", frame.saturating_add(1)))
    }

    fn error(&self, found: impl Into<String>, expected: impl Into<String>) -> DicomError {
        self.file.attributes().error(tags::PIXEL_DATA, found, expected)
    }
}
