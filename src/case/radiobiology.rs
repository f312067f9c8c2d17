//! `[radiobiology]`: parameters of BED and EUD, which are computed only where they are stated.

use iodose_report::bed::BedParameters;
use iodose_report::eud::EudModel;
use iodose_report::prescription::ModelChoice;
use schemars::JsonSchema;
use serde::Serialize;

use super::table::Table;
use super::value;

/// Parameters of radiobiological models. Absent: no model is computed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Radiobiology {
    /// alpha/beta in Gy, for BED; beside `repair_half_time_h`.
    #[serde(rename = "alpha_beta_Gy", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub alpha_beta_gy: Option<f64>,
    /// Half-time of the repair of sublethal damage in hours, for BED; beside `alpha_beta_Gy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub repair_half_time_h: Option<f64>,
    /// Radiosensitivity alpha in 1/Gy, for the EUD of equal survival; not beside `eud_a`.
    #[serde(rename = "alpha_per_Gy", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub alpha_per_gy: Option<f64>,
    /// Exponent of the generalised EUD: negative for tumours, above 1 for organs; not beside `alpha_per_Gy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eud_a: Option<f64>,
}

impl Radiobiology {
    /// The models whose parameters are stated.
    #[must_use]
    pub fn models(&self) -> ModelChoice {
        let bed = self.alpha_beta_gy.zip(self.repair_half_time_h);
        let survival = self.alpha_per_gy.map(|alpha_per_gy| EudModel::Survival { alpha_per_gy });
        ModelChoice {
            bed: bed.and_then(|(alpha_beta, repair)| BedParameters::new(alpha_beta, repair).ok()),
            eud: survival.or(self.eud_a.map(|a| EudModel::Generalised { a })),
        }
    }

    pub(super) fn read(root: &mut Table) -> Option<Self> {
        let mut table = root.optional_table("radiobiology")?;
        let read = Self {
            alpha_beta_gy: table.optional("alpha_beta_Gy", "alpha/beta in Gy, above 0", value::positive),
            repair_half_time_h: table.optional(
                "repair_half_time_h",
                "a half-time in hours, above 0",
                value::positive,
            ),
            alpha_per_gy: table.optional("alpha_per_Gy", "alpha in 1/Gy, above 0", value::positive),
            eud_a: table.optional("eud_a", "a number other than 0", |found| {
                value::number(found).filter(|&a| a != 0.0)
            }),
        };
        table.refuse_unknown_keys();
        for (key, other) in [("alpha_beta_Gy", "repair_half_time_h"), ("repair_half_time_h", "alpha_beta_Gy")]
        {
            if table.has(key) && !table.has(other) {
                table.note_wrong(key, &format!("it only beside {other}"));
            }
        }
        if table.has("alpha_per_Gy") && table.has("eud_a") {
            table.note_wrong("eud_a", "only one of radiobiology.alpha_per_Gy and radiobiology.eud_a");
        }
        Some(read)
    }
}
