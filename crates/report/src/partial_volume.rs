//! Whether a lesion is too small for the scanner that saw it. Equations: `docs/methods/partial-volume.md`.
//!
//! An object narrower than about three times the resolution (FWHM) loses activity to its surroundings: its mean is
//! low (Soret et al., J Nucl Med 48:932, 2007; Gear et al., Eur J Nucl Med Mol Imaging 45:2456, 2018). Under about
//! twice the FWHM no voxel shows its true value, so the *shape* of the histogram is the scanner's, not the lesion's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// A limit that makes no sense.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{field}: found {found}, expected a finite number {expected}")]
pub struct PartialVolumeError {
    field: &'static str,
    found: f64,
    expected: &'static str,
}

/// How far a lesion's numbers can be trusted for its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartialVolumeFlag {
    /// Large enough by the limits set.
    Ok,
    /// The mean dose is low and needs a recovery correction.
    MeanNeedsCorrection,
    /// The mean needs a correction, and D_x and the histogram say nothing about the lesion.
    DvhNotToBeInterpreted,
}

impl PartialVolumeFlag {
    /// The text in `lesions.csv`: `ok`, `mean-needs-correction` or `dvh-not-to-be-interpreted`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::MeanNeedsCorrection => "mean-needs-correction",
            Self::DvhNotToBeInterpreted => "dvh-not-to-be-interpreted",
        }
    }

    /// At most ten letters, for a narrow table.
    pub fn short(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::MeanNeedsCorrection => "small",
            Self::DvhNotToBeInterpreted => "very small",
        }
    }

    /// What it means, for a reader of the report.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Ok => {
                "Large enough for the scanner by the limits set: the histogram can be read. Blur still lowers the mean \
                 somewhat."
            }
            Self::MeanNeedsCorrection => {
                "Small for the scanner: blur carries activity out of the lesion, so the mean dose is too low \
                 and needs a recovery correction; read the histogram with care."
            }
            Self::DvhNotToBeInterpreted => {
                "Very small for the scanner: the mean dose is too low and needs a recovery correction, and the \
                 histogram with its D values shows the scanner's blur, not the lesion; do not interpret it."
            }
        }
    }
}

impl fmt::Display for PartialVolumeFlag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The limits below which a lesion is flagged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartialVolumeRule {
    /// A lesion of a smaller equivalent-sphere diameter is flagged.
    minimum_diameter_mm: f64,
    /// So is one of a smaller diameter than this many times the resolution (FWHM).
    #[schemars(extend("unit" = "1"))]
    fwhm_factor: f64,
}

impl Default for PartialVolumeRule {
    /// 30 mm or three times the FWHM, whichever is larger.
    fn default() -> Self {
        Self { minimum_diameter_mm: 30.0, fwhm_factor: 3.0 }
    }
}

impl PartialVolumeRule {
    /// A lesion counts as small under the larger of `minimum_diameter_mm` and `fwhm_factor` times the FWHM.
    ///
    /// # Errors
    /// A limit that is NaN, infinite or negative.
    pub fn new(minimum_diameter_mm: f64, fwhm_factor: f64) -> Result<Self, PartialVolumeError> {
        not_negative("minimum_diameter_mm", minimum_diameter_mm)?;
        not_negative("fwhm_factor", fwhm_factor)?;
        Ok(Self { minimum_diameter_mm, fwhm_factor })
    }

    /// The diameter (mm) under which a lesion is small whatever the resolution.
    pub fn minimum_diameter_mm(&self) -> f64 {
        self.minimum_diameter_mm
    }

    /// The multiple of the FWHM under which a lesion is small.
    pub fn fwhm_factor(&self) -> f64 {
        self.fwhm_factor
    }

    /// The diameter (mm) under which a lesion is small, for a scanner of this FWHM (mm): L of (V5).
    pub fn limit_mm(&self, fwhm_mm: Option<f64>) -> f64 {
        fwhm_mm.map_or(self.minimum_diameter_mm, |fwhm| self.minimum_diameter_mm.max(self.fwhm_factor * fwhm))
    }

