//! The comparison as CSV and for a terminal.

use super::{ComparedLesion, Comparison};
use crate::number::significant;
use crate::prescription::goals::GoalRow;
use crate::prescription::text::{mean_name, pair};
use crate::prescription::verdict::answer;

const HEADER: [&str; 15] = [
    "name",
    "label_before",
    "label_after",
    "mean_used",
    "before_Gy_per_GBq",
    "before_u_Gy_per_GBq",
    "after_Gy_per_GBq",
    "after_u_Gy_per_GBq",
    "ratio",
    "ratio_u",
    "goal_reached_before",
    "goal_reached_after",
    "remarks",
    "goal_certainty_before",
    "goal_certainty_after",
];

impl Comparison {
    /// One row per lesion; empty where a value is unknown.
    ///
    /// # Errors
    /// None in practice: the writer's error, were it ever to fail in memory.
    pub fn csv(&self) -> Result<String, ::csv::Error> {
        let header = HEADER.map(str::to_owned).to_vec();
        crate::csv::table(std::iter::once(header).chain(self.lesions.iter().map(row)))
    }

    /// One line per lesion under a heading, and whether the verdict changed.
    pub fn terminal(&self) -> String {
        let goal = significant(self.goal_gy, 6);
        let lesions: String = self.lesions.iter().map(|lesion| line(lesion, &goal) + "\n").collect();
        let ((before, was, was_sure), (after, is, is_sure)) = (&self.before, &self.after);
        let (was, is) = (answer(*was, *was_sure), answer(*is, *is_sure));
        let change = if was == is { "unchanged" } else { "changed" };
        format!(
            "Gy/GBq from {before} to {after}\n{lesions}protocol: {was}, then {is} ({change})\n{}\n",
            "u of a ratio takes both studies as independent; errors common to both (calibration) are counted twice."
        )
    }
}

fn row(lesion: &ComparedLesion) -> Vec<String> {
    let label = |label: Option<u32>| label.map_or(String::new(), |label| label.to_string());
    let reached = |goal: Option<GoalRow>| match goal.and_then(|goal| goal.reached) {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => String::new(),
    };
    let mut row = vec![
        lesion.name.clone(),
        label(lesion.label_before),
        label(lesion.label_after),
        mean_name(lesion.mean_used).to_owned(),
    ];
    [lesion.before, lesion.after, lesion.ratio].into_iter().for_each(|quantity| row.extend(pair(quantity)));
    row.extend([reached(lesion.goal_before), reached(lesion.goal_after), lesion.remarks.join("; ")]);
    let certainty = |goal: Option<GoalRow>| goal.map_or(String::new(), |goal| goal.certainty.to_string());
    row.extend([certainty(lesion.goal_before), certainty(lesion.goal_after)]);
    row
}

fn line(lesion: &ComparedLesion, goal: &str) -> String {
    let dose = |dose: Option<crate::Quantity>| dose.map_or("unknown".to_owned(), |dose| dose.to_string());
    let ratio = lesion.ratio.map_or(String::new(), |ratio| format!(" (x {ratio})"));
    let reached = match (lesion.goal_before, lesion.goal_after) {
        (Some(before), Some(after)) => {
            format!("; {goal} Gy {}, then {}", before.state(), after.state())
        }
        _ => String::new(),
    };
    let remarks =
        if lesion.remarks.is_empty() { String::new() } else { format!("; {}", lesion.remarks.join("; ")) };
    format!(
        "  {}: {} -> {}{ratio}, {}{reached}{remarks}",
        lesion.name,
        dose(lesion.before),
        dose(lesion.after),
        mean_name(lesion.mean_used)
    )
}
