//! When a Monte Carlo run ends.

use crate::case::StopRule;
use iodose_transport::Stop;

impl StopRule {
    /// The rule with ceilings in decays and in seconds of wall time, either of which may end the run before.
    #[must_use]
    pub fn with_ceilings(self, max_histories: Option<u64>, max_seconds: Option<f64>) -> Stop {
        match (self, max_seconds) {
            (Self::Uncertainty(target), _) => Stop::Uncertainty { target, max_histories, max_seconds },
            (Self::Histories(histories), None) => Stop::Histories(histories),
            // The engine knows a ceiling in seconds beside a target only: one that no run reaches.
            (Self::Histories(histories), Some(_)) => {
                Stop::Uncertainty { target: f64::MIN_POSITIVE, max_histories: Some(histories), max_seconds }
            }
        }
    }

    /// What there is to say of a run that reached less than was asked for.
    pub(crate) fn shortfall(self, decays: u64, uncertainty: f64) -> Option<String> {
        match self {
            Self::Uncertainty(target) if uncertainty > target => Some(format!(
                "the run ended at its ceiling with an uncertainty of {:.2} %, above the {:.2} % asked for",
                100.0 * uncertainty,
                100.0 * target
            )),
            Self::Histories(histories) if decays < histories => Some(format!(
                "the run ended at its time limit, or at the most batches that one allows, with {decays} of the {histories} decays asked for"
            )),
            _ => None,
        }
    }
}
