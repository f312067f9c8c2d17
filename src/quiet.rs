//! Runs within a run.

use iodose_transport::Watch;

/// Listens to a cancellation and tells nothing: the progress is that of the whole, not of a part.
pub(crate) struct Quiet<'a>(pub(crate) &'a dyn Watch);

impl Watch for Quiet<'_> {
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
