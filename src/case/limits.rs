//! `[limits]`: what the patient may have.

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::table::Table;
use super::value;

const EXPECTED_ACTIVITY: &str = "an activity in GBq, above 0";
const EXPECTED_DOSE: &str = "an absorbed dose in Gy, above 0";

/// What the patient may have. A limit of which nothing is known is listed as not checked.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest activity that may be administered, GBq.
    #[serde(rename = "administered_GBq")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub administered_gbq: f64,
    /// Absorbed dose to the blood, Gy.
    #[serde(rename = "blood_Gy")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub blood_gy: f64,
    /// Activity in the whole body 48 h after administration, GBq.
    #[serde(rename = "retention_48h_GBq")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub retention_gbq: f64,
    /// The same with diffuse lung disease, GBq.
    #[serde(rename = "retention_48h_diffuse_lung_GBq")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub retention_diffuse_lung_gbq: f64,
    /// Mean absorbed dose to the lungs, Gy: of an organ of kind "lung" that states no limit of its own.
    #[serde(rename = "lung_Gy")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub lung_gy: f64,
    /// Whether metastases fill the lungs, which makes the lower retention count.
    pub diffuse_lung_disease: bool,
    /// Limits that are estimated are kept with this many standard uncertainties to spare.
    #[schemars(range(min = 0, max = 5))]
    pub margin_k: f64,
}

impl Default for Limits {
    /// 11.1 GBq (300 mCi); those of Benua et al. 1962; 25 Gy, the lowest of the published limits of the lungs.
    fn default() -> Self {
        Self {
            administered_gbq: 11.1,
            blood_gy: 2.0,
            retention_gbq: 4.44,
            retention_diffuse_lung_gbq: 2.96,
            lung_gy: 25.0,
            diffuse_lung_disease: false,
            margin_k: 0.0,
        }
    }
}

impl Limits {
    /// The limit (GBq) of the retention after 48 h that counts.
    #[must_use]
    pub fn retention_limit_gbq(&self) -> f64 {
        if self.diffuse_lung_disease { self.retention_diffuse_lung_gbq } else { self.retention_gbq }
    }

    pub(super) fn read(root: &mut Table) -> Self {
        let defaults = Self::default();
        let mut table = root.table("limits");
        let mut activity = |key| table.optional(key, EXPECTED_ACTIVITY, value::positive);
        let administered_gbq = activity("administered_GBq");
        let retention_gbq = activity("retention_48h_GBq");
        let retention_diffuse_lung_gbq = activity("retention_48h_diffuse_lung_GBq");
        let blood_gy = table.optional("blood_Gy", EXPECTED_DOSE, value::positive);
        let lung_gy = table.optional("lung_Gy", EXPECTED_DOSE, value::positive);
        let diffuse = table.optional("diffuse_lung_disease", "true or false", DeValue::as_bool);
        let margin_k =
            table.optional("margin_k", "a number of standard uncertainties from 0 to 5", |found| {
                value::number(found).filter(|k| (0.0..=5.0).contains(k))
            });
        table.refuse_unknown_keys();
        Self {
            administered_gbq: administered_gbq.unwrap_or(defaults.administered_gbq),
            blood_gy: blood_gy.unwrap_or(defaults.blood_gy),
            retention_gbq: retention_gbq.unwrap_or(defaults.retention_gbq),
            retention_diffuse_lung_gbq: retention_diffuse_lung_gbq
                .unwrap_or(defaults.retention_diffuse_lung_gbq),
            lung_gy: lung_gy.unwrap_or(defaults.lung_gy),
            diffuse_lung_disease: diffuse.unwrap_or(defaults.diffuse_lung_disease),
            margin_k: margin_k.unwrap_or(defaults.margin_k),
        }
    }
}
