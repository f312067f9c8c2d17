//! The text in front of a MetaImage: lines `name = value`, the last of which names the file of the voxels.

use crate::IoError;
use crate::error::FieldError;
use crate::open_file;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Headers are some hundred bytes; what is longer than this is none.
const LONGEST: u64 = 1 << 16;

/// The fields of a header in their order.
pub(super) struct Header {
    pub(super) path: PathBuf,
    fields: Vec<(String, String)>,
    /// Bytes of the header: where local voxels begin.
    pub(super) length: u64,
}

impl Header {
    /// Reads the lines up to `ElementDataFile`, which ends a header.
    pub(super) fn read(path: &Path) -> Result<Self, IoError> {
        let failed = |source| IoError::Read { path: path.to_owned(), source };
        let file = open_file(path).map_err(failed)?;
        let mut reader = BufReader::new(file.take(LONGEST));
        let mut header = Self { path: path.to_owned(), fields: Vec::new(), length: 0 };
        for line_number in 1.. {
            let mut bytes = Vec::new();
            let read = reader.read_until(b'\n', &mut bytes).map_err(failed)?;
            if read == 0 {
                break;
            }
            header.length += read as u64;
            let line = String::from_utf8_lossy(&bytes);
            if line.trim().is_empty() {
                continue;
            }
            let Some((name, value)) = line.split_once(['=', ':']) else {
                return Err(IoError::Line {
                    path: path.to_owned(),
                    line: line_number,
                    found: format!("\"{}\"", shortened(line.trim())),
                    expected: "a MetaImage header's line: name = value".into(),
                });
            };
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            let last = name == "ElementDataFile";
            header.fields.push((name, value));
            if last {
                return Ok(header);
            }
        }
        let found = format!("none in {} bytes of header", header.length);
        Err(header.wrong("ElementDataFile", found, "the line that ends a MetaImage header"))
    }

    /// The value of a field under any of its names; an error where it stands there twice with different values.
    pub(super) fn get(&self, names: &[&'static str]) -> Result<Option<&str>, IoError> {
        let mut values = self.fields.iter().filter(|(name, _)| names.contains(&name.as_str()));
        let Some((_, first)) = values.next() else { return Ok(None) };
        match values.find(|(_, value)| value != first) {
            None => Ok(Some(first)),
            Some((_, other)) => {
                let found = format!("both \"{}\" and \"{}\"", shortened(first), shortened(other));
                Err(self.wrong(names[0], found, "one value"))
            }
        }
    }

    /// [`get`](Self::get) for a field that must be there; `why` says what it is needed for.
    pub(super) fn need(&self, names: &[&'static str], why: &str) -> Result<&str, IoError> {
        self.get(names)?.ok_or_else(|| self.wrong(names[0], "no such field", why))
    }

    /// Exactly `COUNT` numbers of a field that must be there.
    pub(super) fn numbers<N: FromStr, const COUNT: usize>(
        &self,
        names: &[&'static str],
        why: &str,
    ) -> Result<[N; COUNT], IoError> {
        let text = self.need(names, why)?;
        let numbers: Option<Vec<N>> = text.split_whitespace().map(|word| word.parse().ok()).collect();
        numbers.and_then(|numbers| <[N; COUNT]>::try_from(numbers).ok()).ok_or_else(|| {
            self.wrong(names[0], format!("\"{}\"", shortened(text)), format!("{COUNT} numbers: {why}"))
        })
    }

    /// `True` or `False` as MetaIO writes and understands them, `None` where the field is absent.
    pub(super) fn switch(&self, names: &[&'static str]) -> Result<Option<bool>, IoError> {
        match self.get(names)? {
            None => Ok(None),
            Some("True" | "true" | "TRUE" | "1") => Ok(Some(true)),
            Some("False" | "false" | "FALSE" | "0") => Ok(Some(false)),
            Some(other) => Err(self.wrong(names[0], format!("\"{}\"", shortened(other)), "True or False")),
        }
    }

    /// The error of a field.
    pub(super) fn wrong(
        &self,
        field: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> IoError {
        FieldError::new(field, found, expected).at(&self.path)
    }
}

/// Whether a file that begins with these bytes is a MetaImage: its first line is one of the fields that stand first.
pub(crate) fn looks_like_metaimage(start: &[u8]) -> bool {
    let text = start.trim_ascii_start();
    ["ObjectType", "NDims", "Comment", "ObjectSubType"].iter().any(|name| {
        text.strip_prefix(name.as_bytes())
            .is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'=' | b':')))
    })
}

/// A text for an error's line.
pub(super) fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
