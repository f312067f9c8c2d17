//! What was measured over time in one lesion, and the curve that was laid through it. Equations: `docs/methods/kinetics.md`.

use crate::number::finite_or_nan;
use serde::{Deserialize, Serialize};

/// A measured point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimePoint {
    /// Hours after administration.
    pub time_h: f64,
    /// Mean activity concentration of the therapy nuclide, Bq/mL.
    #[serde(rename = "measured_Bq_per_mL", deserialize_with = "finite_or_nan")]
    pub measured: f64,
    /// Its standard uncertainty (k = 1) against the other points, Bq/mL.
    #[serde(rename = "u_Bq_per_mL", deserialize_with = "finite_or_nan")]
    pub u: f64,
    /// The curve at that time, Bq/mL.
    #[serde(rename = "fitted_Bq_per_mL", deserialize_with = "finite_or_nan")]
    pub fitted: f64,
}

impl TimePoint {
    /// How many standard uncertainties the point lies above the curve; `None` without an uncertainty.
    pub fn residual(&self) -> Option<f64> {
        let residual = (self.measured - self.fitted) / self.u;
        (self.u > 0.0 && residual.is_finite()).then_some(residual)
    }
}

/// Points and curve of one lesion, as measured: not corrected for blur.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeActivity {
    /// Value of the lesion in the label image.
    pub label: u32,
    /// The model of the curve, by the name that the case file has for it.
    pub model: String,
    /// In order of time.
    pub points: Vec<TimePoint>,
    /// The curve: hours after administration, Bq/mL; evenly spread from the administration to some time after the last point.
    pub curve: Vec<[f64; 2]>,
    /// Effective half-life (of the slowest washout) with its standard uncertainty, h; `None` where the model has none.
    pub effective_half_life_h: Option<[f64; 2]>,
    /// Part of the integral before the first point, 0 to 1.
    #[serde(deserialize_with = "finite_or_nan")]
    pub share_before_first: f64,
    /// Part of the integral after the last point, 0 to 1.
    #[serde(deserialize_with = "finite_or_nan")]
    pub share_after_last: f64,
    /// Sum of the squared residuals.
    #[serde(deserialize_with = "finite_or_nan")]
    pub chi_square: f64,
    /// Points less fitted parameters.
    pub degrees_of_freedom: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residuals_are_in_standard_uncertainties() {
        let point = |u| TimePoint { time_h: 24.0, measured: 90.0, u, fitted: 100.0 };
        assert_eq!(point(5.0).residual(), Some(-2.0));
        assert_eq!((point(0.0).residual(), point(f64::NAN).residual()), (None, None));
    }
}
