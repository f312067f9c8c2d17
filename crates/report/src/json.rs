//! `lesions.json`: the lesions with their units, limits and warnings. Unknown values are `null`.

use crate::lesion::LesionResult;
use crate::position::{Position, Shift};
use crate::report::{InputFile, Report};
use serde::Serialize;

/// Names the layout; the number rises when a field changes its meaning or goes.
pub const SCHEMA: &str = "iodose-lesions/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: &'a str,
    case_id: &'a str,
    purpose: &'a str,
    nuclide: &'a str,
    dose_basis: String,
    dose_unit: &'static str,
    settings: &'a crate::lesion::Settings,
    inputs: &'a [InputFile],
    warnings: &'a [String],
    lesions: Vec<Lesion<'a>>,
    organs: &'a [LesionResult],
}

/// A lesion's fields side by side, the same ones for every lesion.
#[derive(Serialize)]
struct Lesion<'a> {
    #[serde(flatten)]
    result: &'a LesionResult,
    positions: &'a [Position],
    largest_shift: Option<Shift>,
}

impl<'a> Lesion<'a> {
    fn of(report: &'a Report, result: &'a LesionResult) -> Self {
        let found = report.positions.iter().find(|lesion| lesion.label == result.label);
        Self {
            result,
            positions: found.map_or(&[], |lesion| &lesion.positions),
            largest_shift: found.and_then(|lesion| lesion.largest_shift),
        }
    }
}

/// The lesions of a report as JSON. The fields named `_Gy` hold the unit that `dose_unit` says.
///
/// # Errors
/// None in practice: the serialiser's error, were it ever to fail in memory.
pub fn lesions_json(report: &Report) -> Result<String, serde_json::Error> {
    let document = Document {
        schema: SCHEMA,
        version: &report.version,
        case_id: &report.case_id,
        purpose: &report.purpose,
        nuclide: &report.nuclide,
        dose_basis: report.settings.basis.describe(),
        dose_unit: report.settings.basis.unit(),
        settings: &report.settings,
        inputs: &report.inputs,
        warnings: &report.warnings,
        lesions: report.lesions.iter().map(|lesion| Lesion::of(report, lesion)).collect(),
        organs: &report.organs,
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;

    #[test]
    fn basis_limits_and_lesions_are_there() {
        let mut report = example::report(&["a", "b"]);
        report.lesions[1].dose.as_mut().unwrap().mean_u = Some(f64::NAN);
        let json: serde_json::Value = serde_json::from_str(&lesions_json(&report).unwrap()).unwrap();
        assert_eq!(json["schema"], SCHEMA);
        assert_eq!(json["dose_basis"], "absorbed dose for 7.4 GBq");
        assert_eq!(json["settings"]["basis"]["activity_GBq"], 7.4);
        assert_eq!(json["settings"]["response"]["high_Gy"], 80.0);
        assert_eq!(json["lesions"][1]["D50_Gy"], 25.5);
        assert_eq!(json["lesions"][0]["partial_volume_flag"], "mean-needs-correction");
        assert!(json["lesions"][1]["dose_mean_u_Gy"].is_null(), "NaN is not a number");
        assert_eq!(json["lesions"][1]["uncertainty_budget"][0]["name"], "Monte Carlo");
        assert_eq!(json["warnings"][0], "the mask was resampled");
    }

    #[test]
    fn a_lesion_without_a_dose_has_the_same_keys_with_nulls() {
        let mut report = example::report(&["a"]);
        report.lesions.push(example::lost("pelvis"));
        let json: serde_json::Value = serde_json::from_str(&lesions_json(&report).unwrap()).unwrap();
        let keys = |number: usize| json["lesions"][number].as_object().unwrap().keys().collect::<Vec<_>>();
        assert_eq!(keys(0), keys(1));
        let lost = json["lesions"][1].as_object().unwrap();
        assert_eq!((&lost["name"], &lost["voxels"]), (&"pelvis".into(), &0.into()));
        for budget in ["uncertainty_budget", "corrected_uncertainty_budget"] {
            assert_eq!(lost[budget], serde_json::json!([]));
        }
        for (key, value) in lost {
            let of_dose =
                ["dose_", "D9", "D50", "D2", "response_", "second_check", "largest_", "voxels_below"]
                    .iter()
                    .any(|start| key.starts_with(start));
            assert_eq!(value.is_null(), of_dose || ABSENT.contains(&key.as_str()), "{key}: {value}");
        }
        const ABSENT: [&str; 5] = [
            "goals_activity_GBq",
            "recovery_coefficient",
            "time_integrated_activity_MBq_h",
            "effective_half_life_h",
            "largest_shift",
        ];
    }
}
