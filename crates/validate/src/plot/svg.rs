//! A plot as SVG.

use super::{Curve, Plot};
use std::fmt::Write;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 60.0;
/// Colours that readers with any colour vision tell apart (M. Okabe and K. Ito, 2008).
const COLOURS: [&str; 2] = ["#0072B2", "#D55E00"];

impl Plot {
    /// The picture; empty axes where there is nothing to draw.
    pub fn svg(&self) -> String {
        let all = || self.ours.points.iter().chain(&self.published.points).filter(|p| self.drawable(p));
        let x_max = all().map(|p| p[0]).fold(0.0, f64::max);
        let x =
            Axis { from: 0.0, to: if x_max > 0.0 { x_max } else { 1.0 }, start: LEFT, end: WIDTH - RIGHT };
        let (low, high) = all()
            .map(|p| self.height(p[1]))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
        let (low, high) = match (self.logarithmic, low <= high) {
            (_, false) => (0.0, 1.0),
            (true, _) => (low.floor(), high.ceil().max(low.floor() + 1.0)),
            (false, _) => (0.0, if high > 0.0 { 1.08 * high } else { 1.0 }),
        };
        let y = Axis { from: low, to: high, start: HEIGHT - BOTTOM, end: TOP };
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
             font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        );
        self.frame(&mut out, &x, &y);
        self.curves(&mut out, &x, &y);
        out.push_str("</svg>\n");
        out
    }

    fn drawable(&self, point: &[f64; 2]) -> bool {
        point[0].is_finite() && self.height(point[1]).is_finite()
    }

    fn height(&self, value: f64) -> f64 {
        if self.logarithmic { libm::log10(value) } else { value }
    }

    fn frame(&self, out: &mut String, x: &Axis, y: &Axis) {
        for value in x.ticks(false) {
            let at = x.place(value);
            let _ = writeln!(
                out,
                "<path d=\"M{at:.1} {TOP}V{}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"{}\" \
                 text-anchor=\"middle\">{}</text>",
                HEIGHT - BOTTOM,
                HEIGHT - BOTTOM + 18.0,
                trimmed(value)
            );
        }
        for value in y.ticks(self.logarithmic) {
            let at = y.place(value);
            let label = if self.logarithmic { format!("1e{value:.0}") } else { trimmed(value) };
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {at:.1}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" \
                 text-anchor=\"end\">{label}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.0
            );
        }
        let (middle_x, middle_y) = (0.5 * (LEFT + WIDTH - RIGHT), 0.5 * (TOP + HEIGHT - BOTTOM));
        let _ = writeln!(
            out,
            "<text x=\"{LEFT}\" y=\"24\" font-size=\"15\">{}</text>\n\
             <text x=\"{middle_x}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(20 {middle_y}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            escape(&self.title),
            HEIGHT - 18.0,
            escape(&self.x_label),
            escape(&self.y_label)
        );
    }

    fn curves(&self, out: &mut String, x: &Axis, y: &Axis) {
        let places = |curve: &Curve| -> Vec<(f64, f64)> {
            let drawn = curve.points.iter().filter(|p| self.drawable(p));
            drawn.map(|p| (x.place(p[0]), y.place(self.height(p[1])))).collect()
        };
        for (at_x, at_y) in places(&self.published) {
            let _ = writeln!(
                out,
                "<circle cx=\"{at_x:.1}\" cy=\"{at_y:.1}\" r=\"3.5\" fill=\"none\" stroke=\"{}\"/>",
                COLOURS[1]
            );
        }
        let line: Vec<String> = places(&self.ours).iter().map(|(a, b)| format!("{a:.1},{b:.1}")).collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>",
            line.join(" "),
            COLOURS[0]
        );
        for (number, curve) in [&self.ours, &self.published].into_iter().enumerate() {
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"{}\">{}{}</text>",
                WIDTH - RIGHT - 8.0,
                TOP + 18.0 * (number as f64 + 1.0),
                COLOURS[number],
                ["&#8212; ", "&#9675; "][number],
                escape(&curve.label)
            );
        }
    }
}

/// From values to places on the page.
struct Axis {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Axis {
    fn place(&self, value: f64) -> f64 {
        self.start + (value - self.from) / (self.to - self.from) * (self.end - self.start)
    }

    /// Round values, about six of them; whole ones on a logarithmic axis.
    fn ticks(&self, whole: bool) -> Vec<f64> {
        let span = self.to - self.from;
        let rough = span / 6.0;
        let decade = libm::exp10(libm::log10(rough).floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(span).max(if whole { 1.0 } else { 0.0 });
        let first = (self.from / step).ceil() as i64;
        let last = (self.to / step + 1e-9).floor() as i64;
        (first..=last).map(|n| n as f64 * step).collect()
    }
}

/// Without needless zeros.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(logarithmic: bool, points: Vec<[f64; 2]>) -> Plot {
        let curve = |label: &str| Curve { label: label.into(), points: points.clone() };
        Plot {
            name: "p".into(),
            title: "a < b".into(),
            x_label: "x".into(),
            y_label: "y".into(),
            logarithmic,
            ours: curve("ours"),
            published: curve("theirs"),
        }
    }

    #[test]
    fn points_stand_where_they_belong() {
        let svg = plot(true, vec![[0.0, 1.0], [10.0, 1e-3], [5.0, 0.0]]).svg();
        // The zero has no logarithm and is left out; the others span the frame.
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("points=\"80.0,40.0 740.0,400.0\""), "{svg}");
        assert!(svg.contains("a &lt; b") && svg.contains(">1e-3<"));
    }

    #[test]
    fn nothing_to_draw_is_no_error() {
        for logarithmic in [true, false] {
            let svg = plot(logarithmic, vec![[f64::NAN, 1.0]]).svg();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
