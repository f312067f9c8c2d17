//! Which lesions reach which goal.

use super::goals::{LesionType, Protocol};
use super::table::LesionRow;
use crate::number::significant;
use serde::{Deserialize, Serialize};

/// The lesions of one type that reach one goal by the estimates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReachedGoal {
    /// What the lesions are.
    pub lesion_type: LesionType,
    /// Gy.
    #[serde(rename = "goal_Gy")]
    pub goal_gy: f64,
    /// Labels of those that reach it.
    pub reaching: Vec<u32>,
    /// How many there are of the type, those of unknown dose among them.
    pub of: usize,
}

impl ReachedGoal {
    /// In words: "20 Gy: 2 of 5 metastases (1, 4)".
    pub fn describe(&self) -> String {
        let what = match self.lesion_type {
            LesionType::Metastasis => "metastases",
            LesionType::Remnant => "remnants",
        };
        let labels: Vec<String> = self.reaching.iter().map(u32::to_string).collect();
        let labels = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
        format!("{} Gy: {} of {} {what}{labels}", significant(self.goal_gy, 6), self.reaching.len(), self.of)
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
            let reaches =
                |row: &&&LesionRow| row.goal(goal_gy).is_some_and(|goal| goal.reached == Some(true));
            let reaching = of_type.iter().filter(reaches).map(|row| row.label).collect();
            found.push(ReachedGoal { lesion_type, goal_gy, reaching, of: of_type.len() });
        }
    }
    found
}
