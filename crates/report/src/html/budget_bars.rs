//! The uncertainty budget of each lesion as bars.

use super::escape::{escape, title};
use crate::lesion::LesionResult;
use crate::number::percent;
use crate::uncertainty::Budget;

const WIDTH: f64 = 340.0;
const ROW: f64 = 24.0;
/// Where bars begin, and the room right of the longest for its number.
const LEFT: f64 = 92.0;
const RIGHT: f64 = 108.0;

/// A small figure for each budget, all on one scale.
pub(super) fn bars(budgets: &[(&LesionResult, &Budget)]) -> String {
    let all = budgets.iter().flat_map(|(_, budget)| budget.components());
    let longest = all.filter_map(|component| component.relative_u).fold(0.0, f64::max);
    let figures: String = budgets
        .iter()
        .map(|(lesion, budget)| {
            format!(
                "<figure class=\"small\"><figcaption>{}</figcaption>\n{}</figure>\n",
                title(lesion.label, &lesion.name),
                figure(lesion, budget, longest)
            )
        })
        .collect();
    format!("<div class=\"smalls\">\n{figures}</div>\n")
}

fn figure(lesion: &LesionResult, budget: &Budget, longest: f64) -> String {
    let largest = budget
        .largest()
        .filter(|component| component.relative_u > Some(0.0))
        .map(|component| &component.name);
    let rows: String = budget
        .components()
        .iter()
        .enumerate()
        .map(|(number, component)| {
            let y = ROW * number as f64;
            let (name, middle) = (escape(&component.name), y + 0.5 * ROW + 4.0);
            let is_largest = largest == Some(&component.name);
            let bar = match component.relative_u {
                None => format!("<text class=\"absent\" x=\"{LEFT}\" y=\"{middle}\">not included</text>"),
                Some(u) => {
                    let width = if longest > 0.0 { (WIDTH - LEFT - RIGHT) * u / longest } else { 0.0 };
                    let (class, note) = if is_largest { ("largest", ", largest") } else { ("part", "") };
                    format!(
                        "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"14\"/><text \
                         class=\"{class}\" x=\"{:.1}\" y=\"{middle}\">{}{note}</text>",
                        y + 5.0,
                        LEFT + width + 5.0,
                        percent(u)
                    )
                }
            };
            format!("<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{name}</text>{bar}\n", LEFT - 6.0)
        })
        .collect();
    let height = ROW * budget.components().len() as f64;
    format!(
        "<svg class=\"bars\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Uncertainty budget of lesion {} {}: \
         {}\">\n{rows}</svg>\n",
        lesion.label,
        escape(&lesion.name),
        escape(&in_words(budget))
    )
}

fn in_words(budget: &Budget) -> String {
    let part = |u: Option<f64>| u.map_or("not included".to_owned(), percent);
    let parts: Vec<String> = budget
        .components()
        .iter()
        .map(|component| format!("{} {}", component.name, part(component.relative_u)))
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn the_largest_is_marked_and_the_absent_said() {
        let report = example::report(&["rib"]);
        let budget =
            Budget::new().with("calibration", Some(0.03)).with("kinetics fit", Some(0.06)).with("<x>", None);
        let html = bars(&[(&report.lesions[0], &budget)]);
        assert!(html.contains("6.0 %, largest") && html.matches("largest").count() == 3);
        assert!(html.contains("not included") && html.contains("&lt;x&gt;") && !html.contains("<x>"));
        let width = |u: &str| {
            html.split(u)
                .next()
                .unwrap()
                .rsplit("width=\"")
                .next()
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .parse::<f64>()
        };
        assert!(
            (width("3.0 %</text>").unwrap() * 2.0 - width("6.0 %, largest</text>").unwrap()).abs() < 0.11
        );
    }

    #[test]
    fn nothing_known_draws_no_bar() {
        let report = example::report(&["rib"]);
        for budget in [Budget::new().completed(), Budget::new().with("a", Some(0.0))] {
            let html = bars(&[(&report.lesions[0], &budget)]);
            assert!(!html.contains("largest") && !html.contains("NaN"));
        }
    }
}
