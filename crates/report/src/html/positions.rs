//! How far each lesion's activity moved between the images.

use super::escape::title;
use super::section;
use super::table::{column, table};
use crate::number::significant;
use crate::position::{LesionPositions, Position};
use crate::report::Report;

/// The table of shifts, where there are two images or more.
pub(super) fn positions(report: &Report) -> String {
    let Some(first) = report.positions.first().filter(|lesion| lesion.positions.len() > 1) else {
        return String::new();
    };
    let mut columns = vec![column("Lesion", "")];
    columns
        .extend(first.positions.iter().map(|at| column(format!("At {} h", significant(at.time_h, 4)), "mm")));
    columns.push(column("Largest between two", "mm"));
    let rows = report.lesions.iter().filter_map(|lesion| {
        let found = report.positions.iter().find(|found| found.label == lesion.label)?;
        let mut cells = vec![title(lesion.label, &lesion.name)];
        cells.extend(found.positions.iter().map(shift));
        cells.push(largest(found));
        Some(cells)
    });
    let body = table("values", &columns, rows)
        + "<p class=\"caption\">Shift of the centroid of each lesion's activity from the first image that shows it, and its \
           parts towards left, posterior, superior. A shift of over one resolution width (FWHM) of the image is marked: the \
           registration may be wrong, or the uptake in the lesion may have changed. The largest is that of any two images; of pairs alike to a tenth of a width the first is named. “not seen”: the activity does not stand \
           out from the noise within two widths of the outline.</p>\n";
    section("positions", "Shift of the lesions", &body)
}

fn shift(at: &Position) -> String {
    match (at.centroid, at.shift.zip(at.shift_mm)) {
        (None, _) => "not seen".to_owned(),
        (Some(_), None) => "first".to_owned(),
        (Some(_), Some((parts, length))) => {
            format!("{} <span class=\"reason\">{}</span>", tenths(length), lps(parts))
        }
    }
}

fn largest(lesion: &LesionPositions) -> String {
    let Some(shift) = &lesion.largest_shift else { return "–".to_owned() };
    let doubt = if shift.is_large() { " <span class=\"doubt\">over one width</span>" } else { "" };
    format!(
        "{}{doubt} <span class=\"reason\">{} to {} h; width {}</span>",
        tenths(shift.length_mm),
        significant(shift.from_h, 4),
        significant(shift.to_h, 4),
        tenths(shift.width_mm)
    )
}

fn lps(parts: [f64; 3]) -> String {
    parts.map(tenths).join(", ")
}

/// A length to a tenth of a millimetre.
fn tenths(mm: f64) -> String {
    // Adding zero turns -0 into 0.
    format!("{:.1}", (10.0 * mm).round() / 10.0 + 0.0).replace('-', "−")
}
