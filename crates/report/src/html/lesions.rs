//! The table of lesions.

use super::{escape, section};
use crate::lesion::LesionResult;
use crate::number::{readable, with_uncertainty};
use crate::partial_volume::PartialVolumeFlag;
use crate::report::Report;
use crate::response::BandCertainty;

/// The table, with the flags that occur explained below it.
pub(super) fn lesions(report: &Report) -> String {
    if report.lesions.is_empty() {
        return String::new();
    }
    let unit = report.settings.basis.unit();
    let in_gy = unit == "Gy";
    let mut headers = vec![
        ("Lesion".to_owned(), ""),
        ("Volume".to_owned(), "mL"),
        ("Diameter".to_owned(), "mm"),
        ("Mean dose ± u".to_owned(), unit),
        ("u from Monte Carlo".to_owned(), unit),
    ];
    headers.extend(["D98", "D95", "D50", "D2"].map(|name| (name.to_owned(), unit)));
    if in_gy {
        headers.push(("Per activity".to_owned(), "Gy/GBq"));
        headers.push(("Response band".to_owned(), "Gy"));
    }
    headers.push(("Size flag".to_owned(), ""));
    let head: String = headers.iter().map(|(name, unit)| header(name, unit)).collect();
    let rows: String = report.lesions.iter().map(|lesion| row(lesion, unit, in_gy)).collect();
    let body = format!(
        "<div class=\"scroll\">\n<table class=\"lesions\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table>\n</div>\n{}",
        key(report)
    );
    section("lesions", "Lesions", &body)
}

fn header(name: &str, unit: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" <span class=\"unit\">{unit}</span>") };
    format!("<th scope=\"col\">{name}{unit}</th>")
}

fn row(lesion: &LesionResult, unit: &str, in_gy: bool) -> String {
    let number = |title: &str, unit: &str, value: &str| {
        format!("<td class=\"number\" data-title=\"{title}\" data-unit=\"{unit}\">{value}</td>")
    };
    let name = escape::name(lesion.label, &lesion.name);
    let mut cells = vec![
        format!("<th scope=\"row\"><span class=\"label\">{}</span> {name}</th>", lesion.label),
        number("Volume", "mL", &readable(lesion.volume_ml)),
        number("Equivalent diameter", "mm", &readable(lesion.equivalent_diameter_mm)),
        number(
            "Mean dose ± u",
            unit,
            &format!("<b>{}</b>", with_uncertainty(lesion.dose_mean, lesion.dose_mean_u)),
        ),
        number("u from Monte Carlo", unit, &lesion.dose_mean_u_mc.map_or("unknown".to_owned(), short_u)),
    ];
    for (title, dose) in [("D98", lesion.d98), ("D95", lesion.d95), ("D50", lesion.d50), ("D2", lesion.d2)] {
        cells.push(number(title, unit, &readable(dose)));
    }
    if in_gy {
        let per_activity = lesion.dose_per_activity.map_or("–".to_owned(), readable);
        cells.push(number("Per activity", "Gy/GBq", &per_activity));
        cells.push(band(lesion));
    }
    cells.push(flag(lesion.partial_volume_flag));
    format!("<tr>{}</tr>\n", cells.concat())
}

/// A standard uncertainty to two digits.
fn short_u(u: f64) -> String {
    with_uncertainty(u, Some(u)).split(" ±").next().unwrap_or_default().to_owned()
}

fn band(lesion: &LesionResult) -> String {
    let text = lesion.response_band.as_deref().unwrap_or("–").replace(">=", "≥ ").replace('<', "&lt; ");
    let text = text.replace('-', "–");
    let doubt = match lesion.response_band_certainty {
        Some(BandCertainty::Uncertain) => " <span class=\"doubt\">uncertain</span>",
        Some(BandCertainty::Unknown) => " <span class=\"doubt\">u unknown</span>",
        Some(BandCertainty::Certain) | None => "",
    };
    format!("<td class=\"number\" data-title=\"Response band\" data-unit=\"Gy\">{text}{doubt}</td>")
}

fn flag(flag: PartialVolumeFlag) -> String {
    format!("<td data-title=\"Size flag\">{}</td>", badge(flag))
}

fn badge(flag: PartialVolumeFlag) -> String {
    let class = match flag {
        PartialVolumeFlag::Ok => "good",
        PartialVolumeFlag::MeanNeedsCorrection => "care",
        PartialVolumeFlag::DvhNotToBeInterpreted => "bad",
    };
    format!("<span class=\"badge {class}\">{}</span>", flag.short())
}

fn key(report: &Report) -> String {
    let limits = &report.settings;
    let mut items: Vec<String> = [
        PartialVolumeFlag::Ok,
        PartialVolumeFlag::MeanNeedsCorrection,
        PartialVolumeFlag::DvhNotToBeInterpreted,
    ]
    .into_iter()
    .filter(|&flag| report.lesions.iter().any(|lesion| lesion.partial_volume_flag == flag))
    .map(|flag| format!("<div><dt>{}</dt><dd>{}</dd></div>\n", badge(flag), flag.explain()))
    .collect();
    if report.lesions.iter().any(|lesion| lesion.response_band_certainty == Some(BandCertainty::Uncertain)) {
        let [low, high] = limits.response.doses();
        items.push(format!(
            "<div><dt><span class=\"doubt\">uncertain</span></dt><dd>The mean dose lies within two standard \
             uncertainties of a band limit ({} or {} Gy): the neighbouring band is possible too.</dd></div>\n",
            readable(low),
            readable(high)
        ));
    }
    items.push(
        "<div><dt>u</dt><dd>Standard uncertainty (k = 1), all known components combined; see \
         <a href=\"#uncertainty\">Uncertainty</a> for what it does not include.</dd></div>\n"
            .to_owned(),
    );
    format!("<dl class=\"key\">\n{}</dl>\n", items.concat())
}
