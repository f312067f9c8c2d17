//! The dose-volume histograms as SVG.

use super::lesions::badge;
use super::{escape, script, section};
use crate::lesion::{LesionDose, LesionResult};
use crate::number::{significant, ticks};
use crate::partial_volume::PartialVolumeFlag;
use crate::report::Report;
use serde_json::json;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 68.0;

/// A lesion whose maximum is more than so many times the median one would squeeze the others against the axis.
const SQUEEZE: f64 = 5.0;

/// Colours that readers with any colour vision tell apart (M. Okabe and K. Ito, 2008), without the yellow, which is
/// too pale on white.
const COLOURS: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"];
const DASHES: [&str; 6] = ["none", "10 5", "3 4", "12 4 3 4", "18 6", "2 7"];

type Dosed<'a> = (&'a LesionResult, &'a LesionDose);

/// The plot and its legend; where one lesion's dose dwarfs the others, the lower doses once more, enlarged.
pub(super) fn histograms(report: &Report) -> String {
    let lesions: Vec<Dosed> =
        report.lesions.iter().filter_map(|lesion| Some((lesion, lesion.dose.as_ref()?))).collect();
    if lesions.is_empty() {
        return String::new();
    }
    let unit = report.settings.basis.unit();
    let maxima: Vec<f64> = lesions.iter().map(|(_, dose)| dose.max).collect();
    let highest = maxima.iter().copied().fold(0.0, f64::max);
    let legend: String = lesions.iter().enumerate().map(|(number, &lesion)| entry(number, lesion)).collect();
    let dotted = if unit == "Gy" && report.settings.response.doses()[0] < highest {
        " Dotted lines: limits of the response bands."
    } else {
        ""
    };
    let enlarged = enlargement(&maxima).map_or(String::new(), |most| {
        format!(
            "<figure class=\"dvh enlarged\">\n{}<figcaption>The same curves up to {} {unit}: the lower doses \
             enlarged.</figcaption>\n</figure>\n",
            panel(report, &lesions, most, "dvh-enlarged"),
            significant(most, 2)
        )
    });
    let body = format!(
        "<figure class=\"dvh\">\n{}<ul class=\"legend\">\n{legend}</ul>\n<figcaption>Cumulative histograms: the part \
         of each lesion that receives at least the dose on the horizontal axis. As measured: blur is not corrected, which flattens the curves of \
         small lesions.{dotted}</figcaption>\n\
         </figure>\n{enlarged}",
        panel(report, &lesions, highest, "dvh-whole"),
    );
    section("dvh", "Dose-volume histograms", &(body + &data(report, &lesions)))
}

