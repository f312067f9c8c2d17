//! The fitted curves, as they stand in `run.json`.

use crate::activity::{Activity, region_name};
use crate::lesions::Lesions;
use iodose_kinetics::Fit;
use serde::Serialize;

/// The curve of one region and what is known of it; all of the therapy nuclide.
#[derive(Clone, Debug, Serialize)]
pub struct FittedCurve {
    /// Label of the lesion; 0 is the background.
    pub label: u16,
    /// Its name.
    pub name: String,
    /// The model that was used.
    pub model: &'static str,
    /// Time-integrated activity concentration.
    #[serde(rename = "tia_Bq_h_per_mL")]
    pub tia: f64,
    /// Its standard uncertainty (k=1).
    #[serde(rename = "tia_u_Bq_h_per_mL")]
    pub tia_u: f64,
    /// The part of it that comes from the uptake before the first image.
    #[serde(rename = "tia_u_uptake_Bq_h_per_mL")]
    pub tia_u_uptake: f64,
    /// The part of it that comes from the choice between `candidates`.
    #[serde(rename = "tia_u_model_Bq_h_per_mL")]
    pub tia_u_model: f64,
    /// Effective half-life, of the slowest washout where there are several.
    pub effective_half_life_h: Option<f64>,
    /// Its standard uncertainty (k=1).
    pub effective_half_life_u_h: Option<f64>,
    /// Share of the integral before the first image.
    pub share_before_first: f64,
    /// Share of the integral after the last image.
    pub share_after_last: f64,
    /// Sum of the squared deviations of the points over their variances.
    pub chi_square: f64,
    /// Points less fitted parameters.
    pub degrees_of_freedom: usize,
    /// The models compared, where the images allow a choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<ComparedModel>,
    /// What the reader must know of the curve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A model that took part in the choice.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedModel {
    /// Its name.
    pub model: &'static str,
    /// As in [`FittedCurve::chi_square`].
    pub chi_square: f64,
    /// Akaike's criterion for small samples; the lowest was chosen.
    pub aicc: f64,
    /// Akaike's weight; those of all candidates add up to 1.
    pub weight: f64,
    /// Its time-integrated activity concentration.
    #[serde(rename = "tia_Bq_h_per_mL")]
    pub tia: f64,
}

/// The curves of all regions, the background first.
pub(crate) fn fitted_curves(activity: &Activity, lesions: Option<&Lesions>) -> Vec<FittedCurve> {
    let curve = |(&label, fit)| fitted_curve(label, region_name(label, lesions), fit);
    activity.fits.iter().map(curve).collect()
}

fn fitted_curve(label: u16, name: String, fit: &Fit) -> FittedCurve {
    let half_life = fit.effective_half_life_h();
    let compared = fit.candidates.iter().map(|candidate| ComparedModel {
        model: candidate.model.name(),
        chi_square: candidate.chi_square,
        aicc: candidate.aicc,
        weight: candidate.weight,
        tia: candidate.tia_bq_h_per_ml,
    });
    FittedCurve {
        label,
        name,
        model: fit.model.name(),
        tia: fit.tia_bq_h_per_ml,
        tia_u: fit.tia_u_bq_h_per_ml,
        tia_u_uptake: fit.tia_u_uptake_bq_h_per_ml,
        tia_u_model: fit.tia_u_model_bq_h_per_ml,
        effective_half_life_h: half_life.map(|(value, _)| value),
        effective_half_life_u_h: half_life.map(|(_, u)| u),
        share_before_first: fit.share_before_first,
        share_after_last: fit.share_after_last,
        chi_square: fit.chi_square,
        degrees_of_freedom: fit.degrees_of_freedom,
        candidates: compared.collect(),
        warnings: fit.warnings.iter().map(ToString::to_string).collect(),
    }
}
