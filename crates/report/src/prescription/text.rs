//! The table as CSV, JSON and for a terminal.

use super::verdict::rounded;
use super::{LesionRow, MeanChoice, Occasion, Prescription};
use crate::number::{optional, readable, significant};
use crate::prescription::goals::{GoalRow, LesionType};
use crate::quantity::Quantity;

const DIGITS: usize = 8;

const HEADER: [&str; 26] = [
    "label",
    "name",
    "lesion_type",
    "uncorrected_Gy_per_GBq",
    "uncorrected_u_Gy_per_GBq",
    "corrected_Gy_per_GBq",
    "corrected_u_Gy_per_GBq",
    "mean_used",
    "activity_GBq",
    "dose_Gy",
    "dose_u_Gy",
    "earlier_Gy",
    "earlier_u_Gy",
    "total_Gy",
    "total_u_Gy",
    "goal_Gy",
    "activity_for_goal_GBq",
    "activity_for_goal_u_GBq",
    "reached",
    "missing_Gy",
    "margin_k",
    "probability",
    "u_lacks",
    "models",
    "remarks",
    "certainty",
];

impl Prescription {
    /// `prescription.csv`: one row per lesion and goal; empty where a value is unknown or does not apply.
    ///
    /// # Errors
    /// None in practice: the writer's error, were it ever to fail in memory.
    pub fn csv(&self) -> Result<String, ::csv::Error> {
        let header = HEADER.map(str::to_owned).to_vec();
        let rows =
            self.lesions.iter().flat_map(|lesion| lesion.goals.iter().map(|goal| self.csv_row(lesion, goal)));
        crate::csv::table(std::iter::once(header).chain(rows))
    }

    fn csv_row(&self, lesion: &LesionRow, goal: &GoalRow) -> Vec<String> {
        let mut row = vec![
            lesion.label.to_string(),
            lesion.name.clone(),
            match lesion.lesion_type {
                LesionType::Metastasis => "metastasis",
                LesionType::Remnant => "remnant",
            }
            .into(),
        ];
        row.extend(pair(lesion.uncorrected_per_gbq));
        row.extend(pair(lesion.corrected_per_gbq));
        row.push(mean_name(lesion.mean_used).into());
        row.push(optional(self.occasion.activity_gbq(), DIGITS));
        row.extend(pair(lesion.dose));
        row.extend(pair(lesion.earlier));
        row.extend(pair(lesion.total));
        row.push(significant(goal.goal_gy, DIGITS));
        row.extend(pair(goal.activity_gbq));
        row.push(goal.reached.map_or(String::new(), |reached| if reached { "yes" } else { "no" }.into()));
        row.push(optional(goal.missing_gy, DIGITS));
        row.push(optional(goal.margin_k, DIGITS));
        row.push(optional(goal.probability, DIGITS));
        row.push(lesion.u_lacks.join("; "));
        let models = lesion.models.iter().map(|model| {
            let value = match (&model.value_gy, &model.why_none) {
                (Some(value), _) => format!("{value} Gy"),
                (None, why) => why.clone().unwrap_or_default(),
            };
            format!("{} = {value} ({})", model.name, model.model)
        });
        row.push(models.collect::<Vec<_>>().join("; "));
        row.push(lesion.remarks.join("; "));
        row.push(goal.certainty.to_string());
        row
    }

    /// `prescription.json`: all of it.
    ///
    /// # Errors
    /// None in practice: the serialiser's error, were it ever to fail in memory.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// A few lines for a terminal: the activity, the lesions and goals they reach, the verdict.
    pub fn terminal(&self) -> String {
        let activity = match self.occasion {
            Occasion::Allowed { activity_gbq } => {
                let setter = self.limits.iter().find(|row| row.sets_activity);
                let by = setter.map_or(String::new(), |row| format!(", set by {}", row.describe()));
                let activity =
                    activity_gbq.map_or("unknown".to_owned(), |gbq| format!("{} GBq", readable(gbq)));
                format!("largest allowed activity: {activity}{by}\n")
            }
            Occasion::Delivered { .. } => String::new(),
        };
        let unchecked: String =
            self.verdict.not_checked.iter().map(|limit| format!("not checked: {limit}\n")).collect();
        let lesions: String = self.lesions.iter().map(|lesion| lesion_line(lesion) + "\n").collect();
        let goals: Vec<String> = self.goals.iter().map(super::ReachedGoal::describe).collect();
        let goals = if goals.is_empty() {
            String::new()
        } else {
            format!("reached: {}\n", goals.join("\n         "))
        };
        let verdict = &self.verdict;
        format!(
            "{activity}{unchecked}{lesions}{goals}protocol: {}\n{}\n{}\n",
            verdict.question, verdict.sentence, verdict.cannot_know
        )
    }
}

fn lesion_line(lesion: &LesionRow) -> String {
    let Some(dose) = lesion.dose else {
        return format!("  {}: dose unknown", lesion.name);
    };
    let goals: Vec<String> = lesion
        .goals
        .iter()
        .map(|goal| {
            let probability =
                goal.probability.map_or("P unknown".to_owned(), |found| format!("P {}", rounded(found)));
            format!("{} Gy {} ({probability})", significant(goal.goal_gy, 6), goal.state())
        })
        .collect();
    format!("  {}: {dose} Gy ({}); {}", lesion.name, mean_name(lesion.mean_used), goals.join("; "))
}

/// The mean in one word.
pub(crate) fn mean_name(mean: MeanChoice) -> &'static str {
    match mean {
        MeanChoice::Corrected => "corrected",
        MeanChoice::Uncorrected => "uncorrected",
    }
}

/// A value and its u as two fields.
pub(crate) fn pair(quantity: Option<Quantity>) -> [String; 2] {
    [
        optional(quantity.map(|quantity| quantity.value), DIGITS),
        optional(quantity.and_then(|quantity| quantity.u), DIGITS),
    ]
}
