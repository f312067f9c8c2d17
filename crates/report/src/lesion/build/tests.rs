use super::*;
use crate::partial_volume::PartialVolumeFlag;
use crate::response::BandCertainty;
use crate::uncertainty::CALIBRATION;
use approx::assert_relative_eq;

fn input() -> LesionInput {
    LesionInput {
        label: 3,
        name: "rib".into(),
        doses: vec![60.0, 70.0, 80.0],
        volume_ml: 4.0,
        mean_u_mc: Some(2.1),
        budget: Budget::new().with(CALIBRATION, Some(0.04)),
        resolution_mm: Some(6.5),
        ..LesionInput::default()
    }
}

fn planned() -> Settings {
    Settings::new(DoseBasis::Planned { activity_gbq: 7.0 })
}

fn dose_of(input: &LesionInput, basis: DoseBasis) -> LesionDose {
    input.judge(&Settings::new(basis)).unwrap().dose.unwrap()
}

#[test]
fn a_lesion_is_judged_whole() {
    let lesion = input().judge(&planned()).unwrap();
    let dose = lesion.dose.as_ref().unwrap();
    assert_eq!((lesion.voxels, lesion.why_no_dose()), (3, None));
    assert_relative_eq!(dose.mean, 70.0);
    assert_relative_eq!(dose.mean_u.unwrap(), 3.5, epsilon = 1e-12); // 3 % and 4 %
    assert_relative_eq!(dose.per_activity.unwrap(), 10.0);
    assert_eq!(lesion.partial_volume_flag, PartialVolumeFlag::MeanNeedsCorrection);
    assert_eq!(dose.response_band.as_deref(), Some("20-80"));
    assert_eq!(dose.response_band_certainty, Some(BandCertainty::Certain));
    assert_eq!(dose.uncertainty_budget.not_included(), ["delineation", "kinetics fit"]);
    assert_eq!((dose.min, dose.d50, dose.max), (60.0, 70.0, 80.0));
    assert_eq!(dose.mean_corrected, None);
}

#[test]
fn per_activity_has_no_band() {
    let dose = dose_of(&input(), DoseBasis::PerActivity);
    assert_eq!((dose.response_band, dose.response_band_certainty), (None, None));
    assert_relative_eq!(dose.per_activity.unwrap(), 70.0);
}

#[test]
fn zero_dose_keeps_its_absolute_uncertainty() {
    let dark = LesionInput { doses: vec![0.0; 4], mean_u_mc: Some(0.1), ..input() };
    assert_eq!(dose_of(&dark, planned().basis).mean_u, Some(0.1));
    let unknown = LesionInput { mean_u_mc: Some(f64::NAN), budget: Budget::new(), ..input() };
    assert_eq!(dose_of(&unknown, planned().basis).mean_u, None);
}

#[test]
fn recovery_and_lost_parts_are_shown() {
    let cut = LesionInput {
        recovery_coefficient: Some(0.5),
        fraction_outside_activity_image: Some(0.25),
        notes: vec!["touches the pleura".into()],
        ..input()
    };
    let lesion = cut.judge(&planned()).unwrap();
    assert_relative_eq!(lesion.dose.unwrap().mean_corrected.unwrap(), 140.0);
    assert!(lesion.notes[0].starts_with("25 % of the lesion lies outside"), "{:?}", lesion.notes);
    assert_eq!(lesion.notes[1], "touches the pleura");
}

#[test]
fn a_lesion_without_voxels_has_a_record_and_a_reason() {
    let lost = |fraction_outside_activity_image| {
        let input = LesionInput { doses: vec![], fraction_outside_activity_image, ..input() };
        input.judge(&planned()).unwrap()
    };
    let outside = lost(Some(1.0));
    assert_eq!((outside.voxels, outside.dose.as_ref()), (0, None));
    assert_eq!(outside.partial_volume_flag, PartialVolumeFlag::MeanNeedsCorrection);
    assert_eq!(outside.why_no_dose(), Some("not in the activity image"));
    assert!(outside.notes[0].starts_with("100 % of the lesion lies outside"), "{:?}", outside.notes);
    for inside in [lost(None), lost(Some(0.0))] {
        assert_eq!(inside.why_no_dose(), Some("no voxel on the dose grid"));
        assert!(inside.notes[0].starts_with("no voxel of the dose grid"), "{:?}", inside.notes);
    }
    assert_eq!(lost(Some(0.4)).why_no_dose(), Some("no voxel on the dose grid"));
}

#[test]
fn errors_name_lesion_and_field() {
    let bad = [
        (LesionInput { shares: vec![0.0; 3], ..input() }, "doses"),
        (LesionInput { doses: vec![], shares: vec![1.0], ..input() }, "shares"),
        (LesionInput { doses: vec![], volume_ml: f64::NAN, ..input() }, "volume_mL"),
        (LesionInput { doses: vec![f32::NAN], ..input() }, "doses"),
        (LesionInput { volume_ml: 0.0, ..input() }, "volume_mL"),
        (LesionInput { shares: vec![1.0], ..input() }, "shares"),
        (LesionInput { mean_u_mc: Some(-1.0), ..input() }, "dose_mean_u_mc"),
        (LesionInput { resolution_mm: Some(0.0), ..input() }, "resolution_mm"),
        (LesionInput { recovery_coefficient: Some(0.0), ..input() }, "recovery_coefficient"),
        (
            LesionInput { fraction_outside_activity_image: Some(1.1), ..input() },
            "fraction_outside_activity_image",
        ),
    ];
    for (input, field) in bad {
        let message = input.judge(&planned()).unwrap_err().to_string();
        assert!(message.starts_with("lesion 3 (\"rib\")") && message.contains(field), "{message}");
    }
    let no_activity = Settings::new(DoseBasis::Planned { activity_gbq: 0.0 });
    assert!(input().judge(&no_activity).unwrap_err().to_string().contains("activity"));
}
