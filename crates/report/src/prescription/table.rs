//! One lesion's row of the prescription table.

use super::Occasion;
use super::goals::{GoalRow, LesionType, MeanChoice, Protocol};
use super::models::{ModelChoice, ModelInput, ModelResult};
use crate::basis::DoseBasis;
use crate::lesion::{LesionDose, LesionResult};
use crate::partial_volume::PartialVolumeFlag;
use crate::quantity::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A normal distribution of a relative standard deviation above this has over 2 % of itself below 0.
const LARGEST_NORMAL_U: f64 = 0.5;

/// A lesion and what the table needs to know beside its record.
#[derive(Clone, Copy, Debug)]
pub struct LesionEvidence<'a> {
    /// Its record.
    pub result: &'a LesionResult,
    /// What it is.
    pub lesion_type: LesionType,
    /// Dose (Gy) of earlier treatments, added up.
    pub earlier: Option<Quantity>,
    /// Doses of its voxels in any unit, for the EUD; may be empty.
    pub voxels: &'a [f32],
}

/// One lesion of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LesionRow {
    /// Its label.
    pub label: u32,
    /// Its name.
    pub name: String,
    /// What it is.
    pub lesion_type: LesionType,
    /// Uncorrected mean dose per activity; `None` where unknown.
    #[serde(rename = "uncorrected_Gy_per_GBq")]
    pub uncorrected_per_gbq: Option<Quantity>,
    /// The mean corrected for partial volume; `None` where it was not corrected.
    #[serde(rename = "corrected_Gy_per_GBq")]
    pub corrected_per_gbq: Option<Quantity>,
    /// Which of the two the rest of the row goes by.
    pub mean_used: MeanChoice,
    /// Mean dose (Gy) at the activity in question.
    #[serde(rename = "dose_Gy")]
    pub dose: Option<Quantity>,
    /// Dose (Gy) of earlier treatments.
    #[serde(rename = "earlier_Gy")]
    pub earlier: Option<Quantity>,
    /// Both added up (physical doses, no allowance for repair between them); `None` where there were none.
    #[serde(rename = "total_Gy")]
    pub total: Option<Quantity>,
    /// Each goal.
    pub goals: Vec<GoalRow>,
    /// What radiobiological models make of it; empty unless asked for.
    pub models: Vec<ModelResult>,
    /// Components that u lacks.
    pub u_lacks: Vec<String>,
    /// What else a reader must know.
    pub remarks: Vec<String>,
}

impl LesionRow {
    /// The mean per activity (Gy/GBq) that the row goes by.
    pub fn per_gbq(&self) -> Option<Quantity> {
        match self.mean_used {
            MeanChoice::Corrected => self.corrected_per_gbq,
            MeanChoice::Uncorrected => self.uncorrected_per_gbq,
        }
    }

    /// The row of one goal (Gy).
    pub fn goal(&self, goal_gy: f64) -> Option<&GoalRow> {
        self.goals.iter().find(|row| row.goal_gy == goal_gy)
    }
}

/// The two means of a lesion in the unit of the basis: uncorrected and, where there is one, corrected.
fn means(dose: &LesionDose) -> (Quantity, Option<Quantity>) {
    let corrected = dose.mean_corrected.map(|mean| Quantity::new(mean, dose.mean_corrected_u));
    (Quantity::new(dose.mean, dose.mean_u), corrected)
}

/// A mean in the unit of the basis as Gy/GBq.
fn per_gbq(basis: &DoseBasis, mean: Quantity) -> Option<Quantity> {
    match basis {
        DoseBasis::PerActivity => Some(mean),
        _ => basis.activity_gbq().map(|activity| mean.times(1.0 / activity)),
    }
}

pub(super) fn row(
    lesion: &LesionEvidence<'_>,
    basis: &DoseBasis,
    protocol: &Protocol,
    occasion: Occasion,
    models: &ModelChoice,
) -> LesionRow {
    let result = lesion.result;
    let means = result.dose.as_ref().map(means);
    let (uncorrected, corrected) = (means.map(|(mean, _)| mean), means.and_then(|(_, corrected)| corrected));
    let mean_used = match (protocol.mean, corrected) {
        (MeanChoice::Corrected, Some(_)) => MeanChoice::Corrected,
        _ => MeanChoice::Uncorrected,
    };
    let used = if mean_used == MeanChoice::Corrected { corrected } else { uncorrected };
    let at_activity = |mean: Quantity| occasion.dose(per_gbq(basis, mean), mean);
    let used_per_gbq = used.and_then(|mean| per_gbq(basis, mean));
    let dose = used.and_then(at_activity);
    let goals = protocol.goals_gy(lesion.lesion_type).into_iter();
    let input = ModelInput {
        dose,
        uncorrected: uncorrected.and_then(at_activity),
        effective_half_life_h: result.effective_half_life_h,
        voxels: lesion.voxels,
        is_distribution_void: result.partial_volume_flag == PartialVolumeFlag::DvhNotToBeInterpreted,
    };
    LesionRow {
        label: result.label,
        name: result.name.clone(),
        lesion_type: lesion.lesion_type,
        uncorrected_per_gbq: uncorrected.and_then(|mean| per_gbq(basis, mean)),
        corrected_per_gbq: corrected.and_then(|mean| per_gbq(basis, mean)),
        mean_used,
        dose,
        earlier: lesion.earlier,
        total: lesion.earlier.and_then(|earlier| dose.map(|dose| dose.plus(earlier))),
        goals: goals.map(|goal| GoalRow::new(goal, used_per_gbq, dose)).collect(),
        models: models.of(&input),
        u_lacks: result.dose.as_ref().map_or(Vec::new(), |dose| u_lacks(dose, mean_used)),
        remarks: remarks(result, mean_used, dose),
    }
}

/// The components that the u of the mean that is used lacks.
fn u_lacks(dose: &LesionDose, mean_used: MeanChoice) -> Vec<String> {
    let budget = match mean_used {
        MeanChoice::Corrected => &dose.corrected_uncertainty_budget,
        MeanChoice::Uncorrected => &dose.uncertainty_budget,
    };
    budget.not_included().into_iter().map(str::to_owned).collect()
}

fn remarks(result: &LesionResult, mean_used: MeanChoice, dose: Option<Quantity>) -> Vec<String> {
    let unknown = result.why_no_dose().map(|why| format!("dose unknown: {why}"));
    let is_small = result.dose.is_some() && result.partial_volume_flag != PartialVolumeFlag::Ok;
    let low = (is_small && mean_used == MeanChoice::Uncorrected)
        .then(|| "too small for the scanner, and its mean is not corrected for it".to_owned());
    let rough = dose
        .filter(|dose| dose.u.is_some_and(|u| u > LARGEST_NORMAL_U * dose.value.abs()))
        .map(|_| "u is over half of the dose: probabilities are rough".to_owned());
    [unknown, low, rough].into_iter().flatten().collect()
}
