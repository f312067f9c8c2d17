//! Before and after therapy, with and without a known activity.

use crate::common::{CASE, Study, WITH_DENSITY, csv, edited, json, names, read};

#[test]
fn without_a_therapy_activity_the_results_are_per_gigabecquerel() {
    let study = Study::small();
    let planned = study.run(CASE);
    let text = edited(&[("activity_GBq = 7.4\n", "")]);
    let refused = study.run_as(&text, "out", iodose::RunOptions::default()).unwrap_err().to_string();
    assert!(refused.contains("dose.nii.gz") && refused.contains("earlier run"), "{refused}");

    study.run_as(&text, "per", iodose::RunOptions::default()).unwrap();
    let written = names(&study.path("per"));
    assert!(
        written.contains(&"dose_per_GBq.nii.gz".to_owned()) && !written.contains(&"dose.nii.gz".to_owned())
    );
    let per_activity = read(&study.path("per/dose_per_GBq.nii.gz"));
    // Activities that are rounded differently send a rare history elsewhere.
    let maps = &planned.maps;
    let mut elsewhere = 0;
    for ((planned, u), per_activity) in
        maps.dose.data().iter().zip(maps.uncertainty.data()).zip(per_activity.data())
    {
        let deviation = (planned - 7.4 * per_activity).abs();
        // Where nothing scored, the uncertainty is unknown.
        assert!(u.is_nan() || deviation <= 0.1 * u, "{planned} +- {u} {per_activity}");
        elsewhere += usize::from(deviation > 1e-5 * planned);
    }
    assert!(1000 * elsewhere < per_activity.data().len(), "{elsewhere} voxels");
    let (header, rows) = csv(&study.path("per/lesions.csv"));
    let cell = |name: &str| &rows[0][header.iter().position(|column| column == name).unwrap()];
    assert!(cell("response_band").is_empty(), "a response needs a dose");
    let per_gbq: f64 = cell("dose_per_activity_Gy_per_GBq").parse().unwrap();
    assert!((per_gbq * 7.4 / planned.report.lesions[0].dose.as_ref().unwrap().mean - 1.0).abs() < 1e-3);
    assert!(json(&study.path("per/run.json"))["dose_basis"].as_str().unwrap().contains("GBq"));
}

/// A post-therapy SPECT case over the study's images.
fn post_therapy() -> String {
    edited(&[
        ("pre-therapy", "post-therapy"),
        ("\"I-124\"", "\"I-131\""),
        ("\"PET\"", "\"SPECT\""),
        ("[administration]\nactivity_MBq = 74.0\n\n", ""),
    ])
}

#[test]
fn after_therapy_the_dose_is_that_of_the_activity_seen() {
    let study = Study::small();
    let given = study.run(&post_therapy());
    assert!(json(&study.path("out/run.json"))["dose_basis"].as_str().unwrap().contains("delivered"));
    // What was seen does not change with what is said to have been given; only the dose per activity does.
    let doubled = study.run(&post_therapy().replace("7.4", "14.8"));
    assert_eq!(given.maps.dose, doubled.maps.dose);
    let per_activity =
        |outcome: &iodose::Outcome| outcome.report.lesions[0].dose.as_ref().unwrap().per_activity.unwrap();
    assert!((per_activity(&given) / per_activity(&doubled) - 2.0).abs() < 1e-9);
    let unknown = study.run(&post_therapy().replace("activity_GBq = 7.4\n", ""));
    assert_eq!(given.maps.dose, unknown.maps.dose);
    assert!(unknown.report.lesions[0].dose.as_ref().unwrap().per_activity.is_none());
}

#[test]
fn counts_become_activity_by_calibration_and_duration() {
    let study = Study::small();
    let concentration = study.run(&post_therapy());
    // 95 counts per second and MBq, for 1500 s, in voxels of 0.064 mL.
    let counts =
        read(&study.path("activity.nii.gz")).map(|&value| value * (1e-6 * 0.064 * 95.0 * 1500.0) as f32);
    study.image("activity.nii.gz", &counts);
    let unit = "unit = \"counts\"\ncalibration_cps_per_MBq = 95.0\nduration_s = 1500";
    let from_counts = study.run(&post_therapy().replace("unit = \"Bq/mL\"", unit));
    let ratio = from_counts.record.time_integrated_activity / concentration.record.time_integrated_activity;
    assert!((ratio - 1.0).abs() < 1e-5, "{ratio}");
}

#[test]
fn kilobecquerel_are_a_thousand_becquerel() {
    let study = Study::small();
    let one = study.run(&edited(&[WITH_DENSITY])).record.time_integrated_activity;
    let kilo =
        study.run(&edited(&[WITH_DENSITY, ("\"Bq/mL\"", "\"kBq/mL\"")])).record.time_integrated_activity;
    assert!((kilo / one - 1e3).abs() < 1e-2);
}
