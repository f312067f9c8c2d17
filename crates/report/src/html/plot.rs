//! The dose-volume histograms as SVG.

use super::{escape, section};
use crate::lesion::LesionResult;
use crate::number::{significant, ticks};
use crate::report::Report;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 68.0;

/// Colours that readers with any colour vision tell apart (M. Okabe and K. Ito, 2008), without the yellow, which is
/// too pale on white.
const COLOURS: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"];
const DASHES: [&str; 6] = ["none", "10 5", "3 4", "12 4 3 4", "18 6", "2 7"];

/// The plot and its legend.
pub(super) fn histograms(report: &Report) -> String {
    if report.lesions.is_empty() {
        return String::new();
    }
    let highest = report.lesions.iter().map(|lesion| lesion.dose_max).fold(0.0, f64::max);
    // An axis must have a length even where there is no dose.
    let axis = Axis { max: if highest.is_finite() && highest > 0.0 { highest * 1.03 } else { 1.0 } };
    let unit = report.settings.basis.unit();
    let count = report.lesions.len();
    let curves: String =
        report.lesions.iter().enumerate().map(|(number, lesion)| curve(&axis, number, lesion)).collect();
    let limits = if unit == "Gy" { limit_lines(&axis, report) } else { String::new() };
    let legend: String =
        report.lesions.iter().enumerate().map(|(number, lesion)| entry(number, lesion)).collect();
    let body = format!(
        "<figure class=\"dvh\">\n<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"dvh-alt\">\n<title id=\"dvh-alt\">Cumulative dose-volume histograms of {count} \
         lesion{plural}: volume in percent over absorbed dose in {unit}; the values are in dvh.csv</title>\n\
         {grid}{limits}{curves}</svg>\n<ul class=\"legend\">\n{legend}</ul>\n<figcaption>Cumulative histograms: \
         the part of each lesion that receives at least the dose on the horizontal axis.{dashed}</figcaption>\n\
         </figure>\n",
        plural = if count == 1 { "" } else { "s" },
        grid = grid(&axis, unit),
        dashed = if limits.is_empty() { "" } else { " Dotted lines: limits of the response bands." },
    );
    section("dvh", "Dose-volume histograms", &body)
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
         <text class=\"title\" transform=\"translate(19 {:.1}) rotate(-90)\" text-anchor=\"middle\">Volume (%)</text>\n",
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

fn curve(axis: &Axis, number: usize, lesion: &LesionResult) -> String {
    let mut path = String::new();
    for (step, point) in lesion.curve.iter().enumerate() {
        let command = if step == 0 { 'M' } else { 'L' };
        path += &format!("{command}{:.1} {:.1}", axis.x(point.dose), Axis::y(point.volume_fraction));
    }
    format!(
        "<path class=\"curve\" {} d=\"{path}\"><title>{} {}</title></path>\n",
        stroke(number),
        lesion.label,
        escape::escape(&lesion.name)
    )
}

fn entry(number: usize, lesion: &LesionResult) -> String {
    format!(
        "<li><svg viewBox=\"0 0 44 10\" aria-hidden=\"true\"><path class=\"curve\" {} d=\"M1 5H43\"/></svg>\
         <span>{}</span></li>\n",
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
}
