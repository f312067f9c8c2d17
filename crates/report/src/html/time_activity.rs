//! Time-activity curves with their fits and residuals, a small plot for each lesion.

use super::escape::title;
use super::{escape::escape, section};
use crate::number::{percent, significant, ticks, with_uncertainty};
use crate::report::Report;
use crate::time_activity::{TimeActivity, TimePoint};

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 262.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 12.0;
/// Where the curve's plot ends, and where that of the residuals begins and ends.
const FLOOR: f64 = 152.0;
const RESIDUALS: [f64; 2] = [170.0, 222.0];

/// The curves, where there are any.
pub(super) fn time_activity(report: &Report) -> String {
    let figures: String = report
        .lesions
        .iter()
        .filter_map(|lesion| {
            let curve = report.time_activity.iter().find(|curve| curve.label == lesion.label)?;
            Some(format!(
                "<figure class=\"small\"><figcaption>{}</figcaption>\n{}<p class=\"caption\">{}</p></figure>\n",
                title(lesion.label, &lesion.name),
                plot(curve, &lesion.name),
                facts(curve)
            ))
        })
        .collect();
    if figures.is_empty() {
        return figures;
    }
    let activity = report.settings.basis.activity_gbq().map_or("1".to_owned(), |gbq| significant(gbq, 6));
    let body = format!(
        "<div class=\"smalls\">\n{figures}</div>\n<p class=\"caption\">Mean activity concentration of {} from {activity} GBq in \
         each lesion as the images show it (not corrected for blur), with u (k = 1) of an image against the next, and the curve \
         that was integrated; dashed after the last scan. Below, the residuals: how many u each point lies above the \
         curve.</p>\n",
        escape(&report.nuclide)
    );
    section("time-activity", "Time-activity curves", &body)
}

fn facts(curve: &TimeActivity) -> String {
    let half_life = curve.effective_half_life_h.map_or(String::new(), |[value, u]| {
        format!("; effective half-life {} h", with_uncertainty(value, Some(u)))
    });
    let fit = if curve.degrees_of_freedom > 0 {
        let plural = if curve.degrees_of_freedom == 1 { "" } else { "s" };
        format!(
            "; χ² {} for {} degree{plural} of freedom",
            significant(curve.chi_square, 2),
            curve.degrees_of_freedom
        )
    } else {
        String::new()
    };
    format!(
        "{}{half_life}; {} of the integral beyond the last scan, {} before the first{fit}",
        escape(model(&curve.model)),
        percent(curve.share_after_last),
        percent(curve.share_before_first),
    )
}

/// A model by the name it has in the case file, in words.
fn model(name: &str) -> &str {
    match name {
        "mono" => "One exponential",
        "bi" => "Two exponentials",
        "uptake-washout" => "Uptake and washout",
        "trapezoid" => "Trapezoids",
        "single-time" => "Stated half-life",
        "2t-ln2" => "2 t / ln 2",
        other => other,
    }
}

/// Where times and concentrations go.
struct Axes {
    last_h: f64,
    highest: f64,
    /// The unit that keeps the numbers short, Bq/mL, with its name.
    unit: (f64, &'static str),
    most_residual: f64,
}

impl Axes {
    fn of(curve: &TimeActivity) -> Self {
        let tops = curve.points.iter().map(|point| point.measured + finite(point.u));
        let values =
            tops.chain(curve.curve.iter().map(|[_, value]| *value)).filter(|value| value.is_finite());
        let highest = values.fold(0.0, f64::max);
        let times =
            curve.curve.iter().map(|[time, _]| *time).chain(curve.points.iter().map(|point| point.time_h));
        let residuals = curve.points.iter().filter_map(TimePoint::residual).map(f64::abs);
        Self {
            last_h: positive(times.fold(0.0, f64::max)),
            highest: positive(1.05 * highest),
            unit: if highest >= 1e6 {
                (1e6, "MBq/mL")
            } else if highest >= 1e3 {
                (1e3, "kBq/mL")
            } else {
                (1.0, "Bq/mL")
            },
            most_residual: residuals.fold(2.0, f64::max).ceil(),
        }
    }

    fn x(&self, time_h: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * time_h / self.last_h
    }

    fn y(&self, value: f64) -> f64 {
        FLOOR - (FLOOR - TOP) * value / self.highest
    }

