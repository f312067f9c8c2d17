//! The pictures of the activity images over the anatomy.

use crate::Error;
use crate::activity::ActivityImages;
use crate::case::Case;
use crate::lesions::Lesions;
use crate::positions::hours;
use crate::tissue::TissueImages;
use iodose_report::{LesionPositions, OverlaySource, Overlays};

/// Draws every image; close-ups show the lesions that moved the most, in widths, then the largest.
pub(crate) fn draw(
    case: &Case,
    images: &ActivityImages,
    tissue: &TissueImages,
    lesions: Option<&Lesions>,
    positions: &[LesionPositions],
) -> Result<Overlays, Error> {
    let sources: Vec<OverlaySource<'_>> = case
        .images
        .iter()
        .zip(images.times_h())
        .zip(images.volumes())
        .map(|((image, time_h), activity)| OverlaySource {
            title: format!("{} {}, {} h", image.modality, image.path.written, hours(time_h)),
            activity,
        })
        .collect();
    let labels = lesions.map(|lesions| &lesions.labels);
    let order = lesions.map_or_else(Vec::new, |lesions| order(lesions, positions));
    Overlays::draw(&sources, tissue.background(), tissue.ct.is_some(), labels, &order)
        .map_err(|error| Error::Report(error.to_string()))
}

/// Labels in the order of interest.
fn order(lesions: &Lesions, positions: &[LesionPositions]) -> Vec<u32> {
    let widths_moved = |label: u32| {
        let found = positions.iter().find(|lesion| lesion.label == label);
        let shift = found.and_then(|lesion| lesion.largest_shift);
        // What stays within a width is as good as still: noise shall not choose.
        shift.filter(|shift| shift.is_large()).map_or(0.0, |shift| shift.length_mm / shift.width_mm)
    };
    let mut ranked: Vec<(f64, f64, u32)> = lesions
        .list
        .iter()
        .map(|lesion| (widths_moved(lesion.label.into()), lesion.volume_ml, lesion.label.into()))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    ranked.into_iter().map(|(.., label)| label).collect()
}
