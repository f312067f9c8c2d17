//! The lesions as a table for a terminal of 80 columns.

use crate::lesion::LesionResult;
use crate::number::{readable, with_uncertainty};
use crate::partial_volume::PartialVolumeFlag;
use unicode_width::UnicodeWidthStr;

const TOTAL_WIDTH: usize = 80;
const NAME_WIDTH: usize = 18;
/// Both means and the band with the blanks between them.
const DOSE_WIDTH: usize = 38;

/// What a terminal shows beside the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// The text alone.
    #[default]
    Plain,
    /// The flags of lesions that are too small in colour (ECMA-48, 8.3.117). The words stay, for those who do not see it.
    Colour,
}

/// A header and one line per lesion, each at most 80 columns wide and ended by a newline: volume, mean as measured and
/// corrected for partial volume, each with its standard uncertainty (k=1), band, and flag for size.
/// `unit` is that of the doses ([`DoseBasis::unit`](crate::DoseBasis::unit)).
pub fn summary_table(lesions: &[LesionResult], unit: &str) -> String {
    styled_summary_table(lesions, unit, Style::Plain)
}

/// [`summary_table`] in a style.
pub fn styled_summary_table(lesions: &[LesionResult], unit: &str, style: Style) -> String {
    let header = line("", "lesion", "mL", &doses([&format!("mean, {unit}"), "corrected", "band"]), "size");
    let rows = lesions.iter().map(|lesion| paint(row(lesion), lesion, style));
    std::iter::once(header + "\n").chain(rows).collect()
}

fn row(lesion: &LesionResult) -> String {
    let (doses, size) = match &lesion.dose {
        Some(dose) => {
            let mean = with_uncertainty(dose.mean, dose.mean_u);
            let corrected =
                dose.mean_corrected.map_or("-".into(), |mean| with_uncertainty(mean, dose.mean_corrected_u));
            let band = dose.best().band.unwrap_or("-");
            (doses([&mean, &corrected, band]), lesion.partial_volume_flag.short())
        }
        None => (format!("{:>DOSE_WIDTH$}", lesion.why_no_dose().unwrap_or("-")), "-"),
    };
    let unnamed = format!("lesion {}", lesion.label);
    let name = if lesion.name.trim().is_empty() { &unnamed } else { &lesion.name };
    line(&lesion.label.to_string(), name, &readable(lesion.volume_ml), &doses, size)
}

/// A row with its end in the colour of the lesion's flag.
fn paint(row: String, lesion: &LesionResult, style: Style) -> String {
    let flag = lesion.partial_volume_flag;
    let colour = match flag {
        PartialVolumeFlag::Ok => None,
        PartialVolumeFlag::MeanNeedsCorrection => Some(33),
        PartialVolumeFlag::DvhNotToBeInterpreted => Some(31),
    };
    match (row.strip_suffix(flag.short()), colour, style) {
        (Some(start), Some(colour), Style::Colour) => {
            format!("{start}\u{1b}[{colour}m{}\u{1b}[0m\n", flag.short())
        }
        _ => row + "\n",
    }
}

fn doses([mean, corrected, band]: [&str; 3]) -> String {
    format!("{mean:>15} {corrected:>15} {band:>6}")
}

fn line(label: &str, name: &str, volume: &str, doses: &str, size: &str) -> String {
    let name = shorten(name, NAME_WIDTH);
    let blanks = " ".repeat(NAME_WIDTH.saturating_sub(name.width()));
    let text = format!("{label:>3} {name}{blanks} {volume:>6} {doses}  {size}");
    shorten(text.trim_end(), TOTAL_WIDTH)
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
        let unsure = report.lesions[2].dose.as_mut().unwrap();
        (unsure.mean_u, unsure.mean_corrected, unsure.mean_corrected_u) = (None, Some(60.0), Some(5.0));
        report.lesions.push(example::lost("Becken 骨盤"));
        let table = summary_table(&report.lesions, "Gy");
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 7, "{table}");
        assert!(lines[2].contains("Läsion im rechten…"), "{table}");
        let mean_ends = end(lines[0], "mean, Gy");
        assert_eq!(mean_ends, Some(45), "{table}");
        for (line, mean) in
            [(2, "25.50 ± 0.50"), (3, "51.0 ± unknown"), (4, "76.50 ± 0.50"), (5, "102.00 ± 0.50")]
        {
            assert_eq!(end(lines[line], mean), mean_ends, "{table}");
        }
        assert_eq!(end(lines[3], "60.0 ± 5.0"), end(lines[0], "corrected"), "{table}");
        assert_eq!(end(lines[2], " -"), end(lines[0], "corrected"), "{table}");
        assert_eq!(end(lines[6], "not in the activity image"), end(lines[0], "band"), "{table}");
        assert!(lines.iter().all(|line| line.width() <= 80), "{table}");
    }

    #[test]
    fn colours_are_those_of_flags_and_change_no_letter() {
        let mut report = example::report(&["fine", "small", "ok"]);
        let flags = [
            PartialVolumeFlag::DvhNotToBeInterpreted,
            PartialVolumeFlag::MeanNeedsCorrection,
            PartialVolumeFlag::Ok,
        ];
        for (lesion, flag) in report.lesions.iter_mut().zip(flags) {
            lesion.partial_volume_flag = flag;
        }
        let plain = summary_table(&report.lesions, "Gy");
        assert!(!plain.contains('\u{1b}'));
        let coloured = styled_summary_table(&report.lesions, "Gy", Style::Colour);
        let lines: Vec<_> = coloured.lines().collect();
        assert!(lines[1].ends_with("  \u{1b}[31mvery small\u{1b}[0m"), "{coloured}");
        assert!(lines[2].ends_with("  \u{1b}[33msmall\u{1b}[0m"), "{coloured}");
        assert!(!lines[0].contains('\u{1b}') && !lines[3].contains('\u{1b}'));
        let bare = ["\u{1b}[31m", "\u{1b}[33m", "\u{1b}[0m"];
        assert_eq!(bare.iter().fold(coloured, |text, code| text.replace(code, "")), plain);
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
