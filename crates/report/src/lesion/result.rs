//! The record of one lesion.

use crate::dvh::DvhPoint;
use crate::number::finite_or_nan;
use crate::partial_volume::PartialVolumeFlag;
use crate::prescription::goals::GoalRow;
use crate::response::BandCertainty;
use crate::second_check::Verdict;
use crate::uncertainty::Budget;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is known of one lesion. `None` where a value does not apply or is not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LesionResult {
    /// Value of the lesion in the label image.
    pub label: u32,
    /// Name, as the user or the segmentation gave it.
    pub name: String,
    /// Voxels of the dose grid.
    pub voxels: usize,
    /// Volume of the outline, mL.
    #[serde(rename = "volume_mL")]
    pub volume_ml: f64,
    /// Diameter of the sphere of the same volume, mm.
    pub equivalent_diameter_mm: f64,
    /// Whether the lesion is too small for the scanner.
    pub partial_volume_flag: PartialVolumeFlag,
    /// Measured over true mean activity concentration.
    #[schemars(extend("unit" = "1"))]
    pub recovery_coefficient: Option<f64>,
    /// The dose; `None` for a lesion without a voxel on the dose grid. In JSON its fields stand beside the others, and
    /// are `null` where there is none.
    #[serde(flatten, serialize_with = "with_every_field", deserialize_with = "where_known")]
    #[schemars(with = "LesionDose")]
    pub dose: Option<LesionDose>,
    /// Resolution (FWHM, mm) that the flag was judged by.
    pub resolution_mm: Option<f64>,
    /// Fraction of the lesion outside the activity image, 0 to 1.
    #[schemars(extend("unit" = "1"))]
    pub fraction_outside_activity_image: Option<f64>,
    /// Time-integrated activity of the therapy nuclide in the lesion, MBq h.
    #[serde(rename = "time_integrated_activity_MBq_h")]
    pub time_integrated_activity_mbq_h: Option<f64>,
    /// Effective half-life in the lesion, h.
    pub effective_half_life_h: Option<f64>,
    /// Activity (GBq) that `goals` are judged at; `None` where it is not known.
    #[serde(rename = "goals_activity_GBq")]
    pub goals_activity_gbq: Option<f64>,
    /// The goals of the prescription table; empty without one.
    pub goals: Vec<GoalRow>,
    /// Anything a reader must know of this lesion.
    pub notes: Vec<String>,
}

/// The dose of one lesion. Doses are in Gy, or in Gy/GBq where the basis is
/// [`DoseBasis::PerActivity`](crate::DoseBasis::PerActivity); uncertainties are standard ones (k=1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LesionDose {
    /// Mean over the voxels.
    #[serde(rename = "dose_mean_Gy", deserialize_with = "finite_or_nan")]
    pub mean: f64,
    /// Combined standard uncertainty of the mean: everything in `uncertainty_budget`.
    #[serde(rename = "dose_mean_u_Gy")]
    pub mean_u: Option<f64>,
    /// The Monte Carlo part of it.
    #[serde(rename = "dose_mean_u_mc_Gy")]
    pub mean_u_mc: Option<f64>,
    /// Lowest voxel dose.
    #[serde(rename = "dose_min_Gy", deserialize_with = "finite_or_nan")]
    pub min: f64,
    /// Highest voxel dose.
    #[serde(rename = "dose_max_Gy", deserialize_with = "finite_or_nan")]
    pub max: f64,
    /// Voxels whose estimated dose is below 0: noise about a dose of next to nothing.
    pub voxels_below_zero: Option<usize>,
    /// Dose that 98 % of the volume receive at least.
    #[serde(rename = "D98_Gy", deserialize_with = "finite_or_nan")]
    pub d98: f64,
    /// Dose that 95 % of the volume receive at least.
    #[serde(rename = "D95_Gy", deserialize_with = "finite_or_nan")]
    pub d95: f64,
    /// Dose that 90 % of the volume receive at least.
    #[serde(rename = "D90_Gy", deserialize_with = "finite_or_nan")]
    pub d90: f64,
    /// Median dose.
    #[serde(rename = "D50_Gy", deserialize_with = "finite_or_nan")]
    pub d50: f64,
    /// Dose that 2 % of the volume receive at least.
    #[serde(rename = "D2_Gy", deserialize_with = "finite_or_nan")]
    pub d2: f64,
    /// Mean dose of the activity that the lesion truly holds.
    #[serde(rename = "dose_mean_corrected_Gy")]
    pub mean_corrected: Option<f64>,
    /// Combined standard uncertainty of it: everything in `corrected_uncertainty_budget`.
    #[serde(rename = "dose_mean_corrected_u_Gy")]
    pub mean_corrected_u: Option<f64>,
    /// Mean dose per therapy activity.
    #[serde(rename = "dose_per_activity_Gy_per_GBq")]
    pub per_activity: Option<f64>,
    /// Response band of the mean dose; none for doses per activity.
    pub response_band: Option<String>,
    /// Whether the band holds within two standard uncertainties.
    pub response_band_certainty: Option<BandCertainty>,
    /// Response band of the corrected mean; none without one.
    #[serde(default)]
    pub response_band_corrected: Option<String>,
    /// Whether that band holds within two standard uncertainties.
    #[serde(default)]
    pub response_band_corrected_certainty: Option<BandCertainty>,
    /// Relative standard uncertainties of the mean dose as measured, included or not.
    pub uncertainty_budget: Budget,
    /// Those of the corrected mean; empty without one.
    pub corrected_uncertainty_budget: Budget,
    /// The largest component, of the corrected mean where there is one.
    pub largest_uncertainty: Option<String>,
    /// Self dose of a sphere of the lesion's mass.
    #[serde(rename = "dose_sphere_Gy")]
    pub sphere: Option<f64>,
    /// Dose if electrons ended where they began and photons left.
    #[serde(rename = "dose_local_Gy")]
    pub local: Option<f64>,
    /// How far the mean dose may lie from the sphere's.
    #[serde(rename = "second_check_tolerance_Gy")]
    pub second_check_tolerance: Option<f64>,
    /// Whether it lies within.
    pub second_check: Option<Verdict>,
    /// The cumulative histogram, for `dvh.csv` and the plot; left out of JSON.
    #[serde(skip)]
    pub curve: Vec<DvhPoint>,
}

