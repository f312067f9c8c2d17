//! The table of lesions.

use super::table::{Cell, column, table};
use super::{escape, section};
use crate::lesion::{BestMean, LesionDose, LesionResult};
use crate::number::{percent, readable, significant, with_uncertainty};
use crate::partial_volume::PartialVolumeFlag;
use crate::report::Report;
use crate::response::BandCertainty;

/// The table, with the flags that occur explained below it, and what is to be known of single lesions.
pub(super) fn lesions(report: &Report) -> String {
    if report.lesions.is_empty() {
        return String::new();
    }
    let body = rows(report, &report.lesions, "Lesion") + &key(report) + &notes(&report.lesions);
    let title = match report.settings.basis.activity_gbq() {
        Some(activity) => format!("Lesions, at {activity} GBq"),
        None => "Lesions".to_owned(),
    };
    section("lesions", &title, &body)
}

/// The organs in the columns of the lesions.
pub(super) fn organs(report: &Report) -> String {
    if report.organs.is_empty() {
        return String::new();
    }
    let means = "<p>Means are not corrected for partial volume. u from Monte Carlo is the most that it can be: that of voxels \
                 that err together.</p>\n";
    section("organs", "Organs", &(rows(report, &report.organs, "Organ") + means + &notes(&report.organs)))
}

fn rows(report: &Report, lesions: &[LesionResult], what: &str) -> String {
    let unit = report.settings.basis.unit();
    // Doses per activity have no bands, and need no second column per activity.
    let in_gy = unit == "Gy";
    let mut columns = vec![column(what, ""), column("Volume", "mL"), column("Equivalent diameter", "mm")];
    let is_corrected =
        lesions.iter().filter_map(|lesion| lesion.dose.as_ref()).any(|dose| dose.best().is_corrected);
    if is_corrected {
        columns.push(column("Mean dose corrected for blur ± u (k = 1)", unit));
        columns.push(column("u of it", "%"));
    }
    columns.push(column("Mean dose as measured ± u (k = 1)", unit));
    if in_gy {
        columns.push(column("Response band", "Gy"));
    }
    columns.extend(["D98", "D95", "D50", "D2"].map(|name| column(format!("{name} as measured"), unit)));
    columns.push(column("Size flag", ""));
    let rows = lesions.iter().map(|lesion| {
        let mut cells = Vec::from(
            [
                escape::title(lesion.label, &lesion.name),
                readable(lesion.volume_ml),
                readable(lesion.equivalent_diameter_mm),
            ]
            .map(Cell::from),
        );
        match &lesion.dose {
            Some(dose) => {
                cells.extend(doses(report, lesion, dose, is_corrected).into_iter().map(Cell::from));
            }
            None => cells.push(Cell::spanning(
                columns.len() - cells.len(),
                lesion.why_no_dose().unwrap_or("–").to_owned(),
            )),
        }
        cells
    });
    table("lesions", &columns, rows)
}

/// The cells from the means on; `is_corrected` where the table has a column for corrected means.
fn doses(report: &Report, lesion: &LesionResult, dose: &LesionDose, is_corrected: bool) -> Vec<String> {
    let best = dose.best();
    let bold = |text: String| format!("<b>{text}</b>");
    let measured = with_uncertainty(dose.mean, dose.mean_u);
    let mut cells = Vec::new();
    if is_corrected {
        if best.is_corrected {
            cells.push(bold(with_uncertainty(best.value, best.u)));
            let relative = best.u.map(|u| u / best.value).filter(|u| u.is_finite());
            cells.push(relative.map_or("unknown".to_owned(), percent));
        } else {
            cells.extend(["–".to_owned(), "–".to_owned()]);
        }
    }
    cells.push(if best.is_corrected { measured } else { bold(measured) });
    if report.settings.basis.unit() == "Gy" {
        cells.push(band(&best));
    }
    let void = lesion.partial_volume_flag == PartialVolumeFlag::DvhNotToBeInterpreted;
    cells.extend([dose.d98, dose.d95, dose.d50, dose.d2].map(|dose| {
        if void { format!("<span class=\"void\">{}</span>", readable(dose)) } else { readable(dose) }
    }));
    cells.push(badge(lesion.partial_volume_flag) + &reason(report, lesion));
    cells
}

fn band(mean: &BestMean<'_>) -> String {
    let text = mean.band.unwrap_or("–");
    let text = text.replace(">=", "≥ ").replace('<', "&lt; ").replace('-', "–");
    match mean.band_certainty {
        Some(BandCertainty::Uncertain) => text + " <span class=\"doubt\">uncertain</span>",
        Some(BandCertainty::Unknown) => text + " <span class=\"doubt\">u unknown</span>",
        Some(BandCertainty::Certain) | None => text,
    }
}

