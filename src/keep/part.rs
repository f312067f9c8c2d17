//! A run in parts.

use crate::Error;
use crate::keep::SumsFile;
use iodose_io::{IoError, clear_abandoned_beside};
use iodose_transport::Share;
use std::path::{Path, PathBuf};

/// The file of a share of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct PartFile {
    /// Which share.
    pub share: Share,
    /// The file.
    pub path: PathBuf,
    /// What [`Parts::note`] is to give back: how to ask for the run again.
    pub note: Vec<String>,
}

impl PartFile {
    /// Tries the place, so that an hour of work does not end at a closed door.
    pub(crate) fn try_place(&self) -> Result<(), Error> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let tried = match self.path.is_dir() {
            true => Err(std::io::ErrorKind::IsADirectory.into()),
            false => tempfile::tempfile_in(folder.unwrap_or(Path::new("."))).map(drop),
        };
        clear_abandoned_beside(&self.path);
        tried.map_err(|source| Error::Io(IoError::Write { path: self.path.clone(), source }))
    }
}

/// The files of all shares of a run.
#[derive(Clone, Debug)]
pub struct Parts(Vec<SumsFile>);

impl Parts {
    /// Opens the files, in any order.
    ///
    /// # Errors
    /// Files that are no parts, damaged, of different runs or versions, that overlap, or do not cover the run; the message names them
    /// and what differs.
    pub fn open(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut files = paths.iter().map(|path| SumsFile::open(path)).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = files.first() else {
            return Err(Error::input("merge", "parts", "none", "the files of all shares of a run"));
        };
        let as_in = format!("as in {}", first.path.display());
        for file in &files {
            if file.header.share.is_none() {
                let found = "a checkpoint, which --resume takes";
                return Err(Error::input(file.path.display(), "part", found, "a part of a run"));
            }
            file.require(&first.header.identity, &as_in)?;
        }
        files.sort_by_key(|file| (file.header.decays.start, file.header.decays.end));
        Self::require_all(&files)?;
        Ok(Self(files))
    }

    fn require_all(files: &[SumsFile]) -> Result<(), Error> {
        for pair in files.windows(2) {
            let [one, other] = pair else { continue };
            if one.header.decays.end > other.header.decays.start {
                let found = format!(
                    "{}, some of which {} has too: {}",
                    describe(other),
                    one.path.display(),
                    describe(one)
                );
                return Err(Error::input(other.path.display(), "decays", found, "parts that do not overlap"));
            }
        }
        let mut next = 0;
        let all = files.iter().filter_map(|file| file.header.share).map(|(.., all)| all).max().unwrap_or(0);
        let names: Vec<String> = files.iter().map(|file| file.path.display().to_string()).collect();
        let missing = |from: u64, to: u64| {
            let found = format!("none with decays {from} to {}{}", to - 1, missing_shares(files));
            Error::input(names.join(", "), "parts", found, format!("all of the {all} decays"))
        };
        for file in files {
            if file.header.decays.start > next {
                return Err(missing(next, file.header.decays.start));
            }
            next = file.header.decays.end;
        }
        if next < all { Err(missing(next, all)) } else { Ok(()) }
    }

    /// The note that was written with the first of them.
    pub fn note(&self) -> &[String] {
        self.0.first().map_or(&[], |file| &file.header.note)
    }

    pub(crate) fn files(&self) -> &[SumsFile] {
        &self.0
    }
}

fn describe(file: &SumsFile) -> String {
    let decays = &file.header.decays;
    let share = file.header.share.map(|(number, of, _)| format!(" (share {number}/{of})"));
    format!("decays {} to {}{}", decays.start, decays.end.saturating_sub(1), share.unwrap_or_default())
}

/// Shares that are not there, where all files agree on how many there are.
fn missing_shares(files: &[SumsFile]) -> String {
    let shares = || files.iter().filter_map(|file| file.header.share);
    let Some((_, count, _)) = shares().next().filter(|&(_, first, _)| shares().all(|(_, of, _)| of == first))
    else {
        return String::new();
    };
    let missing = (1..=count).filter(|&wanted| shares().all(|(number, ..)| number != wanted));
    let missing: Vec<String> = missing.take(10).map(|number| format!("{number}/{count}")).collect();
    format!(" (share {})", missing.join(", "))
}
