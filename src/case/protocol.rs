//! `[protocol]`: the question that the prescription table answers.

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::table::Table;
use super::value;

const EXPECTED_GOALS: &str = "absorbed doses in Gy, above 0, such as [20, 80, 100]";

/// The question that the prescription table answers: do as many metastases as asked for reach the goal at the activity
/// that the limits allow?
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Protocol {
    /// Metastases that must reach the goal.
    #[schemars(range(min = 1, max = 65535))]
    pub lesions_needed: u16,
    /// Mean absorbed dose that they must reach, Gy.
    #[serde(rename = "goal_Gy")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub goal_gy: f64,
    /// Goals of metastases that the table shows, Gy.
    #[serde(rename = "metastasis_goals_Gy")]
    #[schemars(inner(range(min = 0)))]
    pub metastasis_goals_gy: Vec<f64>,
    /// Goals of remnants that the table shows, Gy.
    #[serde(rename = "remnant_goals_Gy")]
    #[schemars(inner(range(min = 0)))]
    pub remnant_goals_gy: Vec<f64>,
    /// Labels of the lesions that are remnants of the thyroid; the others count as metastases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(range(min = 1)))]
    pub remnants: Vec<u16>,
    /// Which mean dose the table goes by; both are shown.
    pub mean: ProtocolMean,
}

/// Which mean dose the prescription goes by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum ProtocolMean {
    /// The one corrected for partial volume where there is one.
    #[default]
    Corrected,
    /// The uncorrected one.
    Uncorrected,
}

impl Default for Protocol {
    /// One metastasis of 20 Gy; 20, 80 and 100 Gy for metastases, 300 Gy for remnants.
    fn default() -> Self {
        let defaults = iodose_report::prescription::Protocol::default();
        Self {
            lesions_needed: 1,
            goal_gy: defaults.goal_gy,
            metastasis_goals_gy: defaults.goals.metastasis_gy,
            remnant_goals_gy: defaults.goals.remnant_gy,
            remnants: Vec::new(),
            mean: ProtocolMean::default(),
        }
    }
}

impl Protocol {
    pub(super) fn read(root: &mut Table) -> Self {
        let defaults = Self::default();
        let mut table = root.table("protocol");
        let lesions_needed =
            table.optional("lesions_needed", "a number of lesions from 1 to 65535", |found| {
                value::whole(found).and_then(|count| u16::try_from(count).ok()).filter(|&count| count > 0)
            });
        let goal_gy = table.optional("goal_Gy", "an absorbed dose in Gy, above 0", value::positive);
        let metastasis_goals_gy = table.optional("metastasis_goals_Gy", EXPECTED_GOALS, goals);
        let remnant_goals_gy = table.optional("remnant_goals_Gy", EXPECTED_GOALS, goals);
        let remnants = table.optional("remnants", "lesion labels from 1 to 65535, such as [3]", labels);
        let means = [("corrected", ProtocolMean::Corrected), ("uncorrected", ProtocolMean::Uncorrected)];
        let mean = table.optional("mean", r#""corrected" or "uncorrected""#, value::choice(&means));
        if remnants.is_some() && !root.has("lesions") {
            table.note_wrong("remnants", "it only beside a [lesions] section");
        }
        table.refuse_unknown_keys();
        Self {
            lesions_needed: lesions_needed.unwrap_or(defaults.lesions_needed),
            goal_gy: goal_gy.unwrap_or(defaults.goal_gy),
            metastasis_goals_gy: metastasis_goals_gy.unwrap_or(defaults.metastasis_goals_gy),
            remnant_goals_gy: remnant_goals_gy.unwrap_or(defaults.remnant_goals_gy),
            remnants: remnants.unwrap_or_default(),
            mean: mean.unwrap_or_default(),
        }
    }
}

fn goals(found: &DeValue) -> Option<Vec<f64>> {
    let array = found.as_array().filter(|array| !array.is_empty())?;
    array.iter().map(|goal| value::positive(goal.get_ref())).collect()
}

fn labels(found: &DeValue) -> Option<Vec<u16>> {
    let label = |found: &DeValue| {
        value::whole(found).and_then(|label| u16::try_from(label).ok()).filter(|&label| label > 0)
    };
    found.as_array()?.iter().map(|found| label(found.get_ref())).collect()
}
