//! The page of a finished run, made again from its folder.

use crate::Error;
use crate::folder::REPORT_JSON;
use iodose_io::IoError;
use iodose_report::html;
use iodose_report::stored::read_report;
use std::io::Read;
use std::path::Path;

/// Far more than the report of a thousand lesions with all its pictures.
const LARGEST_FILE_BYTES: u64 = 256 << 20;

/// The page `report.html` of a folder that [`run_into`](crate::run_into) wrote, from `report.json` alone: byte for byte the page
/// of the run, where this is the version that wrote it. A run that named the patient
/// ([`RunOptions::identify`](crate::RunOptions::identify)) did so in its page only: here there is the pseudonym.
///
/// # Errors
/// A folder without that file, or with one that is damaged or of another layout.
pub fn rebuild_report(folder: &Path) -> Result<String, Error> {
    let path = folder.join(REPORT_JSON);
    let failed = |source| Error::Io(IoError::Read { path: path.clone(), source });
    if !path.is_file() {
        let expected = "the result folder of `iodose run`, which has it";
        return Err(Error::input(path.display(), "file", "none", expected));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(&path)
        .and_then(|file| file.take(LARGEST_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if bytes.len() as u64 > LARGEST_FILE_BYTES {
        return Err(Error::input(path.display(), "size", "more than 256 MiB", "a report"));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| Error::input(path.display(), "text", error.utf8_error(), "UTF-8"))?;
    let report = read_report(&text)
        .map_err(|error| Error::input(path.display(), error.field, error.found, error.expected))?;
    Ok(html::render(&report))
}
