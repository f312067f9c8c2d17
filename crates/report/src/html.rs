//! `report.html`: one file that holds everything and asks nothing of the network.
//!
//! The page has no script, and a content security policy forbids any, so that no lesion name can bring one in.

mod cohort;
mod details;
mod escape;
mod lesions;
mod overlays;
mod plot;
mod positions;
mod prescription;
mod slices;
mod summary;
mod table;

use crate::report::Report;
pub use cohort::render_cohort;
use escape::escape;

const STYLE: &str = include_str!("html/style.css");

const NOTICE: &str = "Research software, not a medical device. The numbers here must not be the sole basis of a \
    treatment decision; a qualified medical physicist must judge them.";

/// The whole page. Every text of the report is escaped.
pub fn render(report: &Report) -> String {
    let case = escape(&report.case_id);
    let sections: String = [
        summary::summary(report),
        prescription::prescription(report),
        lesions::lesions(report),
        lesions::organs(report),
        plot::histograms(report),
        slices::slices(report),
        overlays::overlays(report),
        positions::positions(report),
        details::uncertainty(report),
        details::second_check(report),
        details::further_values(report),
        details::inputs(report),
        details::parameters(report),
        details::methods(report),
    ]
    .concat();
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>Absorbed dose report: {case}</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
<p class="kind">Absorbed dose report</p>
<h1><bdi>{case}</bdi></h1>
{facts}
<p class="notice" role="note">{NOTICE}</p>
</header>
<main>
{sections}</main>
<footer>
<p class="notice" role="note">{NOTICE}</p>
<p>iodose {version}</p>
</footer>
</body>
</html>
"#,
        facts = summary::facts(report),
        version = escape(&report.version),
    )
}

/// A titled section, or nothing where the body is empty.
fn section(id: &str, title: &str, body: &str) -> String {
    if body.is_empty() {
        return String::new();
    }
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>\n{body}</section>\n"
    )
}

#[cfg(test)]
mod tests;
