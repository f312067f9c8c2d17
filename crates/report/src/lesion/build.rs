//! Making the record of a lesion. Equations: `docs/methods/partial-volume.md`, `docs/methods/uncertainty-budget.md`.

use super::{LesionDose, LesionResult};
use crate::basis::DoseBasis;
use crate::dvh::{Dvh, DvhError};
use crate::number::{percent, readable};
use crate::partial_volume::{PartialVolumeError, PartialVolumeRule, equivalent_diameter_mm};
use crate::response::ResponseLimits;
use crate::second_check::SecondCheck;
use crate::uncertainty::{Budget, MONTE_CARLO};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Dose of each of its voxels on the dose grid, in the unit of the basis; empty for a lesion that has none there.
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
    /// Mean dose of the activity that the lesion truly holds, in the unit of the doses; absent, it is the mean over
    /// `recovery_coefficient` (V6), where that is there.
    pub mean_corrected: Option<f64>,
    /// All components of the uncertainty of the corrected mean, Monte Carlo among them.
    pub corrected_budget: Option<Budget>,
    /// Self dose by a second method.
    pub second_check: Option<SecondCheck>,
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
    /// Judges the lesion: histogram, flag, band, combined uncertainty. Without doses the result has no dose either, and
    /// a note says why.
    ///
    /// # Errors
    /// A dose that is NaN or negative, a volume or resolution that is not positive, as many shares as doses not given,
    /// or none above 0, a recovery coefficient, corrected mean or activity that is not positive, a fraction outside 0 to 1.
    pub fn judge(&self, settings: &Settings) -> Result<LesionResult, LesionError> {
        self.check(settings)?;
        let equivalent_diameter_mm = equivalent_diameter_mm(self.volume_ml);
        let partial_volume_flag = settings
            .partial_volume
            .flag(equivalent_diameter_mm, self.resolution_mm)
            .map_err(|source| LesionError::Size { label: self.label, name: self.name.clone(), source })?;
        Ok(LesionResult {
            label: self.label,
            name: self.name.clone(),
            voxels: self.doses.len(),
            volume_ml: self.volume_ml,
            equivalent_diameter_mm,
            partial_volume_flag,
            recovery_coefficient: self.recovery_coefficient,
            dose: if self.doses.is_empty() { None } else { Some(self.dose(settings)?) },
            resolution_mm: self.resolution_mm,
            fraction_outside_activity_image: self.fraction_outside_activity_image,
            time_integrated_activity_mbq_h: self.time_integrated_activity_mbq_h,
            effective_half_life_h: self.effective_half_life_h,
            goals_activity_gbq: None,
            goals: Vec::new(),
            notes: self.all_notes(settings),
        })
    }

    /// Histogram and mean, also divided by the recovery coefficient (V6), with uncertainty and response band.
    fn dose(&self, settings: &Settings) -> Result<LesionDose, LesionError> {
        let dvh = self.histogram()?;
        let mean = dvh.mean();
        let mean_u_mc = self.mean_u_mc.filter(|u| u.is_finite());
        let (uncertainty_budget, mean_u) = self.uncertainty(mean, mean_u_mc);
        let mean_corrected =
            self.mean_corrected.or(self.recovery_coefficient.map(|recovery| mean / recovery));
        let corrected_uncertainty_budget = self.corrected_budget.clone().filter(|_| mean_corrected.is_some());
        let corrected_u = corrected_uncertainty_budget.as_ref().and_then(Budget::combined);
        let mean_corrected_u = mean_corrected.zip(corrected_u).map(|(mean, u)| mean * u);
        let judged = corrected_uncertainty_budget.as_ref().unwrap_or(&uncertainty_budget);
        let largest_uncertainty = judged.largest().map(|component| component.name.clone());
        let in_gy = !matches!(settings.basis, DoseBasis::PerActivity);
        let per_activity =
            if in_gy { settings.basis.activity_gbq().map(|activity| mean / activity) } else { Some(mean) };
        Ok(LesionDose {
            mean,
            mean_u,
            mean_u_mc,
            min: dvh.min(),
            max: dvh.max(),
            voxels_below_zero: Some(self.below_zero().count()),
            d98: dvh.dose_at_volume(98.0),
            d95: dvh.dose_at_volume(95.0),
            d90: dvh.dose_at_volume(90.0),
            d50: dvh.dose_at_volume(50.0),
            d2: dvh.dose_at_volume(2.0),
            mean_corrected,
            mean_corrected_u,
            largest_uncertainty,
            sphere: self.second_check.map(|check| check.sphere),
            local: self.second_check.map(|check| check.local),
            second_check_tolerance: self.second_check.map(|check| check.tolerance),
            second_check: self.second_check.map(|check| check.verdict),
            corrected_uncertainty_budget: corrected_uncertainty_budget.unwrap_or_default(),
            per_activity,
            response_band: in_gy.then(|| settings.response.band(mean)),
            response_band_certainty: in_gy.then(|| settings.response.certainty(mean, mean_u)),
            response_band_corrected: mean_corrected
                .filter(|_| in_gy)
                .map(|mean| settings.response.band(mean)),
            response_band_corrected_certainty: mean_corrected
                .filter(|_| in_gy)
                .map(|mean| settings.response.certainty(mean, mean_corrected_u)),
            uncertainty_budget,
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

    /// The whole budget, and the combined uncertainty (Q1) of the mean in its own unit.
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

    fn below_zero(&self) -> impl Iterator<Item = f32> {
        self.doses.iter().copied().filter(|dose| *dose < 0.0)
    }

    fn all_notes(&self, settings: &Settings) -> Vec<String> {
        let outside = self.fraction_outside_activity_image.filter(|&fraction| fraction > 0.0).map(percent);
        let lost = match (outside, self.doses.is_empty()) {
            (None, false) => None,
            (None, true) => {
                Some("no voxel of the dose grid belongs to the lesion; its dose is not known".to_owned())
            }
            (Some(outside), false) => Some(format!(
                "{outside} of the lesion lies outside the activity image; no dose is known there"
            )),
            (Some(outside), true) => Some(format!(
                "{outside} of the lesion lies outside the activity image and no voxel of the dose grid belongs to it; its \
                 dose is not known"
            )),
        };
        let below = self.below_zero().count();
        let below = (below > 0).then(|| {
            format!(
                "{below} of {} voxels have a dose below 0, the lowest {} {}: Monte Carlo noise about next to nothing; they \
                 count as they are, so that the mean is not lifted",
                self.doses.len(),
                readable(self.below_zero().fold(0.0, f32::min).into()),
                settings.basis.unit()
            )
        });
        lost.into_iter().chain(below).chain(self.notes.iter().cloned()).collect()
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
        if let Some(mean) = self.mean_corrected.filter(|&mean| !(mean.is_finite() && mean >= 0.0)) {
            return value("dose_mean_corrected", mean.to_string(), "a finite dose of at least 0");
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
mod tests;
