//! What counts against each limit, at the activity of the report.

use super::escape::escape;
use super::section;
use super::table::{column, table};
use crate::number::{percent, readable, significant};
use crate::prescription::{LimitRow, Occasion};
use crate::quantity::Quantity;
use crate::report::Report;

/// The limits with the part of each that is used, where the report has a prescription.
pub(super) fn limits(report: &Report) -> String {
    let Some(found) = report.prescription.as_ref().filter(|found| !found.limits.is_empty()) else {
        return String::new();
    };
    let activities: Vec<(f64, &str)> = [
        found.occasion.activity_gbq().map(|activity| {
            (activity, if matches!(found.occasion, Occasion::Delivered { .. }) { "given" } else { "allowed" })
        }),
        found.planned_activity_gbq.map(|activity| (activity, "planned")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut columns = vec![column("Limit", ""), column("At most", ""), column("Per GBq ± u", "")];
    for (activity, what) in &activities {
        columns.push(column(format!("At {} GBq ({what}) ± u", readable(*activity)), ""));
        columns.push(column("Part of the limit", ""));
    }
    let rows = found.limits.iter().map(|row| {
        let unit = escape(&row.unit);
        let mut cells = vec![
            escape(&row.name),
            format!("{} {unit}", significant(row.limit, 6)),
            row.per_gbq.map_or("–".to_owned(), |per_gbq| format!("{per_gbq} {unit}/GBq")),
        ];
        for (activity, _) in &activities {
            cells.extend(used(row, *activity));
        }
        cells
    });
    let unchecked = if found.unchecked().next().is_some() {
        " “Not checked”: the case has no measurement of it; it may still be what limits the activity."
    } else {
        ""
    };
    let body = format!(
        "{}<p class=\"caption\">Blood and whole body, and every other limit: what counts against it per GBq, and how much of it \
         an activity uses, earlier treatments included.{unchecked}</p>\n",
        table("values", &columns, rows)
    );
    section("limits", "Blood, whole body and other limits", &body)
}

fn used(row: &LimitRow, activity: f64) -> [String; 2] {
    match row.at(activity).filter(|used| used.value.is_finite()) {
        // An amount that is known exactly needs no ± 0.
        Some(Quantity { value, u: Some(0.0) }) => {
            [format!("{} {}", readable(value), escape(&row.unit)), bar(value / row.limit)]
        }
        Some(used) => [format!("{used} {}", escape(&row.unit)), bar(used.value / row.limit)],
        None if row.not_checked.is_some() => ["–".to_owned(), "not checked".to_owned()],
        None => ["–".to_owned(), "–".to_owned()],
    }
}

/// A part as a bar with its number; what is over the limit is said by the colour and the number.
fn bar(part: f64) -> String {
    if !part.is_finite() {
        return "unknown".to_owned();
    }
    // Rounding must not put a used-up limit over itself.
    let class = if part > 1.0 + 1e-9 { "over" } else { "within" };
    let over = if class == "over" { "over, " } else { "" };
    format!(
        "<span class=\"gauge {class}\" aria-hidden=\"true\"><span style=\"width:{:.1}%\"></span></span> {over}{}",
        100.0 * part.clamp(0.0, 1.0),
        percent(part)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_over_the_limit_is_said() {
        assert!(bar(1.0).contains("within") && bar(1.0).contains("100 %"));
        assert!(bar(1.5).contains("over, 150 %") && bar(1.5).contains("width:100.0%"));
        assert_eq!(bar(f64::NAN), "unknown");
    }

    #[test]
    fn unchecked_limits_use_nothing() {
        let row = LimitRow {
            name: "lungs".into(),
            limit: 25.0,
            unit: "Gy".into(),
            per_gbq: None,
            earlier: None,
            allowed_gbq: None,
            used_gbq: None,
            sets_activity: false,
            not_checked: Some("no mask".into()),
            remark: None,
        };
        assert_eq!(used(&row, 7.4), ["–".to_owned(), "not checked".to_owned()]);
        let checked =
            LimitRow { per_gbq: Some(crate::Quantity::new(1.25, Some(0.1))), not_checked: None, ..row };
        let [at, part] = used(&checked, 10.0);
        assert_eq!(at, "12.5 ± 1.0 Gy");
        assert!(part.contains("50 %"));
    }
}
