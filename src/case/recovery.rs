//! `[recovery]`: how means are corrected for the blur of the images, and what is known of outlines.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::path::CasePath;
use super::table::Table;
use super::value;

const METHODS: [(&str, RecoveryMethod); 2] = [("auto", RecoveryMethod::Auto), ("none", RecoveryMethod::None)];
const EXPECTED_SPHERES: &str = "three or more [diameter in mm, recovery coefficient, its standard uncertainty], such as [10, 0.41, 0.03]";

/// How mean doses are corrected for the blur of the images. The means as measured are always given too, and histograms
/// are never corrected.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Recovery {
    /// "auto": by the phantom's spheres where they are given, else by the images' resolution_mm, else not at all. "none":
    /// not at all.
    pub method: RecoveryMethod,
    /// Spheres of the site's phantom as its scanner and reconstruction show them without background: diameter in mm, recovery
    /// coefficient (measured over true mean), its standard uncertainty (k=1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spheres: Vec<[f64; 3]>,
    /// The same from a CSV file with the columns diameter_mm, recovery, u; not beside `spheres`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spheres_file: Option<CasePath>,
    /// Relative standard uncertainty (k=1) of the images' resolution_mm.
    #[schemars(range(min = 0, max = 1))]
    pub resolution_u: f64,
    /// Resolution (FWHM, mm) of the image that the lesions were drawn on. Absent: 0 where the mask lies on the grid of the CT
    /// or density map alone, else that of the activity images.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub outline_resolution_mm: Option<f64>,
}

/// Whether and by what means are corrected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum RecoveryMethod {
    /// By what the case states.
    #[default]
    Auto,
    /// Not at all.
    None,
}

impl Default for Recovery {
    /// Resolutions within 10 % of the truth, evenly distributed: 10 %/sqrt(3).
    fn default() -> Self {
        Self {
            method: RecoveryMethod::Auto,
            spheres: Vec::new(),
            spheres_file: None,
            resolution_u: 0.058,
            outline_resolution_mm: None,
        }
    }
}

impl Recovery {
    pub(super) fn read(root: &mut Table, base: &Path) -> Self {
        let defaults = Self::default();
        let mut table = root.table("recovery");
        let method = table.optional("method", "\"auto\" or \"none\"", value::choice(&METHODS));
        let spheres = table.optional("spheres", EXPECTED_SPHERES, spheres);
        let spheres_file = table.optional("spheres_file", CasePath::EXPECTED, CasePath::below(base));
        if table.has("spheres") && table.has("spheres_file") {
            table.note_wrong("spheres_file", "only one of spheres and spheres_file");
        }
        let resolution_u =
            table.optional("resolution_u", "a relative uncertainty from 0 to 1, such as 0.05", |found| {
                value::number(found).filter(|u| (0.0..=1.0).contains(u))
            });
        let outline_resolution_mm =
            table.optional("outline_resolution_mm", "a width from 0 to 100 mm", |found| {
                value::number(found).filter(|width| (0.0..=100.0).contains(width))
            });
        table.refuse_unknown_keys();
        Self {
            method: method.unwrap_or(defaults.method),
            spheres: spheres.unwrap_or_default(),
            spheres_file,
            resolution_u: resolution_u.unwrap_or(defaults.resolution_u),
            outline_resolution_mm,
        }
    }
}

fn spheres(found: &DeValue) -> Option<Vec<[f64; 3]>> {
    let rows = found.as_array()?.iter().map(|row| {
        let values = row.get_ref().as_array()?.iter().map(|number| value::positive(number.get_ref()));
        values.collect::<Option<Vec<_>>>()?.try_into().ok()
    });
    rows.collect::<Option<Vec<[f64; 3]>>>().filter(|rows| rows.len() >= 3)
}
