//! Lesions from structure sets.

use crate::common::{Study, json};
use crate::made::{CASE, edited, refused, run, says, study};
use crate::objects::Object;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};

/// A rectangle in mm around voxel centres of the slice at 9 mm.
pub type Rectangle = [[f64; 2]; 2];

const BODY: Rectangle = [[-11.0, -21.0], [-5.0, -16.0]];
const MET: Rectangle = [[-11.0, -21.0], [-9.0, -16.0]];

/// A structure set with regions of one contour.
pub fn structures(study: &Study, frame: &str, regions: &[(&str, Rectangle)]) {
    let numbered = || (1..).zip(regions);
    let listed = numbered().map(|(number, (name, _))| {
        Object::new()
            .text(tags::ROI_NUMBER, VR::IS, &number.to_string())
            .text(tags::REFERENCED_FRAME_OF_REFERENCE_UID, VR::UI, frame)
            .text(tags::ROI_NAME, VR::LO, name)
    });
    let drawn = numbered().map(|(number, (_, [[x0, y0], [x1, y1]]))| {
        let corners = [[*x0, *y0, 9.0], [*x1, *y0, 9.0], [*x1, *y1, 9.0], [*x0, *y1, 9.0]].concat();
        let contour = Object::new()
            .cs(tags::CONTOUR_GEOMETRIC_TYPE, "CLOSED_PLANAR")
            .text(tags::NUMBER_OF_CONTOUR_POINTS, VR::IS, "4")
            .ds(tags::CONTOUR_DATA, &corners);
        Object::new()
            .text(tags::REFERENCED_ROI_NUMBER, VR::IS, &number.to_string())
            .sequence(tags::CONTOUR_SEQUENCE, vec![contour])
    });
    Object::new()
        .text(tags::SOP_CLASS_UID, VR::UI, uids::RT_STRUCTURE_SET_STORAGE)
        .text(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3.6.1")
        .cs(tags::MODALITY, "RTSTRUCT")
        .text(tags::STUDY_INSTANCE_UID, VR::UI, "1.2.3")
        .text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.6")
        .text(tags::PATIENT_ID, VR::LO, "SECRET-ID")
        .sequence(tags::STRUCTURE_SET_ROI_SEQUENCE, listed.collect())
        .sequence(tags::ROI_CONTOUR_SEQUENCE, drawn.collect())
        .save(&study.path("rs.dcm"));
}

fn with(keys: &str) -> String {
    edited("[administration]", &format!("[lesions]\npath = \"rs.dcm\"\n{keys}\n\n[administration]"))
}

#[test]
fn a_lesion_within_another_region_is_not_lost_in_silence() {
    let study = study();
    structures(&study, "1.2.3.5", &[("BODY", BODY), ("met", MET)]);
    let said = ["rs.dcm: lesions.path: found region 2 \"met\" wholly within another one", "lesions.exclude"];
    refused(&study, &with(""), &said);
    for keys in ["exclude = [\"BODY\"]", "only = [\"met\"]"] {
        let outcome = run(&study, &with(keys)).unwrap();
        let names: Vec<&str> = outcome.report.lesions.iter().map(|lesion| lesion.name.as_str()).collect();
        assert_eq!(names, ["met"]);
        assert_eq!(outcome.report.lesions[0].label, 2);
    }
    refused_anew(&study, &with("only = [\"Met\"]"), &["lesions.only: found \"Met\"", "BODY, met"]);
    let renamed = run(&study, &with("only = [\"met\"]\nnames = { 2 = \"rib\" }")).unwrap();
    assert_eq!(renamed.report.lesions[0].name, "rib");
}

#[track_caller]
fn refused_anew(study: &Study, text: &str, parts: &[&str]) {
    std::fs::remove_dir_all(study.path("out")).unwrap();
    refused(study, text, parts);
}

#[test]
fn regions_that_overlap_are_warned_of() {
    let study = study();
    let other = [[-9.0, -21.0], [-5.0, -16.0]];
    structures(&study, "1.2.3.5", &[("met", MET), ("next", [[-11.0, -21.0], [-7.0, -16.0]]), ("far", other)]);
    let outcome = run(&study, &with("only = [\"met\", \"next\"]")).unwrap();
    says(&outcome.report.warnings, &["rs.dcm: regions 1 \"met\" and 2 \"next\" share 2 voxels"]);
}

#[test]
fn the_rule_is_in_the_record_and_decides() {
    let study = study();
    // Seven tenths of two voxels of 2 mm.
    structures(&study, "1.2.3.5", &[("met", [[-11.0, -21.5], [-9.6, -15.5]])]);
    let centre = run(&study, &with("")).unwrap();
    says(
        &centre.record.conversions,
        &["rs.dcm: contours to voxels of [2.0000, 3.0000, 4.0000] mm by the rule voxel-centre"],
    );
    assert!((centre.report.lesions[0].volume_ml - 0.048).abs() < 1e-9);
    let coverage = run(&study, &with("contour_rule = \"coverage\"")).unwrap();
    says(&coverage.record.conversions, &["by the rule coverage"]);
    assert!((coverage.report.lesions[0].volume_ml - 0.0336).abs() < 1e-6);
    assert_eq!(json(&study.path("out/run.json"))["settings"]["lesions"]["contour_rule"], "coverage");
}

#[test]
fn a_segmentation_has_no_contour_rule() {
    let study = study();
    Object::new()
        .text(tags::SOP_CLASS_UID, VR::UI, uids::SEGMENTATION_STORAGE)
        .text(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3.7.1")
        .cs(tags::MODALITY, "SEG")
        .text(tags::STUDY_INSTANCE_UID, VR::UI, "1.2.3")
        .text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.7")
        .save(&study.path("rs.dcm"));
    for rule in ["voxel-centre", "coverage"] {
        let said = ["rs.dcm: lesions.contour_rule: found a rule", "it only with an RTSTRUCT"];
        refused(&study, &with(&format!("contour_rule = \"{rule}\"")), &said);
    }
}

#[test]
fn contours_of_a_frame_of_reference_that_nothing_relates() {
    let study = study();
    structures(&study, "1.9.9.1", &[("met", MET)]);
    refused(&study, &with(""), &["rs.dcm: (0020,0052) FrameOfReferenceUID: found 1.9.9.1"]);
    let moved = with("registration = \"map.tfm\"");
    let said = ["rs.dcm: (3006,0024) ReferencedFrameOfReferenceUID: found 1.9.9.1", "an image of the case"];
    refused(&study, &moved, &said);
    let registered = with("").replace("\"pre-therapy\"", "\"pre-therapy\"\nframes = \"registered\"");
    run(&study, &registered).unwrap();
    assert_eq!(CASE.matches("lesions").count(), 0);
}
