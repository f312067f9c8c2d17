//! A plot as SVG.

use crate::scale::Scale;
use crate::stroke::{colour, stroke};
use crate::{Curve, Mark, Plot};
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 400.0;
/// Below the horizontal axis: its numbers and its label.
const FOOT: f64 = 60.0;
const LINE: f64 = 18.0;
/// Entries of the legend beside each other, and the letters that each has room for.
const COLUMNS: usize = 2;
const LETTERS: usize = 40;

impl Plot {
    /// The picture; empty axes where there is nothing to draw.
    pub fn svg(&self) -> String {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let x = Scale::new(&self.x, points().map(|point| point[0]), [LEFT, WIDTH - RIGHT], 1.0);
        let y = Scale::new(&self.y, points().map(|point| point[1]), [BOTTOM, TOP], 1.08);
        let lines = self.curves.len().div_ceil(COLUMNS) as f64;
        let height = BOTTOM + FOOT + LINE * lines + if lines > 0.0 { 8.0 } else { 0.0 };
        let title = escape(&self.title);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
             font-family=\"sans-serif\" font-size=\"13\">\n<title>{title}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        );
        self.frame(&mut out, &x, &y);
        for (number, curve) in self.curves.iter().enumerate() {
            draw(&mut out, number, curve, &x, &y);
            legend(&mut out, number, curve);
        }
        out.push_str("</svg>\n");
        out
    }

    fn frame(&self, out: &mut String, x: &Scale, y: &Scale) {
        // Writing to a string cannot fail.
        for (at, label) in x.ticks() {
            let _ = writeln!(
                out,
                "<path d=\"M{at:.1} {TOP}V{BOTTOM}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"{}\" \
                 text-anchor=\"middle\">{label}</text>",
                BOTTOM + 18.0
            );
        }
        for (at, label) in y.ticks() {
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {at:.1}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" \
                 text-anchor=\"end\">{label}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.0
            );
        }
        let (middle_x, middle_y) = (0.5 * (LEFT + WIDTH - RIGHT), 0.5 * (TOP + BOTTOM));
        let _ = writeln!(
            out,
            "<text x=\"{LEFT}\" y=\"24\" font-size=\"15\">{}</text>\n\
             <text x=\"{middle_x}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(20 {middle_y}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            escape(&self.title),
            BOTTOM + 42.0,
            escape(&self.x.label),
            escape(&self.y.label)
        );
    }
}

fn draw(out: &mut String, number: usize, curve: &Curve, x: &Scale, y: &Scale) {
    let places = curve.points.iter().filter_map(|point| Some((x.place(point[0])?, y.place(point[1])?)));
    match curve.mark {
        Mark::Dots => {
            for (at_x, at_y) in places {
                let _ = writeln!(out, "{}", dot(number, at_x, at_y));
            }
        }
        Mark::Line => {
            let line: Vec<String> = places.map(|(a, b)| format!("{a:.1},{b:.1}")).collect();
            let _ = writeln!(out, "<polyline points=\"{}\" {}/>", line.join(" "), stroke(number));
        }
    }
}

fn dot(number: usize, x: f64, y: f64) -> String {
    format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"none\" stroke=\"{}\"/>", colour(number))
}

/// Below the plot, where no curve runs.
fn legend(out: &mut String, number: usize, curve: &Curve) {
    let x = LEFT + (WIDTH - RIGHT - LEFT) / COLUMNS as f64 * (number % COLUMNS) as f64;
    let y = BOTTOM + FOOT + LINE * (number / COLUMNS) as f64;
    let sample = match curve.mark {
        Mark::Dots => dot(number, x + 14.0, y),
        Mark::Line => format!("<path d=\"M{x} {y}h28\" {}/>", stroke(number)),
    };
    let _ = writeln!(
        out,
        "{sample}<text x=\"{}\" y=\"{}\"><title>{}</title>{}</text>",
        x + 36.0,
        y + 4.5,
        escape(&curve.label),
        escape(&shortened(&curve.label))
    );
}

/// As much as there is room for; letters of Chinese, Japanese and Korean take that of two.
fn shortened(text: &str) -> String {
    let mut width = 0;
    let mut short = String::new();
    for letter in text.chars() {
        width += letter.width().unwrap_or(0);
        if width > LETTERS {
            short.push('…');
            break;
        }
        short.push(letter);
    }
    short
}

/// Text in XML, which has no control characters.
fn escape(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Axis;

    fn plot(is_logarithmic: bool, points: Vec<[f64; 2]>) -> Plot {
        let curve = |label: &str, mark| Curve { label: label.into(), points: points.clone(), mark };
        Plot {
            title: "a < b".into(),
            x: Axis::linear("x, mm"),
            y: Axis { label: "y, Gy".into(), is_logarithmic },
            curves: vec![curve("ours", Mark::Line), curve("<script>", Mark::Dots)],
        }
    }

    #[test]
    fn points_stand_where_they_belong() {
        let svg = plot(true, vec![[0.0, 1.0], [10.0, 1e-3], [5.0, 0.0]]).svg();
        // The zero has no logarithm and is left out; the others span the frame. One circle is the legend's.
        assert_eq!(svg.matches("<circle").count(), 3);
        assert!(svg.contains("points=\"80.0,40.0 740.0,400.0\""), "{svg}");
        assert!(svg.contains("a &lt; b") && svg.contains(">1e-3<") && svg.contains("y, Gy"));
        assert!(!svg.contains("<script>"));
    }

    #[test]
    fn nothing_to_draw_is_no_error() {
        for is_logarithmic in [true, false] {
            let svg = plot(is_logarithmic, vec![[f64::NAN, 1.0]]).svg();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }

    #[test]
    fn a_long_name_is_cut_where_the_next_one_begins() {
        assert_eq!(shortened("rib"), "rib");
        assert_eq!(shortened(&"a".repeat(41)), "a".repeat(40) + "…");
        assert_eq!(shortened(&"肺".repeat(41)), "肺".repeat(20) + "…");
    }
}
