//! `lesions.csv` and `dvh.csv`, quoted after RFC 4180; empty where a value does not apply or is not a number.

use crate::lesion::{LesionDose, LesionResult};
use crate::number::{optional, significant};
use crate::prescription::goals::GoalRow;

/// More digits than the single precision of a voxel dose holds.
const DIGITS: usize = 8;

type Column = (&'static str, fn(&LesionResult) -> String);

const COLUMNS: [Column; 38] = [
    ("label", |lesion| lesion.label.to_string()),
    ("name", |lesion| lesion.name.clone()),
    ("voxels", |lesion| lesion.voxels.to_string()),
    ("volume_mL", |lesion| significant(lesion.volume_ml, DIGITS)),
    ("equivalent_diameter_mm", |lesion| significant(lesion.equivalent_diameter_mm, DIGITS)),
    ("partial_volume_flag", |lesion| lesion.partial_volume_flag.to_string()),
    ("recovery_coefficient", |lesion| optional(lesion.recovery_coefficient, DIGITS)),
    ("dose_mean_Gy", |lesion| dose(lesion, |dose| Some(dose.mean))),
    ("dose_mean_u_Gy", |lesion| dose(lesion, |dose| dose.mean_u)),
    ("dose_mean_u_mc_Gy", |lesion| dose(lesion, |dose| dose.mean_u_mc)),
    ("dose_min_Gy", |lesion| dose(lesion, |dose| Some(dose.min))),
    ("dose_max_Gy", |lesion| dose(lesion, |dose| Some(dose.max))),
    ("D98_Gy", |lesion| dose(lesion, |dose| Some(dose.d98))),
    ("D95_Gy", |lesion| dose(lesion, |dose| Some(dose.d95))),
    ("D90_Gy", |lesion| dose(lesion, |dose| Some(dose.d90))),
    ("D50_Gy", |lesion| dose(lesion, |dose| Some(dose.d50))),
    ("D2_Gy", |lesion| dose(lesion, |dose| Some(dose.d2))),
    ("dose_mean_corrected_Gy", |lesion| dose(lesion, |dose| dose.mean_corrected)),
    ("dose_per_activity_Gy_per_GBq", |lesion| dose(lesion, |dose| dose.per_activity)),
    ("response_band", |lesion| text(lesion, |dose| dose.response_band.clone())),
    ("response_band_certainty", |lesion| {
        text(lesion, |dose| dose.response_band_certainty.map(|certainty| certainty.to_string()))
    }),
    ("resolution_mm", |lesion| optional(lesion.resolution_mm, DIGITS)),
    ("fraction_outside_activity_image", |lesion| optional(lesion.fraction_outside_activity_image, DIGITS)),
    ("time_integrated_activity_MBq_h", |lesion| optional(lesion.time_integrated_activity_mbq_h, DIGITS)),
    ("effective_half_life_h", |lesion| optional(lesion.effective_half_life_h, DIGITS)),
    ("uncertainty_not_included", |lesion| {
        text(lesion, |dose| Some(dose.uncertainty_budget.not_included().join("; ")))
    }),
    ("dose_mean_corrected_u_Gy", |lesion| dose(lesion, |dose| dose.mean_corrected_u)),
    ("largest_uncertainty", |lesion| text(lesion, |dose| dose.largest_uncertainty.clone())),
    ("dose_sphere_Gy", |lesion| dose(lesion, |dose| dose.sphere)),
    ("dose_local_Gy", |lesion| dose(lesion, |dose| dose.local)),
    ("second_check_tolerance_Gy", |lesion| dose(lesion, |dose| dose.second_check_tolerance)),
    ("second_check", |lesion| text(lesion, |dose| dose.second_check.map(|verdict| verdict.to_string()))),
    ("notes", |lesion| lesion.notes.join("; ")),
    ("voxels_below_zero", |lesion| {
        text(lesion, |dose| dose.voxels_below_zero.map(|voxels| voxels.to_string()))
    }),
    ("goals_activity_GBq", |lesion| optional(lesion.goals_activity_gbq, DIGITS)),
    ("goals", |lesion| {
        let state = |goal: &GoalRow| format!("{} Gy {}", significant(goal.goal_gy, DIGITS), goal.state());
        lesion.goals.iter().map(state).collect::<Vec<_>>().join("; ")
    }),
    ("response_band_corrected", |lesion| text(lesion, |dose| dose.response_band_corrected.clone())),
    ("response_band_corrected_certainty", |lesion| {
        text(lesion, |dose| dose.response_band_corrected_certainty.map(|certainty| certainty.to_string()))
    }),
];

fn dose(lesion: &LesionResult, value: impl Fn(&LesionDose) -> Option<f64>) -> String {
    optional(lesion.dose.as_ref().and_then(value), DIGITS)
}

fn text(lesion: &LesionResult, value: impl Fn(&LesionDose) -> Option<String>) -> String {
    lesion.dose.as_ref().and_then(value).unwrap_or_default()
}

/// One row per lesion under a header, those without a dose among them; the columns named `_Gy` hold Gy/GBq where the
/// basis is per activity.
///
/// # Errors
/// None in practice: the writer's error, were it ever to fail in memory.
pub fn lesions_csv(lesions: &[LesionResult]) -> Result<String, ::csv::Error> {
    let header = COLUMNS.map(|(name, _)| name.to_owned()).to_vec();
    let rows = lesions.iter().map(|lesion| COLUMNS.map(|(_, value)| value(lesion)).to_vec());
    table(std::iter::once(header).chain(rows))
}

/// The histogram of every lesion that has a dose, `lesion,dose_Gy,volume_fraction`, the lesion by its label.
///
/// # Errors
/// None in practice: the writer's error, were it ever to fail in memory.
pub fn dvh_csv(lesions: &[LesionResult]) -> Result<String, ::csv::Error> {
    let header = ["lesion", "dose_Gy", "volume_fraction"].map(str::to_owned).to_vec();
    let curves = lesions.iter().filter_map(|lesion| Some((lesion.label, &lesion.dose.as_ref()?.curve)));
    let rows = curves.flat_map(|(label, curve)| {
        curve.iter().map(move |point| {
            let fraction = significant(point.volume_fraction, DIGITS);
            vec![label.to_string(), significant(point.dose, DIGITS), fraction]
        })
    });
    table(std::iter::once(header).chain(rows))
}

/// Rows as text.
pub(crate) fn table(rows: impl Iterator<Item = Vec<String>>) -> Result<String, ::csv::Error> {
    let mut bytes = Vec::new();
    let mut writer = ::csv::Writer::from_writer(&mut bytes);
    for row in rows {
        writer.write_record(row)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example;
    use crate::{DoseBasis, LesionInput, Settings};

    const CONTRACT: &str = "label,name,voxels,volume_mL,equivalent_diameter_mm,partial_volume_flag,\
        recovery_coefficient,dose_mean_Gy,dose_mean_u_Gy,dose_mean_u_mc_Gy,dose_min_Gy,dose_max_Gy,D98_Gy,D95_Gy,\
        D90_Gy,D50_Gy,D2_Gy,dose_mean_corrected_Gy,dose_per_activity_Gy_per_GBq,response_band";

    fn lesion(name: &str) -> LesionResult {
        let input = LesionInput {
            label: 2,
            name: name.into(),
            doses: vec![10.0, 30.0],
            volume_ml: 1.5,
            ..LesionInput::default()
        };
        input.judge(&Settings::new(DoseBasis::Planned { activity_gbq: 4.0 })).unwrap()
    }

    fn parse(text: &str) -> Vec<Vec<String>> {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_columns_of_the_contract_come_first() {
        let text = lesions_csv(&[]).unwrap();
        assert!(text.starts_with(CONTRACT), "{text}");
    }

    #[test]
    fn every_column_is_a_field_of_the_json_record() {
        let record = serde_json::to_value(lesion("x")).unwrap();
        for (name, _) in COLUMNS.iter().filter(|(name, _)| *name != "uncertainty_not_included") {
            assert!(record.get(name).is_some(), "{name}");
        }
    }

    fn field<'a>(rows: &'a [Vec<String>], column: &str) -> &'a str {
        let at = rows[0].iter().position(|header| header == column).unwrap();
        &rows[1][at]
    }

    #[test]
    fn a_lesion_without_a_dose_has_its_row_and_no_histogram() {
        let lost = example::lost("pelvis");
        let rows = parse(&lesions_csv(std::slice::from_ref(&lost)).unwrap());
        let known = [
            ("label", "9"),
            ("name", "pelvis"),
            ("voxels", "0"),
            ("volume_mL", "4.1887902"),
            ("equivalent_diameter_mm", "20"),
            ("partial_volume_flag", "mean-needs-correction"),
            ("resolution_mm", "6.5"),
            ("fraction_outside_activity_image", "1"),
        ];
        for (column, value) in known {
            assert_eq!(field(&rows, column), value, "{column}");
        }
        assert!(field(&rows, "notes").starts_with("100 % of the lesion lies outside the activity image"));
        let filled = known.map(|(column, _)| column);
        for column in rows[0].iter().filter(|column| !filled.contains(&column.as_str()) && *column != "notes")
        {
            assert_eq!(field(&rows, column), "", "{column}");
        }
        assert_eq!(dvh_csv(&[lost]).unwrap(), "lesion,dose_Gy,volume_fraction\n");
    }

    #[test]
    fn any_name_survives_and_unknowns_are_empty() {
        let name = "left, \"big\"\nand Löwe 肺";
        let mut odd = lesion(name);
        odd.dose.as_mut().unwrap().mean_u = Some(f64::NAN);
        let rows = parse(&lesions_csv(&[odd]).unwrap());
        let field = |column: &str| field(&rows, column);
        assert_eq!(field("name"), name);
        assert_eq!(field("dose_mean_Gy"), "20");
        assert_eq!(field("dose_per_activity_Gy_per_GBq"), "5");
        assert_eq!(field("response_band"), "20-80");
        for unknown in ["dose_mean_u_Gy", "dose_mean_u_mc_Gy", "recovery_coefficient", "notes"] {
            assert_eq!(field(unknown), "", "{unknown}");
        }
    }

    #[test]
    fn histograms_are_listed_by_label() {
        let text = dvh_csv(&[lesion("a")]).unwrap();
        assert_eq!(text, "lesion,dose_Gy,volume_fraction\n2,0,1\n2,10,1\n2,30,0\n");
    }
}
