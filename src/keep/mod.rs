//! Runs that survive an interruption and runs in parts: files of sums, who writes and who reads them.
//! See `docs/methods/resuming.md`.

mod checkpoint;
mod file;
mod fingerprint;
mod identity;
mod keeper;
mod part;

pub use checkpoint::Checkpoint;
pub use part::{PartFile, Parts};

pub(crate) use file::{Header, SumsFile};
pub(crate) use identity::Identity;
pub(crate) use keeper::{FileKeeper, Save};

/// What a run begins with.
#[derive(Clone, Copy, Debug, Default)]
pub enum Origin<'a> {
    /// Nothing.
    #[default]
    Nothing,
    /// What an interrupted run had found, where there is such a file; what is found is kept in it.
    Checkpoint(&'a Checkpoint),
    /// What the shares of the run have found: everything.
    Parts(&'a Parts),
}

impl Origin<'_> {
    /// To be called when the results are written.
    pub(crate) fn done(&self) {
        if let Self::Checkpoint(checkpoint) = self {
            checkpoint.remove();
        }
    }
}
