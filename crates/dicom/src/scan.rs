//! Files, folders and archives to series: only headers are read, in parallel.

use crate::archive;
use crate::error::{DicomError, Result};
use crate::file::DicomFile;
use crate::series::{ObjectInfo, SCAN_UNTIL, SeriesInfo, describe, group};
use crate::source::Source;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// SOP class of a DICOMDIR, an index that says nothing the files do not.
const MEDIA_STORAGE_DIRECTORY: &str = "1.2.840.10008.1.3.10";

/// All that was found under some paths.
#[derive(Debug)]
pub struct Study {
    /// The series, ordered by modality, date, time, number and UID.
    pub series: Vec<SeriesInfo>,
    /// Files that are no DICOM objects or cannot be read; to be shown where what is looked for is not found.
    pub problems: Vec<DicomError>,
    /// The paths that were searched.
    pub paths: Vec<PathBuf>,
}

/// Which of several series is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SeriesChoice {
    /// There must be only one.
    #[default]
    Only,
    /// The one with this SeriesInstanceUID.
    Uid(String),
    /// The one with this SeriesNumber.
    Number(i64),
}

impl Study {
    /// Looks through files, folders (with their subfolders) and zip archives. A folder reached twice, for example by a
    /// symbolic link to one above it, is an error; a file that is no DICOM object is a [problem](Self::problems).
    pub fn scan(paths: &[PathBuf]) -> Result<Self> {
        let mut found = Found::default();
        for path in paths {
            found.add_given(path)?;
        }
        let Found { sources, mut problems, .. } = found;
        let described: Vec<Result<Option<(SeriesInfo, ObjectInfo)>>> = sources.par_iter().map(look).collect();
        let mut objects = Vec::new();
        for result in described {
            match result {
                Ok(Some(object)) => objects.push(object),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        Ok(Self { series: group(objects), problems, paths: paths.to_vec() })
    }

    /// The one series of a modality that is meant; several candidates are refused, naming them.
    pub fn choose(&self, modality: &str, choice: &SeriesChoice) -> Result<&SeriesInfo> {
        self.choose_where(modality, choice, |_| true)
    }

    pub(crate) fn choose_where(
        &self,
        modality: &str,
        choice: &SeriesChoice,
        fit: impl Fn(&SeriesInfo) -> bool,
    ) -> Result<&SeriesInfo> {
        let of_modality: Vec<_> =
            self.series.iter().filter(|series| series.modality == modality && fit(series)).collect();
        let candidates: Vec<_> = of_modality.iter().filter(|series| choice.fits(series)).collect();
        match candidates.as_slice() {
            [series] => Ok(series),
            [] => Err(self.none_found(modality, choice, &of_modality)),
            several => {
                let names: Vec<_> = several.iter().map(|series| series.label()).collect();
                let found = format!("{} series: {}", several.len(), names.join("; "));
                Err(self.error(
                    found,
                    format!("one {modality} series, or the choice of one by its UID or number"),
                ))
            }
        }
    }

    fn none_found(&self, modality: &str, choice: &SeriesChoice, others: &[&SeriesInfo]) -> DicomError {
        let wanted = match choice {
            SeriesChoice::Only => format!("a {modality} series"),
            SeriesChoice::Uid(uid) => format!("a {modality} series {uid}"),
            SeriesChoice::Number(number) => format!("a {modality} series with number {number}"),
        };
        let names: Vec<_> = if others.is_empty() { self.series.iter().collect() } else { others.to_vec() };
        let mut found = match names.as_slice() {
            [] => "no DICOM series".to_owned(),
            some => some.iter().take(20).map(|series| series.label()).collect::<Vec<_>>().join("; "),
        };
        if let Some(problem) = self.problems.first() {
            found +=
                &format!(" (and {} files that cannot be read, the first: {problem})", self.problems.len());
        }
        self.error(found, wanted)
    }

    fn error(&self, found: String, expected: String) -> DicomError {
        let path = match self.paths.as_slice() {
            [path] => path.clone(),
            several => PathBuf::from(format!("{} paths", several.len())),
        };
        DicomError::Source { path, found, expected }
    }
}

impl SeriesChoice {
    fn fits(&self, series: &SeriesInfo) -> bool {
        match self {
            Self::Only => true,
            Self::Uid(uid) => series.series_uid == *uid,
            Self::Number(number) => series.number == Some(*number),
        }
    }
}

/// The header of one object; nothing for a DICOMDIR.
fn look(source: &Source) -> Result<Option<(SeriesInfo, ObjectInfo)>> {
    let file = DicomFile::open_header(source, SCAN_UNTIL)?;
    let root = file.attributes();
    match root.text_optional(dicom_dictionary_std::tags::SOP_CLASS_UID) {
        Some(class) if class == MEDIA_STORAGE_DIRECTORY => Ok(None),
        // A DICOMDIR's class stands in its meta information only.
        None if root.has(dicom_dictionary_std::tags::DIRECTORY_RECORD_SEQUENCE) => Ok(None),
        _ => describe(&root, source).map(Some),
    }
}

/// What lies under the paths.
#[derive(Default)]
struct Found {
    folders: BTreeSet<PathBuf>,
    sources: Vec<Source>,
    problems: Vec<DicomError>,
}

impl Found {
    /// A path that the user gave.
    fn add_given(&mut self, path: &Path) -> Result<()> {
        let kind = fs::metadata(path).map_err(|source| unreadable(path, source))?;
        if kind.is_file() && archive::is_zip(path) {
            self.sources.extend(archive::entries(path)?);
            return Ok(());
        }
        if !kind.is_file() && !kind.is_dir() {
            let found = "neither a file nor a folder".to_owned();
            return Err(DicomError::Source {
                path: path.to_owned(),
                found,
                expected: "a file or a folder".into(),
            });
        }
        self.add(path)
    }

    /// A path that was found. What is no file (a pipe would block) is passed over, a broken link is a problem.
    fn add(&mut self, path: &Path) -> Result<()> {
        match fs::metadata(path) {
            Ok(kind) if kind.is_dir() => self.add_folder(path)?,
            Ok(kind) if kind.is_file() => self.sources.push(Source::file(path)),
            Ok(_) => {}
            Err(source) => self.problems.push(unreadable(path, source)),
        }
        Ok(())
    }

    fn add_folder(&mut self, path: &Path) -> Result<()> {
        if !self.folders.insert(fs::canonicalize(path).map_err(|source| unreadable(path, source))?) {
            let found = "a folder that was reached before (by a symbolic link, or given twice)".to_owned();
            return Err(DicomError::Source {
                path: path.to_owned(),
                found,
                expected: "each folder once".into(),
            });
        }
        let entries = fs::read_dir(path).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let entries = entries.map_err(|source| unreadable(path, source))?;
        let mut inside: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
        inside.sort();
        inside.iter().try_for_each(|path| self.add(path))
    }
}

fn unreadable(path: &Path, source: std::io::Error) -> DicomError {
    DicomError::Read { path: path.to_owned(), source }
}
