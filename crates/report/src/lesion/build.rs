//! Making the record of a lesion.

use super::LesionResult;
use crate::basis::DoseBasis;
use crate::dvh::{Dvh, DvhError};
use crate::number::percent;
use crate::partial_volume::{PartialVolumeError, PartialVolumeRule, equivalent_diameter_mm};
use crate::response::ResponseLimits;
use crate::uncertainty::{Budget, MONTE_CARLO};
use serde::Serialize;
use thiserror::Error;

/// Why a lesion has no result. Each message names the lesion.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum LesionError {
    /// Its voxel doses make no histogram.
    #[error("lesion {label} ({name:?}): {source}")]
    Dvh {
        /// Label of the lesion.
        label: u32,
        /// Name of the lesion.
        name: String,
        /// What is wrong with the doses.
        source: DvhError,
    },
    /// Its size, or the resolution, is not a length.
    #[error("lesion {label} ({name:?}): {source}")]
    Size {
        /// Label of the lesion.
        label: u32,
        /// Name of the lesion.
        name: String,
        /// Which value it is.
        source: PartialVolumeError,
    },
    /// A value outside its range.
    #[error("lesion {label} ({name:?}): {field}: found {found}, expected {expected}")]
    Value {
        /// Label of the lesion.
        label: u32,
        /// Name of the lesion.
        name: String,
        /// The field.
        field: &'static str,
        /// What it held.
        found: String,
        /// What would be right.
        expected: &'static str,
    },
}

/// What all lesions of a case share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// What the doses belong to.
    pub basis: DoseBasis,
    /// When a lesion is too small.
    pub partial_volume: PartialVolumeRule,
    /// The response bands.
    pub response: ResponseLimits,
}

impl Settings {
    /// The default limits for this basis.
    pub fn new(basis: DoseBasis) -> Self {
        Self { basis, partial_volume: PartialVolumeRule::default(), response: ResponseLimits::default() }
    }
}

/// What is known of a lesion before it is judged. `Default` has every optional part absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LesionInput {
    /// Value of the lesion in the label image.
    pub label: u32,
    /// Name of the lesion.
    pub name: String,
    /// Dose of each of its voxels on the dose grid, in the unit of the basis.
    pub doses: Vec<f32>,
    /// For each dose the part of the voxel inside the lesion; empty for whole voxels.
    pub shares: Vec<f32>,
    /// Volume (mL) of the outline as drawn, which may differ from the sum of the dose voxels.
    pub volume_ml: f64,
    /// Monte Carlo standard uncertainty (k=1) of the mean, in the unit of the doses; NaN counts as not known.
    pub mean_u_mc: Option<f64>,
    /// The other components; the Monte Carlo one is added from `mean_u_mc`.
    pub budget: Budget,
    /// Resolution (FWHM, mm) of the activity image.
    pub resolution_mm: Option<f64>,
    /// Measured over true mean activity concentration, above 0.
    pub recovery_coefficient: Option<f64>,
    /// Fraction of the lesion outside the activity image, 0 to 1.
    pub fraction_outside_activity_image: Option<f64>,
    /// Time-integrated activity of the therapy nuclide in the lesion, MBq h.
    pub time_integrated_activity_mbq_h: Option<f64>,
    /// Effective half-life in the lesion, h.
    pub effective_half_life_h: Option<f64>,
    /// Anything a reader must know of this lesion.
    pub notes: Vec<String>,
}

