//! The rows as text, Markdown and JSON.

use crate::row::{Row, Verdict};
use std::fmt::Write;

const HEADER: [&str; 7] = ["case", "source", "published", "ours", "deviation", "tolerance", "verdict"];
/// Widest column in a terminal; Markdown and JSON hold everything.
const WIDEST_SOURCE: usize = 48;

/// Four significant figures.
fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".into()
    } else if (1e-2..1e4).contains(&size) {
        let decimals = (3 - libm::log10(size).floor() as i32).max(0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.3e}")
    }
}

fn cells(row: &Row) -> [String; 7] {
    let tolerance = if row.verdict == Verdict::Shown {
        format!("(u {:.2} %)", 100.0 * row.u)
    } else if row.allowed > row.tolerance {
        format!("{:.2} % (with statistics {:.2} %)", 100.0 * row.tolerance, 100.0 * row.allowed)
    } else {
        format!("{:.2} %", 100.0 * row.tolerance)
    };
    let verdict = match row.verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "FAIL",
        Verdict::Shown => "shown, not gated",
    };
    [
        row.case.clone(),
        row.source.clone(),
        number(row.published),
        number(row.ours),
        format!("{:+.2} %", 100.0 * row.deviation),
        tolerance,
        verdict.into(),
    ]
}

/// A table for a terminal, with a line that sums up.
pub fn text(rows: &[Row]) -> String {
    let mut lines = vec![HEADER.map(String::from)];
    lines.extend(rows.iter().map(cells));
    for line in &mut lines {
        if line[1].chars().count() > WIDEST_SOURCE {
            line[1] = line[1].chars().take(WIDEST_SOURCE - 3).chain("...".chars()).collect();
        }
    }
    let widths: [usize; 7] = std::array::from_fn(|column| {
        lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0)
    });
    let mut out = String::new();
    for line in &lines {
        for (column, cell) in line.iter().enumerate() {
            let fill = " ".repeat(widths[column] - cell.chars().count());
            // Numbers stand right, words left.
            let (before, after) =
                if (2..5).contains(&column) { (fill, String::new()) } else { (String::new(), fill) };
            out.push_str(&before);
            out.push_str(cell);
            out.push_str(&after);
            out.push_str("  ");
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out.push_str(&summary(rows));
    out
}

/// How many rows pass.
fn summary(rows: &[Row]) -> String {
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    format!(
        "{} pass, {} out of tolerance, {} shown without a gate\n",
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::Shown)
    )
}

/// A table for a document.
pub fn markdown(rows: &[Row]) -> String {
    let mut out = String::new();
    let mut line = |cells: &[String; 7]| {
        let cells = cells.each_ref().map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    };
    line(&HEADER.map(String::from));
    line(&["---", "---", "---:", "---:", "---:", "---", "---"].map(String::from));
    rows.iter().for_each(|row| line(&cells(row)));
    out.push('\n');
    out.push_str(&summary(rows));
    out
}

/// An array of objects with the fields of [`Row`].
pub fn json(rows: &[Row]) -> String {
    // A row is made of text and numbers; serde_json writes those that are not finite as null.
    serde_json::to_string_pretty(rows).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(verdict: Verdict) -> Row {
        Row {
            case: "S | self".into(),
            source: "A long name of a book that nobody ever finished, second edition".into(),
            published: 0.3172,
            ours: 0.3169,
            deviation: -0.000946,
            scale: 0.3172,
            allowed: 0.011,
            tolerance: 0.007,
            u: 0.002,
            compared: 1,
            verdict,
        }
    }

    #[test]
    fn all_three_forms_hold_the_numbers() {
        let rows = [row(Verdict::Pass), row(Verdict::Fail)];
        let text = text(&rows);
        assert!(text.contains("0.3172") && text.contains("-0.09 %") && text.contains("FAIL"), "{text}");
        assert!(text.ends_with("1 pass, 1 out of tolerance, 0 shown without a gate\n"));
        let markdown = markdown(&rows);
        assert!(markdown.contains("| S \\| self | A long name of a book that nobody ever finished, second"));
        assert!(markdown.contains("0.70 % (with statistics 1.10 %)"));
        let parsed: serde_json::Value = serde_json::from_str(&json(&rows)).unwrap();
        assert_eq!(parsed[1]["verdict"], "fail");
        assert_eq!(parsed[0]["ours"], 0.3169);
    }

    #[test]
    fn numbers_have_four_figures() {
        for (value, expected) in
            [(0.31721, "0.3172"), (22.561, "22.56"), (1.23456e-4, "1.235e-4"), (0.0, "0"), (-3.0, "-3.000")]
        {
            assert_eq!(number(value), expected);
        }
    }
}
