//! Two result folders side by side.

use crate::Error;
use crate::folder::PRESCRIPTION_JSON;
use iodose_io::IoError;
use iodose_report::Prescription;
use iodose_report::comparison::Comparison;
use iodose_report::prescription::SCHEMA;
use std::io::Read;
use std::path::Path;

/// Far more than the table of a thousand lesions.
const LARGEST_FILE_BYTES: u64 = 64 << 20;

/// Compares the lesions of two folders that [`run_into`](crate::run_into) wrote, such as before and after
/// redifferentiation.
///
/// # Errors
/// A folder without a prescription table of this layout; another nuclide, goal or unit on either side.
pub fn compare(before: &Path, after: &Path) -> Result<Comparison, Error> {
    let tables = (read(before)?, read(after)?);
    Comparison::new(&tables.0, &tables.1).map_err(|error| {
        let files = format!("{} and {}", before.display(), after.display());
        let found = format!("{} and {}", error.before, error.after);
        Error::input(files, error.field, found, error.expected)
    })
}

fn read(folder: &Path) -> Result<Prescription, Error> {
    let path = folder.join(PRESCRIPTION_JSON);
    let failed = |source| Error::Io(IoError::Read { path: path.clone(), source });
    let wrong =
        |field: &str, found: String, expected: &str| Error::input(path.display(), field, found, expected);
    if !path.is_file() {
        let expected = "the result folder of `iodose run` of a case with lesions, by this version";
        return Err(wrong("file", "none".into(), expected));
    }
    let mut text = String::new();
    let file = iodose_io::open_file(&path).map_err(failed)?;
    file.take(LARGEST_FILE_BYTES + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > LARGEST_FILE_BYTES {
        return Err(wrong("size", "more than 64 MiB".into(), "a prescription table"));
    }
    let value: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| wrong("JSON", error.to_string(), "a prescription table"))?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        found => return Err(wrong("schema", format!("{found:?}"), SCHEMA)),
    }
    serde_json::from_value(value).map_err(|error| wrong("JSON", error.to_string(), "a prescription table"))
}
