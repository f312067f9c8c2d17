//! The phantoms that come with the project: written, read, run and held against their truth.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

mod common;

use common::{json, library, read};
use iodose::case::{Case, StopRule};
use iodose::io::{label_sizes, read_labels};
use iodose::phantoms::{Phantom, phantoms};
use iodose::transport::Unwatched;
use iodose::{
    RunOptions, SimulateRequest, TiaUnit, TissueChoice, run_into, simulate, write_described_phantom,
    write_phantom,
};

#[test]
fn every_phantom_is_written_and_its_case_runs() {
    for entry in phantoms::list() {
        let folder = tempfile::tempdir().unwrap();
        let path = write_phantom(entry.name, &folder.path().join("phantom"), &library()).unwrap();
        let case = Case::read(&path).unwrap();
        let options = RunOptions { stop: Some(StopRule::Histories(2000)), ..RunOptions::default() };
        let outcome = run_into(&case, &options, &folder.path().join("out"), &library(), &Unwatched).unwrap();

        let truth = json(&path.with_file_name("truth.json"));
        let labels = read_labels(&path.with_file_name("lesions.nii.gz")).unwrap();
        let sizes = label_sizes(&labels).unwrap();
        let lesions = truth["lesions"].as_array().unwrap();
        assert_eq!(
            (lesions.len(), outcome.report.lesions.len()),
            (sizes.len(), sizes.len()),
            "{}",
            entry.name
        );
        for ((lesion, size), result) in lesions.iter().zip(&sizes).zip(&outcome.report.lesions) {
            assert_eq!(lesion["label"], size.label);
            assert_eq!(lesion["name"], result.name.as_str());
            assert!((lesion["label_volume_mL"].as_f64().unwrap() - size.volume_ml).abs() < 1e-9);
            assert!((result.volume_ml - size.volume_ml).abs() < 1e-6);
            let share = size.volume_ml / lesion["volume_mL"].as_f64().unwrap();
            assert!((0.7..1.4).contains(&share), "{}, {}: {share}", entry.name, lesion["name"]);
            assert!(result.dose.as_ref().is_some_and(|dose| dose.mean > 0.0), "{}", lesion["name"]);
        }
    }
}

#[test]
fn from_a_sharp_image_the_lesion_dose_is_that_of_the_true_activity() {
    let mut description =
        Phantom::parse(phantoms::text("sphere-in-water").unwrap()).unwrap().description().clone();
    description.imaging.fwhm_mm = 0.0;
    description.imaging.noise = None;
    let phantom = Phantom::new(description).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = write_described_phantom(&phantom, &folder.path().join("phantom"), &library()).unwrap();
    let histories = StopRule::Histories(100_000);
    let options = RunOptions { stop: Some(histories), ..RunOptions::default() };
    let case = Case::read(&path).unwrap();
    let found = run_into(&case, &options, &folder.path().join("run"), &library(), &Unwatched).unwrap();

    let file = |name: &str| path.with_file_name(name);
    let tissue = TissueChoice::Density { density: file("density.nii.gz").into(), materials: None };
    let request = SimulateRequest::new(file("true_tia.nii.gz"), TiaUnit::BqSecondPerMl, tissue, "I-131")
        .regions(file("lesions.nii.gz"))
        .seed(2)
        .histories(100_000);
    let (truth, _) = simulate(&request, &library(), &Unwatched).unwrap();
    for (found, truth) in found.maps.regions.iter().zip(&truth.regions) {
        let statistics = 3.0 * libm::hypot(found.u, truth.u) / truth.mean;
        let ratio = found.mean / truth.mean;
        assert!((ratio - 1.0).abs() < 0.02_f64.max(statistics), "label {}: {ratio}", truth.label);
        assert!(statistics < 0.03, "the comparison must mean something: {statistics}");
    }
    // And the map itself holds the concentration that the truth states.
    let tia = read(&file("true_tia.nii.gz"));
    let stated = json(&file("truth.json"))["lesions"][0]["tia_MBq_h_per_mL"].as_f64().unwrap() * 3.6e9;
    let largest = f64::from(tia.data().iter().copied().fold(0.0, f32::max));
    assert!((largest / stated - 1.0).abs() < 1e-4, "{largest} {stated}");
}
