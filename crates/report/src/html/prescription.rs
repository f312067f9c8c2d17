//! The prescription: verdict, limits, goals.

use super::escape::{escape, title};
use super::section;
use super::table::{column, table};
use crate::number::{readable, significant};
use crate::prescription::verdict::{answer, rounded};
use crate::prescription::{
    Certainty, LesionRow, LesionType, LimitRow, MeanChoice, Occasion, Outcome, Prescription, goals::GoalRow,
};
use crate::quantity::Quantity;
use crate::report::Report;

/// The section, or nothing where the report has no table.
pub(super) fn prescription(report: &Report) -> String {
    let Some(found) = &report.prescription else { return String::new() };
    let body = [verdict(found), limits(found), lesions(found), models(found), remarks(found)].concat();
    section("prescription", "Prescription", &body)
}

fn verdict(found: &Prescription) -> String {
    let verdict = &found.verdict;
    let class = match (verdict.outcome, verdict.certainty) {
        (Outcome::Met, Certainty::Sure | Certainty::Likely) => "good",
        (Outcome::NotMet, Certainty::Sure | Certainty::Likely) => "bad",
        _ => "care",
    };
    let unchecked: String = verdict
        .not_checked
        .iter()
        .map(|limit| format!("<li>Not checked: {}</li>\n", escape(limit)))
        .collect();
    let [checked, all] =
        [found.limits.iter().filter(|row| row.not_checked.is_none()).count(), found.limits.len()];
    let class_of_limits = if checked < all { "care" } else { "good" };
    let unchecked =
        if unchecked.is_empty() { unchecked } else { format!("<ul class=\"warnings\">\n{unchecked}</ul>\n") };
    format!(
        "<p class=\"lead\"><span class=\"badge {class}\">{}</span> <span class=\"badge {class_of_limits}\">{checked} of {all} limits \
         checked</span> Asked: {}. {}</p>\n{unchecked}<p>{}</p>\n<p>{} Never in u: what \
         stands below the budgets under <a href=\"#uncertainty\">Uncertainty</a>.</p>\n",
        answer(verdict.outcome, verdict.certainty),
        escape(&verdict.question),
        escape(&verdict.sentence),
        escape(&verdict.cannot_know),
        escape(&found.probability_model),
    )
}

fn limits(found: &Prescription) -> String {
    let columns = [
        column("Limit", ""),
        column("At most", ""),
        column("Per GBq ± u", ""),
        column("From earlier treatments ± u", ""),
        column("Allows ± u", "GBq"),
        column("Taken for the activity", "GBq"),
        column("", ""),
    ];
    let rows = found.limits.iter().map(|row| {
        let unit = |quantity: Option<Quantity>, per: &str| {
            quantity.map_or("–".to_owned(), |quantity| format!("{quantity} {}{per}", escape(&row.unit)))
        };
        vec![
            escape(&row.name),
            format!("{} {}", significant(row.limit, 6), escape(&row.unit)),
            unit(row.per_gbq, "/GBq"),
            unit(row.earlier, ""),
            row.allowed_gbq.map_or("–".to_owned(), |allowed| allowed.to_string()),
            row.used_gbq.map_or("–".to_owned(), readable),
            escape(&state(row)),
        ]
    });
    let margin = if found.limit_margin_k > 0.0 {
        format!(
            "<p>Estimated limits are kept with {} u to spare.</p>\n",
            significant(found.limit_margin_k, 3)
        )
    } else {
        "<p>Limits are kept by the estimate, without a margin for its u.</p>\n".to_owned()
    };
    format!("<h3>Limits</h3>\n{}{margin}", table("limits", &columns, rows))
}

fn state(row: &LimitRow) -> String {
    let said = match (&row.not_checked, row.sets_activity, row.allowed_gbq) {
        (Some(why), _, _) => format!("not checked: {why}"),
        (None, true, _) => "sets the activity".to_owned(),
        (None, false, None) => "nothing counts against it".to_owned(),
        (None, false, Some(_)) => String::new(),
    };
    match &row.remark {
        Some(remark) if said.is_empty() => remark.clone(),
        Some(remark) => format!("{said}; {remark}"),
        None => said,
    }
}

