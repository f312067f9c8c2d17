//! `registration` and the keys beside it: how an image lies to the CT.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::path::CasePath;
use super::table::Table;
use super::value;

/// How an image lies to the CT or density map, where a registration says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Registration {
    /// Rigid registration to the CT or density map: an ITK transform as text (.tfm), a 4x4 matrix as text, or a DICOM
    /// Spatial Registration object.
    #[serde(rename = "registration", skip_serializing_if = "Option::is_none")]
    pub file: Option<CasePath>,
    /// Which way a 4x4 matrix maps points; an ITK transform and a DICOM object say it themselves.
    #[serde(rename = "registration_maps", skip_serializing_if = "Option::is_none")]
    pub maps: Option<RegistrationMaps>,
    /// The axes of the points that a 4x4 matrix maps: LPS (DICOM, ITK) or RAS (NIfTI).
    #[serde(rename = "registration_axes", skip_serializing_if = "Option::is_none")]
    pub axes: Option<RegistrationAxes>,
}

/// Which way a matrix maps points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum RegistrationMaps {
    /// From the image (or the lesions) to the CT or density map.
    ImageToCt,
    /// From the CT or density map to the image (or the lesions).
    CtToImage,
}

/// Axes of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(inline)]
pub enum RegistrationAxes {
    /// To the left, the back and the head.
    Lps,
    /// To the right, the front and the head.
    Ras,
}

impl Registration {
    pub(super) fn read(table: &mut Table, base: &Path) -> Self {
        let file = table.optional("registration", CasePath::EXPECTED, CasePath::below(base));
        let maps =
            [("image-to-ct", RegistrationMaps::ImageToCt), ("ct-to-image", RegistrationMaps::CtToImage)];
        let expected = r#""image-to-ct" or "ct-to-image""#;
        let maps = table.optional("registration_maps", expected, value::choice(&maps));
        let axes = [("LPS", RegistrationAxes::Lps), ("RAS", RegistrationAxes::Ras)];
        let axes = table.optional("registration_axes", r#""LPS" or "RAS""#, value::choice(&axes));
        for key in ["registration_maps", "registration_axes"].into_iter().filter(|key| table.has(key)) {
            if !table.has("registration") {
                table.note_wrong(key, "it only beside registration");
            }
        }
        Self { file, maps, axes }
    }
}
