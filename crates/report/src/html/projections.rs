//! The maximum-intensity projections.

use super::section;
use super::slices::{SCALE_BAR, Sheet, capital, colour_bar, figure};
use crate::number::{readable, significant};
use crate::report::Report;

/// The dose from the front and from the side, where there are images.
pub(super) fn projections(report: &Report) -> String {
    let Some(projections) = &report.projections else { return String::new() };
    let unit = report.settings.basis.unit();
    let views = &projections.views;
    let figures: String = views
        .iter()
        .map(|view| {
            let plane = capital(view.plane);
            let alt = format!(
                "{plane} maximum-intensity projection of absorbed dose; brightest colour {} {unit}",
                readable(projections.full_scale)
            );
            let sheet = Sheet {
                plane: view.plane,
                size: view.size,
                pixel_mm: view.pixel_mm,
                marks: &view.marks,
                png: &view.png,
            };
            figure(&sheet, &alt, &format!("{plane} projection"))
        })
        .collect();
    let body = format!(
        "<div class=\"slices projections\" style=\"--columns:{}\">\n{figures}</div>\n{}<p class=\"caption\">The highest dose \
         along each line through the patient, with the shadows of the lesions’ outlines; where two overlap, one hides the \
         other. Voxels whose dose is below twice its Monte Carlo uncertainty, most of them in air, are left out. The bar is {} mm.</p>\n",
        views.each_ref().map(|view| format!("{}fr", view.size[0])).join(" "),
        colour_bar(projections.full_scale, unit, "projections"),
        significant(SCALE_BAR, 3),
    );
    section("projections", "Maximum-intensity projection of the dose", &body)
}
