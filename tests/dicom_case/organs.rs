//! Organs from structure sets and segmentations.

use crate::common::Study;
use crate::made::{CASE, refused, run, says, study};
use crate::objects::Object;
use crate::regions::structures;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};

/// Rectangles in mm around the voxel centres of the first and the other columns of the slice at 9 mm.
const LEFT: [[f64; 2]; 2] = [[-11.0, -21.0], [-9.0, -16.0]];
const RIGHT: [[f64; 2]; 2] = [[-9.0, -21.0], [-5.0, -16.0]];
/// mL of a voxel of 2 x 3 x 4 mm.
const VOXEL_ML: f64 = 0.024;

/// A segmentation of the slice at 9 mm: "Lung_L" the first column, "Lung_R" the other two.
fn segmentation(study: &Study) {
    let segment = |number: u16, name: &str| {
        Object::new().us(tags::SEGMENT_NUMBER, &[number]).text(tags::SEGMENT_LABEL, VR::LO, name)
    };
    let frame = |segment: u16| {
        let position = Object::new().ds(tags::IMAGE_POSITION_PATIENT, &[-10.0, -20.0, 9.0]);
        let number = Object::new().us(tags::REFERENCED_SEGMENT_NUMBER, &[segment]);
        Object::new()
            .sequence(tags::PLANE_POSITION_SEQUENCE, vec![position])
            .sequence(tags::SEGMENT_IDENTIFICATION_SEQUENCE, vec![number])
    };
    let measures = Object::new().ds(tags::PIXEL_SPACING, &[3.0, 2.0]).ds(tags::SLICE_THICKNESS, &[4.0]);
    let orientation = Object::new().ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    let shared = Object::new()
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures])
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation]);
    Object::new()
        .text(tags::SOP_CLASS_UID, VR::UI, uids::SEGMENTATION_STORAGE)
        .text(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3.7.1")
        .cs(tags::MODALITY, "SEG")
        .text(tags::STUDY_INSTANCE_UID, VR::UI, "1.2.3")
        .text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.7")
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.2.3.5")
        .text(tags::PATIENT_ID, VR::LO, "SECRET-ID")
        .cs(tags::SEGMENTATION_TYPE, "BINARY")
        .text(tags::NUMBER_OF_FRAMES, VR::IS, "2")
        .us(tags::ROWS, &[2])
        .us(tags::COLUMNS, &[3])
        .us(tags::BITS_ALLOCATED, &[1])
        .us(tags::BITS_STORED, &[1])
        .us(tags::HIGH_BIT, &[0])
        .us(tags::SAMPLES_PER_PIXEL, &[1])
        .cs(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2")
        .us(tags::PIXEL_REPRESENTATION, &[0])
        .sequence(tags::SEGMENT_SEQUENCE, vec![segment(1, "Lung_L"), segment(2, "Lung_R")])
        .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared])
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, vec![frame(1), frame(2)])
        // Bits by rows, the first pixel lowest: 100 100 and 011 011.
        .pixel_bytes(&[0b1000_1001, 0b0000_1101])
        .save(&study.path("seg.dcm"));
}

fn with(keys: &str) -> String {
    format!("{CASE}\n[[organ]]\nname = \"lungs\"\nkind = \"lung\"\n{keys}\n")
}

/// Voxels and volume of the organ that the case names.
#[track_caller]
fn organ(study: &Study, keys: &str) -> (usize, f64) {
    let outcome = run(study, &with(keys)).unwrap();
    let [organ] = outcome.report.organs.as_slice() else { panic!("{:?}", outcome.report.organs) };
    assert_eq!(organ.name, "lungs");
    assert!(organ.dose.as_ref().unwrap().mean > 0.0);
    says(&outcome.report.inputs.iter().map(|input| input.path.clone()).collect::<Vec<_>>(), &[".dcm"]);
    (organ.voxels, organ.volume_ml)
}

#[track_caller]
fn holds(study: &Study, keys: &str, voxels: usize) {
    let (found, volume_ml) = organ(study, keys);
    assert_eq!(found, voxels, "{keys}");
    assert!((volume_ml - voxels as f64 * VOXEL_ML).abs() < 1e-9, "{keys}: {volume_ml}");
}

#[test]
fn an_organ_of_contours_is_one_region_or_all() {
    let study = study();
    structures(&study, "1.2.3.5", &[("Lung_L", LEFT), ("Lung_R", RIGHT)]);
    holds(&study, "path = \"rs.dcm\"", 6);
    holds(&study, "path = \"rs.dcm\"\nregions = [\"Lung_R\"]", 4);
    holds(&study, "path = \"rs.dcm\"\nregions = [\"Lung_L\"]\ncontour_rule = \"coverage\"", 2);
    std::fs::remove_dir_all(study.path("out")).unwrap();
    let unknown = with("path = \"rs.dcm\"\nregions = [\"Liver\"]");
    refused(&study, &unknown, &["found \"Liver\"", "Lung_L, Lung_R"]);
}

#[test]
fn an_organ_of_segments_is_one_segment_or_all() {
    let study = study();
    segmentation(&study);
    holds(&study, "path = \"seg.dcm\"", 6);
    holds(&study, "path = \"seg.dcm\"\nregions = [\"Lung_L\"]", 2);
    std::fs::remove_dir_all(study.path("out")).unwrap();
    let rule = with("path = \"seg.dcm\"\ncontour_rule = \"coverage\"");
    refused(&study, &rule, &["contour_rule: found a rule", "it only with an RTSTRUCT"]);
}