/// What the script needs to draw the curves on other axes and to read values off them.
fn data(report: &Report, lesions: &[Dosed<'_>]) -> String {
    let short = |value: f64| significant(value, 6).parse::<f64>().ok();
    let curves = lesions.iter().map(|(lesion, dose)| {
        let points = dose.curve.iter().map(|point| [short(point.dose), short(point.volume_fraction)]);
        json!({ "volume": lesion.volume_ml, "mean": dose.mean, "max": dose.max, "points": points.collect::<Vec<_>>() })
    });
    let unit = report.settings.basis.unit();
    let limits = if unit == "Gy" { report.settings.response.doses().to_vec() } else { vec![] };
    let geometry = json!({ "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM });
    let page = json!({ "unit": unit, "geometry": geometry, "limits": limits, "lesions": curves.collect::<Vec<_>>() });
    script::data("dvh-data", &page)
}

/// The dose up to which an enlarged plot helps: the highest maximum that does not dwarf the median one; `None` where
/// that is all of them.
fn enlargement(maxima: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> =
        maxima.iter().copied().filter(|&dose| dose.is_finite() && dose > 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    let median = *sorted.get(sorted.len().checked_sub(1)? / 2)?;
    let most = sorted.iter().copied().filter(|dose| *dose <= SQUEEZE * median).fold(0.0, f64::max);
    (most < sorted[sorted.len() - 1]).then_some(most)
}

/// One plot up to the dose `most`.
fn panel(report: &Report, lesions: &[Dosed<'_>], most: f64, id: &str) -> String {
    // An axis must have a length even where there is no dose.
    let axis = Axis { max: if most.is_finite() && most > 0.0 { most * 1.03 } else { 1.0 } };
    let unit = report.settings.basis.unit();
    let curves: String =
        lesions.iter().enumerate().map(|(number, &lesion)| curve(&axis, number, lesion)).collect();
    let limits = if unit == "Gy" { limit_lines(&axis, report) } else { String::new() };
    format!(
        "<svg class=\"plot\"{fixed} viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-alt\">\n\
         <title id=\"{id}-alt\">Cumulative dose-volume histograms of {count} lesion{plural}: volume in percent over \
         absorbed dose in {unit} up to {most}; the values are in dvh.csv</title>\n\
         <clipPath id=\"{id}-clip\"><rect width=\"{}\" height=\"{HEIGHT}\"/></clipPath>\n\
         <g class=\"axes\">\n{grid}{limits}</g>\n<g clip-path=\"url(#{id}-clip)\">\n{curves}</g>\n</svg>\n",
        WIDTH - RIGHT,
        count = lesions.len(),
        plural = if lesions.len() == 1 { "" } else { "s" },
        most = significant(axis.max, 3),
        // The script fits the other plot's axis to the curves that are on.
        fixed = if id == "dvh-enlarged" { format!(" data-most=\"{}\"", axis.max) } else { String::new() },
        grid = grid(&axis, unit),
    )
}

struct Axis {
    max: f64,
}

impl Axis {
    fn x(&self, dose: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * dose / self.max
    }

    fn y(fraction: f64) -> f64 {
        TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - fraction)
    }
}

fn grid(axis: &Axis, unit: &str) -> String {
    let (left, right, top, bottom) = (LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM);
    let mut svg = String::new();
    for dose in ticks(axis.max, 7) {
        let x = axis.x(dose);
        svg += &format!(
            "<path class=\"rule\" d=\"M{x:.1} {top}V{bottom}\"/><text x=\"{x:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{}</text>\n",
            bottom + 24.0,
            significant(dose, 6)
        );
    }
    for percent in [0, 25, 50, 75, 100] {
        let y = Axis::y(f64::from(percent) / 100.0);
        svg += &format!(
            "<path class=\"rule\" d=\"M{left} {y:.1}H{right}\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"end\">{percent}</text>\n",
            left - 9.0,
            y + 5.5
        );
    }
    svg + &format!(
        "<path class=\"axis\" d=\"M{left} {top}V{bottom}H{right}\"/>\n\
         <text class=\"title\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">Absorbed dose ({unit})</text>\n\
         <text class=\"title\" transform=\"translate(26 {:.1}) rotate(-90)\" text-anchor=\"middle\">Volume (%)</text>\n",
        0.5 * (left + right),
        HEIGHT - 10.0,
        0.5 * (top + bottom)
    )
}

fn limit_lines(axis: &Axis, report: &Report) -> String {
    let limits = report.settings.response.doses();
    let inside = limits.iter().filter(|&&dose| dose < axis.max);
    inside
        .map(|&dose| {
            let x = axis.x(dose);
            format!("<path class=\"limit\" d=\"M{x:.1} {TOP}V{:.1}\"/>\n", HEIGHT - BOTTOM)
        })
        .collect()
}

fn curve(axis: &Axis, number: usize, (lesion, dose): Dosed<'_>) -> String {
    let mut path = String::new();
    for (step, point) in dose.curve.iter().enumerate() {
        let command = if step == 0 { 'M' } else { 'L' };
        path += &format!("{command}{:.1} {:.1}", axis.x(point.dose), Axis::y(point.volume_fraction));
    }
    format!(
        "<path class=\"curve\" data-lesion=\"{number}\" {} d=\"{path}\"><title>{} {}</title></path>\n",
        stroke(number),
        lesion.label,
        escape::escape(&lesion.name)
    )
}

fn entry(number: usize, (lesion, _): Dosed<'_>) -> String {
    let flag = lesion.partial_volume_flag;
    let flag = if flag == PartialVolumeFlag::Ok { String::new() } else { " ".to_owned() + &badge(flag) };
    format!(
        "<li data-lesion=\"{number}\"><svg viewBox=\"0 0 44 10\" aria-hidden=\"true\"><path class=\"curve\" {} d=\"M1 5H43\"/></svg>\
         <span>{}{flag}</span></li>\n",
        stroke(number),
        escape::title(lesion.label, &lesion.name)
    )
}

/// Neighbours differ in colour; the dash changes with each round of colours, and the width with each round of those.
fn stroke(number: usize) -> String {
    let colour = COLOURS[number % COLOURS.len()];
    let round = number / COLOURS.len();
    let dash = DASHES[round % DASHES.len()];
    let width = [2.2, 1.2][round / DASHES.len() % 2];
    format!("stroke=\"{colour}\" stroke-dasharray=\"{dash}\" stroke-width=\"{width}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sixty_lesions_have_sixty_strokes() {
        assert_eq!((0..60).map(stroke).collect::<BTreeSet<_>>().len(), 60);
    }

    #[test]
    fn only_a_dose_far_above_the_median_asks_for_an_enlargement() {
        assert_eq!(enlargement(&[30.0, 40.0, 20.0, 199.0]), Some(40.0));
        assert_eq!(enlargement(&[30.0, 40.0, 20.0, 150.0]), None, "5 times the (lower) median");
        assert_eq!(enlargement(&[10.0, 51.0]), Some(10.0));
        for even in [&[][..], &[0.0], &[7.0], &[0.0, 7.0], &[7.0; 4]] {
            assert_eq!(enlargement(even), None);
        }
    }
}