pub(super) fn badge(flag: PartialVolumeFlag) -> String {
    let class = match flag {
        PartialVolumeFlag::Ok => "good",
        PartialVolumeFlag::MeanNeedsCorrection => "care",
        PartialVolumeFlag::DvhNotToBeInterpreted => "bad",
    };
    format!("<span class=\"badge {class}\">{}</span>", flag.short())
}

/// The limit that a flagged lesion's diameter is under.
fn reason(report: &Report, lesion: &LesionResult) -> String {
    let rule = &report.settings.partial_volume;
    let limit = match lesion.partial_volume_flag {
        PartialVolumeFlag::Ok => return String::new(),
        PartialVolumeFlag::MeanNeedsCorrection => rule.limit_mm(lesion.resolution_mm),
        PartialVolumeFlag::DvhNotToBeInterpreted => rule.dvh_limit_mm(lesion.resolution_mm),
    };
    format!(" <span class=\"reason\">below {} mm</span>", significant(limit, 3))
}

/// What the marks in the table mean, those that occur.
fn key(report: &Report) -> String {
    let occurs = |which: &dyn Fn(&LesionResult, &LesionDose) -> bool| {
        report.lesions.iter().any(|lesion| lesion.dose.as_ref().is_some_and(|dose| which(lesion, dose)))
    };
    let mut entries: Vec<(String, String)> = Vec::new();
    for flag in [
        PartialVolumeFlag::Ok,
        PartialVolumeFlag::MeanNeedsCorrection,
        PartialVolumeFlag::DvhNotToBeInterpreted,
    ] {
        if occurs(&|lesion, _| lesion.partial_volume_flag == flag) {
            let grey = if flag == PartialVolumeFlag::DvhNotToBeInterpreted {
                " The D values are set in grey."
            } else {
                ""
            };
            entries.push((badge(flag), format!("{}{grey}", flag.explain())));
        }
    }
    if occurs(&|_, dose| dose.best().band_certainty == Some(BandCertainty::Uncertain)) {
        let [low, high] = report.settings.response.doses().map(|dose| significant(dose, 6));
        entries.push((
            "<span class=\"doubt\">uncertain</span>".to_owned(),
            format!(
                "The mean dose in bold lies within two standard uncertainties of a band limit ({low} or {high} Gy): the \
                 neighbouring band is possible too."
            ),
        ));
    }
    if occurs(&|_, dose| dose.best().is_corrected) {
        entries.push((
            "<b>bold</b>".to_owned(),
            "The mean to go by: corrected for what blur carries out of the lesion and into it. The band and the prescription \
             go by it; of a very small lesion it is indicative only. D values and histograms are as measured: blur has spread \
             their doses."
                .to_owned(),
        ));
    }
    if occurs(&|_, _| true) {
        entries.push((
            "u".to_owned(),
            format!(
                "Standard uncertainty (k = 1), all known components combined{}; see <a \
                 href=\"#uncertainty\">Uncertainty</a>.",
                missing(report)
            ),
        ));
    }
    let items: String =
        entries.iter().map(|(mark, text)| format!("<div><dt>{mark}</dt><dd>{text}</dd></div>\n")).collect();
    if items.is_empty() { items } else { format!("<dl class=\"key\">\n{items}</dl>\n") }
}

/// The components that are not in u, with the lesions they are missing for where these are not all.
fn missing(report: &Report) -> String {
    let dosed = || report.lesions.iter().filter_map(|lesion| Some((lesion.label, lesion.dose.as_ref()?)));
    let mut absent: Vec<(&str, Vec<String>)> = Vec::new();
    for (label, dose) in dosed() {
        for name in dose.uncertainty_budget.not_included() {
            match absent.iter_mut().find(|(known, _)| *known == name) {
                Some((_, labels)) => labels.push(label.to_string()),
                None => absent.push((name, vec![label.to_string()])),
            }
        }
    }
    let all = dosed().count();
    let names: Vec<String> = absent
        .iter()
        .map(|(name, labels)| match labels.len() {
            count if count == all => escape::escape(name),
            1..=8 => format!("{} (lesion {})", escape::escape(name), labels.join(", ")),
            count => format!("{} ({count} lesions)", escape::escape(name)),
        })
        .collect();
    if names.is_empty() { String::new() } else { format!("; <b>not included:</b> {}", names.join("; ")) }
}

fn notes(lesions: &[LesionResult]) -> String {
    let noted = lesions.iter().filter(|lesion| !lesion.notes.is_empty());
    let items: String = noted
        .map(|lesion| {
            let title = escape::title(lesion.label, &lesion.name);
            format!("<li>{title}: {}</li>\n", escape::escape(&lesion.notes.join("; ")))
        })
        .collect();
    if items.is_empty() { items } else { format!("<ul class=\"notes\">\n{items}</ul>\n") }
}
