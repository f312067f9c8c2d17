//! `[[image]]`: the activity images.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::image_unit::{ImageUnit, UnitKeys};
use super::path::CasePath;
use super::registration::Registration;
use super::series::SeriesKey;
use super::table::Table;
use super::value;

const EXPECTED_TIME: &str = "the time after administration in hours, above 0";

/// An activity image at one point in time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend(
    "allOf" = [
        {
            "if": { "properties": { "unit": { "const": "counts" } }, "required": ["unit"] },
            "then": { "required": ["calibration_cps_per_MBq"] },
        },
        {
            "if": { "properties": { "unit": { "const": "arbitrary" } }, "required": ["unit"] },
            "then": { "required": ["Bq_per_mL_per_unit"] },
        },
    ],
))]
pub struct Image {
    /// NIfTI or MetaImage file, or DICOM folder, file or zip archive.
    pub path: CasePath,
    /// PET or SPECT; the same for all images.
    pub modality: Modality,
    /// The imaged nuclide, such as "I-124"; the same for all images.
    #[schemars(regex(pattern = "^[A-Z][a-z]?-[1-9][0-9]{0,2}m?$"))]
    pub nuclide: String,
    /// Unit of the stored numbers. `None`, with DICOM only: as the file says.
    #[serde(flatten)]
    #[schemars(with = "UnitKeys")]
    pub unit: Option<ImageUnit>,
    /// Time of the image after administration, in hours; each image later than the one before.
    /// Required unless the image is DICOM, which says it itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub time_h: Option<f64>,
    /// Spatial resolution of the image (full width at half maximum) in mm, for partial-volume flags, recovery and
    /// the uncertainty budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub resolution_mm: Option<f64>,
    /// Relative standard uncertainty (k=1) of the scanner's calibration, from 0 to below 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("exclusiveMaximum" = 1))]
    pub calibration_u: Option<f64>,
    /// Which series of a DICOM folder: its SeriesInstanceUID or SeriesNumber. Absent: there must be only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<SeriesKey>,
    /// What happens where a DICOM image was made for another nuclide, or with a half-life or positron fraction over 2 %
    /// off: "refuse", or "correct" the values. Absent: "refuse".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanner_nuclide_data: Option<ScannerNuclideData>,
    /// How the image lies to the CT or density map, where their frames of reference differ.
    #[serde(flatten)]
    pub registration: Registration,
}

/// What happens where the scanner used other nuclide data than the true ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum ScannerNuclideData {
    /// The image is refused.
    Refuse,
    /// Its values are corrected.
    Correct,
}

/// How an activity image was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum Modality {
    /// Positron emission tomography.
    #[serde(rename = "PET")]
    Pet,
    /// Single-photon emission tomography.
    #[serde(rename = "SPECT")]
    Spect,
}

impl std::fmt::Display for Modality {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pet => "PET",
            Self::Spect => "SPECT",
        })
    }
}

/// Reads all images; those with problems of their own are left out.
pub(super) fn read_all(root: &mut Table, base: &Path) -> Vec<Image> {
    let mut images = Vec::new();
    for mut table in root.required_tables("image", "[[image]] sections, one per time point") {
        if let Some(image) = Image::read(&mut table, base) {
            image.refuse_contradictions(&table, &images);
            images.push(image);
        }
    }
    images
}

impl Image {
    fn read(table: &mut Table, base: &Path) -> Option<Self> {
        let path = table.required("path", CasePath::EXPECTED, CasePath::below(base));
        let modalities = [("PET", Modality::Pet), ("SPECT", Modality::Spect)];
        let modality = table.required("modality", r#""PET" or "SPECT""#, value::choice(&modalities));
        let nuclide = table.required("nuclide", value::EXPECTED_NUCLIDE, value::nuclide);
        let is_silent = path.as_ref().is_some_and(|path| !path.is_dicom());
        let unit = ImageUnit::read(table, is_silent);
        let time_h = if is_silent {
            table.required("time_h", EXPECTED_TIME, value::positive)
        } else {
            table.optional("time_h", EXPECTED_TIME, value::positive)
        };
        let resolution_mm =
            table.optional("resolution_mm", "a full width at half maximum in mm, above 0", value::positive);
        let calibration_u = table.optional(
            "calibration_u",
            "a relative standard uncertainty, from 0 to below 1",
            value::relative,
        );
        let series = SeriesKey::read(table, path.as_ref());
        let choices = [("refuse", ScannerNuclideData::Refuse), ("correct", ScannerNuclideData::Correct)];
        let scanner_nuclide_data =
            table.optional("scanner_nuclide_data", r#""refuse" or "correct""#, value::choice(&choices));
        if scanner_nuclide_data.is_some() && is_silent {
            table.note_wrong("scanner_nuclide_data", "it only with DICOM");
        }
        let registration = Registration::read(table, base);
        table.refuse_unknown_keys();
        Some(Self {
            path: path?,
            modality: modality?,
            nuclide: nuclide?,
            unit,
            time_h,
            resolution_mm,
            calibration_u,
            series,
            scanner_nuclide_data,
            registration,
        })
    }

    fn refuse_contradictions(&self, table: &Table, before: &[Self]) {
        let same = |image: &Self| image.path.resolved == self.path.resolved && image.series == self.series;
        if before.iter().any(same) {
            table.note_wrong("path", "another file or series than that of an earlier image");
        }
        if let Some(first) = before.first() {
            if self.modality != first.modality {
                table.note_wrong("modality", "the modality of the first image");
            }
            if self.nuclide != first.nuclide {
                table.note_wrong("nuclide", &format!("\"{}\" as in the first image", first.nuclide));
            }
        }
        let time_before = before.iter().rev().find_map(|image| image.time_h);
        if let (Some(time), Some(time_before)) = (self.time_h, time_before)
            && time <= time_before
        {
            table.note_wrong("time_h", &format!("more than {time_before} h, the time of the image before"));
        }
    }
}
