//! The bytes of an image file, compressed or not.

use crate::error::FieldError;
use crate::{IoError, open_file};
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Deflate cannot expand more than this (zlib's technical details: 1032 to 1).
const LARGEST_EXPANSION: u64 = 1032;

/// Whether the bytes of a file are compressed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// As they are, or a gzip stream: told by the first bytes, not by the file's name.
    PlainOrGzip,
    /// As they are, whatever they look like.
    Plain,
    /// A zlib or a gzip stream.
    Deflated,
}

/// A file being read from a position on.
pub(crate) struct Source {
    reader: Box<dyn Read>,
    path: PathBuf,
    stored: u64,
    compression: Option<&'static str>,
}

impl Source {
    /// Opens a file at byte `start`, which may not lie behind its end.
    pub(crate) fn open(path: &Path, start: u64, packing: Packing) -> Result<Self, IoError> {
        let failed = |source| IoError::Read { path: path.to_owned(), source };
        let file = open_file(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let Some(stored) = metadata.len().checked_sub(start) else {
            let found = format!("a file of {} bytes", metadata.len());
            return Err(FieldError::new("data", found, format!("voxels from byte {start} on")).at(path));
        };
        let mut reader = BufReader::with_capacity(1 << 16, file);
        reader.seek(SeekFrom::Start(start)).map_err(failed)?;
        let looks_gzipped = reader.fill_buf().map_err(failed)?.starts_with(&[0x1f, 0x8b]);
        let (reader, compression): (Box<dyn Read>, _) = match packing {
            Packing::PlainOrGzip | Packing::Deflated if looks_gzipped => {
                (Box::new(MultiGzDecoder::new(reader)), Some("gzip"))
            }
            Packing::Deflated => (Box::new(ZlibDecoder::new(reader)), Some("zlib")),
            Packing::Plain | Packing::PlainOrGzip => (Box::new(reader), None),
        };
        Ok(Self { reader, path: path.to_owned(), stored, compression })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes from the start to the end of the file, as they are stored.
    pub(crate) fn stored(&self) -> u64 {
        self.stored
    }

    /// The most bytes that can come out of the file.
    pub(crate) fn largest_content(&self) -> u64 {
        if self.compression.is_some() { self.stored.saturating_mul(LARGEST_EXPANSION) } else { self.stored }
    }

    /// A likely number of bytes, safe to allocate at once.
    pub(crate) fn likely_content(&self) -> u64 {
        if self.compression.is_some() { self.stored.saturating_mul(8) } else { self.stored }
    }

    /// Fills the buffer as far as the content goes, and returns how far.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, IoError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match (self.reader.read(&mut buffer[filled..]), self.compression) {
                (Ok(0), _) => break,
                (Ok(count), _) => filled += count,
                (Err(error), _) if error.kind() == io::ErrorKind::Interrupted => {}
                (Err(error), Some(name)) => {
                    let found = format!("a damaged or truncated stream ({error})");
                    let expected = format!("a whole {name} stream and nothing behind it");
                    return Err(FieldError::new(name, found, expected).at(&self.path));
                }
                (Err(source), None) => return Err(IoError::Read { path: self.path.clone(), source }),
            }
        }
        Ok(filled)
    }
}
