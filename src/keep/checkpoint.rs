//! A run that goes on where it was interrupted.

use crate::Error;
use crate::keep::SumsFile;
use iodose_io::clear_abandoned_beside;
use std::path::PathBuf;
use std::time::Duration;

/// Where a run keeps what it has found, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The file. It goes when the results are there.
    pub path: PathBuf,
    /// The most time that an interruption may cost; a little more where writing the file takes long.
    pub interval: Duration,
    /// Whether to go on from the file. Where there is none the run begins at the start, so that a queue may use one command for the
    /// first time and for every other.
    pub resume: bool,
}

impl Checkpoint {
    /// The file to go on from.
    ///
    /// # Errors
    /// A file that is there although the run is not to go on from it: it may hold the work of hours. One that cannot be read.
    pub(crate) fn open(&self) -> Result<Option<SumsFile>, Error> {
        clear_abandoned_beside(&self.path);
        match (self.path.exists(), self.resume) {
            (false, _) => Ok(None),
            (true, false) => {
                let expected = "no such file, or --resume to go on from it";
                Err(Error::input(self.path.display(), "checkpoint", "a file of that name", expected))
            }
            (true, true) => {
                let file = SumsFile::open(&self.path)?;
                if file.header.share.is_none() {
                    return Ok(Some(file));
                }
                let found = "a part of a run, which `iodose merge` takes";
                Err(Error::input(self.path.display(), "checkpoint", found, "a checkpoint"))
            }
        }
    }

    pub(crate) fn remove(&self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), "the checkpoint stays: {error}");
        }
    }
}
