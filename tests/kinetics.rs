//! Curves of a whole run: the reference case against its truth, every model through the case file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests count as tests")]

mod common;

use common::{json, library};
use iodose::case::{Case, StopRule};
use iodose::transport::Unwatched;
use iodose::{FittedCurve, Outcome, RunOptions, run};
use std::path::{Path, PathBuf};

/// Physical half-lives, h (ICRP Publication 107).
const I_124: f64 = 4.1760 * 24.0;
const I_131: f64 = 8.020_70 * 24.0;

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/thyroid-mets");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no reference cases at {}", folder.display());
    None
}

fn outcome(shared: &Path, hours: &[&str], therapy: &str, kinetics: &str) -> Outcome {
    let images: String = hours
        .iter()
        .map(|hours| {
            format!(
                "[[image]]\npath = \"pet_{hours}h.nii.gz\"\nmodality = \"PET\"\nnuclide = \"I-124\"\nunit = \"Bq/mL\"\n\
                 time_h = {}\nresolution_mm = 6.5\n",
                hours.trim_start_matches('0')
            )
        })
        .collect();
    let text = format!(
        "[case]\nid = \"curves\"\npurpose = \"pre-therapy\"\n{images}[ct]\npath = \"ct.nii.gz\"\n[lesions]\n\
         path = \"lesions.nii.gz\"\n[administration]\nactivity_MBq = 74.0\n[therapy]\n{therapy}\n[kinetics]\n{kinetics}\n"
    );
    let case = Case::from_toml(&text, "case.toml", shared).unwrap_or_else(|error| panic!("{error}"));
    let options = RunOptions { stop: Some(StopRule::Histories(20_000)), ..RunOptions::default() };
    run(&case, &options, &library(), &Unwatched).unwrap_or_else(|error| panic!("{error}"))
}

const ALL: [&str; 3] = ["024", "048", "096"];
const I_131_PER_GBQ: &str = "nuclide = \"I-131\"";

fn lesions(outcome: &Outcome) -> &[FittedCurve] {
    assert_eq!(outcome.record.kinetics[0].name, "background");
    &outcome.record.kinetics[1..]
}

#[test]
fn half_lives_of_the_reference_case_lie_within_ten_percent_of_the_truth() {
    let Some(shared) = shared() else { return };
    let truth = json(&shared.join("truth.json"));
    let truth = truth["lesions"].as_array().unwrap();
    let outcome = outcome(&shared, &ALL, I_131_PER_GBQ, "model = \"auto\"");
    let curves = lesions(&outcome);
    assert_eq!(curves.len(), truth.len());
    for (curve, lesion) in curves.iter().zip(truth) {
        let imaged = 1.0 / (1.0 / curve.effective_half_life_h.unwrap() + 1.0 / I_124 - 1.0 / I_131);
        let exact = lesion["teff_h"].as_f64().unwrap();
        let deviation = imaged / exact - 1.0;
        let u = curve.tia_u / curve.tia;
        eprintln!(
            "{}: {imaged:.1} h, true {exact} h, {:+.1} %, u {:.1} %",
            lesion["name"],
            100.0 * deviation,
            100.0 * u
        );
        assert!(deviation.abs() < 0.1, "{}: {imaged:.1} h", lesion["name"]);
        assert_eq!(curve.model, "mono");
        assert!((0.3..0.63).contains(&curve.share_after_last));
        assert!(u > 0.03 && u < 0.15, "{}: {u}", lesion["name"]);
    }
}

#[test]
fn the_tracers_own_dose_needs_no_conversion() {
    let Some(shared) = shared() else { return };
    let mono = "model = \"mono\"";
    let own = outcome(&shared, &ALL, "nuclide = \"I-124\"\nactivity_GBq = 0.074", mono);
    let converted = outcome(&shared, &ALL, I_131_PER_GBQ, mono);
    for (own, converted) in lesions(&own).iter().zip(lesions(&converted)) {
        let [own, converted] = [own, converted].map(|curve| curve.effective_half_life_h.unwrap());
        assert!((1.0 / own - 1.0 / I_124 + 1.0 / I_131 - 1.0 / converted).abs() < 1e-5 / converted);
    }
    assert!(own.report.lesions.iter().all(|lesion| lesion.dose.as_ref().is_some_and(|dose| dose.mean > 0.0)));
}

#[test]
fn voxel_fits_keep_the_activity_of_the_lesions() {
    let Some(shared) = shared() else { return };
    let tia = |kinetics| outcome(&shared, &ALL, I_131_PER_GBQ, kinetics).record.time_integrated_activity;
    let (shape, fitted) = (tia("voxels = \"shape\""), tia("voxels = \"fit\"\nvoxel_noise_floor = 0.2"));
    assert!((fitted / shape - 1.0).abs() < 1e-6, "{fitted} and {shape}");
    assert_ne!(fitted, shape, "no voxel had a washout of its own");
}

#[test]
fn every_model_can_be_asked_for() {
    let Some(shared) = shared() else { return };
    for (model, hours, more) in [
        ("trapezoid", &ALL[..], ""),
        ("uptake-washout", &ALL[..], ""),
        ("2t-ln2", &ALL[2..], "effective_half_life_h = 60.0"),
        ("single-time", &ALL[2..], "effective_half_life_h = 60.0\neffective_half_life_u = 0.1"),
    ] {
        let kinetics = format!("model = \"{model}\"\n{more}\nuptake_half_time_h = 2.0\nuptake_u_h = 1.0");
        let outcome = outcome(&shared, hours, I_131_PER_GBQ, &kinetics);
        for curve in lesions(&outcome) {
            assert_eq!(curve.model, model, "{curve:?}");
            assert!(curve.tia > 0.0 && curve.tia_u > 0.0);
            assert_eq!(curve.tia_u_uptake > 0.0, matches!(model, "trapezoid" | "single-time"), "{curve:?}");
        }
    }
}
