//! `inspect` and `init` on folders: what is found, what is refused, and case files that run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests count as tests")]

#[path = "../../../../tests/common/mod.rs"]
mod common;
#[path = "../../../dicom/tests/common/mod.rs"]
mod objects;

mod init;
mod inspect;

use common::Study;
use dicom_core::VR;
use dicom_dictionary_std::tags;
use objects::{Object, ct, pet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Exit code, standard output and standard error of a command in a study's folder.
fn iodose(study: &Study, line: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_iodose"))
        .current_dir(study.path(""))
        .args(line.split_whitespace())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The shared study, where it is at hand.
fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/thyroid-mets");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no reference cases at {}", folder.display());
    None
}

/// Writes three slices 4 mm apart into a folder.
fn save(study: &Study, folder: &str, slice: impl Fn(i32, f64) -> Object) {
    std::fs::create_dir_all(study.path(folder)).unwrap();
    for k in 0..3 {
        slice(k, 5.0 + 4.0 * f64::from(k)).save(&study.path(&format!("{folder}/{k}")));
    }
}

/// A PET slice of a later day, as a series of its own.
fn pet_of(day: &str, uid: &str, k: i32, z: f64) -> Object {
    pet(k, z)
        .text(tags::ACQUISITION_DATE, VR::DA, day)
        .text(tags::SERIES_DATE, VR::DA, day)
        .text(tags::SERIES_INSTANCE_UID, VR::UI, uid)
        .text(tags::SERIES_DESCRIPTION, VR::LO, &format!("PET of {day}"))
}

/// CT and two PET scans; the folder of the later one comes first by name.
fn clinic() -> Study {
    let study = Study::empty();
    save(&study, "study/ct", |k, z| ct(k, z).text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.1"));
    save(&study, "study/a", |k, z| pet_of("20240312", "1.2.3.72", k, z));
    save(&study, "study/b", |k, z| pet_of("20240310", "1.2.3.24", k, z));
    study
}
