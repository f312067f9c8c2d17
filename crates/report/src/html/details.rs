//! What stands behind the numbers: uncertainty, further values, inputs, settings, methods.

use super::table::{column, table};
use super::{escape, escape::escape as safe, section};
use crate::lesion::LesionResult;
use crate::number::{percent, readable, significant};
use crate::report::Report;

/// Each lesion's budget, with what it lacks.
pub(super) fn uncertainty(report: &Report) -> String {
    let budgets: Vec<_> = report
        .lesions
        .iter()
        .filter_map(|lesion| Some((lesion, &lesion.dose.as_ref()?.uncertainty_budget)))
        .collect();
    if budgets.is_empty() {
        return String::new();
    }
    let mut causes: Vec<&str> = Vec::new();
    for component in budgets.iter().flat_map(|(_, budget)| budget.components()) {
        if !causes.contains(&component.name.as_str()) {
            causes.push(&component.name);
        }
    }
    let mut columns = vec![column("Lesion", "")];
    columns.extend(causes.iter().map(|cause| column(capitalised(cause), "")));
    columns.push(column("Combined", ""));
    let rows = budgets.iter().map(|(lesion, budget)| {
        let relative = |u: Option<f64>, missing: &str| u.map_or(missing.to_owned(), percent);
        let mut row = vec![escape::title(lesion.label, &lesion.name)];
        row.extend(causes.iter().map(|cause| relative(budget.relative_u_of(cause), "not included")));
        row.push(format!("<b>{}</b>", relative(budget.combined(), "unknown")));
        row
    });
    let body = table("values", &columns, rows)
        + "<p class=\"caption\">Relative standard uncertainties (k = 1) of the mean dose, combined in quadrature. A \
           component marked “not included” is not zero: nothing was given to compute it from, and the combined value \
           is too small by it.</p>\n<p class=\"caption\">Never part of this budget: the activity that blur carries \
           out of small lesions (a bias; see the size flag), errors of reconstruction, scatter and attenuation \
           correction, motion and misregistration of the images, the density from CT, the cross sections and decay \
           data, and the choice of the model over time. This is the mean as measured; that of the \
           corrected mean stands in lesions.json.</p>\n";
    section("uncertainty", "Uncertainty", &body)
}

/// What the main table has no room for; columns that no lesion fills are left out.
pub(super) fn further_values(report: &Report) -> String {
    type Value = fn(&LesionResult) -> Option<String>;
    if report.lesions.is_empty() {
        return String::new();
    }
    let unit = report.settings.basis.unit();
    let all: [(&str, &str, Value); 9] = [
        ("Voxels", "", |lesion| Some(lesion.voxels.to_string())),
        ("Minimum", unit, |lesion| lesion.dose.as_ref().map(|dose| readable(dose.min))),
        ("D90", unit, |lesion| lesion.dose.as_ref().map(|dose| readable(dose.d90))),
        ("Maximum", unit, |lesion| lesion.dose.as_ref().map(|dose| readable(dose.max))),
        ("Recovery coefficient", "", |lesion| lesion.recovery_coefficient.map(readable)),
        ("Corrected mean", unit, |lesion| lesion.dose.as_ref()?.mean_corrected.map(readable)),
        ("Time-integrated activity", "MBq h", |lesion| lesion.time_integrated_activity_mbq_h.map(readable)),
        ("Effective half-life", "h", |lesion| lesion.effective_half_life_h.map(readable)),
        ("Outside activity image", "", |lesion| {
            lesion.fraction_outside_activity_image.filter(|&fraction| fraction > 0.0).map(percent)
        }),
    ];
    let used: Vec<_> = all
        .iter()
        .filter(|(.., value)| report.lesions.iter().any(|lesion| value(lesion).is_some()))
        .collect();
    let mut columns = vec![column("Lesion", "")];
    columns.extend(used.iter().map(|(name, unit, _)| column(*name, unit)));
    let rows = report.lesions.iter().map(|lesion| {
        let mut row = vec![escape::title(lesion.label, &lesion.name)];
        row.extend(used.iter().map(|(.., value)| value(lesion).unwrap_or("–".to_owned())));
        row
    });
    section("further", "Further values", &table("values", &columns, rows))
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
    let columns = ["Input", "Path", "SHA-256"].map(|name| column(name, ""));
    section("inputs", "Inputs", &table("text", &columns, rows))
}

/// The limits of this crate and everything else that was set.
pub(super) fn parameters(report: &Report) -> String {
    let settings = &report.settings;
    let [low, high] = settings.response.doses();
    let own = [
        ("Response limits".to_owned(), format!("{} and {} Gy", significant(low, 6), significant(high, 6))),
        (
            "Small lesion".to_owned(),
            format!(
                "diameter below {} mm or {} times the resolution (FWHM), whichever is larger",
                significant(settings.partial_volume.minimum_diameter_mm(), 6),
                significant(settings.partial_volume.fwhm_factor(), 6)
            ),
        ),
    ];
    let rows = report.parameters.iter().chain(&own).map(|(name, value)| vec![safe(name), safe(value)]);
    let columns = ["Setting", "Value"].map(|name| column(name, ""));
    section("settings", "Settings", &table("text", &columns, rows))
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

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().collect::<String>() + characters.as_str())
}
