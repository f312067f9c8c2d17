//! What a case states beside its images: half-lives, a phantom's spheres, a scanner's repeatability.

use crate::common::{CASE, Study, body, edited, grid, json, sampled};
use iodose::{Outcome, RunOptions};

/// The small study with a second image, 24 h after the first, in which all is left that one exponential of 60 h leaves.
fn two_images() -> (Study, String) {
    let study = Study::small();
    let left = libm::exp2(-24.0 / 60.0) as f32;
    study.image("later.nii.gz", &sampled(grid(), |place| left * body(place).1));
    let first = CASE.split("[[image]]").nth(1).unwrap().split("[ct]").next().unwrap();
    let second = first.replace("activity.nii.gz", "later.nii.gz").replace("24.0", "48.0");
    let text = edited(&[("[ct]", &format!("[[image]]{second}[ct]")), ("effective_half_life_h = 60.0\n", "")]);
    (study, text)
}

fn half_life(outcome: &Outcome, name: &str) -> f64 {
    let curve = outcome.record.kinetics.iter().find(|curve| curve.name == name).unwrap();
    curve.effective_half_life_h.unwrap()
}

#[test]
fn a_half_life_stated_for_a_lesion_overrules_its_images_and_is_recorded() {
    let (study, text) = two_images();
    let fitted = study.run(&text);
    let stated = text.replace(
        "[kinetics]\n",
        "[kinetics]\nlesion_half_life_h = { 1 = 30 }\neffective_half_life_u = 0.1\n",
    );
    let stated = study.run_as(&stated, "stated", RunOptions::default()).unwrap();
    assert_eq!(half_life(&fitted, "second"), half_life(&stated, "second"));
    assert!(half_life(&stated, "first") < 0.6 * half_life(&fitted, "first"));
    let said = |warning: &&String| {
        warning.starts_with("first: its effective half-life is the stated one")
            && warning.contains("2 images alone give")
    };
    assert_eq!(stated.report.warnings.iter().filter(said).count(), 1, "{:?}", stated.report.warnings);
    assert_eq!(fitted.report.warnings.iter().filter(said).count(), 0);
    let record = json(&study.path("stated/run.json"));
    assert_eq!(record["settings"]["kinetics"]["lesion_half_life_h"]["1"], 30.0);
    // The corrected mean follows the same curve.
    let corrected = |outcome: &Outcome, place: usize| {
        outcome.report.lesions[place].dose.as_ref().unwrap().mean_corrected.unwrap()
    };
    assert!(corrected(&stated, 0) < 0.9 * corrected(&fitted, 0));
    assert!((corrected(&stated, 1) / corrected(&fitted, 1) - 1.0).abs() < 0.05);
}

#[test]
fn spheres_come_from_a_file_as_from_the_case() {
    let study = Study::small();
    std::fs::write(
        study.path("nema.csv"),
        "diameter_mm,recovery,u\n10,0.41,0.03\n17,0.62,0.03\n37,0.82,0.02\n",
    )
    .unwrap();
    let run = |section: &str, out: &str| {
        study.run_as(&format!("{CASE}[recovery]\n{section}\n"), out, RunOptions::default())
    };
    let in_case = run("spheres = [[10, 0.41, 0.03], [17, 0.62, 0.03], [37, 0.82, 0.02]]", "case").unwrap();
    let in_file = run("spheres_file = \"nema.csv\"", "file").unwrap();
    assert!(in_case.report.lesions[0].recovery_coefficient.is_some());
    assert_eq!(in_case.report.lesions, in_file.report.lesions);
    assert!(
        in_file.report.inputs.iter().any(|input| input.path == "nema.csv"),
        "{:?}",
        in_file.report.inputs
    );
    assert!(in_file.report.methods.iter().any(|text| text.contains("the recovery of the phantom's")));
    let message = run("spheres_file = \"none.csv\"", "none").unwrap_err().to_string();
    assert!(message.contains("none.csv"), "{message}");
    std::fs::write(study.path("nema.csv"), "diameter_mm,recovery,u\n10,0.8,0.03\n17,0.6,0.03\n37,0.4,0.02\n")
        .unwrap();
    let message = run("spheres_file = \"nema.csv\"", "wrong").unwrap_err().to_string();
    assert!(message.contains("nema.csv: spheres, spheres: found no curve that rises"), "{message}");
}

#[test]
fn what_a_camera_repeats_to_is_assumed_with_a_warning_for_spect_alone() {
    let study = Study::small();
    let spect = edited(&[
        ("pre-therapy", "post-therapy"),
        ("\"PET\"", "\"SPECT\""),
        ("\"I-124\"", "\"I-131\""),
        ("[administration]\nactivity_MBq = 74.0\n\n", ""),
    ]);
    let is_said = |outcome: &Outcome| {
        outcome
            .report
            .warnings
            .iter()
            .any(|warning| warning.starts_with("kinetics.image_u is not stated: 2.7 %"))
    };
    assert!(is_said(&study.run(&spect)));
    assert!(!is_said(&study.run_as(CASE, "pet", RunOptions::default()).unwrap()));
    let stated = spect.replace("[kinetics]\n", "[kinetics]\nimage_u = 0.1\n");
    let stated = study.run_as(&stated, "stated", RunOptions::default()).unwrap();
    assert!(!is_said(&stated));
    let parameters = &stated.report.parameters;
    assert!(parameters.iter().any(|(_, value)| value == "10.0 %, as stated"), "{parameters:?}");
}
