//! Measured points of one region.

use crate::{KineticsError, Model, check_times};

/// Mean concentration of the imaged nuclide in one region at each image time.
///
/// Invariants: times finite, above 0 and increasing; concentrations finite and not negative; uncertainties finite
/// and above 0; one of each per image.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionCurve {
    times_h: Vec<f64>,
    concentrations: Vec<f64>,
    uncertainties: Vec<f64>,
}

impl RegionCurve {
    /// A curve from times (h after administration), concentrations (Bq/mL at those times, not decay-corrected) and
    /// their standard uncertainties (Bq/mL, k=1).
    ///
    /// # Errors
    /// Lists of different lengths, no image, times that do not increase, values out of range.
    pub fn new(
        times_h: &[f64],
        concentrations_bq_per_ml: &[f64],
        standard_uncertainties_bq_per_ml: &[f64],
    ) -> Result<Self, KineticsError> {
        check_times(times_h)?;
        let expected = times_h.len();
        if expected == 0 {
            return Err(KineticsError::TooFewImages { model: "any", found: 0, expected: 1 });
        }
        for (field, list) in [
            ("concentration in Bq/mL", concentrations_bq_per_ml),
            ("standard uncertainty in Bq/mL", standard_uncertainties_bq_per_ml),
        ] {
            if list.len() != expected {
                return Err(KineticsError::Length { field, found: list.len(), expected });
            }
            if let Some(position) = list.iter().position(|x| !(x.is_finite() && *x >= 0.0)) {
                return Err(KineticsError::Negative { field, position, found: list[position] });
            }
        }
        if let Some(&found) = standard_uncertainties_bq_per_ml.iter().find(|&&u| u <= 0.0) {
            return Err(KineticsError::NotPositive { field: "standard uncertainty in Bq/mL", found });
        }
        Ok(Self {
            times_h: times_h.to_vec(),
            concentrations: concentrations_bq_per_ml.to_vec(),
            uncertainties: standard_uncertainties_bq_per_ml.to_vec(),
        })
    }

    /// A curve whose points all have the same relative standard uncertainty (k=1), as calibration and delineation
    /// give; points below a twentieth of the largest get that point's absolute one, so that a point near zero is
    /// not taken for exact. A curve of zeros gets an uncertainty of 1 Bq/mL.
    ///
    /// # Errors
    /// As [`RegionCurve::new`]; a relative uncertainty that is not above 0.
    pub fn with_relative_uncertainty(
        times_h: &[f64],
        concentrations_bq_per_ml: &[f64],
        relative_standard_uncertainty: f64,
    ) -> Result<Self, KineticsError> {
        let relative = relative_standard_uncertainty;
        if !(relative.is_finite() && relative > 0.0) {
            return Err(KineticsError::NotPositive {
                field: "relative standard uncertainty",
                found: relative,
            });
        }
        let largest = concentrations_bq_per_ml.iter().copied().fold(0.0, f64::max);
        let floor = if largest > 0.0 { 0.05 * largest } else { 1.0 / relative };
        let uncertainties: Vec<f64> =
            concentrations_bq_per_ml.iter().map(|&c| relative * c.max(floor)).collect();
        Self::new(times_h, concentrations_bq_per_ml, &uncertainties)
    }

    /// Hours after administration, increasing.
    pub fn times_h(&self) -> &[f64] {
        &self.times_h
    }

    /// Bq/mL of the imaged nuclide at each time.
    pub fn concentrations_bq_per_ml(&self) -> &[f64] {
        &self.concentrations
    }

    /// Standard uncertainty (k=1) of each concentration, Bq/mL.
    pub fn standard_uncertainties_bq_per_ml(&self) -> &[f64] {
        &self.uncertainties
    }

    /// Weight of each point in a least-squares fit: one over its variance.
    pub(crate) fn weights(&self) -> Vec<f64> {
        self.uncertainties.iter().map(|u| 1.0 / (u * u)).collect()
    }

    /// Whether there is no activity at any time.
    pub(crate) fn is_zero(&self) -> bool {
        self.concentrations.iter().all(|&c| c == 0.0)
    }

    /// Refuses a curve with fewer points than the model has parameters.
    pub(crate) fn require_images(&self, model: Model) -> Result<(), KineticsError> {
        let (found, expected) = (self.times_h.len(), model.least_images());
        if found < expected {
            return Err(KineticsError::TooFewImages { model: model.name(), found, expected });
        }
        Ok(())
    }

    pub(crate) fn first_time_h(&self) -> f64 {
        self.times_h.first().copied().unwrap_or(0.0)
    }

    pub(crate) fn last_time_h(&self) -> f64 {
        self.times_h.last().copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lists_are_refused_by_name() {
        let text = |r: Result<RegionCurve, KineticsError>| r.unwrap_err().to_string();
        assert!(text(RegionCurve::new(&[], &[], &[])).contains("found 0"));
        assert!(text(RegionCurve::new(&[1.0, 2.0], &[1.0], &[1.0, 1.0])).contains("found 1 values"));
        assert!(text(RegionCurve::new(&[1.0], &[-1.0], &[1.0])).contains("concentration in Bq/mL: found -1"));
        assert!(text(RegionCurve::new(&[1.0], &[f64::NAN], &[1.0])).contains("NaN"));
        assert!(text(RegionCurve::new(&[1.0], &[1.0], &[0.0])).contains("uncertainty"));
        assert!(text(RegionCurve::with_relative_uncertainty(&[1.0], &[1.0], 0.0)).contains("relative"));
        assert!(RegionCurve::with_relative_uncertainty(&[1.0], &[f64::NAN], 0.1).is_err());
    }

    #[test]
    fn a_point_near_zero_is_not_taken_for_exact() {
        let curve =
            RegionCurve::with_relative_uncertainty(&[1.0, 2.0, 3.0], &[100.0, 50.0, 0.0], 0.1).unwrap();
        assert_eq!(curve.standard_uncertainties_bq_per_ml(), [10.0, 5.0, 0.5]);
    }
}
