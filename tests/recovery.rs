//! Corrected mean doses of the phantoms that come with the project, held against their truth.
//!
//! `cargo test --release --test recovery -- --nocapture` prints them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

mod common;

use common::{json, library, read};
use iodose::case::{Case, StopRule};
use iodose::io::{materials_from_density, read_labels, tissue::MATERIAL_NAMES};
use iodose::transport::{Measure, Stop, Unwatched};
use iodose::{DoseInput, DoseSettings, RunOptions, compute_dose, run, write_phantom};

/// A lesion's dose by run, and as its true concentration within its label gives it.
struct Compared {
    name: String,
    diameter_mm: f64,
    /// Over the true mean.
    uncorrected: f64,
    corrected: f64,
    /// Relative standard uncertainty of the corrected mean.
    u: f64,
}

fn compare(phantom: &str) -> Vec<Compared> {
    let folder = tempfile::tempdir().unwrap();
    let path = write_phantom(phantom, &folder.path().join("phantom"), &library()).unwrap();
    let file = |name: &str| path.with_file_name(name);
    let case = Case::read(&path).unwrap();
    let options = RunOptions {
        stop: Some(StopRule::Uncertainty(0.01)),
        measure: Some(Measure::RegionMean),
        ..RunOptions::default()
    };
    let found = run(&case, &options, &library(), &Unwatched).unwrap();

    let truth = json(&file("truth.json"));
    let truth = truth["lesions"].as_array().unwrap();
    let labels = read_labels(&file("lesions.nii.gz")).unwrap();
    let density = read(&file("density.nii.gz"));
    let voxel_ml = labels.grid().voxel_volume_ml();
    // Everything but the lesions as the phantom has it.
    let mut decays = read(&file("true_tia.nii.gz"));
    decays.data_mut().iter_mut().for_each(|value| *value *= voxel_ml as f32);
    for (value, &label) in decays.data_mut().iter_mut().zip(labels.data()) {
        if let Some(lesion) = truth.iter().find(|lesion| lesion["label"] == label) {
            *value = (lesion["tia_MBq_h_per_mL"].as_f64().unwrap() * 3.6e9 * voxel_ml) as f32;
        }
    }
    let input = DoseInput {
        decays: &decays,
        density: &density,
        materials: &materials_from_density(&density),
        material_names: &MATERIAL_NAMES,
        nuclide: "I-131",
        labels: Some(&labels),
    };
    let stop = Stop::Uncertainty { target: 0.01, max_histories: None, max_seconds: None };
    let settings = DoseSettings { measure: Measure::RegionMean, ..DoseSettings::until(stop) };
    let maps = compute_dose(&input, &settings, &library(), &Unwatched).unwrap();
    let results = found.report.lesions.iter().map(|lesion| {
        let (mut energy, mut mass) = (0.0, 0.0);
        for ((dose, label), density) in maps.dose.data().iter().zip(labels.data()).zip(density.data()) {
            if u32::from(*label) == lesion.label {
                energy += f64::from(dose * density);
                mass += f64::from(*density);
            }
        }
        let dose = lesion.dose.as_ref().unwrap();
        let corrected = dose.mean_corrected.unwrap();
        Compared {
            name: lesion.name.clone(),
            diameter_mm: lesion.equivalent_diameter_mm,
            uncorrected: dose.mean / (energy / mass),
            corrected: corrected / (energy / mass),
            u: dose.mean_corrected_u.unwrap() / corrected,
        }
    });
    let results: Vec<Compared> = results.collect();
    for one in &results {
        println!(
            "| {phantom}: {} | {:.1} | {:.2} | {:.2} | {:.0} % |",
            one.name,
            one.diameter_mm,
            one.uncorrected,
            one.corrected,
            100.0 * one.u
        );
    }
    results
}

#[test]
fn corrected_means_of_the_phantoms_are_near_the_truth() {
    println!(
        "| lesion | diameter of the mask, mm | uncorrected/true | corrected/true | u (k=1) |\n|---|---|---|---|---|"
    );
    let mut all = Vec::new();
    for phantom in ["lung-metastases", "neck-remnant", "sphere-in-water"] {
        all.extend(compare(phantom));
    }
    for one in &all {
        let tolerance = if one.diameter_mm > 30.0 {
            0.1
        } else if one.diameter_mm > 12.0 {
            0.15
        } else {
            0.2
        };
        assert!((one.corrected - 1.0).abs() < tolerance, "{}: {:.3}", one.name, one.corrected);
    }
}
