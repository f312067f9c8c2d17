//! The lesions of two cases side by side, such as before and after redifferentiation. Method: `docs/methods/prescription.md`.

mod matching;
mod text;

use crate::prescription::{Certainty, LesionRow, MeanChoice, Outcome, Prescription, goals::GoalRow};
use crate::quantity::Quantity;
use matching::{Pair, pairs};
use thiserror::Error;

/// Cases that cannot be compared.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{field}: found {before} before and {after} after, expected {expected}")]
pub struct ComparisonError {
    /// What differs.
    pub field: &'static str,
    /// In the first case.
    pub before: String,
    /// In the second.
    pub after: String,
    /// What would be right.
    pub expected: &'static str,
}

/// One lesion on both occasions.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedLesion {
    /// Its name.
    pub name: String,
    /// Its label before; `None` where it is only in the second case.
    pub label_before: Option<u32>,
    /// Its label after; `None` where it is only in the first case.
    pub label_after: Option<u32>,
    /// Which means are compared: both corrected where both are, else both uncorrected.
    pub mean_used: MeanChoice,
    /// Gy/GBq before.
    pub before: Option<Quantity>,
    /// Gy/GBq after.
    pub after: Option<Quantity>,
    /// After over before; its u takes the two as independent (PR5). `None` where one is unknown or nothing was taken up before.
    pub ratio: Option<Quantity>,
    /// The protocol's goal at the activity allowed (given) then.
    pub goal_before: Option<GoalRow>,
    /// The same at that allowed (given) now.
    pub goal_after: Option<GoalRow>,
    /// What else a reader must know.
    pub remarks: Vec<String>,
}

/// Two cases side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The first case's id, and its verdict with how sure that is.
    pub before: (String, Outcome, Certainty),
    /// The second's.
    pub after: (String, Outcome, Certainty),
    /// The goal (Gy) that "reached" is about.
    pub goal_gy: f64,
    /// The lesions of both, in the order of the second case, then those that only the first has.
    pub lesions: Vec<ComparedLesion>,
}

impl Comparison {
    /// Compares two prescription tables.
    ///
    /// # Errors
    /// Another nuclide, another goal, or doses that belong to an unknown activity.
    pub fn new(before: &Prescription, after: &Prescription) -> Result<Self, ComparisonError> {
        let goals = [before, after].map(|table| table.protocol.goal_gy);
        let refuse = |field, before: String, after: String, expected| {
            Err(ComparisonError { field, before, after, expected })
        };
        if before.nuclide != after.nuclide {
            let expected = "the same nuclide of therapy";
            return refuse("nuclide", before.nuclide.clone(), after.nuclide.clone(), expected);
        }
        if goals[0] != goals[1] {
            let [a, b] = goals.map(|goal| format!("{goal} Gy"));
            return refuse("protocol.goal_Gy", a, b, "the same goal");
        }
        if !has_unit(before) || !has_unit(after) {
            let unit =
                |table| if has_unit(table) { "Gy/GBq" } else { "Gy of an unknown activity" }.to_owned();
            return refuse(
                "unit",
                unit(before),
                unit(after),
                "Gy/GBq: state therapy.activity_GBq and run again",
            );
        }
        let lesions = pairs(&before.lesions, &after.lesions).into_iter();
        Ok(Self {
            before: (before.case_id.clone(), before.verdict.outcome, before.verdict.certainty),
            after: (after.case_id.clone(), after.verdict.outcome, after.verdict.certainty),
            goal_gy: goals[0],
            lesions: lesions.map(|pair| compared(&pair, goals[0])).collect(),
        })
    }
}

/// Whether doses can be had per activity, as far as there are any.
fn has_unit(table: &Prescription) -> bool {
    table.lesions.iter().filter(|row| row.dose.is_some()).all(|row| row.per_gbq().is_some())
}

fn compared(pair: &Pair<'_>, goal_gy: f64) -> ComparedLesion {
    let both =
        |mean: fn(&LesionRow) -> Option<Quantity>| (pair.before.and_then(mean), pair.after.and_then(mean));
    let corrected = both(|row| row.corrected_per_gbq);
    let is_corrected = |row: Option<&LesionRow>| row.is_none_or(|row| row.mean_used == MeanChoice::Corrected);
    let (mean_used, (before, after)) = if is_corrected(pair.before) && is_corrected(pair.after) {
        (MeanChoice::Corrected, corrected)
    } else {
        (MeanChoice::Uncorrected, both(|row| row.uncorrected_per_gbq))
    };
    let ratio = before.zip(after).and_then(|(before, after)| after.over(before));
    let goal = |row: Option<&LesionRow>| row?.goal(goal_gy).copied();
    let nothing_before = before.filter(|before| before.value <= 0.0 && after.is_some());
    let remarks = [
        pair.remark.map(str::to_owned),
        nothing_before.map(|_| "nothing was taken up before: no ratio".to_owned()),
        is_mixed(pair)
            .then(|| "only one of the two means was corrected: the uncorrected ones are compared".into()),
    ];
    ComparedLesion {
        name: pair.after.or(pair.before).map_or(String::new(), |row| row.name.clone()),
        label_before: pair.before.map(|row| row.label),
        label_after: pair.after.map(|row| row.label),
        mean_used,
        before,
        after,
        ratio,
        goal_before: goal(pair.before),
        goal_after: goal(pair.after),
        remarks: remarks.into_iter().flatten().collect(),
    }
}

fn is_mixed(pair: &Pair<'_>) -> bool {
    pair.before.zip(pair.after).is_some_and(|(before, after)| before.mean_used != after.mean_used)
}

#[cfg(test)]
mod tests;
