//! Case files that say what cannot be.

use crate::common::{CASE, Study, WITH_DENSITY, edited, sampled};
use crate::run_refused;

/// Edits of a case that works, and what must be said to them.
type Problem = (&'static [(&'static str, &'static str)], &'static [&'static str]);

const PROBLEMS: &[Problem] = &[
    (&[("unit = \"Bq/mL\"\n", "")], &["case.toml:5: image[0].unit: missing, expected \"Bq/mL\""]),
    (&[("\"Bq/mL\"", "\"Bq\"")], &["image[0].unit: found \"Bq\", expected \"Bq/mL\""]),
    (
        &[("resolution_mm", "resolutoin_mm")],
        &["case.toml:11: image[0].resolutoin_mm: unknown key", "resolution_mm"],
    ),
    (
        &[("nuclide = \"I-131\"", "nuclide = \"I-999\"")],
        &["case.toml: therapy.nuclide: found \"I-999\", expected one of", "I-131"],
    ),
    (
        &[("nuclide = \"I-124\"", "nuclide = \"I-199\"")],
        &["case.toml: image[0].nuclide: found \"I-199\", expected one of", "I-124"],
    ),
    (
        &[("histories = 20000", "histories = 0")],
        &["case.toml:31: transport.histories: found 0, expected a whole number of decays, 1 or more"],
    ),
    (
        &[("histories = 20000", "histories = 1000\nuncertainty = 0.01")],
        &["transport.uncertainty: found beside transport.histories"],
    ),
    (&[("histories = 20000", "uncertainty = 0")], &["transport.uncertainty: found 0, expected"]),
    (
        &[("histories = 20000", "grid = 0.1")],
        &["case.toml: transport.grid: found a dose grid of [800, 720, 640] voxels"],
    ),
    (&[("histories = 20000", "grid = \"pet\"")], &["transport.grid: found \"pet\", expected \"activity\""]),
    (&[("activity_MBq = 74.0", "activity_MBq = 0")], &["administration.activity_MBq: found 0, expected"]),
    (&[("activity_GBq = 7.4", "activity_GBq = -7.4")], &["therapy.activity_GBq: found -7.4, expected"]),
    (
        &[("time_h = 24.0", "time_h = -24.0")],
        &["image[0].time_h: found -24.0, expected the time after administration"],
    ),
    (
        &[("= 60.0", "= 300.0")],
        &["case.toml: kinetics", "half_life_h", "found 300 h", "at most 100.224", "I-124"],
    ),
    (&[("effective_half_life_h = 60.0", "")], &["kinetics.effective_half_life_h: missing, expected"]),
    (
        &[("2 = \"second\"", "7 = \"seventh\"")],
        &["case.toml: lesions.names: found label 7, expected a label of lesions.nii.gz: 1, 2"],
    ),
    (
        &[("= 60.0", "= 60.0\nlesion_half_life_h = { 5 = 50.0 }")],
        &["case.toml: kinetics.lesion_half_life_h: found label 5, expected a label of lesions.nii.gz: 1, 2"],
    ),
    (&[("[case]", "[case")], &["case.toml:1: "]),
    (&[("path = \"activity.nii.gz\"", "path = \"absent.nii.gz\"")], &["absent.nii.gz: ", "cannot be read"]),
    (&[("path = \"ct.nii.gz\"", "path = \"absent.nii.gz\"")], &["absent.nii.gz: ", "cannot be read"]),
    (
        &[("path = \"ct.nii.gz\"", "path = \"ct.nii.gz\"\ncurve = \"absent.csv\"")],
        &["absent.csv: ", "cannot be read"],
    ),
    (&[("path = \"lesions.nii.gz\"", "path = \"absent.nii.gz\"")], &["absent.nii.gz: ", "cannot be read"]),
    (&[("path = \"lesions.nii.gz\"", "path = \"rtstruct.dcm\"")], &["rtstruct.dcm: cannot be read"]),
];

#[test]
fn what_cannot_be_is_refused_by_file_and_key() {
    let study = Study::small();
    for (edits, said) in PROBLEMS {
        run_refused(&study, &edited(edits), said);
    }
}

#[test]
fn times_must_rise() {
    let study = Study::small();
    let image = &CASE[CASE.find("[[image]]").unwrap()..CASE.find("[ct]").unwrap()];
    let second = image.replace("activity.nii.gz", "density.nii.gz");
    let text =
        edited(&[(image, &format!("{image}{second}")), ("[kinetics]\neffective_half_life_h = 60.0\n", "")]);
    run_refused(&study, &text, &["image[1].time_h: found 24.0, expected more than 24 h"]);
}

#[test]
fn a_half_life_by_lesion_needs_lesions() {
    let study = Study::small();
    let lesions = &CASE[CASE.find("[lesions]").unwrap()..CASE.find("[administration]").unwrap()];
    let text = edited(&[(lesions, ""), ("= 60.0", "= 60.0\nlesion_half_life_h = { 1 = 50.0 }")]);
    run_refused(&study, &text, &["kinetics.lesion_half_life_h", "[lesions]"]);
}

#[test]
fn a_material_that_is_not_known_is_refused() {
    let study = Study::small();
    study.labels(
        "materials.nii.gz",
        &sampled(crate::common::grid(), |place| crate::common::body(place).0 * 7),
    );
    let (old, new) = WITH_DENSITY;
    let text = edited(&[(old, &format!("{new}\nmaterials = \"materials.nii.gz\""))]);
    run_refused(&study, &text, &["materials.nii.gz: label: found 14, expected", "1 to 9", "bone-cortical"]);
}

#[test]
fn a_case_that_is_no_text_is_refused() {
    let study = Study::small();
    std::fs::copy(study.path("ct.nii.gz"), study.path("image.toml")).unwrap();
    crate::refused(&study, &["run", "image.toml", "-o", "out"], 2, &["image.toml", "expected a case file"]);
    crate::refused(&study, &["run", "absent.toml", "-o", "out"], 2, &["absent.toml: cannot be read"]);
    crate::refused(&study, &["run", ".", "-o", "out"], 2, &["cannot be read"]);
}
