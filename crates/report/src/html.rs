//! `report.html`: one file that holds everything and asks nothing of the network.
//!
//! The page is complete without its script, which adds what paper cannot do. A content security policy allows this one script
//! by its hash, so that no lesion name can bring in another. `docs/methods/report.md` says what each part shows.

mod budget_bars;
mod cohort;
mod details;
mod escape;
mod lesions;
mod limits;
mod overlays;
mod plot;
mod positions;
mod prescription;
mod projections;
mod script;
mod slices;
mod summary;
mod table;
mod time_activity;
mod viewer;

use crate::report::Report;
pub use cohort::render_cohort;
use escape::escape;

const STYLE: &str = include_str!("html/style.css");

const NOTICE: &str = "Research software, not a medical device. The numbers here must not be the sole basis of a \
    treatment decision; a qualified medical physicist must judge them.";

/// Bytes that a page may have: under 5 MB with something to spare.
const MOST_BYTES: usize = 4_500_000;

/// Bytes of text that a page leaves for [`Viewer::pack`](crate::Viewer::pack).
pub fn room(report: &Report) -> usize {
    // The rest of the viewer's block: grids, colours, the names again.
    let names: usize = report.lesions.iter().map(|lesion| 6 * lesion.name.len() + 16).sum();
    let taken = page(report, "").len() + 4096 + names;
    MOST_BYTES.saturating_sub(taken)
}

/// The whole page. Every text of the report is escaped.
pub fn render(report: &Report) -> String {
    page(report, &viewer::data(report))
}

fn page(report: &Report, viewer_data: &str) -> String {
    let case = escape(&report.case_id);
    let sections: String = [
        summary::summary(report),
        prescription::prescription(report),
        lesions::lesions(report),
        lesions::organs(report),
        plot::histograms(report),
        slices::slices(report),
        projections::projections(report),
        time_activity::time_activity(report),
        details::uncertainty(report),
        limits::limits(report),
        details::second_check(report),
        details::further_values(report),
        overlays::overlays(report),
        positions::positions(report),
        details::methods(report),
        details::inputs(report),
        details::parameters(report),
        summary::warnings(report),
    ]
    .concat();
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {source}; style-src 'unsafe-inline'; img-src data:">
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
<p>iodose {version}. Research use only.</p>
</footer>
{viewer_data}{script}</body>
</html>
"#,
        facts = summary::facts(report),
        version = escape(&report.version),
        source = script::source(),
        script = script::script(),
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
