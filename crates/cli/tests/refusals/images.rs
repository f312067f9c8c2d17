//! Images that hold what they must not.

use crate::common::{CASE, Study, body, edited, grid, read, sampled};
use crate::{refused, run_refused};
use iodose::volume::{Affine, Grid, Volume};

/// The bytes of a file, changed.
fn change(study: &Study, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(study.path(name)).unwrap();
    change(&mut bytes);
    std::fs::write(study.path(name), bytes).unwrap();
}

/// A study whose activity is in an uncompressed file, and the case for it.
fn uncompressed() -> (Study, String) {
    let study = Study::small();
    study.image("activity.nii", &sampled(grid(), |place| body(place).1));
    (study, edited(&[("activity.nii.gz", "activity.nii")]))
}

#[test]
fn activity_that_is_negative_or_not_a_number() {
    for value in [-5.0, f32::NAN, f32::INFINITY] {
        let study = Study::small();
        let mut image = read(&study.path("activity.nii.gz"));
        image[[3, 4, 5]] = value;
        study.image("activity.nii.gz", &image);
        let found = value.to_string();
        run_refused(&study, CASE, &["activity.nii.gz: ", "activity", &found, "[3, 4, 5]", "at least 0"]);
        refused(
            &study,
            &["simulate", "--tia", "activity.nii.gz", "--unit", "Bq.s/mL", "--water", "-o", "out"],
            2,
            &["activity.nii.gz: time-integrated activity: found", &found, "[3, 4, 5]", "at least 0"],
        );
    }
}

#[test]
fn no_activity_anywhere() {
    let study = Study::small();
    study.image("activity.nii.gz", &Volume::filled(grid(), 0.0));
    run_refused(&study, CASE, &["activity.nii.gz: activity: found none in any voxel, expected"]);
    refused(
        &study,
        &["simulate", "--tia", "activity.nii.gz", "--unit", "Bq.s/mL", "--water", "-o", "out"],
        2,
        &["activity.nii.gz: ", "found 0 in every voxel", "expected at least one voxel above 0"],
    );
}

#[test]
fn truncated_files() {
    for name in ["activity.nii.gz", "ct.nii.gz", "lesions.nii.gz"] {
        for share in [2, 3, 100] {
            let study = Study::small();
            change(&study, name, |bytes| bytes.truncate(bytes.len() / share));
            run_refused(&study, CASE, &[name]);
        }
    }
    let (study, text) = uncompressed();
    change(&study, "activity.nii", |bytes| bytes.truncate(bytes.len() - 1));
    run_refused(&study, &text, &["activity.nii: data: found", "expected 23392 bytes"]);
    change(&study, "activity.nii", Vec::clear);
    run_refused(&study, &text, &["activity.nii: "]);
}

#[test]
fn damaged_bytes_within_a_gzip_stream() {
    let study = Study::small();
    change(&study, "activity.nii.gz", |bytes| {
        let end = bytes.len() - 6;
        bytes[end] ^= 0xff;
    });
    run_refused(&study, CASE, &["activity.nii.gz: "]);
}

#[test]
fn files_of_another_kind() {
    let study = Study::small();
    std::fs::write(study.path("activity.nii.gz"), "not an image, but long enough to be one\n".repeat(100))
        .unwrap();
    run_refused(&study, CASE, &["activity.nii.gz: "]);
    let (study, text) = uncompressed();
    std::fs::write(study.path("activity.nii"), "not an image, but long enough to be one\n".repeat(100))
        .unwrap();
    run_refused(&study, &text, &["activity.nii: "]);

    let study = Study::small();
    std::fs::create_dir(study.path("series")).unwrap();
    let series = "path = \"series\"\nunit = \"Bq/mL\"\ntime_h = 24.0";
    let text =
        edited(&[("path = \"activity.nii.gz\"", series), ("unit = \"Bq/mL\"\ntime_h = 24.0\nres", "res")]);
    run_refused(&study, &text, &["series: found no DICOM series, expected a PT series"]);
}

