//! From images to the prescription table: limits, organs, samples, earlier treatments, and two cases side by side.

use crate::common::{CASE, Study, body, csv, edited, grid, json, names, sampled};
use iodose::report::prescription::{Occasion, Outcome};
use iodose::{RunOptions, compare};

/// Whole body 40 % after 24 h and 16 % after 48 h, blood at a tenth of a percent per litre.
const SAMPLES: &str = "time_h,sample,value,unit,u\n24,whole-body,40,%,0.05\n48,whole-body,16,%,0.05\n\
                       24,blood,0.4,%/L,0.1\n48,blood,0.16,%/L,0.1\n";

const DECISION: &str = r#"
[blood]
path = "samples.csv"
body_mass_kg = 70

[[organ]]
name = "lungs"
kind = "lung"
path = "organs.nii.gz"

[[organ]]
name = "gland"
kind = "salivary"
label = 2

[[earlier]]
date = "2021-03"
lesion_dose_Gy = { 1 = 10 }
organ_dose_Gy = { lungs = 5 }
dose_u = 0.2
"#;

/// The study with the body's middle as lungs and its second lesion as a gland.
fn study() -> Study {
    let study = Study::small();
    let lungs = sampled(grid(), |place| u16::from(body(place).1 == 1e3 && place[0] > 0.0) * 4);
    study.labels("organs.nii.gz", &lungs);
    std::fs::write(study.path("samples.csv"), SAMPLES).unwrap();
    study
}

fn text() -> String {
    edited(&[("2 = \"second\"", "2 = \"gone\"")]) + DECISION
}

