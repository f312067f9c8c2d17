//! Which lesions reach which goal, and how sure that is.

use super::certainty::Certainty;
use super::goals::{GoalRow, LesionType, Protocol};
use super::table::LesionRow;
use crate::number::significant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The lesions of one type that reach one goal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReachedGoal {
    /// What the lesions are.
    pub lesion_type: LesionType,
    /// Gy.
    #[serde(rename = "goal_Gy")]
    pub goal_gy: f64,
    /// Labels of those that reach it by the estimates, however sure.
    pub reaching: Vec<u32>,
    /// Labels of those of them of which that is sure.
    #[serde(default)]
    pub sure: Vec<u32>,
    /// Labels of those of them of which that is likely.
    #[serde(default)]
    pub likely: Vec<u32>,
    /// Labels of those whose u leaves it open, whatever the estimate says.
    #[serde(default)]
    pub not_decided: Vec<u32>,
    /// Labels of those that miss it by the estimate, sure or likely.
    #[serde(default)]
    pub missing: Vec<u32>,
    /// How many there are of the type, those of unknown dose among them.
    pub of: usize,
}

impl ReachedGoal {
    /// In words: "20 Gy: of 5 metastases 2 sure (1, 4), 1 not decided (3), 2 missed (2, 5)".
    pub fn describe(&self) -> String {
        let what = match (self.lesion_type, self.of) {
            (LesionType::Metastasis, 1) => "metastasis",
            (LesionType::Metastasis, _) => "metastases",
            (LesionType::Remnant, 1) => "remnant",
            (LesionType::Remnant, _) => "remnants",
        };
        let named = |labels: &[u32], how: &str| {
            let list: Vec<String> = labels.iter().map(u32::to_string).collect();
            (!labels.is_empty()).then(|| format!("{} {how} ({})", labels.len(), list.join(", ")))
        };
        let said =
            |label: &&u32| [&self.sure, &self.likely, &self.not_decided].iter().any(|l| l.contains(label));
        let of_unknown_u: Vec<u32> = self.reaching.iter().filter(|label| !said(label)).copied().collect();
        let parts: Vec<String> = [
            named(&self.sure, "sure"),
            named(&self.likely, "likely"),
            named(&self.not_decided, "not decided"),
            named(&of_unknown_u, "by the estimate, u unknown"),
            named(&self.missing, "missed"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let parts = if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
        format!("{} Gy: of {} {what} {parts}", significant(self.goal_gy, 6), self.of)
    }
}

/// Every goal of every type of lesion that there is.
pub(super) fn reached(protocol: &Protocol, rows: &[LesionRow]) -> Vec<ReachedGoal> {
    let mut found = Vec::new();
    for lesion_type in [LesionType::Metastasis, LesionType::Remnant] {
        let of_type: Vec<&LesionRow> = rows.iter().filter(|row| row.lesion_type == lesion_type).collect();
        if of_type.is_empty() {
            continue;
        }
        for goal_gy in protocol.goals_gy(lesion_type) {
            let labels = |which: &dyn Fn(&GoalRow) -> bool| -> Vec<u32> {
                let is_one = |row: &&&LesionRow| row.goal(goal_gy).is_some_and(which);
                of_type.iter().filter(is_one).map(|row| row.label).collect()
            };
            let reaches =
                |how: Certainty| move |goal: &GoalRow| goal.reached == Some(true) && goal.certainty == how;
            found.push(ReachedGoal {
                lesion_type,
                goal_gy,
                reaching: labels(&|goal| goal.reached == Some(true)),
                sure: labels(&reaches(Certainty::Sure)),
                likely: labels(&reaches(Certainty::Likely)),
                not_decided: labels(&|goal| goal.certainty == Certainty::NotDecided),
                missing: labels(&|goal| {
                    goal.reached == Some(false) && goal.certainty != Certainty::NotDecided
                }),
                of: of_type.len(),
            });
        }
    }
    found
}
