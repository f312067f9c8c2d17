//! Folders that results cannot go to.

use crate::common::Study;
use crate::refused;

#[test]
fn a_folder_that_cannot_be_made_or_written_is_another_failure_than_bad_input() {
    let study = Study::small();
    std::fs::write(study.path("file"), "").unwrap();
    for out in ["file", "file/out"] {
        refused(&study, &["run", "case.toml", "-o", out], 1, &[out, "cannot be written"]);
        refused(&study, &["phantom", "sphere-in-water", "-o", out], 1, &[out, "cannot be written"]);
        let simulate =
            ["simulate", "--tia", "activity.nii.gz", "--unit", "Bq.s/mL", "--water", "--histories", "10"];
        refused(&study, &[&simulate[..], &["-o", out]].concat(), 1, &[out, "cannot be written"]);
    }
    refused(&study, &["--log", "file/log", "run", "case.toml"], 1, &["file/log", "cannot be written"]);
    refused(
        &study,
        &["kernel", "voxel", "--size", "9", "--histories", "9", "-o", "file/k.csv"],
        1,
        &["file/k.csv"],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_of_the_kernel_takes_no_files() {
    let study = Study::small();
    refused(&study, &["run", "case.toml", "-o", "/proc/iodose"], 1, &["/proc/iodose", "cannot be written"]);
    refused(&study, &["run", "case.toml", "-o", "/proc"], 1, &["/proc", "cannot be written"]);
}

#[test]
fn results_of_another_kind_are_not_mixed_with_new_ones() {
    let study = Study::small();
    std::fs::create_dir(study.path("out")).unwrap();
    std::fs::write(study.path("out/dose_per_GBq.nii.gz"), "old").unwrap();
    refused(
        &study,
        &["run", "case.toml", "-o", "out"],
        2,
        &["dose_per_GBq.nii.gz: output folder: found the result of an earlier run"],
    );
    std::fs::rename(study.path("out/dose_per_GBq.nii.gz"), study.path("out/lesions.csv")).unwrap();
    refused(
        &study,
        &[
            "simulate",
            "--tia",
            "activity.nii.gz",
            "--unit",
            "Bq.s/mL",
            "--water",
            "--histories",
            "10",
            "-o",
            "out",
        ],
        2,
        &["lesions.csv: output folder"],
    );
    assert_eq!(crate::common::names(&study.path("out")), ["lesions.csv"]);
}
