//! Between the engine's sums and their files.

use crate::Error;
use crate::convergence::SharedLooks;
use crate::keep::{Header, SumsFile};
use iodose_transport::{EngineError, Keeper, Sums};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Loads files at the beginning of a run and saves one on the way.
#[derive(Debug)]
pub(crate) struct FileKeeper {
    /// Files of sums, in the order of their decays.
    pub(crate) load: Vec<SumsFile>,
    pub(crate) save: Option<Save>,
    /// What the run sees on its way.
    looks: SharedLooks,
    /// What ended the run; the engine only knows that it was ended.
    pub(crate) failure: Option<Error>,
}

/// A file that is written again and again.
#[derive(Debug)]
pub(crate) struct Save {
    path: PathBuf,
    header: Header,
    interval: Duration,
    saved: Instant,
    last_round: Instant,
}

impl Save {
    pub(crate) fn new(path: PathBuf, header: Header, interval: Duration) -> Self {
        let now = Instant::now();
        Self { path, header, interval, saved: now, last_round: now }
    }

    fn write(&mut self, sums: &dyn Sums, next_look: u64, looks: &SharedLooks) -> Result<(), Error> {
        self.header.looks = looks.so_far();
        self.header.decays = sums.range();
        self.header.next_look = next_look;
        SumsFile::write(&self.path, &self.header, |out| sums.write(out))?;
        self.saved = Instant::now();
        tracing::info!(path = %self.path.display(), decays = sums.range().end, "sums saved");
        Ok(())
    }

    /// Saves where the round to come might end beyond the interval.
    fn after_round(&mut self, sums: &dyn Sums, next_look: u64, looks: &SharedLooks) -> Result<(), Error> {
        let round = self.last_round.elapsed();
        let due = self.saved.elapsed() + round >= self.interval;
        let result = if due { self.write(sums, next_look, looks) } else { Ok(()) };
        self.last_round = Instant::now();
        result
    }
}

impl FileKeeper {
    pub(crate) fn new(load: Vec<SumsFile>, save: Option<Save>, looks: SharedLooks) -> Self {
        Self { load, save, looks, failure: None }
    }

    /// The result of a run with this keeper.
    pub(crate) fn result<T>(self, result: Result<T, EngineError>) -> Result<T, Error> {
        match self.failure {
            Some(error) => Err(error),
            None => Ok(result?),
        }
    }

    fn ended_by<T>(&mut self, result: Result<T, Error>) -> Result<T, EngineError> {
        result.map_err(|error| {
            self.failure = Some(error);
            EngineError::Cancelled
        })
    }
}

impl Keeper for FileKeeper {
    fn load(&mut self, sums: &mut dyn Sums) -> Result<Option<u64>, EngineError> {
        let loaded = self.load.iter().try_for_each(|file| {
            tracing::info!(path = %file.path.display(), decays = file.header.decays.end, "sums loaded");
            file.read(|range, from| sums.absorb(range, from))
        });
        self.ended_by(loaded)?;
        if let Some(SumsFile { header, .. }) = self.load.last() {
            self.looks.resume(header.decays.end, &header.looks);
        }
        if self.load.is_empty() {
            // A file that cannot be written must not be found out after an hour. Nothing done, nothing to look at.
            let looks = &self.looks;
            let tried = self.save.as_mut().map_or(Ok(()), |save| save.write(&*sums, 0, looks));
            self.ended_by(tried)?;
        }
        Ok(self.load.last().map(|file| file.header.next_look).filter(|&next_look| next_look > 0))
    }

    fn keep(&mut self, sums: &dyn Sums, next_look: u64) -> Result<(), EngineError> {
        let looks = &self.looks;
        let saved = self.save.as_mut().map_or(Ok(()), |save| save.after_round(sums, next_look, looks));
        self.ended_by(saved)
    }
}
