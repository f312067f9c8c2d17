//! `[report]`: limits used in the report.

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::table::Table;
use super::value;

/// Limits used in the report.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    /// The two absorbed doses in Gy that part the response bands: below the first, between, from the second up.
    #[serde(rename = "response_limits_Gy")]
    #[schemars(inner(range(min = 0)))]
    pub response_limits_gy: [f64; 2],
    /// A lesion of a smaller equivalent-sphere diameter in mm is flagged for partial-volume loss.
    #[schemars(range(min = 0))]
    pub partial_volume_mm: f64,
    /// So is one of a smaller diameter than this many times the image's resolution_mm.
    #[schemars(range(min = 0))]
    pub partial_volume_fwhm_factor: f64,
}

impl Default for Report {
    fn default() -> Self {
        Self { response_limits_gy: [20.0, 80.0], partial_volume_mm: 30.0, partial_volume_fwhm_factor: 3.0 }
    }
}

impl Report {
    pub(super) fn read(root: &mut Table) -> Self {
        let defaults = Self::default();
        let mut table = root.table("report");
        let response_limits_gy =
            table.optional("response_limits_Gy", "two rising absorbed doses in Gy, such as [20, 80]", limits);
        let partial_volume_mm =
            table.optional("partial_volume_mm", "a diameter in mm, 0 or more", not_negative);
        let partial_volume_fwhm_factor =
            table.optional("partial_volume_fwhm_factor", "a number, 0 or more", not_negative);
        table.refuse_unknown_keys();
        Self {
            response_limits_gy: response_limits_gy.unwrap_or(defaults.response_limits_gy),
            partial_volume_mm: partial_volume_mm.unwrap_or(defaults.partial_volume_mm),
            partial_volume_fwhm_factor: partial_volume_fwhm_factor
                .unwrap_or(defaults.partial_volume_fwhm_factor),
        }
    }
}

fn limits(found: &DeValue) -> Option<[f64; 2]> {
    let limits = found.as_array()?.iter().map(|limit| value::positive(limit.get_ref()));
    let limits: [f64; 2] = limits.collect::<Option<Vec<_>>>()?.try_into().ok()?;
    (limits[0] < limits[1]).then_some(limits)
}

fn not_negative(found: &DeValue) -> Option<f64> {
    value::number(found).filter(|&number| number >= 0.0)
}