fn lesions(found: &Prescription) -> String {
    let items: String =
        found.goals.iter().map(|goal| format!("<li>{}</li>\n", escape(&goal.describe()))).collect();
    let reached = if items.is_empty() {
        items
    } else {
        format!(
            "<p>Which lesions reach which goal, as sure as their u allows:</p>\n<ul class=\"notes\">\n{items}</ul>\n"
        )
    };
    lesions_of(found, LesionType::Metastasis, "Metastases")
        + &lesions_of(found, LesionType::Remnant, "Remnants")
        + &reached
}

fn lesions_of(found: &Prescription, lesion_type: LesionType, heading: &str) -> String {
    let rows: Vec<&LesionRow> = found.lesions.iter().filter(|row| row.lesion_type == lesion_type).collect();
    if rows.is_empty() {
        return String::new();
    }
    let dose = match found.occasion {
        Occasion::Allowed { activity_gbq: Some(activity) } => {
            format!("Dose from {} GBq ± u", readable(activity))
        }
        Occasion::Allowed { activity_gbq: None } => "Dose ± u".to_owned(),
        Occasion::Delivered { .. } => "Dose given ± u".to_owned(),
    };
    let mut columns = vec![
        column("Lesion", ""),
        column("Uncorrected ± u", "Gy/GBq"),
        column("Corrected ± u", "Gy/GBq"),
        column(dose, "Gy"),
    ];
    let has_history = rows.iter().any(|row| row.earlier.is_some());
    if has_history {
        columns.push(column("With earlier treatments ± u", "Gy"));
    }
    let goals = found.protocol.goals_gy(lesion_type);
    let allowed = match found.occasion {
        Occasion::Allowed { activity_gbq } => activity_gbq,
        Occasion::Delivered { .. } => None,
    };
    let at = found.occasion.activity_gbq().map_or(String::new(), |gbq| format!(" at {} GBq", readable(gbq)));
    columns.extend(goals.iter().map(|goal| column(format!("{} Gy{at}", significant(*goal, 6)), "")));
    let cells = rows.iter().map(|row| {
        let shown = |quantity: Option<Quantity>, none: &str| {
            quantity.map_or(none.to_owned(), |quantity| quantity.to_string())
        };
        let used = |mean: MeanChoice, text: String| {
            if row.mean_used == mean { format!("<b>{text}</b>") } else { text }
        };
        let mut cells = vec![
            title(row.label, &row.name),
            used(MeanChoice::Uncorrected, shown(row.uncorrected_per_gbq, "unknown")),
            used(MeanChoice::Corrected, shown(row.corrected_per_gbq, "–")),
            shown(row.dose, "unknown"),
        ];
        if has_history {
            cells.push(shown(row.total, "–"));
        }
        cells.extend(row.goals.iter().map(|row| goal(row, allowed)));
        cells
    });
    let table = table("lesions", &columns, cells);
    format!(
        "<h3>{heading}</h3>\n{table}<p>The rest of a row goes by the mean in bold. P is the probability that the mean dose reaches the goal{at}. \
         “Needs” is the activity at which the estimate is the goal: there P is about 50 %.</p>\n"
    )
}

fn goal(goal: &GoalRow, allowed_gbq: Option<f64>) -> String {
    let class = match (goal.reached, goal.certainty) {
        (Some(true), Certainty::Sure | Certainty::Likely) => Some("good"),
        (Some(_), Certainty::NotDecided) => Some("care"),
        _ => None,
    };
    let state = goal.state();
    let state =
        class.map_or(state.to_owned(), |class| format!("<span class=\"badge {class}\">{state}</span>"));
    let probability = goal.probability.map_or("P unknown".to_owned(), |p| format!("P {}", rounded(p)));
    let activity = goal.activity_gbq.map_or(String::new(), |activity| {
        let over = allowed_gbq.is_some_and(|allowed| activity.value > allowed);
        let over = if over { "<br>more than allowed" } else { "" };
        format!("<br>needs {activity}&nbsp;GBq{over}")
    });
    format!("{state}<br>{probability}{activity}")
}