    /// The diameter (mm) under which the histogram is not to be interpreted: twice the FWHM, or half of
    /// [`limit_mm`](Self::limit_mm) where the FWHM is not known; never above `limit_mm` (V5).
    pub fn dvh_limit_mm(&self, fwhm_mm: Option<f64>) -> f64 {
        let limit = self.limit_mm(fwhm_mm);
        fwhm_mm.map_or(0.5 * limit, |fwhm| (2.0 * fwhm).min(limit))
    }

    /// The flag of a lesion with this equivalent-sphere diameter (mm) seen with this FWHM (mm).
    ///
    /// # Errors
    /// A diameter or FWHM that is not finite, or not above zero.
    pub fn flag(
        &self,
        diameter_mm: f64,
        fwhm_mm: Option<f64>,
    ) -> Result<PartialVolumeFlag, PartialVolumeError> {
        positive("equivalent_diameter_mm", diameter_mm)?;
        if let Some(fwhm) = fwhm_mm {
            positive("resolution_mm", fwhm)?;
        }
        Ok(if diameter_mm < self.dvh_limit_mm(fwhm_mm) {
            PartialVolumeFlag::DvhNotToBeInterpreted
        } else if diameter_mm < self.limit_mm(fwhm_mm) {
            PartialVolumeFlag::MeanNeedsCorrection
        } else {
            PartialVolumeFlag::Ok
        })
    }
}

/// Diameter in mm of the sphere that has this volume (mL): (V1).
pub fn equivalent_diameter_mm(volume_ml: f64) -> f64 {
    libm::cbrt(6.0 * 1000.0 * volume_ml / std::f64::consts::PI)
}

fn not_negative(field: &'static str, found: f64) -> Result<(), PartialVolumeError> {
    if found.is_finite() && found >= 0.0 {
        Ok(())
    } else {
        Err(PartialVolumeError { field, found, expected: "of at least 0" })
    }
}

fn positive(field: &'static str, found: f64) -> Result<(), PartialVolumeError> {
    if found.is_finite() && found > 0.0 {
        Ok(())
    } else {
        Err(PartialVolumeError { field, found, expected: "above 0" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PartialVolumeFlag::{DvhNotToBeInterpreted, MeanNeedsCorrection, Ok as LargeEnough};
    use approx::assert_relative_eq;

    #[test]
    fn a_sphere_is_its_own_equivalent() {
        assert_relative_eq!(equivalent_diameter_mm(4.0 / 3.0 * std::f64::consts::PI), 20.0, epsilon = 1e-12);
    }

    #[test]
    fn the_larger_limit_counts() {
        let rule = PartialVolumeRule::default();
        assert_eq!(rule.flag(30.0, Some(6.5)), Ok(LargeEnough));
        assert_eq!(rule.flag(29.9, Some(6.5)), Ok(MeanNeedsCorrection));
        assert_eq!(rule.flag(13.0, Some(6.5)), Ok(MeanNeedsCorrection));
        assert_eq!(rule.flag(12.9, Some(6.5)), Ok(DvhNotToBeInterpreted));
        assert_eq!(rule.flag(35.9, Some(12.0)), Ok(MeanNeedsCorrection), "3 x 12 mm is above 30 mm");
        assert_eq!(rule.flag(14.9, None), Ok(DvhNotToBeInterpreted));
        assert_eq!(rule.flag(15.0, None), Ok(MeanNeedsCorrection));
    }

    #[test]
    fn both_limits_can_be_set() {
        let rule = PartialVolumeRule::new(10.0, 1.5).unwrap();
        assert_eq!(rule.flag(11.0, Some(6.0)), Ok(LargeEnough));
        assert_eq!(rule.flag(9.9, Some(6.0)), Ok(DvhNotToBeInterpreted), "under twice the FWHM");
        let message = PartialVolumeRule::new(f64::NAN, 3.0).unwrap_err().to_string();
        assert!(message.contains("minimum_diameter_mm") && message.contains("NaN"), "{message}");
        assert!(PartialVolumeRule::new(30.0, -1.0).is_err());
        assert!(rule.flag(0.0, None).is_err() && rule.flag(10.0, Some(f64::INFINITY)).is_err());
    }

    #[test]
    fn the_text_is_the_serialised_text() {
        for flag in [LargeEnough, MeanNeedsCorrection, DvhNotToBeInterpreted] {
            assert_eq!(serde_json::to_string(&flag).unwrap(), format!("\"{flag}\""));
            assert!(flag.short().len() <= 10);
        }
    }
}
