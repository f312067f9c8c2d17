//! The bytes of a NIfTI file, gzipped or not.

use crate::IoError;
use crate::error::FieldError;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Deflate cannot expand more than this (zlib's technical details: 1032 to 1).
const LARGEST_EXPANSION: u64 = 1032;

/// A file being read from its beginning. Told to be gzipped by its first bytes, not by its name.
pub(super) struct Source {
    reader: Box<dyn Read>,
    path: PathBuf,
    file_length: u64,
    gzipped: bool,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self, IoError> {
        let failed = |source| IoError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(failed(io::Error::other("not a regular file")));
        }
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let gzipped = reader.fill_buf().map_err(failed)?.starts_with(&[0x1f, 0x8b]);
        let reader: Box<dyn Read> =
            if gzipped { Box::new(MultiGzDecoder::new(reader)) } else { Box::new(reader) };
        Ok(Self { reader, path: path.to_owned(), file_length: metadata.len(), gzipped })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The most bytes that can come out of the file.
    pub(super) fn largest_content(&self) -> u64 {
        if self.gzipped { self.file_length.saturating_mul(LARGEST_EXPANSION) } else { self.file_length }
    }

    /// A likely number of bytes, safe to allocate at once.
    pub(super) fn likely_content(&self) -> u64 {
        if self.gzipped { self.file_length.saturating_mul(8) } else { self.file_length }
    }

    /// Fills the buffer as far as the content goes, and returns how far.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, IoError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if self.gzipped => {
                    let found = format!("a damaged or truncated stream ({error})");
                    return Err(FieldError::new("gzip", found, "a whole gzip stream and nothing behind it")
                        .at(&self.path));
                }
                Err(source) => return Err(IoError::Read { path: self.path.clone(), source }),
            }
        }
        Ok(filled)
    }
}

/// The header's file of the one named: itself, but `.hdr` for `.img`.
pub(super) fn header_path(path: &Path) -> Result<PathBuf, IoError> {
    sibling(path, "img", "hdr").map(|header| header.unwrap_or_else(|| path.to_owned()))
}

/// The voxels' file that belongs to a header's file.
pub(super) fn data_path(header: &Path) -> Result<PathBuf, IoError> {
    sibling(header, "hdr", "img")?.ok_or_else(|| {
        FieldError::new("magic", "\"ni1\\0\": voxels in another file", "a file name that ends in .hdr")
            .at(header)
    })
}

/// The existing file with another ending, gzipped or not; `None` where the name does not end in `from`.
fn sibling(path: &Path, from: &str, to: &str) -> Result<Option<PathBuf>, IoError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let Some(stem) = plain.strip_suffix(from).filter(|stem| stem.ends_with('.')) else {
        return Ok(None);
    };
    let candidates = [format!("{stem}{to}"), format!("{stem}{to}.gz")].map(|name| path.with_file_name(name));
    match candidates.iter().find(|candidate| candidate.exists()) {
        Some(found) => Ok(Some(found.clone())),
        None => {
            let found = format!("no file {stem}{to} beside it");
            Err(FieldError::new("file pair", found, "both .hdr and .img").at(path))
        }
    }
}
