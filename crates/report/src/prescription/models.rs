//! BED and EUD of a lesion at the dose in question; nothing unless asked for.

use crate::bed::{BedParameters, ModelError};
use crate::eud::EudModel;
use crate::number::significant;
use crate::quantity::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The radiobiological models that were asked for. `Default` is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ModelChoice {
    /// Biologically effective dose.
    pub bed: Option<BedParameters>,
    /// Equivalent uniform dose.
    pub eud: Option<EudModel>,
}

/// What a model says of a lesion: no measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelResult {
    /// `BED` or `EUD`.
    pub name: String,
    /// The model with its parameters.
    pub model: String,
    /// Gy, with the part of u that comes from the dose: parameters count as exact. `None` where it cannot be computed.
    #[serde(rename = "value_Gy")]
    pub value_gy: Option<Quantity>,
    /// Why there is none.
    pub why_none: Option<String>,
}

/// What the models need of a lesion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModelInput<'a> {
    /// The mean that the table goes by, Gy.
    pub(crate) dose: Option<Quantity>,
    /// The uncorrected mean, Gy: a correction scales the mean and never the distribution.
    pub(crate) uncorrected: Option<Quantity>,
    pub(crate) effective_half_life_h: Option<f64>,
    /// Voxel doses in any unit.
    pub(crate) voxels: &'a [f32],
    /// Whether partial volume leaves the distribution without meaning.
    pub(crate) is_distribution_void: bool,
}

impl ModelChoice {
    pub(crate) fn of(&self, lesion: &ModelInput<'_>) -> Vec<ModelResult> {
        let bed = self.bed.map(|parameters| {
            let BedParameters { alpha_beta_gy, repair_half_time_h } = parameters;
            let half_life = lesion.effective_half_life_h.map_or("unknown".into(), |h| format!("{} h", significant(h, 4)));
            let model = format!(
                "linear-quadratic, one exponential, alpha/beta = {alpha_beta_gy} Gy, repair half-time = {repair_half_time_h} h, \
                 effective half-life = {half_life}"
            );
            result("BED", model, bed(&parameters, lesion))
        });
        let eud = self.eud.map(|model| result("EUD", model.describe(), eud(model, lesion)));
        bed.into_iter().chain(eud).collect()
    }
}

fn result(name: &str, model: String, value: Result<Quantity, String>) -> ModelResult {
    let (value_gy, why_none) = match value {
        Ok(value) => (Some(value), None),
        Err(why) => (None, Some(why)),
    };
    ModelResult { name: name.into(), model, value_gy, why_none }
}

fn bed(parameters: &BedParameters, lesion: &ModelInput<'_>) -> Result<Quantity, String> {
    let dose = lesion.dose.ok_or("no dose is known")?;
    let half_life = lesion.effective_half_life_h.ok_or("the curve has no single effective half-life")?;
    let said = |error: ModelError| error.to_string();
    let slope = parameters.slope(dose.value, half_life).map_err(said)?;
    let bed = parameters.bed(dose.value, half_life).map_err(said)?;
    Ok(Quantity::new(bed, dose.u.map(|u| u * slope)))
}

fn eud(model: EudModel, lesion: &ModelInput<'_>) -> Result<Quantity, String> {
    if lesion.is_distribution_void {
        return Err("too small for its dose distribution to be interpreted".into());
    }
    let dose = lesion.uncorrected.ok_or("no dose is known")?;
    let count = lesion.voxels.len() as f64;
    let mean = lesion.voxels.iter().map(|&dose| f64::from(dose)).sum::<f64>() / count;
    if mean.is_nan() || mean <= 0.0 {
        return Err("no voxel has a dose".into());
    }
    match model.of(lesion.voxels, dose.value / mean) {
        Ok(Some(eud)) => {
            let relative = dose.u.filter(|_| dose.value > 0.0).map(|u| u / dose.value);
            Ok(Quantity::new(eud.value, relative.map(|relative| relative * eud.per_relative_change)))
        }
        Ok(None) => Err("no voxel has a dose".into()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const LESION: ModelInput<'_> = ModelInput {
        dose: Some(Quantity { value: 80.0, u: Some(8.0) }),
        uncorrected: Some(Quantity { value: 60.0, u: Some(6.0) }),
        effective_half_life_h: Some(60.0),
        voxels: &[1.0, 2.0],
        is_distribution_void: false,
    };

    fn choice() -> ModelChoice {
        ModelChoice {
            bed: Some(BedParameters::new(10.0, 1.5).unwrap()),
            eud: Some(EudModel::Survival { alpha_per_gy: 0.1 }),
        }
    }

    #[test]
    fn nothing_is_computed_unasked() {
        assert_eq!(ModelChoice::default().of(&LESION), []);
    }

    #[test]
    fn bed_goes_by_the_mean_of_the_table_and_eud_by_the_uncorrected_distribution() {
        let [bed, eud] = choice().of(&LESION).try_into().unwrap();
        assert_relative_eq!(bed.value_gy.unwrap().value, 95.609_756, max_relative = 1e-6);
        assert_relative_eq!(
            bed.value_gy.unwrap().u.unwrap(),
            8.0 * (1.0 + 16.0 * 1.5 / 61.5),
            max_relative = 1e-9
        );
        // Voxels of 40 and 80 Gy.
        let by_hand = -((-4f64).exp() / 2.0 + (-8f64).exp() / 2.0).ln() / 0.1;
        assert_relative_eq!(eud.value_gy.unwrap().value, by_hand, max_relative = 1e-9);
        assert!(bed.model.contains("alpha/beta = 10 Gy") && eud.model.contains("alpha = 0.1 /Gy"));
    }

    #[test]
    fn what_cannot_be_computed_says_why() {
        let lesion = ModelInput { effective_half_life_h: None, is_distribution_void: true, ..LESION };
        let [bed, eud] = choice().of(&lesion).try_into().unwrap();
        assert_eq!((bed.value_gy, eud.value_gy), (None, None));
        assert!(bed.why_none.unwrap().contains("effective half-life"));
        assert!(eud.why_none.unwrap().contains("too small"));
    }
}
