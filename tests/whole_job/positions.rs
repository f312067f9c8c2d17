//! Shifts of the lesions between times, and the images over the anatomy.

use crate::common::{CASE, Study, edited, grid, json, sampled};
use iodose::Outcome;
use iodose::report::LesionPositions;

/// Activity of two blurred balls over a body, moved (LPS mm) and decayed by a factor.
fn image(study: &Study, name: &str, moved: [f64; 3], factor: f64) {
    let balls = [([-16.0, 8.0, 126.0], 8.0, 5e4), ([18.0, -12.0, 142.0], 5.0, 9e4)];
    let at = |[x, y, z]: [f64; 3]| {
        let ball = |(centre, radius, activity): ([f64; 3], f64, f64)| {
            let gap = |axis: usize| [x, y, z][axis] - centre[axis] - moved[axis];
            let distance = (0..3).map(|axis| gap(axis) * gap(axis)).sum::<f64>().sqrt();
            activity / (1.0 + libm::exp((distance - radius) / 1.6))
        };
        // A ripple in place of noise.
        let ripple = 20.0 * libm::sin(1.3 * x + 2.1 * y + 0.7 * z);
        (factor * (1e3 + ripple + balls.into_iter().map(ball).sum::<f64>())) as f32
    };
    study.image(name, &sampled(grid(), at));
}

/// The small study with a second image at 96 h, its lesions moved, and their masks round.
fn study(moved: [f64; 3]) -> Study {
    let study = Study::small();
    image(&study, "activity.nii.gz", [0.0; 3], 1.0);
    image(&study, "late.nii.gz", moved, 0.45);
    let inside = |centre: [f64; 3], radius: f64, point: [f64; 3]| {
        (0..3).map(|axis| (point[axis] - centre[axis]).powi(2)).sum::<f64>() < radius * radius
    };
    let label = |point| {
        u16::from(inside([-16.0, 8.0, 126.0], 8.0, point))
            + 2 * u16::from(inside([18.0, -12.0, 142.0], 5.0, point))
    };
    study.labels("lesions.nii.gz", &sampled(grid(), label));
    study
}

const LATE: &str = "\n[[image]]\npath = \"late.nii.gz\"\nmodality = \"PET\"\nnuclide = \"I-124\"\nunit = \"Bq/mL\"\n\
                    time_h = 96.0\nresolution_mm = 6.0\n\n[ct]";

fn two_images() -> String {
    edited(&[
        ("\n[ct]", LATE),
        ("[kinetics]\neffective_half_life_h = 60.0\n", ""),
        ("histories = 20000", "histories = 2000"),
    ])
}

fn shift_warnings(outcome: &Outcome) -> Vec<&String> {
    outcome.report.warnings.iter().filter(|text| text.contains("activity shifted")).collect()
}

#[test]
fn a_known_shift_is_recovered_and_over_one_width_it_warns() {
    // 4.9 mm and 7.2 mm at a width of 6 mm.
    for (moved, warns) in [([3.0, -2.4, 3.1], false), ([4.2, -4.4, 3.9], true)] {
        let study = study(moved);
        let outcome = study.run(&two_images());
        for LesionPositions { positions, largest_shift, .. } in &outcome.report.positions {
            assert_eq!((positions.len(), positions[0].shift, positions[1].time_h), (2, None, 96.0));
            let found = positions[1].shift.unwrap();
            for axis in 0..3 {
                assert!((found[axis] - moved[axis]).abs() < 0.4, "a tenth of 4 mm: {found:?}, {moved:?}");
            }
            assert_eq!(largest_shift.unwrap().lps_mm, found);
        }
        let warnings = shift_warnings(&outcome);
        assert_eq!(warnings.len(), usize::from(warns), "{warnings:?}");
        for part in ["24 h and 96 h", "first 7.", "second 7.", "(6.0 mm)"].iter().filter(|_| warns) {
            assert!(warnings[0].contains(part), "{part}: {warnings:?}");
        }
        let out = study.path("out");
        let record = json(&out.join("run.json"))["warnings"].to_string();
        assert_eq!(record.contains("activity shifted"), warns);
        let lesion = &json(&out.join("lesions.json"))["lesions"][0];
        assert_eq!(lesion["positions"][1]["shift_LPS_mm"].as_array().unwrap().len(), 3);
        assert_eq!(lesion["largest_shift"]["length_mm"].as_f64().unwrap() > 6.0, warns);
        let html = std::fs::read_to_string(out.join("report.html")).unwrap();
        assert_eq!(html.contains("over one width</span>"), warns);
        for image in ["PET activity.nii.gz, 24 h", "PET late.nii.gz, 96 h"] {
            let alt = format!("slice of activity over CT, {image} through lesion");
            assert_eq!(html.matches(&alt).count(), 4, "{image}");
        }
        assert!(html.contains("activity shifted between") == warns);
    }
}

#[test]
fn a_lesion_that_left_its_place_is_named() {
    let study = study([0.0, 0.0, -34.0]);
    let outcome = study.run(&two_images());
    let said = |text: &String| {
        text.contains("seen at some times and not at others") && text.contains("second (not at 96 h)")
    };
    assert!(outcome.report.warnings.iter().any(said), "{:?}", outcome.report.warnings);
    assert_eq!(outcome.report.positions[1].positions[1].centroid, None);
}

#[test]
fn without_a_resolution_the_width_is_two_voxels_and_what_is_missing_is_said_once() {
    let study = study([5.0, -6.0, 5.0]);
    let text = two_images().replace("resolution_mm = 6.0\n", "");
    let outcome = study.run(&text);
    let shift = outcome.report.positions[0].largest_shift.unwrap();
    assert_eq!((shift.width_mm, shift.width_is_stated), (8.0, false));
    assert!(shift_warnings(&outcome)[0].contains("8.0 mm, twice the voxel, as no resolution_mm is stated"));
    for image in ["activity.nii.gz", "late.nii.gz"] {
        let said = |text: &&String| text.starts_with(&format!("{image}: no resolution_mm is stated"));
        assert_eq!(outcome.report.warnings.iter().filter(said).count(), 1, "{:?}", outcome.report.warnings);
    }
}

#[test]
fn one_image_has_a_place_and_no_shift() {
    let study = study([0.0; 3]);
    let outcome = study.run(&edited(&[("histories = 20000", "histories = 2000")]));
    for lesion in &outcome.report.positions {
        assert!(lesion.positions[0].centroid.is_some() && lesion.largest_shift.is_none());
    }
    assert!(!std::fs::read_to_string(study.path("out/report.html")).unwrap().contains("id=\"positions\""));
}

#[test]
fn without_a_ct_the_pictures_lie_over_the_density() {
    let study = study([0.0; 3]);
    study.run(&edited(&[crate::common::WITH_DENSITY, ("histories = 20000", "histories = 2000")]));
    let html = std::fs::read_to_string(study.path("out/report.html")).unwrap();
    assert!(html.contains("The case has no CT. Each activity image over the density map"));
    assert!(CASE.contains("[ct]"));
}
