//! The lesions as a table for a terminal of 80 columns.

use crate::lesion::LesionResult;
use crate::number::{readable, with_uncertainty};
use unicode_width::UnicodeWidthStr;

const TOTAL_WIDTH: usize = 80;
const NAME_WIDTH: usize = 20;
/// Mean, D95, D2 and band with the blanks between them.
const DOSE_WIDTH: usize = 36;

/// A header and one line per lesion, each at most 80 columns wide and ended by a newline.
/// `unit` is that of the doses ([`DoseBasis::unit`](crate::DoseBasis::unit)).
pub fn summary_table(lesions: &[LesionResult], unit: &str) -> String {
    let header = line("", "lesion", "mL", &doses([&format!("mean, {unit}"), "D95", "D2", "band"]), "size");
    std::iter::once(header).chain(lesions.iter().map(row)).collect()
}

fn row(lesion: &LesionResult) -> String {
    let (doses, size) = match &lesion.dose {
        Some(dose) => {
            let mean = with_uncertainty(dose.mean, dose.mean_u);
            let band = dose.response_band.as_deref().unwrap_or("-");
            (
                doses([&mean, &readable(dose.d95), &readable(dose.d2), band]),
                lesion.partial_volume_flag.short(),
            )
        }
        None => (format!("{:>DOSE_WIDTH$}", lesion.why_no_dose().unwrap_or("-")), "-"),
    };
    let unnamed = format!("lesion {}", lesion.label);
    let name = if lesion.name.trim().is_empty() { &unnamed } else { &lesion.name };
    line(&lesion.label.to_string(), name, &readable(lesion.volume_ml), &doses, size)
}

fn doses([mean, d95, d2, band]: [&str; 4]) -> String {
    format!("{mean:>15} {d95:>6} {d2:>6} {band:>6}")
}

fn line(label: &str, name: &str, volume: &str, doses: &str, size: &str) -> String {
    let name = shorten(name, NAME_WIDTH);
    let blanks = " ".repeat(NAME_WIDTH.saturating_sub(name.width()));
    let text = format!("{label:>3} {name}{blanks} {volume:>6} {doses}  {size}");
    shorten(text.trim_end(), TOTAL_WIDTH) + "\n"
}

/// Text of at most `width` columns, the last one an ellipsis where any were cut; control characters become spaces.
/// Characters of Chinese, Japanese and Korean take two columns, combining ones none.
fn shorten(text: &str, width: usize) -> String {
    let mut short: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if short.width() > width {
        while short.width() >= width && short.pop().is_some() {}
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    /// Column in which a text ends.
    fn end(line: &str, text: &str) -> Option<usize> {
        line.find(text).map(|at| line[..at + text.len()].width())
    }

    #[test]
    fn columns_line_up_whatever_the_name() {
        let long = "Läsion im rechten Unterlappen, an der Pleura";
        let mut report =
            example::report(&["dark", long, "line\nbreak", "肺転移", "左肺上葉の転移性腫瘍と縦隔リンパ節"]);
        report.lesions[2].dose.as_mut().unwrap().mean_u = None;
        report.lesions.push(example::lost("Becken 骨盤"));
        let table = summary_table(&report.lesions, "Gy");
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 7, "{table}");
        assert!(lines[2].contains("Läsion im rechten U…"), "{table}");
        let mean_ends = end(lines[0], "mean, Gy");
        assert_eq!(mean_ends, Some(47), "{table}");
        for (line, mean) in
            [(2, "25.50 ± 0.50"), (3, "51.0 ± unknown"), (4, "76.50 ± 0.50"), (5, "102.00 ± 0.50")]
        {
            assert_eq!(end(lines[line], mean), mean_ends, "{table}");
        }
        assert_eq!(end(lines[6], "not in the activity image"), end(lines[0], "band"), "{table}");
        assert!(lines.iter().all(|line| line.width() <= 80), "{table}");
    }

    #[test]
    fn a_lesion_without_a_name_is_called_by_its_label() {
        assert!(summary_table(&example::report(&[" "]).lesions, "Gy").contains("  1 lesion 1  "));
    }

    #[test]
    fn a_wide_character_is_not_cut_in_half() {
        assert_eq!(shorten("肺転移", 6), "肺転移");
        assert_eq!(shorten("肺転移", 5), "肺転…");
        assert_eq!(shorten("肺転移", 4), "肺…");
        assert_eq!(shorten("e\u{301}e\u{301}", 2), "e\u{301}e\u{301}", "a combining accent takes no column");
    }
}