fn models(found: &Prescription) -> String {
    let rows: Vec<Vec<String>> = found
        .lesions
        .iter()
        .flat_map(|row| row.models.iter().map(move |model| (row, model)))
        .map(|(row, model)| {
            let value = match (&model.value_gy, &model.why_none) {
                (Some(value), _) => value.to_string(),
                (None, why) => escape(why.as_deref().unwrap_or("unknown")),
            };
            vec![title(row.label, &row.name), escape(&model.name), value, escape(&model.model)]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let columns = [
        column("Lesion", ""),
        column("Quantity", ""),
        column("Value ± u of the dose", "Gy"),
        column("Model and parameters", ""),
    ];
    format!(
        "<h3>Model results</h3>\n<p>Radiobiological models with the parameters stated, at the dose above: no measurement, \
         and u lacks that of the parameters.</p>\n{}",
        table("models", &columns, rows.into_iter())
    )
}

/// What is to be known of single lesions; what all of them share is said once.
fn remarks(found: &Prescription) -> String {
    let lacks =
        |row: &LesionRow| (!row.u_lacks.is_empty()).then(|| format!("u lacks {}", row.u_lacks.join(", ")));
    let shared = match found.lesions.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && rest.iter().all(|row| row.u_lacks == first.u_lacks) => {
            lacks(first)
        }
        _ => None,
    };
    let own = found.lesions.iter().filter_map(|row| {
        let all: Vec<String> =
            row.remarks.iter().cloned().chain(lacks(row).filter(|_| shared.is_none())).collect();
        (!all.is_empty())
            .then(|| format!("<li>{}: {}</li>\n", title(row.label, &row.name), escape(&all.join("; "))))
    });
    let all = shared.iter().map(|text| format!("<li>Every lesion: {}</li>\n", escape(text)));
    let items: String = all.chain(own).collect();
    if items.is_empty() { items } else { format!("<ul class=\"notes\">\n{items}</ul>\n") }
}

#[cfg(test)]
mod tests {
    use crate::prescription::{
        LesionEvidence, LesionType, LimitEvidence, LimitInput, ModelChoice, Prescription, PrescriptionInput,
        Protocol,
    };
    use crate::report::example;
    use crate::{DoseBasis, Quantity};

    fn page(edit: impl FnOnce(&mut PrescriptionInput<'_>)) -> String {
        let mut report = example::report_of(DoseBasis::PerActivity, &["rib <b>", "bed"]);
        let lesions = report.lesions.clone();
        let evidence = lesions.iter().map(|result| LesionEvidence {
            result,
            lesion_type: if result.label == 2 { LesionType::Remnant } else { LesionType::Metastasis },
            earlier: None,
            voxels: &[],
        });
        let limit = |name: &str, evidence| LimitInput { name: name.into(), limit: 2.0, unit: "Gy", evidence };
        let per_gbq = Quantity::new(0.25, Some(0.02));
        let mut input = PrescriptionInput {
            case_id: "demo",
            nuclide: "I-131",
            basis: DoseBasis::PerActivity,
            protocol: Protocol::default(),
            limits: vec![
                limit("blood <dose>", LimitEvidence::PerActivity { per_gbq, earlier: None }),
                limit("lungs", LimitEvidence::NotChecked("no <organ>".into())),
            ],
            limit_margin_k: 0.0,
            lesions: evidence.collect(),
            models: ModelChoice::default(),
        };
        edit(&mut input);
        report.prescription = Some(Prescription::new(&input));
        crate::html::render(&report)
    }

    #[test]
    fn verdict_limits_and_goals_stand_before_the_lesions() {
        let html = page(|_| {});
        let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is missing"));
        assert!(place("id=\"prescription\"") < place("id=\"lesions\""));
        for text in [
            "Not checked: lungs (2 Gy): no &lt;organ&gt;",
            "blood &lt;dose&gt;",
            "sets the activity",
            "Dose from 8.00 GBq ± u",
            "300 Gy at 8.00 GBq",
            "stunning",
            "Which lesions reach which goal",
            "missed, sure",
            "without a margin for its u",
        ] {
            place(text);
        }
        assert!(!html.contains("Model results") && !html.contains("<organ>"));
    }

    #[test]
    fn models_and_history_appear_on_request() {
        let html = page(|input| {
            input.models.bed = crate::bed::BedParameters::new(10.0, 1.5).ok();
            input.limit_margin_k = 1.0;
            input.lesions[0].earlier = Some(Quantity::new(12.0, None));
        });
        assert!(html.contains("Model results") && html.contains("no measurement"));
        assert!(html.contains("the curve has no single effective half-life"));
        assert!(html.contains("With earlier treatments") && html.contains("12.0 ± unknown"));
        assert!(html.contains("kept with 1 u to spare"));
    }

    #[test]
    fn a_report_without_a_table_has_no_section() {
        assert!(!crate::html::render(&example::report(&["a"])).contains("id=\"prescription\""));
    }
}
