//! `series`: which of several DICOM series is meant.

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::path::CasePath;
use super::table::Table;
use super::value;

/// PS3.5 9.1: at most 64 characters.
const LONGEST_UID: usize = 64;

/// Which of several DICOM series is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum SeriesKey {
    /// The one with this SeriesNumber.
    Number(#[schemars(range(min = 0))] i64),
    /// The one with this SeriesInstanceUID.
    Uid(#[schemars(regex(pattern = "^[0-9]+([.][0-9]+)+$"))] String),
}

impl SeriesKey {
    /// Reads the key of a table; it belongs to DICOM alone.
    pub(super) fn read(table: &mut Table, path: Option<&CasePath>) -> Option<Self> {
        let key = table.optional("series", "a SeriesInstanceUID as text or a SeriesNumber", parse);
        if key.is_some() && path.is_some_and(|path| !path.is_dicom()) {
            table.note_wrong("series", "it only with DICOM");
        }
        key
    }
}

fn parse(found: &DeValue) -> Option<SeriesKey> {
    let Some(written) = value::text(found) else {
        return value::whole(found).and_then(|number| i64::try_from(number).ok()).map(SeriesKey::Number);
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    let is_uid = written.len() <= LONGEST_UID && written.contains('.') && written.split('.').all(is_number);
    is_uid.then(|| SeriesKey::Uid(written.to_owned()))
}
