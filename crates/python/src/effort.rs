//! When a Monte Carlo run ends, and on what it depends.

use crate::error::InputError;
use iodose::case::StopRule;
use iodose::transport::{Measure, Reductions};
use pyo3::prelude::*;

/// The arguments that all Monte Carlo functions share, as the package passes them.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Effort {
    histories: Option<u64>,
    uncertainty: Option<f64>,
    goal: Option<String>,
    pub(crate) max_histories: Option<u64>,
    pub(crate) max_seconds: Option<f64>,
    variance_reduction: Option<String>,
    pub(crate) seed: Option<u64>,
    pub(crate) threads: Option<usize>,
}

impl Effort {
    /// What was asked for, if anything was.
    pub(crate) fn rule(&self) -> Option<StopRule> {
        self.histories.map(StopRule::Histories).or(self.uncertainty.map(StopRule::Uncertainty))
    }

    pub(crate) fn measure(&self) -> PyResult<Option<Measure>> {
        let found = |name: &String| {
            let known = Measure::ALL.iter().find(|(known, _)| known == name).map(|(_, measure)| *measure);
            known.ok_or_else(|| {
                InputError::new_err(format!(
                    "goal: found {name:?}, expected voxels, voxel-max, lesion-mean or D95"
                ))
            })
        };
        self.goal.as_ref().map(found).transpose()
    }

    pub(crate) fn reductions(&self) -> PyResult<Option<Reductions>> {
        let parsed = self.variance_reduction.as_deref().map(str::parse::<Reductions>).transpose();
        parsed.map_err(|error| InputError::new_err(format!("variance_reduction: {error}")))
    }
}
