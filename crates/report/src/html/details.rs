//! What stands behind the numbers: uncertainty, further values, inputs, settings, warnings, methods.

use super::{escape, escape::escape as safe, section};
use crate::lesion::LesionResult;
use crate::number::{percent, readable};
use crate::report::Report;

/// Each lesion's budget, with what it lacks.
pub(super) fn uncertainty(report: &Report) -> String {
    if report.lesions.is_empty() {
        return String::new();
    }
    let mut causes: Vec<&str> = Vec::new();
    for component in report.lesions.iter().flat_map(|lesion| lesion.uncertainty_budget.components()) {
        if !causes.contains(&component.name.as_str()) {
            causes.push(&component.name);
        }
    }
    let mut headers = vec!["Lesion".to_owned()];
    headers.extend(causes.iter().map(|cause| capitalised(cause)));
    headers.push("Combined".to_owned());
    let rows = report.lesions.iter().map(|lesion| {
        let budget = &lesion.uncertainty_budget;
        let relative = |u: Option<f64>, missing: &str| u.map_or(missing.to_owned(), percent);
        let mut row = vec![title(lesion)];
        row.extend(causes.iter().map(|cause| relative(budget.relative_u_of(cause), "not included")));
        row.push(format!("<b>{}</b>", relative(budget.combined(), "unknown")));
        row
    });
    let body = table("values", &headers, rows)
        + "<p class=\"caption\">Relative standard uncertainties (k = 1) of the mean dose, combined in quadrature. A \
           component marked “not included” is not zero: nothing was given to compute it from, and the combined value \
           is too small by it. The loss of activity from small lesions is a bias, not part of this budget; see the \
           size flag.</p>\n";
    section("uncertainty", "Uncertainty", &body)
}

/// What the main table has no room for; columns that no lesion fills are left out.
pub(super) fn further_values(report: &Report) -> String {
    type Column = (&'static str, fn(&LesionResult) -> Option<String>);
    let unit = report.settings.basis.unit();
    let columns: [Column; 10] = [
        ("Voxels", |lesion| Some(lesion.voxels.to_string())),
        ("Minimum", |lesion| Some(readable(lesion.dose_min))),
        ("D90", |lesion| Some(readable(lesion.d90))),
        ("Maximum", |lesion| Some(readable(lesion.dose_max))),
        ("Recovery", |lesion| lesion.recovery_coefficient.map(readable)),
        ("Corrected mean", |lesion| lesion.dose_mean_corrected.map(readable)),
        ("Time-integrated activity (MBq h)", |lesion| lesion.time_integrated_activity_mbq_h.map(readable)),
        ("Effective half-life (h)", |lesion| lesion.effective_half_life_h.map(readable)),
        ("Outside activity image", |lesion| {
            lesion.fraction_outside_activity_image.filter(|&fraction| fraction > 0.0).map(percent)
        }),
        ("Notes", |lesion| Some(safe(&lesion.notes.join("; "))).filter(|notes| !notes.is_empty())),
    ];
    let used: Vec<Column> = columns
        .into_iter()
        .filter(|(_, value)| report.lesions.iter().any(|lesion| value(lesion).is_some()))
        .collect();
    let mut headers = vec!["Lesion".to_owned()];
    headers.extend(used.iter().map(|(name, _)| match *name {
        "Minimum" | "D90" | "Maximum" | "Corrected mean" => format!("{name} ({unit})"),
        _ => (*name).to_owned(),
    }));
    let rows = report.lesions.iter().map(|lesion| {
        let mut row = vec![title(lesion)];
        row.extend(used.iter().map(|(_, value)| value(lesion).unwrap_or("–".to_owned())));
        row
    });
    if report.lesions.is_empty() {
        return String::new();
    }
    section("further", "Further values", &table("values", &headers, rows))
}

/// The files that went in.
pub(super) fn inputs(report: &Report) -> String {
    if report.inputs.is_empty() {
        return String::new();
    }
    let rows = report.inputs.iter().map(|input| {
        vec![
            safe(&input.what),
            format!("<code>{}</code>", safe(&input.path)),
            format!("<code class=\"hash\">{}</code>", safe(&input.sha256)),
        ]
    });
    let headers = ["Input", "Path", "SHA-256"].map(str::to_owned);
    section("inputs", "Inputs", &table("text", &headers, rows))
}

/// The limits of this crate and everything else that was set.
pub(super) fn parameters(report: &Report) -> String {
    let settings = &report.settings;
    let [low, high] = settings.response.doses();
    let own = [
        ("Response limits".to_owned(), format!("{} and {} Gy", readable(low), readable(high))),
        (
            "Small lesion".to_owned(),
            format!(
                "diameter below {} mm without a stated resolution",
                readable(settings.partial_volume.limit_mm(None))
            ),
        ),
    ];
    let rows = report.parameters.iter().chain(&own).map(|(name, value)| vec![safe(name), safe(value)]);
    let headers = ["Setting", "Value"].map(str::to_owned);
    section("settings", "Settings", &table("text", &headers, rows))
}

/// The warnings, or that there are none.
pub(super) fn warnings(report: &Report) -> String {
    let body = if report.warnings.is_empty() {
        "<p>None.</p>\n".to_owned()
    } else {
        let items: String =
            report.warnings.iter().map(|warning| format!("<li>{}</li>\n", safe(warning))).collect();
        format!("<ul class=\"warnings\">\n{items}</ul>\n")
    };
    section("warnings", "Warnings", &body)
}

/// How the numbers came about.
pub(super) fn methods(report: &Report) -> String {
    let given: String = report.methods.iter().map(|text| format!("<p>{}</p>\n", safe(text))).collect();
    let own = "<p>D<sub>x</sub> is the dose that at least x % of the volume receives (ICRU Report 83), interpolated \
        linearly between sorted voxel doses. The diameter is that of the sphere of equal volume. A lesion is flagged \
        where it is narrower than the larger of a fixed diameter and a multiple of the scanner's resolution (Soret et \
        al. 2007); where it is narrower than twice the resolution, its histogram shows the blur of the scanner. \
        Uncertainties follow the EANM guidance (Gear et al. 2018).</p>\n\
        <p class=\"references\">ICRU Report 83, 2010. Soret M, Bacharach SL, Buvat I, J Nucl Med 48:932–945, 2007. Gear \
        JI et al., Eur J Nucl Med Mol Imaging 45:2456–2474, 2018. Response limits: Maxon HR et al., N Engl J Med \
        309:937–941, 1983; Ho AL et al., N Engl J Med 368:623–632, 2013.</p>\n";
    section("methods", "Methods", &(given + own))
}

fn title(lesion: &LesionResult) -> String {
    format!("<span class=\"label\">{}</span> {}", lesion.label, escape::name(lesion.label, &lesion.name))
}

/// A table of ready HTML cells, the first of each row its header; `class` picks its style.
fn table(class: &str, headers: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head: String =
        headers.iter().map(|header| format!("<th scope=\"col\">{}</th>", safe(header))).collect();
    let body: String = rows
        .map(|row| {
            let cells: String = row
                .iter()
                .zip(headers)
                .enumerate()
                .map(|(column, (cell, header))| match column {
                    0 => format!("<th scope=\"row\">{cell}</th>"),
                    _ => format!("<td data-title=\"{}\">{cell}</td>", safe(header)),
                })
                .collect();
            format!("<tr>{cells}</tr>\n")
        })
        .collect();
    format!(
        "<div class=\"scroll\">\n<table class=\"{class}\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().collect::<String>() + characters.as_str())
}
