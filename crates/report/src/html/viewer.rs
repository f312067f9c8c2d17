//! What the script needs to show any slice.

use super::script;
use super::slices::SCALE_BAR;
use crate::picture::{INFERNO, Plane};
use crate::report::Report;
use serde_json::json;

/// The packed volumes with what the report knows of them, where there are any.
pub(super) fn data(report: &Report) -> String {
    let (Some(viewer), Some(pictures)) = (&report.viewer, &report.pictures) else { return String::new() };
    let planes = [Plane::Axial, Plane::Coronal, Plane::Sagittal].map(|plane| {
        json!({
            "name": plane.name(), "normal": plane.normal_axis(), "axes": plane.picture_axes(),
            "edges": plane.edges().map(String::from),
        })
    });
    let names: Vec<_> = report.lesions.iter().map(|lesion| json!([lesion.label, lesion.name])).collect();
    let page = json!({
        "packed": viewer, "unit": report.settings.basis.unit(), "full_scale": pictures.full_scale,
        "focus": pictures.focus, "colours": INFERNO, "planes": planes, "names": names, "bar": SCALE_BAR,
    });
    script::data("viewer-data", &page)
}