impl LesionInput {
    /// Judges the lesion: histogram, flag, band, combined uncertainty.
    ///
    /// # Errors
    /// No voxel, a dose that is NaN or negative, a volume or resolution that is not positive, as many shares as doses
    /// not given, a recovery coefficient or activity that is not positive, a fraction outside 0 to 1.
    pub fn judge(&self, settings: &Settings) -> Result<LesionResult, LesionError> {
        self.check(settings)?;
        let dvh = self.histogram()?;
        let equivalent_diameter_mm = equivalent_diameter_mm(self.volume_ml);
        let partial_volume_flag = settings
            .partial_volume
            .flag(equivalent_diameter_mm, self.resolution_mm)
            .map_err(|source| LesionError::Size { label: self.label, name: self.name.clone(), source })?;

        let mean = dvh.mean();
        let mean_u_mc = self.mean_u_mc.filter(|u| u.is_finite());
        let (uncertainty_budget, mean_u) = self.uncertainty(mean, mean_u_mc);
        let in_gy = !matches!(settings.basis, DoseBasis::PerActivity);
        let dose_per_activity =
            if in_gy { settings.basis.activity_gbq().map(|activity| mean / activity) } else { Some(mean) };
        Ok(LesionResult {
            label: self.label,
            name: self.name.clone(),
            voxels: self.doses.len(),
            volume_ml: self.volume_ml,
            equivalent_diameter_mm,
            partial_volume_flag,
            recovery_coefficient: self.recovery_coefficient,
            dose_mean: mean,
            dose_mean_u: mean_u,
            dose_mean_u_mc: mean_u_mc,
            dose_min: dvh.min(),
            dose_max: dvh.max(),
            d98: dvh.dose_at_volume(98.0),
            d95: dvh.dose_at_volume(95.0),
            d90: dvh.dose_at_volume(90.0),
            d50: dvh.dose_at_volume(50.0),
            d2: dvh.dose_at_volume(2.0),
            dose_mean_corrected: self.recovery_coefficient.map(|recovery| mean / recovery),
            dose_per_activity,
            response_band: in_gy.then(|| settings.response.band(mean)),
            response_band_certainty: in_gy.then(|| settings.response.certainty(mean, mean_u)),
            resolution_mm: self.resolution_mm,
            fraction_outside_activity_image: self.fraction_outside_activity_image,
            time_integrated_activity_mbq_h: self.time_integrated_activity_mbq_h,
            effective_half_life_h: self.effective_half_life_h,
            uncertainty_budget,
            notes: self.all_notes(),
            curve: dvh.curve(),
        })
    }

    fn histogram(&self) -> Result<Dvh, LesionError> {
        let doses = self.doses.iter().copied();
        let dvh = if self.shares.is_empty() {
            Dvh::new(doses)
        } else {
            Dvh::weighted(doses.zip(&self.shares).map(|(dose, &share)| (dose.into(), share.into())))
        };
        dvh.map_err(|source| LesionError::Dvh { label: self.label, name: self.name.clone(), source })
    }

    /// The whole budget, and the combined uncertainty of the mean in its own unit.
    fn uncertainty(&self, mean: f64, mean_u_mc: Option<f64>) -> (Budget, Option<f64>) {
        // A mean of zero has no relative uncertainty, but its absolute Monte Carlo part remains.
        let relative_mc = mean_u_mc.filter(|_| mean > 0.0).map(|u| u / mean);
        let budget = Budget::new().with(MONTE_CARLO, relative_mc);
        let others = self.budget.components().iter().filter(|component| component.name != MONTE_CARLO);
        let budget =
            others.fold(budget, |sum, part| sum.with(part.name.clone(), part.relative_u)).completed();
        let mean_u = if mean > 0.0 { budget.combined().map(|relative| relative * mean) } else { mean_u_mc };
        (budget, mean_u)
    }

    fn all_notes(&self) -> Vec<String> {
        let outside = self.fraction_outside_activity_image.filter(|&fraction| fraction > 0.0);
        let outside = outside.map(|fraction| {
            format!(
                "{} of the lesion lies outside the activity image; no dose is known there",
                percent(fraction)
            )
        });
        outside.into_iter().chain(self.notes.iter().cloned()).collect()
    }

