//! Exponential decay.

use crate::KineticsError;
use std::f64::consts::LN_2;

/// A physical decay constant, per hour; finite and above 0.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct DecayConstant(f64);

impl DecayConstant {
    /// From a half-life in hours: lambda = ln 2 / T.
    ///
    /// # Errors
    /// [`KineticsError::NotPositive`] for zero, negative and non-finite half-lives.
    pub fn from_half_life_h(half_life_h: f64) -> Result<Self, KineticsError> {
        let rate = LN_2 / half_life_h;
        if half_life_h.is_finite() && rate.is_finite() && rate > 0.0 {
            Ok(Self(rate))
        } else {
            Err(KineticsError::NotPositive { field: "half_life_h", found: half_life_h })
        }
    }

    /// The constant, 1/h.
    pub fn per_hour(self) -> f64 {
        self.0
    }

    /// The half-life, h.
    pub fn half_life_h(self) -> f64 {
        LN_2 / self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn half_life_and_constant_are_inverse() {
        let iodine_131 = DecayConstant::from_half_life_h(8.0207 * 24.0).unwrap();
        assert_relative_eq!(iodine_131.per_hour(), 3.600_826e-3, max_relative = 1e-6);
        assert_relative_eq!(iodine_131.half_life_h(), 192.4968, max_relative = 1e-14);
    }

    #[test]
    fn impossible_half_lives_are_refused() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-320] {
            assert!(DecayConstant::from_half_life_h(bad).is_err(), "{bad}");
        }
    }
}
