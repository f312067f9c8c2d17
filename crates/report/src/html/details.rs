//! What stands behind the numbers: uncertainty, further values, inputs, settings, methods.

use super::budget_bars::bars;
use super::table::{column, table};
use super::{escape, escape::escape as safe, section};
use crate::lesion::{LesionDose, LesionResult};
use crate::number::{percent, readable, significant, uncertainty as u_text};
use crate::report::Report;
use crate::second_check::Verdict;
use crate::uncertainty::Budget;

/// Each lesion's budgets, with what they lack: of the mean as measured and, where there is one, of the corrected mean.
pub(super) fn uncertainty(report: &Report) -> String {
    let measured = budgets(report, |dose| Some(&dose.uncertainty_budget));
    if measured.is_empty() {
        return String::new();
    }
    let corrected = budgets(report, |dose| {
        Some(&dose.corrected_uncertainty_budget).filter(|budget| !budget.components().is_empty())
    });
    let part = |title: &str, budgets: &[LesionBudget<'_>]| {
        format!("<h3>{title}</h3>\n{}{}", bars(budgets), budget_table(budgets))
    };
    let mut body = part("Mean dose as measured", &measured);
    if !corrected.is_empty() {
        body += &part("Mean dose corrected for blur", &corrected);
    }
    body += "<p class=\"caption\">Relative standard uncertainties (k = 1) of the mean dose, combined in quadrature, the largest \
           in bold. A component marked “not included” is not zero: nothing was given to compute it from, and the combined \
           value is too small by it.</p>\n<p class=\"caption\">Never part of a budget: errors of reconstruction, scatter and \
           attenuation correction, motion and misregistration of the images, the density from CT, the cross sections and \
           decay data and, where the images are too few for a choice, the model over time; of the mean as measured, the activity that blur carries out \
           of small lesions (a bias; see the size flag).</p>\n";
    section("uncertainty", "Uncertainty", &body)
}

type LesionBudget<'a> = (&'a LesionResult, &'a Budget);

fn budgets(report: &Report, of: impl Fn(&LesionDose) -> Option<&Budget>) -> Vec<LesionBudget<'_>> {
    let with_dose = report.lesions.iter().filter_map(|lesion| Some((lesion, lesion.dose.as_ref()?)));
    with_dose.filter_map(|(lesion, dose)| Some((lesion, of(dose)?))).collect()
}

fn budget_table(budgets: &[LesionBudget<'_>]) -> String {
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
        let largest = causes.iter().filter_map(|cause| budget.relative_u_of(cause)).fold(0.0, f64::max);
        let shown = |u: f64| if u == largest { format!("<b>{}</b>", percent(u)) } else { percent(u) };
        let mut row = vec![escape::title(lesion.label, &lesion.name)];
        row.extend(
            causes.iter().map(|cause| budget.relative_u_of(cause).map_or("not included".to_owned(), shown)),
        );
        row.push(budget.combined().map_or("unknown".to_owned(), percent));
        row
    });
    table("values", &columns, rows)
}

/// Each lesion's mean dose beside two simple reckonings.
pub(super) fn second_check(report: &Report) -> String {
    let unit = report.settings.basis.unit();
    let columns = [
        column("Lesion", ""),
        column("Mean dose", unit),
        column("Sphere", unit),
        column("On the spot", unit),
        column("May differ by", unit),
        column("Second check", ""),
    ];
    let rows: Vec<Vec<String>> = report
        .lesions
        .iter()
        .filter_map(|lesion| {
            let dose = lesion.dose.as_ref()?;
            let verdict = match dose.second_check? {
                Verdict::Agrees => "<span class=\"badge good\">agrees</span>",
                Verdict::Differs => "<span class=\"badge care\">differs</span>",
            };
            Some(vec![
                escape::title(lesion.label, &lesion.name),
                readable(dose.mean),
                readable(dose.sphere?),
                readable(dose.local?),
                readable(dose.second_check_tolerance?),
                verdict.to_owned(),
            ])
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let body = table("values", &columns, rows.into_iter())
        + "<p class=\"caption\">The mean dose as measured beside the self dose of a sphere of the lesion’s mass and the dose if \
           electrons ended where they began, both without the Monte Carlo engine: an error of a factor would show here. A \
           small lesion in lung, or beside a hotter one, may differ rightly: what lies around it sends energy in.</p>\n";
    section("second-check", "Second check", &body)
}

/// What the main table has no room for; columns that no lesion fills are left out.
pub(super) fn further_values(report: &Report) -> String {
    type Value = fn(&LesionResult) -> Option<String>;
    if report.lesions.is_empty() {
        return String::new();
    }
    let unit = report.settings.basis.unit();
    let all: [(&str, &str, Value); 10] = [
        ("Voxels", "", |lesion| Some(lesion.voxels.to_string())),
        ("Minimum", unit, |lesion| lesion.dose.as_ref().map(|dose| readable(dose.min))),
        ("D90", unit, |lesion| lesion.dose.as_ref().map(|dose| readable(dose.d90))),
        ("Maximum", unit, |lesion| lesion.dose.as_ref().map(|dose| readable(dose.max))),
        ("Recovery coefficient", "", |lesion| lesion.recovery_coefficient.map(readable)),
        ("u of the mean from Monte Carlo", unit, |lesion| lesion.dose.as_ref()?.mean_u_mc.map(u_text)),
        ("Mean as measured per activity", "Gy/GBq", |lesion| {
            lesion.dose.as_ref()?.per_activity.map(readable)
        }),
        ("Time-integrated activity", "MBq h", |lesion| lesion.time_integrated_activity_mbq_h.map(readable)),
        ("Effective half-life, corrected for blur where the mean is", "h", |lesion| {
            lesion.effective_half_life_h.map(readable)
        }),
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
    let caption = if report.lesions.iter().any(|lesion| lesion.recovery_coefficient.is_some()) {
        "<p class=\"caption\">Recovery coefficient: concentration of activity in the outline as measured over the true one. The \
         corrected mean is not the mean over it: dose from outside the lesion needs no correction, and activity that neighbours \
         spill into the outline is no activity of the lesion.</p>\n"
    } else {
        ""
    };
    section("further", "Further values", &(table("values", &columns, rows) + caption))
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
