//! Biologically effective dose: a model result, never measured. Equations: `docs/methods/bed-eud.md`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A parameter of a radiobiological model that is out of its range.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
#[error("{field}: found {found}, expected {expected}")]
pub struct ModelError {
    /// The parameter.
    pub field: &'static str,
    /// What it was.
    pub found: f64,
    /// What would be right.
    pub expected: &'static str,
}

pub(crate) fn positive(field: &'static str, found: f64) -> Result<f64, ModelError> {
    if found.is_finite() && found > 0.0 {
        Ok(found)
    } else {
        Err(ModelError { field, found, expected: "a finite number above 0" })
    }
}

/// Parameters of the linear-quadratic model with mono-exponential repair.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BedParameters {
    /// alpha/beta, Gy.
    #[serde(rename = "alpha_beta_Gy")]
    pub alpha_beta_gy: f64,
    /// Half-time of the repair of sublethal damage, h.
    pub repair_half_time_h: f64,
}

impl BedParameters {
    /// # Errors
    /// A parameter that is not finite and above 0.
    pub fn new(alpha_beta_gy: f64, repair_half_time_h: f64) -> Result<Self, ModelError> {
        Ok(Self {
            alpha_beta_gy: positive("alpha_beta_Gy", alpha_beta_gy)?,
            repair_half_time_h: positive("repair_half_time_h", repair_half_time_h)?,
        })
    }

    /// BED (Gy) of a dose (Gy) whose rate falls with one exponential of the given effective half-life (h), delivered in full (BE2)
    /// (Dale 1985; Baechler et al. 2008, equation for the mono-exponential).
    ///
    /// # Errors
    /// A dose that is negative or not finite; a half-life that is not above 0.
    pub fn bed(&self, dose_gy: f64, effective_half_life_h: f64) -> Result<f64, ModelError> {
        Ok(dose_gy * (1.0 + self.per_dose(dose_gy, effective_half_life_h)? * dose_gy))
    }

    /// dBED/dD at a dose (BE3), which turns the dose's uncertainty into that of the BED.
    ///
    /// # Errors
    /// As [`BedParameters::bed`].
    pub fn slope(&self, dose_gy: f64, effective_half_life_h: f64) -> Result<f64, ModelError> {
        Ok(1.0 + 2.0 * self.per_dose(dose_gy, effective_half_life_h)? * dose_gy)
    }

    /// What a Gy adds to the relative effectiveness: the dose-protraction factor over alpha/beta, 1/Gy.
    fn per_dose(&self, dose_gy: f64, effective_half_life_h: f64) -> Result<f64, ModelError> {
        if !(dose_gy.is_finite() && dose_gy >= 0.0) {
            return Err(ModelError {
                field: "dose_Gy",
                found: dose_gy,
                expected: "a finite dose of at least 0",
            });
        }
        let effective = positive("effective_half_life_h", effective_half_life_h)?;
        Ok(self.repair_half_time_h / ((self.repair_half_time_h + effective) * self.alpha_beta_gy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use std::f64::consts::LN_2;

    /// The definition: BED = D (1 + G D / (alpha/beta)), G = 2/D^2 int R(t) int_0^t R(s) exp(-mu (t - s)) ds dt
    /// (Lea and Catcheside 1942), its inner integral followed in time by I' = R - mu I.
    fn by_integration(dose: f64, effective_h: f64, parameters: &BedParameters) -> f64 {
        let (lambda, mu) = (LN_2 / effective_h, LN_2 / parameters.repair_half_time_h);
        let rate = |t: f64| dose * lambda * (-lambda * t).exp();
        let steps = 400_000;
        let dt = 60.0 * effective_h / steps as f64;
        let (mut inner, mut outer) = (0.0, 0.0);
        for step in 0..steps {
            let middle = (step as f64 + 0.5) * dt;
            // Half a step to the middle, where the outer integral is taken, and half a step on.
            let half = (-0.5 * mu * dt).exp();
            inner = inner * half + 0.5 * dt * rate(middle);
            outer += rate(middle) * inner * dt;
            inner = (inner + 0.5 * dt * rate(middle)) * half;
        }
        dose + 2.0 * outer / parameters.alpha_beta_gy
    }

    #[test]
    fn it_is_the_integral_over_the_dose_rate() {
        for (dose, effective, alpha_beta, repair) in
            [(80.0, 60.0, 10.0, 1.5), (20.0, 10.0, 3.0, 2.5), (300.0, 5.0, 10.0, 0.5)]
        {
            let parameters = BedParameters::new(alpha_beta, repair).unwrap();
            let found = parameters.bed(dose, effective).unwrap();
            assert_relative_eq!(found, by_integration(dose, effective, &parameters), max_relative = 1e-5);
        }
    }

    #[test]
    fn slow_decay_spares_and_fast_decay_is_one_fraction() {
        let parameters = BedParameters::new(10.0, 1.5).unwrap();
        // 80 * (1 + 80/10 * 1.5/61.5), by hand.
        assert_relative_eq!(parameters.bed(80.0, 60.0).unwrap(), 95.609_756_1, max_relative = 1e-9);
        assert_relative_eq!(parameters.bed(20.0, 1e9).unwrap(), 20.0, max_relative = 1e-6);
        assert_relative_eq!(parameters.bed(20.0, 1e-9).unwrap(), 60.0, max_relative = 1e-6);
        assert_eq!(parameters.bed(0.0, 60.0).unwrap(), 0.0);
    }

    #[test]
    fn the_slope_is_the_derivative() {
        let parameters = BedParameters::new(10.0, 1.5).unwrap();
        let difference =
            (parameters.bed(50.001, 40.0).unwrap() - parameters.bed(49.999, 40.0).unwrap()) / 0.002;
        assert_relative_eq!(parameters.slope(50.0, 40.0).unwrap(), difference, max_relative = 1e-9);
    }

    #[test]
    fn what_is_no_parameter_is_named() {
        assert!(BedParameters::new(0.0, 1.5).unwrap_err().to_string().starts_with("alpha_beta_Gy: found 0"));
        assert!(
            BedParameters::new(10.0, f64::NAN).unwrap_err().to_string().starts_with("repair_half_time_h")
        );
        let parameters = BedParameters::new(10.0, 1.5).unwrap();
        assert!(parameters.bed(-1.0, 60.0).unwrap_err().to_string().starts_with("dose_Gy: found -1"));
        assert!(parameters.bed(1.0, 0.0).unwrap_err().to_string().starts_with("effective_half_life_h"));
    }
}
