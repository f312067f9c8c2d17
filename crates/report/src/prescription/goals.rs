//! Doses asked of a lesion. Defaults and their sources: `docs/methods/prescription.md`.

use super::certainty::Certainty;
use crate::quantity::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a lesion is, which decides what dose is asked of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LesionType {
    /// A metastasis.
    #[default]
    Metastasis,
    /// What surgery left of the thyroid.
    Remnant,
}

/// Which of a lesion's two means the table goes by; both are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MeanChoice {
    /// The one corrected for partial volume where there is one, else the uncorrected.
    #[default]
    Corrected,
    /// The uncorrected.
    Uncorrected,
}

/// Goals by lesion type, Gy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Goals {
    /// Of metastases: 20 Gy (Ho et al. 2013, N. Engl. J. Med. 368, 623), 80 Gy (Maxon et al. 1983, N. Engl. J. Med. 309, 937),
    /// 100 Gy.
    #[serde(rename = "metastasis_Gy")]
    pub metastasis_gy: Vec<f64>,
    /// Of remnants: 300 Gy (Maxon et al. 1983).
    #[serde(rename = "remnant_Gy")]
    pub remnant_gy: Vec<f64>,
}

impl Default for Goals {
    fn default() -> Self {
        Self { metastasis_gy: vec![20.0, 80.0, 100.0], remnant_gy: vec![300.0] }
    }
}

/// The question that the verdict answers: do at least so many metastases reach the goal at the allowed activity?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Protocol {
    /// Metastases that must reach the goal.
    pub lesions_needed: usize,
    /// The goal, Gy.
    #[serde(rename = "goal_Gy")]
    pub goal_gy: f64,
    /// Every goal of the table.
    pub goals: Goals,
    /// Which mean the table goes by.
    pub mean: MeanChoice,
}

impl Default for Protocol {
    /// One metastasis of 20 Gy.
    fn default() -> Self {
        Self { lesions_needed: 1, goal_gy: 20.0, goals: Goals::default(), mean: MeanChoice::default() }
    }
}

impl Protocol {
    /// The goals of one type of lesion, rising, the protocol's own among those of metastases.
    pub fn goals_gy(&self, lesion: LesionType) -> Vec<f64> {
        let mut goals = match lesion {
            LesionType::Metastasis => self.goals.metastasis_gy.clone(),
            LesionType::Remnant => self.goals.remnant_gy.clone(),
        };
        if lesion == LesionType::Metastasis {
            goals.push(self.goal_gy);
        }
        goals.sort_by(f64::total_cmp);
        goals.dedup();
        goals
    }
}

/// One goal of one lesion.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GoalRow {
    /// Gy.
    #[serde(rename = "goal_Gy")]
    pub goal_gy: f64,
    /// Activity for it (GBq): the goal over Gy/GBq; `None` where that is 0 or unknown.
    #[serde(rename = "activity_GBq")]
    pub activity_gbq: Option<Quantity>,
    /// Whether the dose in question reaches it, by the estimate alone; `None` without a dose.
    pub reached: Option<bool>,
    /// Gy that are missing; 0 where it is reached.
    #[serde(rename = "missing_Gy")]
    pub missing_gy: Option<f64>,
    /// How many u the dose lies above the goal; `None` where u is unknown or 0.
    #[schemars(extend("unit" = "standard uncertainties"))]
    pub margin_k: Option<f64>,
    /// Probability that the true dose reaches it; `None` where u is unknown.
    pub probability: Option<f64>,
    /// How sure `reached` is.
    #[serde(default)]
    pub certainty: Certainty,
}

impl GoalRow {
    /// Judges a dose (Gy) against a goal (Gy).
    pub fn new(goal_gy: f64, per_gbq: Option<Quantity>, dose: Option<Quantity>) -> Self {
        let probability = dose.and_then(|dose| dose.probability_at_least(goal_gy));
        Self {
            goal_gy,
            activity_gbq: per_gbq
                .and_then(|per_gbq| Quantity::exact(goal_gy).over(per_gbq))
                .filter(|activity| activity.value.is_finite()),
            reached: dose.map(|dose| dose.value >= goal_gy),
            missing_gy: dose.map(|dose| (goal_gy - dose.value).max(0.0)),
            margin_k: dose.and_then(|dose| dose.margin(goal_gy)),
            probability,
            certainty: probability.map_or(Certainty::Unknown, |p| Certainty::of([p, p])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_activity_for_a_goal_carries_the_uncertainty() {
        let per_gbq = Quantity::new(4.0, Some(0.8));
        let row = GoalRow::new(20.0, Some(per_gbq), Some(per_gbq.times(7.4)));
        let activity = row.activity_gbq.unwrap();
        assert_eq!(activity.value, 5.0);
        assert_relative_eq!(activity.u.unwrap(), 1.0, max_relative = 1e-12);
        assert_eq!((row.reached, row.missing_gy), (Some(true), Some(0.0)));
        assert_relative_eq!(row.margin_k.unwrap(), 9.6 / 5.92, max_relative = 1e-12);
    }

    #[test]
    fn a_missed_goal_says_by_how_much() {
        let row = GoalRow::new(80.0, None, Some(Quantity::new(60.0, None)));
        assert_eq!((row.reached, row.missing_gy), (Some(false), Some(20.0)));
        assert_eq!((row.margin_k, row.probability, row.activity_gbq), (None, None, None));
        let dark = GoalRow::new(80.0, Some(Quantity::exact(0.0)), Some(Quantity::exact(0.0)));
        assert_eq!((dark.activity_gbq, dark.probability), (None, Some(0.0)));
    }

    /// An uncertainty near or above the dose leaves a goal open that the estimate is far above.
    #[test]
    fn a_goal_is_reached_only_as_far_as_u_allows() {
        let state =
            |dose: f64, u: Option<f64>| GoalRow::new(20.0, None, Some(Quantity::new(dose, u))).state();
        assert_eq!(state(118.0, Some(185.0)), "not decided");
        assert_eq!(state(118.0, Some(49.0)), "reached, sure");
        assert_eq!(state(30.0, Some(8.0)), "reached, likely");
        assert_eq!(state(15.0, Some(8.0)), "not decided");
        assert_eq!(state(12.0, Some(7.9)), "missed, likely");
        assert_eq!(state(2.0, Some(2.0)), "missed, sure");
        assert_eq!(state(118.0, None), "reached by the estimate, u unknown");
        assert_eq!(state(20.0, Some(0.0)), "reached, sure");
        assert_eq!(GoalRow::new(20.0, None, None).state(), "unknown");
    }

    #[test]
    fn each_type_has_its_goals() {
        let protocol = Protocol { goal_gy: 30.0, ..Protocol::default() };
        assert_eq!(protocol.goals_gy(LesionType::Metastasis), [20.0, 30.0, 80.0, 100.0]);
        assert_eq!(protocol.goals_gy(LesionType::Remnant), [300.0]);
    }
}
