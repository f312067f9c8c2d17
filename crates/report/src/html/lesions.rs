//! The table of lesions.

use super::table::{column, table};
use super::{escape, section};
use crate::lesion::LesionResult;
use crate::number::{readable, significant, uncertainty, with_uncertainty};
use crate::partial_volume::PartialVolumeFlag;
use crate::report::Report;
use crate::response::BandCertainty;

/// The table, with the flags that occur explained below it.
pub(super) fn lesions(report: &Report) -> String {
    if report.lesions.is_empty() {
        return String::new();
    }
    let unit = report.settings.basis.unit();
    // Doses per activity have no bands, and need no second column per activity.
    let in_gy = unit == "Gy";
    let mut columns = vec![
        column("Lesion", ""),
        column("Volume", "mL"),
        column("Equivalent diameter", "mm"),
        column("Mean dose ± u", unit),
        column("u from Monte Carlo", unit),
    ];
    columns.extend(["D98", "D95", "D50", "D2"].map(|name| column(name, unit)));
    if in_gy {
        columns.push(column("Per activity", "Gy/GBq"));
        columns.push(column("Response band", "Gy"));
    }
    columns.push(column("Size flag", ""));
    let rows = report.lesions.iter().map(|lesion| row(lesion, in_gy));
    section("lesions", "Lesions", &(table("lesions", &columns, rows) + &key(report)))
}

fn row(lesion: &LesionResult, in_gy: bool) -> Vec<String> {
    let mut cells = vec![
        escape::title(lesion.label, &lesion.name),
        readable(lesion.volume_ml),
        readable(lesion.equivalent_diameter_mm),
        format!("<b>{}</b>", with_uncertainty(lesion.dose_mean, lesion.dose_mean_u)),
        lesion.dose_mean_u_mc.map_or("unknown".to_owned(), uncertainty),
    ];
    cells.extend([lesion.d98, lesion.d95, lesion.d50, lesion.d2].map(readable));
    if in_gy {
        cells.push(lesion.dose_per_activity.map_or("–".to_owned(), readable));
        cells.push(band(lesion));
    }
    cells.push(badge(lesion.partial_volume_flag));
    cells
}

fn band(lesion: &LesionResult) -> String {
    let text = lesion.response_band.as_deref().unwrap_or("–");
    let text = text.replace(">=", "≥ ").replace('<', "&lt; ").replace('-', "–");
    match lesion.response_band_certainty {
        Some(BandCertainty::Uncertain) => text + " <span class=\"doubt\">uncertain</span>",
        Some(BandCertainty::Unknown) => text + " <span class=\"doubt\">u unknown</span>",
        Some(BandCertainty::Certain) | None => text,
    }
}

fn badge(flag: PartialVolumeFlag) -> String {
    let class = match flag {
        PartialVolumeFlag::Ok => "good",
        PartialVolumeFlag::MeanNeedsCorrection => "care",
        PartialVolumeFlag::DvhNotToBeInterpreted => "bad",
    };
    format!("<span class=\"badge {class}\">{}</span>", flag.short())
}

/// What the marks in the table mean, those that occur.
fn key(report: &Report) -> String {
    let occurs = |which: &dyn Fn(&LesionResult) -> bool| report.lesions.iter().any(which);
    let mut entries: Vec<(String, String)> = Vec::new();
    for flag in [
        PartialVolumeFlag::Ok,
        PartialVolumeFlag::MeanNeedsCorrection,
        PartialVolumeFlag::DvhNotToBeInterpreted,
    ] {
        if occurs(&|lesion| lesion.partial_volume_flag == flag) {
            entries.push((badge(flag), flag.explain().to_owned()));
        }
    }
    if occurs(&|lesion| lesion.response_band_certainty == Some(BandCertainty::Uncertain)) {
        let [low, high] = report.settings.response.doses().map(|dose| significant(dose, 6));
        entries.push((
            "<span class=\"doubt\">uncertain</span>".to_owned(),
            format!(
                "The mean dose lies within two standard uncertainties of a band limit ({low} or {high} Gy): the \
                 neighbouring band is possible too."
            ),
        ));
    }
    entries.push((
        "u".to_owned(),
        "Standard uncertainty (k = 1), all known components combined; see <a href=\"#uncertainty\">Uncertainty</a> \
         for what it does not include."
            .to_owned(),
    ));
    let items: String =
        entries.iter().map(|(mark, text)| format!("<div><dt>{mark}</dt><dd>{text}</dd></div>\n")).collect();
    format!("<dl class=\"key\">\n{items}</dl>\n")
}
