use super::*;
use crate::case::CasePath;
use iodose_kinetics::DecayConstant;

fn section(blood_volume_ml: Option<f64>) -> Section {
    let path = CasePath { written: "s.csv".into(), resolved: "s.csv".into() };
    Section { path, body_mass_kg: 64.0, blood_volume_ml, sample_u: None }
}

fn conversion() -> Conversion {
    Conversion::delivered(DecayConstant::from_half_life_h(192.5).unwrap())
}

fn halving(start: f64, half_life: f64, times: &[f64], relative_u: f64) -> Vec<Sample> {
    let sample =
        |&time_h: &f64| Sample { time_h, value: start * libm::exp2(-time_h / half_life), relative_u };
    times.iter().map(sample).collect()
}

fn judged(whole_body: &[Sample], blood: &[Sample], volume: Option<f64>) -> (BloodFindings, Vec<String>) {
    judge(&section(volume), whole_body, blood, &conversion(), BodyMass::new(64.0).unwrap()).unwrap()
}

/// The worked example of docs/methods/blood.md.
#[test]
fn both_curves_give_both_numbers() {
    let whole_body = halving(1.0, 16.0, &[16.0, 32.0], 0.05);
    let blood = halving(4e-5, 12.0, &[12.0, 36.0], 0.08);
    let (found, _) = judged(&whole_body, &blood, None);
    let dose = found.dose_gy_per_gbq.unwrap();
    assert!((dose.value - 0.101912).abs() < 1e-5 && (dose.u.unwrap() - 0.004939).abs() < 1e-5, "{dose}");
    assert!((found.retention_48h.unwrap().value - 0.125).abs() < 1e-5);
}

#[test]
fn the_whole_body_alone_gives_the_retention_and_says_what_is_missing() {
    let (found, _) = judged(&halving(1.0, 16.0, &[16.0, 32.0], 0.05), &[], None);
    assert!((found.retention_48h.unwrap().value - 0.125).abs() < 1e-5);
    assert_eq!(found.dose_gy_per_gbq.unwrap_err(), "no blood samples");
    let (found, _) = judged(&[], &halving(4e-5, 12.0, &[12.0, 36.0], 0.08), None);
    assert_eq!(found.dose_gy_per_gbq.unwrap_err(), "no whole-body samples");
    assert_eq!(found.retention_48h.unwrap_err(), "no whole-body samples");
}

#[test]
fn one_retention_serves_where_the_blood_volume_is_known() {
    let one = [Sample { time_h: 24.0, value: 0.25, relative_u: 0.05 }];
    let (found, warnings) = judged(&one, &[], Some(5040.0));
    assert!((found.dose_gy_per_gbq.unwrap().value - 0.072_279).abs() < 1e-6);
    assert!((found.retention_48h.unwrap().value - 0.0625).abs() < 1e-9);
    assert!(warnings.iter().any(|warning| warning.contains("estimated from one retention")), "{warnings:?}");
    let (found, _) = judged(&one, &[], None);
    assert!(found.retention_48h.unwrap_err().contains("blood.blood_volume_mL"));
}
