//! A CSV file by the names of its columns.

use crate::Error;
use iodose_io::IoError;
use std::path::{Path, PathBuf};

/// Far more than the histograms of a thousand lesions.
const LARGEST_FILE_BYTES: u64 = 256 << 20;

pub(super) struct Columns {
    path: PathBuf,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// Reads a file that has at least a header; every row has as many fields.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Io(IoError::Read { path: path.to_path_buf(), source });
        let size = std::fs::metadata(path).map_err(failed)?.len();
        if size > LARGEST_FILE_BYTES {
            return Err(Error::input(path.display(), "size", format!("{size} bytes"), "at most 256 MiB"));
        }
        let text = std::fs::read(path).map_err(failed)?;
        let wrong = |error: csv::Error| Error::input(path.display(), "CSV", error, "a table with a header");
        let mut reader = csv::Reader::from_reader(text.as_slice());
        let owned = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = owned(reader.headers().map_err(wrong)?);
        let rows = reader.records().map(|row| row.map(|row| owned(&row)).map_err(wrong));
        Ok(Self { path: path.to_path_buf(), header, rows: rows.collect::<Result<_, _>>()? })
    }

    /// Whether it has all of these columns.
    pub(super) fn have(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.header.iter().any(|column| column == name))
    }

    /// An error about the header.
    pub(super) fn refuse(&self, expected: &str) -> Error {
        Error::input(self.path.display(), "header", self.header.join(","), expected)
    }

    /// The texts of a column.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<&str>, Error> {
        let column = self.header.iter().position(|column| column == name);
        let column = column.ok_or_else(|| self.refuse(&format!("a column {name}")))?;
        Ok(self.rows.iter().map(|row| row.get(column).map_or("", String::as_str)).collect())
    }

    /// The numbers of a column.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<f64>, Error> {
        let texts = self.texts(name)?.into_iter().enumerate();
        texts
            .map(|(number, text)| {
                text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| {
                    let field = format!("row {}, {name}", number + 2);
                    Error::input(self.path.display(), field, format!("{text:?}"), "a number")
                })
            })
            .collect()
    }
}
