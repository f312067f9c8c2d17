//! The lesions as a table for a terminal of 80 columns.

use crate::lesion::LesionResult;
use crate::number::{readable, with_uncertainty};

const NAME_WIDTH: usize = 20;

/// A header and one line per lesion, each of at most 80 characters and ended by a newline.
/// `unit` is that of the doses ([`DoseBasis::unit`](crate::DoseBasis::unit)).
pub fn summary_table(lesions: &[LesionResult], unit: &str) -> String {
    let header = line("", "lesion", "mL", &format!("mean, {unit}"), "D95", "D2", "band", "size");
    let rows = lesions.iter().map(|lesion| {
        line(
            &lesion.label.to_string(),
            &lesion.name,
            &readable(lesion.volume_ml),
            &with_uncertainty(lesion.dose_mean, lesion.dose_mean_u),
            &readable(lesion.d95),
            &readable(lesion.d2),
            lesion.response_band.as_deref().unwrap_or("-"),
            lesion.partial_volume_flag.short(),
        )
    });
    std::iter::once(header).chain(rows).collect()
}

#[allow(clippy::too_many_arguments)] // one per column
fn line(
    label: &str,
    name: &str,
    volume: &str,
    mean: &str,
    d95: &str,
    d2: &str,
    band: &str,
    size: &str,
) -> String {
    let name = shorten(name, NAME_WIDTH);
    let text =
        format!("{label:>3} {name:<NAME_WIDTH$} {volume:>6} {mean:>15} {d95:>6} {d2:>6} {band:>6}  {size}");
    shorten(text.trim_end(), 80) + "\n"
}

/// At most `width` characters, the last one an ellipsis where any were cut; control characters become spaces.
fn shorten(text: &str, width: usize) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    if text.chars().count() <= width {
        text.chars().map(clean).collect()
    } else {
        text.chars().map(clean).take(width.saturating_sub(1)).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn columns_line_up_whatever_the_name() {
        let long = "Läsion im rechten Unterlappen, an der Pleura";
        let mut report = example::report(&["dark", long, "line\nbreak"]);
        report.lesions[2].dose_mean_u = None;
        let table = summary_table(&report.lesions, "Gy");
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 4, "{table}");
        assert!(lines[2].contains("Läsion im rechten U…"), "{table}");
        assert!(lines[3].contains("51.0 ± unknown"), "{table}");
        let column = |line: &str, text: &str| {
            line.find(text).map(|at| line[..at].chars().count() + text.chars().count())
        };
        assert_eq!(column(lines[0], "mean, Gy"), column(lines[2], "25.50 ± 0.50"), "{table}");
        assert_eq!(column(lines[0], "mean, Gy"), column(lines[3], "± unknown"), "{table}");
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{table}");
    }
}