    fn check(&self, settings: &Settings) -> Result<(), LesionError> {
        let value = |field, found: String, expected| {
            Err(LesionError::Value { label: self.label, name: self.name.clone(), field, found, expected })
        };
        let positive = |x: f64| x.is_finite() && x > 0.0;
        if !positive(self.volume_ml) {
            return value("volume_mL", self.volume_ml.to_string(), "a finite volume above 0");
        }
        if !self.shares.is_empty() && self.shares.len() != self.doses.len() {
            return value("shares", format!("{} values", self.shares.len()), "none, or one for each dose");
        }
        if let Some(u) = self.mean_u_mc.filter(|&u| u < 0.0) {
            return value("dose_mean_u_mc", u.to_string(), "a standard uncertainty of at least 0");
        }
        if let Some(recovery) = self.recovery_coefficient.filter(|&recovery| !positive(recovery)) {
            return value("recovery_coefficient", recovery.to_string(), "a finite number above 0");
        }
        if let Some(activity) = settings.basis.activity_gbq().filter(|&activity| !positive(activity)) {
            return value("therapy activity (GBq)", activity.to_string(), "a finite activity above 0");
        }
        match self.fraction_outside_activity_image {
            Some(fraction) if !(0.0..=1.0).contains(&fraction) => {
                value("fraction_outside_activity_image", fraction.to_string(), "0 to 1")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partial_volume::PartialVolumeFlag;
    use crate::response::BandCertainty;
    use crate::uncertainty::CALIBRATION;
    use approx::assert_relative_eq;

    fn input() -> LesionInput {
        LesionInput {
            label: 3,
            name: "rib".into(),
            doses: vec![60.0, 70.0, 80.0],
            volume_ml: 4.0,
            mean_u_mc: Some(2.1),
            budget: Budget::new().with(CALIBRATION, Some(0.04)),
            resolution_mm: Some(6.5),
            ..LesionInput::default()
        }
    }

    fn planned() -> Settings {
        Settings::new(DoseBasis::Planned { activity_gbq: 7.0 })
    }

    #[test]
    fn a_lesion_is_judged_whole() {
        let lesion = input().judge(&planned()).unwrap();
        assert_relative_eq!(lesion.dose_mean, 70.0);
        assert_relative_eq!(lesion.dose_mean_u.unwrap(), 3.5, epsilon = 1e-12); // 3 % and 4 %
        assert_relative_eq!(lesion.dose_per_activity.unwrap(), 10.0);
        assert_eq!(lesion.partial_volume_flag, PartialVolumeFlag::MeanNeedsCorrection);
        assert_eq!(lesion.response_band.as_deref(), Some("20-80"));
        assert_eq!(lesion.response_band_certainty, Some(BandCertainty::Certain));
        assert_eq!(lesion.uncertainty_budget.not_included(), ["delineation", "kinetics fit"]);
        assert_eq!((lesion.dose_min, lesion.d50, lesion.dose_max), (60.0, 70.0, 80.0));
        assert_eq!(lesion.dose_mean_corrected, None);
    }

    #[test]
    fn per_activity_has_no_band() {
        let lesion = input().judge(&Settings::new(DoseBasis::PerActivity)).unwrap();
        assert_eq!((lesion.response_band, lesion.response_band_certainty), (None, None));
        assert_relative_eq!(lesion.dose_per_activity.unwrap(), 70.0);
    }

    #[test]
    fn zero_dose_keeps_its_absolute_uncertainty() {
        let dark = LesionInput { doses: vec![0.0; 4], mean_u_mc: Some(0.1), ..input() };
        assert_eq!(dark.judge(&planned()).unwrap().dose_mean_u, Some(0.1));
        let unknown = LesionInput { mean_u_mc: Some(f64::NAN), budget: Budget::new(), ..input() };
        assert_eq!(unknown.judge(&planned()).unwrap().dose_mean_u, None);
    }

    #[test]
    fn recovery_and_lost_parts_are_shown() {
        let cut = LesionInput {
            recovery_coefficient: Some(0.5),
            fraction_outside_activity_image: Some(0.25),
            notes: vec!["touches the pleura".into()],
            ..input()
        };
        let lesion = cut.judge(&planned()).unwrap();
        assert_relative_eq!(lesion.dose_mean_corrected.unwrap(), 140.0);
        assert!(lesion.notes[0].starts_with("25 % of the lesion lies outside"), "{:?}", lesion.notes);
        assert_eq!(lesion.notes[1], "touches the pleura");
    }

    #[test]
    fn errors_name_lesion_and_field() {
        let bad = [
            (LesionInput { doses: vec![], ..input() }, "doses"),
            (LesionInput { doses: vec![f32::NAN], ..input() }, "doses"),
            (LesionInput { volume_ml: 0.0, ..input() }, "volume_mL"),
            (LesionInput { shares: vec![1.0], ..input() }, "shares"),
            (LesionInput { mean_u_mc: Some(-1.0), ..input() }, "dose_mean_u_mc"),
            (LesionInput { resolution_mm: Some(0.0), ..input() }, "resolution_mm"),
            (LesionInput { recovery_coefficient: Some(0.0), ..input() }, "recovery_coefficient"),
            (
                LesionInput { fraction_outside_activity_image: Some(1.1), ..input() },
                "fraction_outside_activity_image",
            ),
        ];
        for (input, field) in bad {
            let message = input.judge(&planned()).unwrap_err().to_string();
            assert!(message.starts_with("lesion 3 (\"rib\")") && message.contains(field), "{message}");
        }
        let no_activity = Settings::new(DoseBasis::Planned { activity_gbq: 0.0 });
        assert!(input().judge(&no_activity).unwrap_err().to_string().contains("activity"));
    }
}