    fn residual_y(&self, residual: f64) -> f64 {
        let [top, bottom] = RESIDUALS;
        0.5 * (top + bottom) - 0.5 * (bottom - top) * residual / self.most_residual
    }
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// An axis must have a length even where there is nothing on it.
fn positive(value: f64) -> f64 {
    if value > 0.0 { value } else { 1.0 }
}

fn plot(curve: &TimeActivity, name: &str) -> String {
    let axes = Axes::of(curve);
    let last_scan = curve.points.last().map_or(0.0, |point| point.time_h);
    let part = |is_shown: &dyn Fn(f64) -> bool| -> String {
        let shown = curve.curve.iter().filter(|[time, value]| value.is_finite() && is_shown(*time));
        let steps = shown.enumerate().map(|(n, &[time, value])| {
            format!("{}{:.1} {:.1}", if n == 0 { 'M' } else { 'L' }, axes.x(time), axes.y(value))
        });
        steps.collect()
    };
    let (seen, beyond) = (part(&|time| time <= last_scan), part(&|time| time >= last_scan));
    let points: String = curve.points.iter().map(|point| mark(&axes, point)).collect();
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Activity concentration over time in lesion {} {}: {} \
         points, {}\">\n{}<path class=\"fit\" d=\"{seen}\"/><path class=\"fit beyond\" d=\"{beyond}\"/>\n{points}</svg>\n",
        curve.label,
        escape(name),
        curve.points.len(),
        escape(model(&curve.model)),
        grid(&axes)
    )
}

/// A point with its u, and its residual below.
fn mark(axes: &Axes, point: &TimePoint) -> String {
    if !(point.measured.is_finite() && point.time_h.is_finite()) {
        return String::new();
    }
    let (x, y, u) = (axes.x(point.time_h), axes.y(point.measured), finite(point.u));
    let residual = point.residual().map_or(String::new(), |residual| {
        let y = axes.residual_y(residual);
        format!(
            "<path class=\"u\" d=\"M{x:.1} {:.1}V{y:.1}\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>",
            axes.residual_y(0.0)
        )
    });
    format!(
        "<path class=\"u\" d=\"M{x:.1} {:.1}V{:.1}\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.4\"/>{residual}\n",
        axes.y(point.measured + u),
        axes.y((point.measured - u).max(0.0)),
    )
}

fn grid(axes: &Axes) -> String {
    let right = WIDTH - RIGHT;
    let [top, bottom] = RESIDUALS;
    let rule = |y: f64| format!("<path class=\"rule\" d=\"M{LEFT} {y:.1}H{right}\"/>");
    let label = |y: f64, text: &str| {
        format!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>", LEFT - 5.0, y + 4.0)
    };
    let (unit, unit_name) = axes.unit;
    let mut svg = String::new();
    for value in ticks(axes.highest / unit, 4) {
        let y = axes.y(value * unit);
        svg += &(rule(y) + &label(y, &significant(value, 4)));
    }
    let most = significant(axes.most_residual, 3);
    for (residual, text) in [
        (axes.most_residual, format!("+{most}")),
        (0.0, "0".to_owned()),
        (-axes.most_residual, format!("−{most}")),
    ] {
        let y = axes.residual_y(residual);
        svg += &(rule(y) + &label(y, &text));
    }
    for time in ticks(axes.last_h, 6) {
        let x = axes.x(time);
        svg += &format!(
            "<path class=\"rule\" d=\"M{x:.1} {TOP}V{FLOOR}M{x:.1} {top}V{bottom}\"/><text x=\"{x:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{}</text>",
            bottom + 14.0,
            significant(time, 6)
        );
    }
    let upright = |y: f64, text: &str| {
        format!("<text transform=\"translate(11 {y:.1}) rotate(-90)\" text-anchor=\"middle\">{text}</text>")
    };
    svg + &format!(
        "<path class=\"axis\" d=\"M{LEFT} {TOP}V{FLOOR}H{right}M{LEFT} {top}V{bottom}\"/>{}{}<text x=\"{}\" y=\"{:.1}\" \
         text-anchor=\"middle\">Hours after administration</text>\n",
        upright(0.5 * (TOP + FLOOR), unit_name),
        upright(0.5 * (top + bottom), "Residual (u)"),
        0.5 * (LEFT + right),
        HEIGHT - 8.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    fn curve(label: u32) -> TimeActivity {
        let value = |time: f64| 2e5 * libm::exp(-time / 60.0);
        let point = |time_h: f64| TimePoint {
            time_h,
            measured: 1.1 * value(time_h),
            u: 0.1 * value(time_h),
            fitted: value(time_h),
        };
        TimeActivity {
            label,
            model: "mono".into(),
            points: [24.0, 48.0, 96.0].map(point).to_vec(),
            curve: (0..=50).map(|n| 3.0 * f64::from(n)).map(|time| [time, value(time)]).collect(),
            effective_half_life_h: Some([41.6, 2.2]),
            share_before_first: 0.33,
            share_after_last: 0.202,
            chi_square: 3.0,
            degrees_of_freedom: 1,
        }
    }

    #[test]
    fn each_lesion_with_a_curve_has_its_plot() {
        let mut report = example::report(&["rib", "<b>", "none"]);
        report.time_activity = vec![curve(2), curve(1)];
        let html = time_activity(&report);
        assert_eq!(html.matches("<svg").count(), 2);
        assert!(html.contains(
            "One exponential; effective half-life 41.6 ± 2.2 h; 20 % of the integral beyond the last scan"
        ));
        assert!(html.contains("&lt;b&gt;") && !html.contains("<b>"));
        assert_eq!(html.matches("<circle").count(), 2 * 2 * 3, "points and residuals");
        assert!(html.contains("kBq/mL") && html.contains("I-131 from 7.4 GBq"));
        assert!(time_activity(&example::report(&["a"])).is_empty());
    }

    #[test]
    fn what_is_not_a_number_is_not_drawn() {
        let mut report = example::report(&["a"]);
        let mut odd = curve(1);
        odd.points[0].measured = f64::NAN;
        odd.points[1].u = 0.0;
        odd.curve = vec![[0.0, f64::NAN]];
        odd.effective_half_life_h = None;
        report.time_activity = vec![odd];
        let html = time_activity(&report);
        assert!(!html.contains("NaN") && !html.contains("inf"));
        assert_eq!(html.matches("<circle").count(), 3, "two points, one residual");
    }
}
