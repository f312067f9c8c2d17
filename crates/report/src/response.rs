//! Response bands of a lesion's mean absorbed dose.
//!
//! The default limits are 20 Gy, the lesion dose taken as worth treating by Ho et al., N Engl J Med 368:623 (2013),
//! and 80 Gy, above which Maxon et al., N Engl J Med 309:937 (1983), saw metastases respond.

use crate::number::significant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Limits that make no bands.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
#[error("response limits: found {low} and {high} Gy, expected two finite doses with 0 < low < high")]
pub struct ResponseError {
    low: f64,
    high: f64,
}

/// The two doses (Gy) that part the three bands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseLimits {
    /// Mean doses below this are in the lowest band.
    #[serde(rename = "low_Gy")]
    low: f64,
    /// Those from this one up are in the highest.
    #[serde(rename = "high_Gy")]
    high: f64,
}

/// Whether a band can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BandCertainty {
    /// The mean minus and plus two standard uncertainties lie in the same band.
    Certain,
    /// A limit lies within two standard uncertainties of the mean.
    Uncertain,
    /// The uncertainty of the mean is not known.
    Unknown,
}

impl BandCertainty {
    /// The text in `lesions.csv`: `certain`, `uncertain` or `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Uncertain => "uncertain",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for BandCertainty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Default for ResponseLimits {
    /// 20 and 80 Gy.
    fn default() -> Self {
        Self { low: 20.0, high: 80.0 }
    }
}

impl ResponseLimits {
    /// Bands below `low`, from `low` to below `high`, and from `high` up (Gy).
    ///
    /// # Errors
    /// Limits that are not finite, not above zero, or not increasing.
    pub fn new(low: f64, high: f64) -> Result<Self, ResponseError> {
        if low > 0.0 && low < high && high.is_finite() {
            Ok(Self { low, high })
        } else {
            Err(ResponseError { low, high })
        }
    }

    /// The lower and the upper limit, Gy.
    pub fn doses(&self) -> [f64; 2] {
        [self.low, self.high]
    }

    /// The three bands from low to high, as written to `lesions.csv`: `<20`, `20-80`, `>=80` for the default limits.
    pub fn bands(&self) -> [String; 3] {
        let (low, high) = (significant(self.low, 6), significant(self.high, 6));
        [format!("<{low}"), format!("{low}-{high}"), format!(">={high}")]
    }

    /// The band of a mean dose (Gy).
    pub fn band(&self, mean: f64) -> String {
        let [below, between, above] = self.bands();
        match self.position(mean) {
            0 => below,
            1 => between,
            _ => above,
        }
    }

    /// Whether the band holds within two standard uncertainties (k=2) of the mean; both in Gy.
    pub fn certainty(&self, mean: f64, u: Option<f64>) -> BandCertainty {
        match u {
            Some(u) if u.is_finite() => {
                if self.position(mean - 2.0 * u) == self.position(mean + 2.0 * u) {
                    BandCertainty::Certain
                } else {
                    BandCertainty::Uncertain
                }
            }
            _ => BandCertainty::Unknown,
        }
    }

    fn position(&self, dose: f64) -> usize {
        usize::from(dose >= self.low) + usize::from(dose >= self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_belongs_to_the_band_above() {
        let limits = ResponseLimits::default();
        for (dose, band) in [(0.0, "<20"), (19.999, "<20"), (20.0, "20-80"), (79.9, "20-80"), (80.0, ">=80")]
        {
            assert_eq!(limits.band(dose), band);
        }
        assert_eq!(ResponseLimits::new(12.5, 100.0).unwrap().band(13.0), "12.5-100");
    }

    #[test]
    fn limits_must_increase_and_be_positive() {
        for (low, high) in [(80.0, 20.0), (20.0, 20.0), (0.0, 1.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            assert!(ResponseLimits::new(low, high).is_err(), "{low} {high}");
        }
    }

    #[test]
    fn a_band_within_two_u_of_a_limit_is_uncertain() {
        let limits = ResponseLimits::default();
        assert_eq!(limits.certainty(90.0, Some(4.9)), BandCertainty::Certain);
        assert_eq!(limits.certainty(90.0, Some(5.1)), BandCertainty::Uncertain);
        assert_eq!(limits.certainty(15.0, Some(3.0)), BandCertainty::Uncertain);
        assert_eq!(limits.certainty(50.0, Some(f64::NAN)), BandCertainty::Unknown);
        assert_eq!(limits.certainty(50.0, None), BandCertainty::Unknown);
    }
}
