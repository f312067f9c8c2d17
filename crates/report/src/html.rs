//! `report.html`: one file that holds everything and asks nothing of the network.
//!
//! The page is complete without its script, which adds what paper cannot do. A content security policy allows this one script
//! by its hash, so that no lesion name can bring in another. `docs/methods/report.md` says what each part shows.

mod budget_bars;
mod cohort;
mod details;
mod document;
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
use document::Document;
use escape::escape;

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
    Document {
        title: &format!("Absorbed dose report: {}", report.case_id),
        allows: &format!("img-src data:; script-src {}; ", script::source()),
        header: &format!(
            "<p class=\"kind\">Absorbed dose report</p>\n<h1><bdi>{}</bdi></h1>\n{}",
            escape(&report.case_id),
            summary::facts(report)
        ),
        main: &sections,
        version: &report.version,
        scripts: &format!("{viewer_data}{}", script::script()),
    }
    .html()
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
