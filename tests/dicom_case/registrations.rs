//! Frames of reference and what relates them.

use crate::common::Study;
use crate::made::{self, CASE, edited, in_frame, refused, run, save, says, study};
use crate::objects::{Object, ct, pet};
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use iodose::volume::{Grid, Volume};

const OTHER: &str = "1.9.9.1";
const FIELD: &str = "(0020,0052) FrameOfReferenceUID: found";

/// The study with its PET in another frame of reference, 100 mm to the left of where the CT has it.
fn apart() -> Study {
    let study = study();
    save(&study, "pet", |k, z| {
        in_frame(pet(k, z), OTHER).ds(tags::IMAGE_POSITION_PATIENT, &[90.0, -20.0, z])
    });
    study
}

fn registered(keys: &str) -> String {
    edited("path = \"pet\"", &format!("path = \"pet\"\n{keys}"))
}

/// A Spatial Registration of a frame of reference to that of the CT.
fn spatial(study: &Study, from: &str, to: &str) {
    let matrix = Object::new().cs(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, "RIGID").ds(
        tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX,
        &[1.0, 0.0, 0.0, -100.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    );
    let matrices = Object::new().sequence(tags::MATRIX_SEQUENCE, vec![matrix]);
    let item = Object::new()
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, from)
        .sequence(tags::MATRIX_REGISTRATION_SEQUENCE, vec![matrices]);
    Object::new()
        .text(tags::SOP_CLASS_UID, VR::UI, uids::SPATIAL_REGISTRATION_STORAGE)
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, to)
        .sequence(tags::REGISTRATION_SEQUENCE, vec![item])
        .save(&study.path("reg.dcm"));
}

#[test]
fn frames_of_reference_that_nothing_relates() {
    let study = study();
    save(&study, "pet", |k, z| in_frame(pet(k, z), OTHER));
    let said = ["pet: ", FIELD, OTHER, "1.2.3.5 as of ct", "frames = \"registered\""];
    refused(&study, CASE, &said);
    let outcome =
        run(&study, &edited("\"pre-therapy\"", "\"pre-therapy\"\nframes = \"registered\"")).unwrap();
    says(&outcome.report.warnings, &["pet: has another frame of reference than ct; taken as registered"]);
}

#[test]
fn every_kind_of_registration_brings_the_pet_over_the_ct() {
    let twin = study();
    let expected = run(&twin, CASE).unwrap();
    let study = apart();
    std::fs::write(
        study.path("map.tfm"),
        "#Insight Transform File V1.0\n#Transform 0\nTransform: TranslationTransform_double_3_3\nParameters: 100 0 0\nFixedParameters:\n",
    )
    .unwrap();
    std::fs::write(study.path("map.txt"), "1 0 0 -100\n0 1 0 0\n0 0 1 0\n0 0 0 1\n").unwrap();
    spatial(&study, OTHER, "1.2.3.5");
    for keys in [
        "registration = \"map.tfm\"",
        "registration = \"map.txt\"\nregistration_maps = \"image-to-ct\"\nregistration_axes = \"LPS\"",
        "registration = \"reg.dcm\"",
    ] {
        let outcome = run(&study, &registered(keys)).unwrap_or_else(|error| panic!("{keys}: {error}"));
        assert_eq!(outcome.maps.dose, expected.maps.dose, "{keys}");
        says(&outcome.record.conversions, &["pet: moved by the registration"]);
        assert!(outcome.record.inputs.iter().any(|input| input.what == "registration"));
        assert!(study.path("out/dose.dcm").is_file());
    }
}

/// The case with its CT from a NIfTI file, which lies where the DICOM one does.
fn over_nifti(study: &Study, text: &str) -> String {
    let (from, origin) = ([2.0, 3.0, 4.0], [-10.0, -20.0, 5.0]);
    let grid = Grid::axis_aligned([3, 2, 3], from, origin).unwrap();
    study.image("ct.nii.gz", &Volume::filled(grid, 0.0));
    text.replace("path = \"ct\"", "path = \"ct.nii.gz\"")
}

#[test]
fn rt_dose_that_no_input_can_bear_is_warned_of() {
    let study = apart();
    std::fs::write(study.path("map.txt"), "1 0 0 -100\n0 1 0 0\n0 0 1 0\n0 0 0 1\n").unwrap();
    let keys = "registration = \"map.txt\"\nregistration_maps = \"image-to-ct\"\nregistration_axes = \"LPS\"";
    let moved = run(&study, &over_nifti(&study, &registered(keys))).unwrap();
    says(&moved.report.warnings, &["dose.dcm is not written: every DICOM input was moved onto a CT"]);
    says(&moved.record.warnings, &["dose.dcm is not written"]);
    assert!(!study.path("out/dose.dcm").exists());

    let study = made::study();
    save(&study, "pet", |k, z| pet(k, z).without(tags::FRAME_OF_REFERENCE_UID));
    let nameless = run(&study, &over_nifti(&study, CASE)).unwrap();
    says(&nameless.report.warnings, &["dose.dcm is not written: no DICOM input names a frame of reference"]);

    let study = made::study();
    let in_place = run(&study, &over_nifti(&study, CASE)).unwrap();
    assert!(in_place.report.warnings.iter().all(|text| !text.contains("dose.dcm")));
    assert!(study.path("out/dose.dcm").is_file());
}

#[test]
fn registrations_that_say_too_little_or_something_else() {
    let study = apart();
    std::fs::write(study.path("map.txt"), "1 0 0 -100\n0 1 0 0\n0 0 1 0\n0 0 0 1\n").unwrap();
    refused(&study, &registered("registration = \"map.txt\""), &["map.txt: ", "direction"]);
    spatial(&study, "1.9.9.2", "1.2.3.5");
    let reg = registered("registration = \"reg.dcm\"");
    refused(&study, &reg, &["reg.dcm: ", FIELD, "1.9.9.2, 1.2.3.5", OTHER]);
    let both = registered("registration = \"reg.dcm\"\nregistration_axes = \"LPS\"");
    refused(&study, &both, &["reg.dcm: registration: found registration_maps or registration_axes"]);
    let out_of_sight = registered("registration = \"absent.tfm\"");
    refused(&study, &out_of_sight, &["absent.tfm: cannot be read"]);
}

#[test]
fn a_second_image_of_the_same_frame_moves_like_the_first() {
    let study = apart();
    spatial(&study, OTHER, "1.2.3.5");
    save(&study, "pet2", |k, z| {
        in_frame(pet(k, z), OTHER).ds(tags::IMAGE_POSITION_PATIENT, &[90.0, -20.0, z]).text(
            tags::SERIES_INSTANCE_UID,
            VR::UI,
            "1.2.3.45",
        )
    });
    let text = registered("registration = \"reg.dcm\"")
        .replace(
            "[ct]",
            "[[image]]\npath = \"pet2\"\nmodality = \"PET\"\nnuclide = \"I-124\"\ntime_h = 60.0\n\n[ct]",
        )
        .replace("[kinetics]\neffective_half_life_h = 60.0", "");
    let outcome = run(&study, &text).unwrap_or_else(|error| panic!("{error}"));
    says(&outcome.record.conversions, &["pet2: moved like pet"]);
}

#[test]
fn another_patient_is_warned_of() {
    let study = study();
    save(&study, "ct", |k, z| ct(k, z).text(tags::PATIENT_ID, VR::LO, "SECRET-OTHER"));
    let outcome = run(&study, CASE).unwrap();
    says(&outcome.report.warnings, &["pet: its PatientID is not that of the other images"]);
}
