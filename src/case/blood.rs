//! `[blood]`: samples of whole body and blood.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::path::CasePath;
use super::table::Table;
use super::value;

/// Samples of whole body and blood after the administration that was imaged.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Blood {
    /// CSV file with the columns time_h, sample, value, unit and perhaps u; values as measured, not decay-corrected.
    pub path: CasePath,
    /// Body mass in kg.
    #[schemars(range(min = 1, max = 1000))]
    pub body_mass_kg: f64,
    /// Volume of the patient's blood in mL, for the estimate of the blood dose from the whole body alone.
    #[serde(rename = "blood_volume_mL", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 100, max = 20000))]
    pub blood_volume_ml: Option<f64>,
    /// Relative standard uncertainty (k=1) of a sample that states none, above 0 and below 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub sample_u: Option<f64>,
}

impl Blood {
    pub(super) fn read(root: &mut Table, base: &Path) -> Option<Self> {
        let mut table = root.optional_table("blood")?;
        let between = |least: f64, most: f64| {
            move |found: &toml::de::DeValue| {
                value::number(found).filter(|number| (least..=most).contains(number))
            }
        };
        let path = table.required("path", CasePath::EXPECTED, CasePath::below(base));
        let body_mass_kg = table.required("body_mass_kg", "a body mass from 1 to 1000 kg", between(1.0, 1e3));
        let expected = "a volume from 100 to 20000 mL";
        let blood_volume_ml = table.optional("blood_volume_mL", expected, between(100.0, 2e4));
        let expected = "a relative standard uncertainty, above 0 and below 1";
        let sample_u =
            table.optional("sample_u", expected, |found| value::relative(found).filter(|&u| u > 0.0));
        table.refuse_unknown_keys();
        Some(Self { path: path?, body_mass_kg: body_mass_kg?, blood_volume_ml, sample_u })
    }
}