#[test]
fn limits_organs_and_goals_come_together() {
    let study = study();
    let outcome = study.run(&text());
    let out = study.path("out");
    let written = names(&out);
    for name in ["prescription.json", "prescription.csv", "organs.csv", "organs_dvh.csv"] {
        assert!(written.contains(&name.to_owned()), "{name}: {written:?}");
    }
    let report = &outcome.report;
    assert_eq!(report.lesions.len(), 1, "the gland is no lesion");
    assert_eq!(report.organs.iter().map(|organ| organ.name.as_str()).collect::<Vec<_>>(), ["lungs", "gland"]);
    let table = report.prescription.as_ref().unwrap();
    let limit = |name: &str| table.limits.iter().find(|row| row.name.contains(name)).unwrap();
    assert!(table.verdict.not_checked.is_empty(), "{:?}", table.verdict.not_checked);
    for name in ["blood dose", "after 48 h, assuming no diffuse lung disease"] {
        assert!(limit(name).allowed_gbq.unwrap().u.unwrap() > 0.0, "{name}");
    }
    // 124I left 16 % after 48 h; 131I decays by so much less.
    let factor = |half_life_h: f64| libm::exp2(-48.0 / half_life_h);
    let library = crate::common::library();
    let half_life = |name: &str| library.nuclide(name).unwrap().half_life / 3600.0;
    let expected = 0.16 * factor(half_life("I-131")) / factor(half_life("I-124"));
    let retention = limit("after 48 h").per_gbq.unwrap().value;
    assert!((retention / expected - 1.0).abs() < 0.01, "{retention} {expected}");
    let lungs = limit("mean dose of lungs");
    assert_eq!((lungs.limit, lungs.earlier.unwrap().value, lungs.earlier.unwrap().u), (25.0, 5.0, Some(1.0)));
    let mean = report.organs[0].dose.as_ref().unwrap().mean;
    assert!((lungs.per_gbq.unwrap().value * 7.4 / mean - 1.0).abs() < 1e-9);
    assert!((lungs.allowed_gbq.unwrap().value - 20.0 / (mean / 7.4)).abs() < 1e-9);

    let Occasion::Allowed { activity_gbq: Some(allowed) } = table.occasion else {
        panic!("{:?}", table.occasion)
    };
    let least = table.limits.iter().filter_map(|row| row.used_gbq).fold(f64::INFINITY, f64::min);
    assert_eq!(allowed, least);
    let row = &table.lesions[0];
    let lesion = report.lesions[0].dose.as_ref().unwrap();
    assert!((row.uncorrected_per_gbq.unwrap().value - lesion.mean / 7.4).abs() < 1e-9);
    let dose = row.dose.unwrap().value;
    assert!((dose - row.per_gbq().unwrap().value * allowed).abs() < 1e-9);
    assert!((row.total.unwrap().value - dose - 10.0).abs() < 1e-9);

    let (header, rows) = csv(&out.join("prescription.csv"));
    assert_eq!((header[0].as_str(), rows.len()), ("label", 3));
    assert_eq!(
        json(&out.join("run.json"))["verdict"]["outcome"],
        json(&out.join("prescription.json"))["verdict"]["outcome"]
    );
    let html = std::fs::read_to_string(out.join("report.html")).unwrap();
    for words in ["id=\"prescription\"", "id=\"organs\"", "stunning", "blood dose"] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn what_is_unknown_is_listed_as_not_checked() {
    let study = Study::small();
    let outcome = study.run(&edited(&[("activity_GBq = 7.4\n", "")]));
    let table = outcome.report.prescription.as_ref().unwrap();
    assert_eq!(table.verdict.not_checked.len(), 3);
    assert!(table.verdict.not_checked[0].contains("no samples"), "{:?}", table.verdict.not_checked);
    assert!(table.limits[0].sets_activity && table.limits[0].used_gbq == Some(11.1));
    let given = study.run_as(
        &edited(&[
            ("pre-therapy", "post-therapy"),
            ("\"I-124\"", "\"I-131\""),
            ("[administration]\nactivity_MBq = 74.0\n\n", ""),
        ]),
        "given",
        RunOptions::default(),
    );
    let table = given.unwrap().report.prescription.unwrap();
    assert_eq!(table.occasion, Occasion::Delivered { activity_gbq: Some(7.4) });
    assert!(table.verdict.sentence.contains("from the 7.4 GBq given"), "{}", table.verdict.sentence);
}

/// An organ gets a curve of its own.
#[test]
fn an_organ_of_faster_washout_gets_less() {
    let study = study();
    let slow = study.run(&text());
    let text = text().replace("kind = \"lung\"", "kind = \"lung\"\neffective_half_life_h = 10");
    let fast = study.run_as(&text, "fast", RunOptions::default()).unwrap();
    let activity =
        |outcome: &iodose::Outcome| outcome.report.organs[0].time_integrated_activity_mbq_h.unwrap();
    assert!(activity(&fast) < 0.9 * activity(&slow), "{} {}", activity(&fast), activity(&slow));
    let name = |outcome: &iodose::Outcome| {
        outcome.record.kinetics.iter().map(|curve| curve.name.clone()).collect::<Vec<_>>()
    };
    assert!(name(&fast).contains(&"lungs".to_owned()), "{:?}", name(&fast));
    let alone = |outcome: &iodose::Outcome| outcome.report.lesions[0].time_integrated_activity_mbq_h.unwrap();
    assert_eq!(alone(&fast), alone(&slow));
}

#[test]
fn models_are_named_as_such_and_only_on_request() {
    let study = Study::small();
    assert!(study.run(CASE).report.prescription.unwrap().lesions[0].models.is_empty());
    let text =
        format!("{CASE}[radiobiology]\nalpha_beta_Gy = 10\nrepair_half_time_h = 1.5\nalpha_per_Gy = 0.1\n");
    let outcome = study.run_as(&text, "models", RunOptions::default()).unwrap();
    let row = &outcome.report.prescription.as_ref().unwrap().lesions[0];
    let [bed, eud] = row.models.as_slice() else { panic!("{:?}", row.models) };
    assert!(bed.value_gy.unwrap().value > row.dose.unwrap().value);
    // The lesion of 16 mm is too small for its distribution to be interpreted.
    assert!(eud.value_gy.is_none() == eud.why_none.is_some());
    let html = std::fs::read_to_string(study.path("models/report.html")).unwrap();
    assert!(html.contains("Model results") && html.contains("alpha/beta = 10 Gy"));
}

#[test]
fn two_cases_are_compared_lesion_by_lesion() {
    let study = Study::small();
    study.run_as(CASE, "before", RunOptions::default()).unwrap();
    let brighter = iodose::volume::Volume::from_fn(grid(), |index| {
        let place = grid().index_to_patient(index.map(|n| n as f64));
        let (label, activity, _) = body(place);
        if label == 1 { 4.0 * activity } else { activity }
    });
    study.image("activity.nii.gz", &brighter);
    let text = edited(&[("id = \"small\"", "id = \"after\""), ("activity_GBq = 7.4\n", "")]);
    study.run_as(&text, "after", RunOptions::default()).unwrap();
    let found = compare(&study.path("before"), &study.path("after")).unwrap();
    let ratio = |place: usize| found.lesions[place].ratio.unwrap().value;
    assert!((ratio(0) / 4.0 - 1.0).abs() < 0.03 && (ratio(1) - 1.0).abs() < 0.1, "{} {}", ratio(0), ratio(1));
    assert_eq!((found.before.0.as_str(), found.after.0.as_str()), ("small", "after"));
    assert_eq!(found.after.1, Outcome::Met);

    let error = compare(&study.path("before"), &study.path("nowhere")).unwrap_err().to_string();
    assert!(error.contains("prescription.json: file: found none, expected the result folder"), "{error}");
    std::fs::write(study.path("after/prescription.json"), "{\"schema\": \"other/1\"}").unwrap();
    let error = compare(&study.path("before"), &study.path("after")).unwrap_err().to_string();
    assert!(error.contains("schema: found Some(\"other/1\"), expected iodose-prescription/1"), "{error}");
}
