//! `[[earlier]]`: treatments before this one, whose doses add up.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::organs::Organ;
use super::table::Table;
use super::value;

const EXPECTED_DOSE: &str = "an absorbed dose in Gy, 0 or more";

/// A treatment before this one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierTreatment {
    /// When it was, as the report shall show it: "2021-03".
    pub date: String,
    /// Mean absorbed dose (Gy) by lesion label.
    #[serde(rename = "lesion_dose_Gy", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lesion_dose_gy: BTreeMap<u16, f64>,
    /// Mean absorbed dose (Gy) by the name of an `[[organ]]`.
    #[serde(rename = "organ_dose_Gy", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub organ_dose_gy: BTreeMap<String, f64>,
    /// Relative standard uncertainty (k=1) of these doses, from 0 to below 1. Absent: unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("exclusiveMaximum" = 1))]
    pub dose_u: Option<f64>,
}

/// Reads all; organs must be among those of the case.
pub(super) fn read_all(root: &mut Table, organs: &[Organ]) -> Vec<EarlierTreatment> {
    let has_lesions = root.has("lesions");
    let tables = root.optional_tables("earlier", "[[earlier]] sections, one per treatment");
    tables.into_iter().filter_map(|mut table| read(&mut table, organs, has_lesions)).collect()
}

fn read(table: &mut Table, organs: &[Organ], has_lesions: bool) -> Option<EarlierTreatment> {
    let expected = "when it was, in quotes, such as \"2021-03\"";
    let date = table.required("date", expected, |found| value::printable(found).map(str::to_owned));
    let lesion_dose_gy = table.by_label("lesion_dose_Gy", EXPECTED_DOSE, dose);
    let organ_dose_gy = table.by_name("organ_dose_Gy", EXPECTED_DOSE, dose);
    let dose_u =
        table.optional("dose_u", "a relative standard uncertainty, from 0 to below 1", value::relative);
    table.refuse_unknown_keys();
    if table.has("lesion_dose_Gy") && !has_lesions {
        table.note_wrong("lesion_dose_Gy", "it only beside a [lesions] section");
    }
    for name in organ_dose_gy.keys().filter(|&name| organs.iter().all(|organ| organ.name != *name)) {
        table.note("organ_dose_Gy", format!("found \"{name}\", expected the name of an [[organ]]"));
    }
    if !table.has("lesion_dose_Gy") && !table.has("organ_dose_Gy") {
        table.note(
            "lesion_dose_Gy",
            "missing, expected it or organ_dose_Gy: a treatment without doses adds nothing",
        );
    }
    Some(EarlierTreatment { date: date?, lesion_dose_gy, organ_dose_gy, dose_u })
}

fn dose(found: &DeValue) -> Option<f64> {
    value::number(found).filter(|&dose| dose >= 0.0)
}
