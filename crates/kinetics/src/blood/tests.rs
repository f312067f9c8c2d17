use super::*;
use crate::conversion::tests::{iodine_124, iodine_131};
use approx::assert_relative_eq;
use std::f64::consts::LN_2;

fn halving(start: f64, half_life: f64, times: &[f64], relative: f64) -> RegionCurve {
    let values: Vec<f64> = times.iter().map(|t| start * (-LN_2 * t / half_life).exp()).collect();
    RegionCurve::with_relative_uncertainty(times, &values, relative).unwrap()
}

/// The worked example of docs/methods/blood.md.
fn example() -> BloodDosimetry {
    let whole_body = halving(1.0, 16.0, &[16.0, 32.0], 0.05);
    let blood = halving(4e-5, 12.0, &[12.0, 36.0], 0.08);
    let conversion = Conversion::delivered(iodine_131());
    blood_dosimetry(&whole_body, &blood, &conversion, BodyMass::new(64.0).unwrap()).unwrap()
}

fn assert_estimate(found: Estimate, value: f64, u: f64) {
    assert_relative_eq!(found.value, value, max_relative = 1e-4);
    assert_relative_eq!(found.u, u, max_relative = 1e-3);
}

#[test]
fn the_worked_example_by_hand() {
    let example = example();
    assert_relative_eq!(example.whole_body.as_ref().unwrap().tia_bq_h_per_ml, 23.0831, max_relative = 1e-5);
    assert_relative_eq!(example.blood.as_ref().unwrap().tia_bq_h_per_ml, 6.92494e-4, max_relative = 1e-5);
    assert_estimate(example.dose_gy_per_gbq, 0.101912, 0.004939);
    assert_estimate(example.retention_48h, 0.125, 0.013975);
    let [first, second] = example.allowed(&Limits::default(), LungDisease::NotDiffuse).unwrap();
    assert_eq!((first.limit, second.limit), (Limit::BloodDose, Limit::Retention48h));
    assert_estimate(first.activity_gbq, 19.6248, 0.9511);
    assert_estimate(second.activity_gbq, 35.52, 3.971);
    let [_, lungs] = example.allowed(&Limits::default(), LungDisease::Diffuse).unwrap();
    assert_estimate(lungs.activity_gbq, 23.68, 2.6475);
}

#[test]
fn the_worked_example_of_one_retention_by_hand() {
    let mass = BodyMass::new(64.0).unwrap();
    let retention = Estimate { value: 0.25, u: 0.0125 };
    let found = blood_from_one_retention(retention, 24.0, 5040.0, mass).unwrap();
    assert_estimate(found.dose_gy_per_gbq, 0.0722790, 0.0129147);
    assert_estimate(found.retention_48h, 0.0625, 0.00625);
}

/// The dose to 1 mL of blood from the electrons of 131I alone, 0.1915 MeV per decay (ICRP Publication 107) at 1.06 g/mL,
/// is a little below the published coefficient, which has the photons of the blood in it as well.
#[test]
fn the_coefficient_of_the_blood_is_that_of_its_electrons() {
    let decays_per_gbq_h = 3.6e12;
    let electrons = 0.1915 * 1.602_177e-13 / 1.06e-3 * decays_per_gbq_h;
    assert!((0.9..1.0).contains(&(electrons / BLOOD_GY_ML_PER_GBQ_H)), "{electrons}");
}

#[test]
fn a_tracer_of_124i_gives_the_same_as_one_of_131i() {
    let shift = iodine_124().per_hour() - iodine_131().per_hour();
    let conversion = Conversion::predicted(iodine_124(), iodine_131(), 1.0, 1.0).unwrap();
    let faster = |half_life: f64| LN_2 / (LN_2 / half_life + shift);
    let found = blood_dosimetry(
        &halving(1.0, faster(16.0), &[16.0, 32.0], 0.05),
        &halving(4e-5, faster(12.0), &[12.0, 36.0], 0.08),
        &conversion,
        BodyMass::new(64.0).unwrap(),
    );
    assert_relative_eq!(
        found.unwrap().dose_gy_per_gbq.value,
        example().dose_gy_per_gbq.value,
        max_relative = 1e-6
    );
}

#[test]
fn two_phases_are_seen_in_many_samples() {
    let times = [2.0, 6.0, 24.0, 48.0, 72.0, 96.0, 144.0];
    let value = |t: &f64| 0.8 * (-LN_2 * t / 10.0).exp() + 0.2 * (-LN_2 * t / 100.0).exp();
    let values: Vec<f64> = times.iter().map(value).collect();
    let whole_body = RegionCurve::with_relative_uncertainty(&times, &values, 0.03).unwrap();
    let blood = halving(4e-5, 12.0, &times[..4], 0.05);
    let conversion = Conversion::delivered(iodine_131());
    let found = blood_dosimetry(&whole_body, &blood, &conversion, BodyMass::new(70.0).unwrap()).unwrap();
    let fit = found.whole_body.unwrap();
    assert_eq!(fit.model, Model::BiExponential);
    assert_relative_eq!(fit.tia_bq_h_per_ml, (8.0 + 20.0) / LN_2, max_relative = 1e-4);
    assert_relative_eq!(found.retention_48h.value, value(&48.0), max_relative = 1e-4);
}

#[test]
fn impossible_input_is_refused_by_name() {
    let mass = BodyMass::new(64.0).unwrap();
    let retention = |value| Estimate { value, u: 0.01 };
    for (value, time, volume, name) in [
        (1.0, 24.0, 5e3, "retention"),
        (0.0, 24.0, 5e3, "retention"),
        (f64::NAN, 24.0, 5e3, "retention"),
        (0.2, 2.0, 5e3, "time_h"),
        (0.2, 24.0, 0.0, "blood volume"),
    ] {
        let text = blood_from_one_retention(retention(value), time, volume, mass).unwrap_err().to_string();
        assert!(text.starts_with(name), "{text}");
    }
    assert!(BodyMass::new(0.0).is_err() && BodyMass::new(f64::NAN).is_err());
    let limits = Limits { blood_gy: 0.0, ..Limits::default() };
    let text = example().allowed(&limits, LungDisease::NotDiffuse).unwrap_err().to_string();
    assert!(text.starts_with("blood limit in Gy"), "{text}");
}
