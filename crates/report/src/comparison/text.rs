//! The comparison as CSV and for a terminal.

use super::{ComparedLesion, Comparison};
use crate::number::significant;
use crate::prescription::text::{mean_name, pair};

const HEADER: [&str; 13] = [
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
        let ((before, was), (after, is)) = (&self.before, &self.after);
        let change = if was == is { "unchanged" } else { "changed" };
        format!(
            "Gy/GBq from {before} to {after}\n{lesions}protocol: {}, then {} ({change})\n{}\n",
            was.as_str(),
            is.as_str(),
            "u of a ratio takes both studies as independent; errors common to both (calibration) are counted twice."
        )
    }
}

fn row(lesion: &ComparedLesion) -> Vec<String> {
    let label = |label: Option<u32>| label.map_or(String::new(), |label| label.to_string());
    let reached = |reached: Option<bool>| match reached {
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
    row.extend([reached(lesion.reached_before), reached(lesion.reached_after), lesion.remarks.join("; ")]);
    row
}

fn line(lesion: &ComparedLesion, goal: &str) -> String {
    let dose = |dose: Option<crate::Quantity>| dose.map_or("unknown".to_owned(), |dose| dose.to_string());
    let ratio = lesion.ratio.map_or(String::new(), |ratio| format!(" (x {ratio})"));
    let reached = match (lesion.reached_before, lesion.reached_after) {
        (Some(false), Some(true)) => format!("; now reaches {goal} Gy"),
        (Some(true), Some(false)) => format!("; no longer reaches {goal} Gy"),
        (Some(true), Some(true)) => format!("; reaches {goal} Gy on both occasions"),
        (Some(false), Some(false)) => format!("; reaches {goal} Gy on neither occasion"),
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
