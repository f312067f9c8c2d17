//! The activity images over the anatomy.

use super::escape::{escape, title};
use super::section;
use super::slices::{SCALE_BAR, capital, figure, place};
use crate::number::{readable, significant};
use crate::picture::{Overlay, View};
use crate::report::Report;

/// The pictures of each image, where there are any.
pub(super) fn overlays(report: &Report) -> String {
    let Some(overlays) = &report.overlays else { return String::new() };
    let anatomy = if overlays.over_ct { "CT" } else { "the density map" };
    let without_ct = if overlays.over_ct { "" } else { "The case has no CT. " };
    let left_out = match overlays.left_out {
        0 => String::new(),
        1 => " One more lesion has no close-up.".to_owned(),
        many => format!(" {many} more lesions have no close-up."),
    };
    let images: String = overlays.images.iter().map(|image| pictures(report, image, anatomy)).collect();
    let body = format!(
        "<p class=\"caption\">{without_ct}Each activity image over {anatomy}, where its registration puts it, with the \
         lesions as drawn: uptake beside its outline, or at another place than at the other times, is a sign of a wrong \
         registration. First the whole image, then close-ups of the lesions that moved the most (see <a \
         href=\"#positions\">Shift of the lesions</a>), else of the largest.{left_out} Each has its own brightest \
         colour; below a quarter of it the activity fades out. Radiological view; the bar is {} mm.</p>\n{images}",
        significant(SCALE_BAR, 3)
    );
    section("overlays", &format!("Activity over {anatomy}"), &body)
}

fn pictures(report: &Report, image: &Overlay, anatomy: &str) -> String {
    let name = escape(&image.title);
    let figures: String = image.views.iter().map(|view| picture(report, view, &name, anatomy)).collect();
    format!("<h3><bdi>{name}</bdi></h3>\n<div class=\"overlays\">\n{figures}</div>\n")
}

fn picture(report: &Report, view: &View, image: &str, anatomy: &str) -> String {
    let named = |label| report.lesions.iter().find(|lesion| lesion.label == label);
    let (through, what) = match view.lesion {
        None => (String::new(), "Whole image".to_owned()),
        Some(label) => {
            let name = named(label).map_or("", |lesion| lesion.name.as_str());
            (format!(" through lesion {label}"), title(label, name))
        }
    };
    let (plane, place) = (capital(view.slice.plane), place(&view.slice));
    let full_scale = format!("{} kBq/mL", readable(1e-3 * view.full_scale));
    let alt = format!(
        "{plane} slice of activity over {anatomy}, {image}{through} at {place}; brightest colour {full_scale}"
    );
    let caption = format!("{what}: {}, {place}, to {full_scale}", view.slice.plane.name());
    figure(&(&view.slice).into(), &alt, &caption)
}
