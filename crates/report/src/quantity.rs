//! A number with its standard uncertainty, and what may be done with it to first order.

use crate::number::{finite_or_nan, with_uncertainty};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A number and its standard uncertainty (k=1) in the same unit; `None` where the uncertainty is not known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantity {
    /// The number.
    #[serde(deserialize_with = "finite_or_nan")]
    #[schemars(with = "Option<f64>", extend("unit" = "that of the field"))]
    pub value: f64,
    /// Its standard uncertainty (k=1).
    #[schemars(extend("unit" = "that of the field"))]
    pub u: Option<f64>,
}

impl Quantity {
    /// A number of known or unknown uncertainty. What is no uncertainty (negative, NaN, infinite) counts as unknown.
    pub fn new(value: f64, u: Option<f64>) -> Self {
        Self { value, u: u.filter(|u| u.is_finite() && *u >= 0.0) }
    }

    /// A number that is known exactly, such as a limit.
    pub fn exact(value: f64) -> Self {
        Self { value, u: Some(0.0) }
    }

    /// Times an exact factor.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self::new(self.value * factor, self.u.map(|u| u * factor.abs()))
    }

    /// The sum with an independent quantity; of unknown uncertainty where that of either is.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self::new(self.value + other.value, self.u.zip(other.u).map(|(a, b)| libm::hypot(a, b)))
    }

    /// This over an independent quantity, to first order; `None` where that is not above 0.
    pub fn over(self, other: Self) -> Option<Self> {
        if other.value <= 0.0 || !other.value.is_finite() {
            return None;
        }
        let ratio = self.value / other.value;
        let u = self.u.zip(other.u).map(|(a, b)| libm::hypot(a, ratio * b) / other.value);
        Some(Self::new(ratio, u))
    }

    /// How many standard uncertainties it lies above `goal` (below: negative). `None` where its uncertainty is unknown or 0.
    pub fn margin(self, goal: f64) -> Option<f64> {
        let u = self.u.filter(|&u| u > 0.0)?;
        Some((self.value - goal) / u).filter(|margin| margin.is_finite())
    }

    /// The probability that the true value is at least `goal`, for a normal distribution about this value (PR1); `None`
    /// where the uncertainty is unknown.
    pub fn probability_at_least(self, goal: f64) -> Option<f64> {
        match self.margin(goal) {
            Some(margin) => Some(normal_distribution(margin)),
            None => (self.u == Some(0.0)).then(|| f64::from(u8::from(self.value >= goal))),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&with_uncertainty(self.value, self.u))
    }
}

/// The cumulative normal distribution.
pub(crate) fn normal_distribution(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn quantities_combine_to_first_order() {
        let (a, b) = (Quantity::new(6.0, Some(0.3)), Quantity::new(2.0, Some(0.2)));
        let ratio = a.over(b).unwrap();
        assert_eq!(ratio.value, 3.0);
        assert_relative_eq!(ratio.u.unwrap(), 3.0 * (0.05f64.powi(2) + 0.1f64.powi(2)).sqrt());
        assert_relative_eq!(a.plus(Quantity::new(1.0, Some(0.4))).u.unwrap(), 0.5);
        assert_eq!(a.times(-2.0), Quantity::new(-12.0, Some(0.6)));
        assert_eq!(a.plus(Quantity::new(1.0, None)).u, None);
        assert_eq!(a.over(Quantity::exact(0.0)), None);
        assert_eq!(Quantity::new(1.0, Some(f64::NAN)).u, None);
    }

    #[test]
    fn probabilities_are_those_of_the_normal_distribution() {
        let dose = Quantity::new(25.0, Some(5.0));
        assert_eq!(dose.margin(20.0), Some(1.0));
        assert_relative_eq!(dose.probability_at_least(20.0).unwrap(), 0.841_344_746, epsilon = 1e-8);
        assert_relative_eq!(dose.probability_at_least(34.8).unwrap(), 0.024_997_9, epsilon = 1e-6);
        assert_eq!(Quantity::exact(20.0).probability_at_least(20.0), Some(1.0));
        assert_eq!(Quantity::exact(19.9).probability_at_least(20.0), Some(0.0));
        assert_eq!(Quantity::new(25.0, None).probability_at_least(20.0), None);
        assert_eq!(Quantity::new(25.0, None).to_string(), "25.0 ± unknown");
    }
}
