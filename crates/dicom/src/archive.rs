//! The entries of a zip archive as sources. Nothing is written to disk, so that no entry's name can lead anywhere.

use crate::error::{DicomError, Result};
use crate::source::Source;
use crate::unpacked::{MAX_RATIO, most_of};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};
use zip::ZipArchive;

pub(crate) fn is_zip(path: &Path) -> bool {
    let mut mark = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut mark)).is_ok() && mark == *b"PK\x03\x04"
}

pub(crate) fn entries(path: &Path) -> Result<Vec<Source>> {
    let unreadable = |source| DicomError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let packed = file.metadata().map_err(unreadable)?.len();
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| unreadable(std::io::Error::from(error)))?;
    let mut total = 0u64;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| unreadable(std::io::Error::from(error)))?;
        total = total.saturating_add(entry.size());
        if entry.is_file() {
            let name = entry.name().map_or_else(|_| format!("entry {index}"), |name| name.into_owned());
            files.push((index, name));
        }
    }
    let limit = most_of(packed);
    if total > limit {
        return Err(DicomError::Source {
            path: path.to_owned(),
            found: format!("{total} bytes packed into {packed}"),
            expected: format!("at most {limit} (64 MiB and {MAX_RATIO} times the archive's size)"),
        });
    }
    files.sort_by(|a, b| a.1.cmp(&b.1));
    let archive = Arc::new(Mutex::new(archive));
    let source = |(index, name): (usize, String)| {
        Source::zip_entry(format!("{}/{name}", path.display()).into(), archive.clone(), index)
    };
    Ok(files.into_iter().map(source).collect())
}
