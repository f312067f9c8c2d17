//! Where an object's bytes come from: a file, or an entry of a zip archive that is never unpacked to disk.

use crate::error::{DicomError, Result};
use iodose_io::open_file;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use zip::ZipArchive;

/// The bytes of one object.
#[derive(Clone)]
pub struct Source {
    path: PathBuf,
    entry: Option<(Arc<Archive>, usize)>,
}

pub(crate) type Archive = Mutex<ZipArchive<BufReader<File>>>;

impl Source {
    /// A file on disk.
    pub fn file(path: &Path) -> Self {
        Self { path: path.to_owned(), entry: None }
    }

    /// An entry of an archive; `path` is how messages name it.
    pub(crate) fn zip_entry(path: PathBuf, archive: Arc<Archive>, index: usize) -> Self {
        Self { path, entry: Some((archive, index)) }
    }

    /// The file, or `archive.zip/entry`: what messages name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The first `limit` bytes, or all where there are fewer; the second value says whether these are all.
    pub(crate) fn read(&self, limit: u64) -> Result<(Vec<u8>, bool)> {
        let read = match &self.entry {
            None => open_file(&self.path).and_then(|file| {
                let size = file.metadata()?.len();
                prefix(file, size, limit)
            }),
            Some((archive, index)) => {
                let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
                archive.by_index(*index).map_err(io::Error::from).and_then(|entry| {
                    let size = entry.size();
                    prefix(entry, size, limit)
                })
            }
        };
        read.map_err(|source| DicomError::Read { path: self.path.clone(), source })
    }
}

/// At most `limit` bytes and never more than `size`, what the file system or the archive's directory states.
fn prefix(reader: impl Read, size: u64, limit: u64) -> io::Result<(Vec<u8>, bool)> {
    // A directory of an archive can lie about sizes: memory grows with what is really there.
    let mut bytes = Vec::with_capacity(limit.min(size).min(1 << 20) as usize);
    reader.take(limit.min(size)).read_to_end(&mut bytes)?;
    let complete = (bytes.len() as u64) < limit || size <= limit;
    Ok((bytes, complete))
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Source({})", self.path.display())
    }
}
