//! A tiny study of DICOM objects: CT and PET of 3 x 2 x 3 voxels, each in a folder.

use crate::common::{Study, library};
use crate::objects::{Object, ct, pet};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use iodose::transport::Unwatched;
use iodose::{Error, Outcome, RunOptions, run_into};

/// Three slices of 4 mm.
const HEIGHTS: [f64; 3] = [5.0, 9.0, 13.0];

/// The case of the folders `pet` and `ct`.
pub const CASE: &str = r#"[case]
id = "made"
purpose = "pre-therapy"

[[image]]
path = "pet"
modality = "PET"
nuclide = "I-124"

[ct]
path = "ct"

[administration]
activity_MBq = 100.0

[therapy]
activity_GBq = 7.4

[kinetics]
effective_half_life_h = 60.0

[transport]
histories = 500
"#;

/// The case with one part of its text replaced.
pub fn edited(old: &str, new: &str) -> String {
    assert_eq!(CASE.matches(old).count(), 1, "{old:?} is not once in the text");
    CASE.replace(old, new)
}

/// CT and PET as they should be.
pub fn study() -> Study {
    let study = Study::empty();
    save(&study, "ct", ct);
    save(&study, "pet", pet);
    study
}

/// Writes a series, slice by slice, into a folder; what lay there stays.
pub fn save(study: &Study, folder: &str, slice: impl Fn(i32, f64) -> Object) {
    std::fs::create_dir_all(study.path(folder)).unwrap();
    for (k, z) in (0..).zip(HEIGHTS) {
        let object = slice(k, z);
        let series = object.0.element(tags::SERIES_INSTANCE_UID).unwrap().to_str().unwrap().into_owned();
        object.save(&study.path(&format!("{folder}/{series}_{k}.dcm")));
    }
}

/// An object in another frame of reference.
pub fn in_frame(object: Object, uid: &str) -> Object {
    object.text(tags::FRAME_OF_REFERENCE_UID, VR::UI, uid)
}

pub fn run(study: &Study, text: &str) -> Result<Outcome, Error> {
    run_into(&study.case(text), &RunOptions::default(), &study.path("out"), &library(), &Unwatched)
}

/// Runs a case that must be refused before anything is written, with all of some parts in its message.
#[track_caller]
pub fn refused(study: &Study, text: &str, parts: &[&str]) {
    let Err(error) = run(study, text) else { panic!("accepted, expected an error with {parts:?}") };
    let message = error.to_string();
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    assert!(error.is_bad_input(), "{message}");
    assert!(!message.to_lowercase().contains("secret"), "an identity in: {message}");
    assert!(!study.path("out").exists(), "an output folder after: {message}");
}

/// Asserts that one of some lines holds all parts.
#[track_caller]
pub fn says(lines: &[String], parts: &[&str]) {
    let holds = |line: &String| parts.iter().all(|part| line.contains(part));
    assert!(lines.iter().any(holds), "{parts:?} is not in {lines:?}");
}