/// The mean dose that a lesion is judged by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestMean<'a> {
    /// In the unit of the doses.
    pub value: f64,
    /// Its combined standard uncertainty (k = 1).
    pub u: Option<f64>,
    /// Whether it is corrected for blur.
    pub is_corrected: bool,
    /// Its response band.
    pub band: Option<&'a str>,
    /// Whether that holds.
    pub band_certainty: Option<BandCertainty>,
}

impl LesionDose {
    /// The corrected mean where there is one, else the mean as measured.
    pub fn best(&self) -> BestMean<'_> {
        match self.mean_corrected {
            Some(value) => BestMean {
                value,
                u: self.mean_corrected_u,
                is_corrected: true,
                band: self.response_band_corrected.as_deref(),
                band_certainty: self.response_band_corrected_certainty,
            },
            None => BestMean {
                value: self.mean,
                u: self.mean_u,
                is_corrected: false,
                band: self.response_band.as_deref(),
                band_certainty: self.response_band_certainty,
            },
        }
    }
}

impl LesionResult {
    /// Why there is no dose, in a few words for a table; `None` where there is one.
    pub fn why_no_dose(&self) -> Option<&'static str> {
        if self.dose.is_some() {
            None
        } else if self.is_wholly_outside() {
            Some("not in the activity image")
        } else {
            Some("no voxel on the dose grid")
        }
    }

    fn is_wholly_outside(&self) -> bool {
        // Fractions are sums of voxel volumes and may miss 1 by rounding.
        self.fraction_outside_activity_image.is_some_and(|fraction| fraction > 1.0 - 1e-6)
    }
}

/// An absent dose as fields that hold nothing: a reader finds the same keys in every lesion.
fn with_every_field<S: Serializer>(dose: &Option<LesionDose>, serializer: S) -> Result<S::Ok, S::Error> {
    match dose {
        Some(dose) => dose.serialize(serializer),
        None => nothing().serialize(serializer),
    }
}

/// The other way: a dose always has a mean.
fn where_known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<LesionDose>, D::Error> {
    LesionDose::deserialize(deserializer).map(|dose| Some(dose).filter(|dose| dose.mean.is_finite()))
}

/// JSON has no NaN: it is written as `null`.
fn nothing() -> LesionDose {
    LesionDose {
        mean: f64::NAN,
        mean_u: None,
        mean_u_mc: None,
        min: f64::NAN,
        max: f64::NAN,
        voxels_below_zero: None,
        d98: f64::NAN,
        d95: f64::NAN,
        d90: f64::NAN,
        d50: f64::NAN,
        d2: f64::NAN,
        mean_corrected: None,
        mean_corrected_u: None,
        per_activity: None,
        response_band: None,
        response_band_certainty: None,
        response_band_corrected: None,
        response_band_corrected_certainty: None,
        uncertainty_budget: Budget::new(),
        corrected_uncertainty_budget: Budget::new(),
        largest_uncertainty: None,
        sphere: None,
        local: None,
        second_check_tolerance: None,
        second_check: None,
        curve: Vec::new(),
    }
}