#[test]
fn image_and_labels_in_each_others_place() {
    let study = Study::small();
    study.image("activity.nii.gz", &sampled(grid(), |place| body(place).1 + 0.25));
    let text = edited(&[("\"activity.nii.gz\"", "\"x\""), ("\"lesions.nii.gz\"", "\"activity.nii.gz\"")]);
    let text = text.replace("\"x\"", "\"lesions.nii.gz\"");
    run_refused(&study, &text, &["activity.nii.gz: voxel [0, 0, 0]: found 0.25, expected a label"]);
}

#[test]
fn images_that_do_not_overlap() {
    let elsewhere = Grid::axis_aligned([20, 18, 16], [4.0; 3], [-38.0, -34.0, 900.0]).unwrap();
    let study = Study::small();
    study.image("ct.nii.gz", &Volume::filled(elsewhere, 0.0));
    let said =
        ["activity.nii.gz: position: found 0 %", "overlaps with the CT or density map", "frame of reference"];
    run_refused(&study, CASE, &said);
    let study = Study::small();
    study.labels("lesions.nii.gz", &Volume::filled(elsewhere, 1));
    run_refused(
        &study,
        &edited(&[(", 2 = \"second\"", "")]),
        &["lesions.nii.gz: position: found 0 %", "the first activity image"],
    );
    // A corner in common is no better than nothing.
    let corner = Grid::axis_aligned([20, 18, 16], [4.0; 3], [26.0, 22.0, 148.0]).unwrap();
    let study = Study::small();
    study.image("ct.nii.gz", &Volume::filled(corner, 0.0));
    run_refused(&study, CASE, &["position: found"]);
}

#[test]
fn labels_without_a_label() {
    let study = Study::small();
    study.labels("lesions.nii.gz", &Volume::filled(grid(), 0));
    run_refused(
        &study,
        CASE,
        &["lesions.nii.gz: labels: found only background (0), expected at least one voxel"],
    );
}

#[test]
fn a_ct_with_holes() {
    let study = Study::small();
    let mut ct = read(&study.path("ct.nii.gz"));
    ct[[1, 2, 3]] = f32::NAN;
    study.image("ct.nii.gz", &ct);
    run_refused(&study, CASE, &["ct.nii.gz: ", "NaN", "[1, 2, 3]"]);
}

#[test]
fn more_than_three_dimensions() {
    let (study, text) = uncompressed();
    change(&study, "activity.nii", |bytes| {
        bytes[40..42].copy_from_slice(&4i16.to_le_bytes());
        bytes[48..50].copy_from_slice(&2i16.to_le_bytes());
        let voxels = bytes[352..].to_vec();
        bytes.extend(voxels);
    });
    run_refused(&study, &text, &["activity.nii: dim: found [4, 20, 18, 16, 2", "3 dimensions"]);
}

#[test]
fn a_header_that_promises_too_much() {
    let (study, text) = uncompressed();
    change(&study, "activity.nii", |bytes| {
        for side in 0..3 {
            bytes[42 + 2 * side..44 + 2 * side].copy_from_slice(&32767i16.to_le_bytes());
        }
    });
    run_refused(&study, &text, &["activity.nii: data: found a file that holds at most 23392 bytes"]);
}

#[test]
fn sheared_axes() {
    let study = Study::small();
    let columns = [[4.0, 0.0, 0.0], [1.0, 4.0, 0.0], [0.0, 0.0, 4.0]];
    let sheared = Grid::new([20, 18, 16], Affine { columns, origin: [-38.0, -34.0, 100.0] }).unwrap();
    study.image("activity.nii.gz", &sampled(sheared, |place| body(place).1));
    run_refused(
        &study,
        CASE,
        &["activity.nii.gz: affine: found sheared voxel axes, expected axes at right angles"],
    );
    refused(
        &study,
        &["simulate", "--tia", "activity.nii.gz", "--unit", "Bq.s/mL", "--water", "-o", "out"],
        2,
        &["activity.nii.gz: affine: found sheared voxel axes"],
    );
}
