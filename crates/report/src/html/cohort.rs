//! `cohort.html`: the cases of a batch with links to their reports, and all their lesions.

use super::document::Document;
use super::escape::{escape, title};
use super::section;
use super::table::{Cell, column, table};
use crate::cohort::{Cohort, CohortCase, CohortLesion};
use crate::number::{readable, with_uncertainty};

/// The page, without script, asking nothing of the network. Every text is escaped.
pub fn render_cohort(cohort: &Cohort) -> String {
    let failed = cohort.cases.iter().filter(|case| case.error.is_some()).count();
    let summary = format!(
        "<p class=\"lead\">{} case{}, {failed} without a result.</p>\n",
        cohort.cases.len(),
        if cohort.cases.len() == 1 { "" } else { "s" }
    );
    let columns = ["Case", "State", "Lesions", "Warnings", "Verdict", "Probability"];
    let columns = columns.map(|name| column(name, ""));
    let cases = section("cases", "Cases", &table("text", &columns, cohort.cases.iter().map(case_row)));
    let columns = [
        column("Case", ""),
        column("Lesion", ""),
        column("Volume", "mL"),
        column("Size flag", ""),
        column("Mean dose as measured ± u (k = 1)", ""),
        column("Corrected for blur ± u", ""),
        column("D95", ""),
        column("Per activity", "Gy/GBq"),
        column("Response band", "Gy"),
    ];
    let rows = cohort
        .cases
        .iter()
        .flat_map(|case| case.lesions.lesions.iter().map(move |lesion| lesion_row(case, lesion)));
    let lesions = section("lesions", "Lesions", &table("lesions", &columns, rows));
    Document {
        title: "Absorbed dose reports: cohort",
        allows: "",
        header: &format!("<p class=\"kind\">Absorbed dose reports</p>\n<h1>Cohort</h1>\n{summary}"),
        main: &(cases + &lesions),
        version: &cohort.version,
        scripts: "",
    }
    .html()
}

fn case_row(case: &CohortCase) -> Vec<Cell> {
    let name = if case.id.is_empty() { &case.file } else { &case.id };
    if let Some(error) = &case.error {
        return vec![
            format!("<bdi>{}</bdi>", escape(name)).into(),
            "<span class=\"badge bad\">failed</span>".to_owned().into(),
            Cell::spanning(4, escape(error)),
        ];
    }
    let verdict = case.verdict.as_ref();
    let probability = verdict.and_then(|verdict| verdict.probability);
    vec![
        format!("<a href=\"{}/report.html\"><bdi>{}</bdi></a>", escape(&url(&case.folder)), escape(name))
            .into(),
        "<span class=\"badge good\">done</span>".to_owned().into(),
        case.lesions.lesions.len().to_string().into(),
        case.lesions.warnings.len().to_string().into(),
        verdict
            .map_or("–".into(), |verdict| {
                format!("<b>{}</b>: {}", verdict.outcome.as_str(), escape(&verdict.question))
            })
            .into(),
        probability.map_or("–".into(), |p| format!("{} %", readable(100.0 * p))).into(),
    ]
}

fn lesion_row(case: &CohortCase, lesion: &CohortLesion) -> Vec<String> {
    let unit = escape(&case.lesions.dose_unit);
    let dose = |value: Option<f64>, u: Option<f64>| {
        value.map_or("–".to_owned(), |value| format!("{} {unit}", with_uncertainty(value, u)))
    };
    let plain = |value: Option<f64>| value.map_or("–".into(), readable);
    vec![
        format!("<bdi>{}</bdi>", escape(&case.id)),
        title(lesion.label, &lesion.name),
        readable(lesion.volume_ml),
        escape(&lesion.partial_volume_flag),
        dose(lesion.dose_mean, lesion.dose_mean_u),
        dose(lesion.dose_mean_corrected, lesion.dose_mean_corrected_u),
        lesion.d95.map_or("–".into(), |d95| format!("{} {unit}", readable(d95))),
        plain(lesion.dose_per_activity),
        lesion
            .response_band_corrected
            .as_deref()
            .or(lesion.response_band.as_deref())
            .map_or("–".into(), escape),
    ]
}

/// A relative path as part of an address: everything but letters, digits and `-._` as percent and hexadecimal (RFC 3986).
fn url(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'/');
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cohort::tests::cohort;

    #[test]
    fn cases_and_lesions_stand_in_the_page_and_names_stay_text() {
        let page = render_cohort(&cohort("<script>alert(1)</script>"));
        assert!(page.contains("2 cases, 1 without a result."));
        assert!(page.contains("<a href=\"first/report.html\">"));
        assert!(page.contains("ct.nii.gz: cannot be read"));
        assert!(page.contains("81.5 ± 8.0 Gy"), "{page}");
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
    }

    #[test]
    fn addresses_hold_no_character_of_their_own_meaning() {
        assert_eq!(url("肺 #1?"), "%E8%82%BA%20%231%3F");
    }
}
