//! Enhanced multi-frame objects: functional groups, frames in any order.
#![allow(clippy::unwrap_used, clippy::panic)]
// helpers of tests, which the lint does not know as such
// What a test expects need not be the same to the last bit on every processor.
#![allow(clippy::disallowed_methods)]

mod common;

use common::{Object, ct, iodine_124, names, pet, series};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use iodose_dicom::*;

const ORDER: [i32; 4] = [2, 0, 3, 1];

fn frame(k: i32, begin: &str) -> Object {
    let position = Object::new().ds(tags::IMAGE_POSITION_PATIENT, &[-10.0, -20.0, 5.0 * f64::from(k)]);
    let content = Object::new()
        .text(tags::FRAME_ACQUISITION_DATE_TIME, VR::DT, begin)
        .fd(tags::FRAME_ACQUISITION_DURATION, 600_000.0);
    let values = Object::new()
        .ds(tags::RESCALE_SLOPE, &[f64::from(k + 1)])
        .ds(tags::RESCALE_INTERCEPT, &[0.0])
        .text(tags::RESCALE_TYPE, VR::LO, "BQML");
    Object::new()
        .sequence(tags::PLANE_POSITION_SEQUENCE, vec![position])
        .sequence(tags::FRAME_CONTENT_SEQUENCE, vec![content])
        .sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, vec![values])
}

/// Frames in the order above; each holds 10 (k + 1) + 1..=6.
fn multi(base: Object, class: &str) -> Object {
    let orientation = Object::new().ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    let measures = Object::new().ds(tags::PIXEL_SPACING, &[3.0, 2.0]).ds(tags::SLICE_THICKNESS, &[9.0]);
    let shared = Object::new()
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation])
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures]);
    let pixels: Vec<i32> = ORDER.iter().flat_map(|k| (1..=6).map(move |n| 10 * (k + 1) + n)).collect();
    [
        tags::IMAGE_POSITION_PATIENT,
        tags::IMAGE_ORIENTATION_PATIENT,
        tags::PIXEL_SPACING,
        tags::RESCALE_SLOPE,
        tags::UNITS,
    ]
    .into_iter()
    .fold(base, Object::without)
    .text(tags::SOP_CLASS_UID, VR::UI, class)
    .text(tags::NUMBER_OF_FRAMES, VR::IS, "4")
    .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared])
    .sequence(
        tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
        ORDER.iter().map(|&k| frame(k, "20240310100000")).collect(),
    )
    .pixels(&pixels)
}

fn enhanced_pet() -> Object {
    multi(pet(0, 0.0), "1.2.840.10008.5.1.4.1.1.130")
        .cs(tags::ATTENUATION_CORRECTED, "YES")
        .cs(tags::DECAY_CORRECTED, "YES")
        .text(tags::DECAY_CORRECTION_DATE_TIME, VR::DT, "20240310100000")
}

fn read(object: Object) -> Result<ActivityImage> {
    let (_folder, series) = series(&[object]);
    read_pet(&series, &PetOptions::default())
}

#[test]
fn frames_lie_where_their_groups_say_and_have_their_own_scale() {
    let image = read(enhanced_pet()).unwrap();
    assert_eq!(image.volume.grid().spacing(), [2.0, 3.0, 5.0]);
    for k in 0..4 {
        assert_eq!(image.volume[[1, 0, k]], (k as f32 + 1.0) * (10.0 * (k as f32 + 1.0) + 2.0));
    }
    assert_eq!(image.hours_after_administration(), Some(24.0));
    assert!(image.conversions.is_empty());
}

#[test]
fn an_enhanced_ct_is_in_hounsfield_units() {
    let groups = ORDER.iter().map(|&k| {
        let values = Object::new()
            .ds(tags::RESCALE_SLOPE, &[1.0])
            .ds(tags::RESCALE_INTERCEPT, &[-1024.0])
            .text(tags::RESCALE_TYPE, VR::LO, "HU");
        frame(k, "20240310100000").sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, vec![values])
    });
    let object = multi(ct(0, 0.0), "1.2.840.10008.5.1.4.1.1.2.1")
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups.collect());
    let (_folder, series) = series(&[object]);
    assert_eq!(read_ct(&series).unwrap().volume[[0, 0, 3]], 41.0 - 1024.0);
}

#[test]
fn real_world_values_go_before_the_rescale() {
    let unit = Object::new().text(tags::CODE_VALUE, VR::SH, "Bq/ml");
    let mapping = Object::new()
        .fd(tags::REAL_WORLD_VALUE_SLOPE, 2.0)
        .fd(tags::REAL_WORLD_VALUE_INTERCEPT, 0.0)
        .sequence(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, vec![unit]);
    let groups = ORDER.iter().map(|&k| {
        frame(k, "20240310100000").sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, vec![mapping.clone()])
    });
    let object = enhanced_pet().sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups.collect());
    assert_eq!(read(object).unwrap().volume[[0, 0, 1]], 42.0);
}

#[test]
fn decay_correction_to_another_time_is_taken_to_the_start() {
    let early = enhanced_pet().text(tags::DECAY_CORRECTION_DATE_TIME, VR::DT, "20240310090000");
    let image = read(early).unwrap();
    let factor = (-std::f64::consts::LN_2 * 3600.0 / 360_806.4).exp();
    assert!((f64::from(image.volume[[0, 0, 0]]) / (11.0 * factor) - 1.0).abs() < 1e-6);
    assert_eq!(image.conversions.len(), 1);
    let none = read(enhanced_pet().cs(tags::DECAY_CORRECTED, "NO")).unwrap();
    assert!(none.volume[[0, 0, 0]] > 11.0 && none.volume[[0, 0, 0]] < 11.1);
}

#[test]
fn missing_groups_and_frames_are_named() {
    names(read(enhanced_pet().cs(tags::ATTENUATION_CORRECTED, "NO")), &["(0018,9759) AttenuationCorrected"]);
    names(read(enhanced_pet().without(tags::DECAY_CORRECTED)), &["(0018,9758) DecayCorrected", "nothing"]);
    let three = ORDER[..3].iter().map(|&k| frame(k, "20240310100000")).collect();
    names(
        read(enhanced_pet().sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, three)),
        &["(5200,9230) PerFrameFunctionalGroupsSequence", "3 items", "4 frames"],
    );
    let groups =
        ORDER.iter().map(|&k| frame(k, "20240310100000").without(tags::PLANE_POSITION_SEQUENCE)).collect();
    names(
        read(enhanced_pet().sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups)),
        &["item 1 > (0020,9113) PlanePositionSequence"],
    );
    let doubled = [2, 0, 3, 0].iter().map(|&k| frame(k, "20240310100000")).collect();
    names(
        read(enhanced_pet().sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, doubled)),
        &["two slices at 0.00 mm", "frame 2 of", "frame 4 of"],
    );
    let item = iodine_124().without(tags::RADIONUCLIDE_HALF_LIFE);
    let unknown = enhanced_pet()
        .cs(tags::DECAY_CORRECTED, "NO")
        .sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![item]);
    names(read(unknown), &["(0018,1075) RadionuclideHalfLife", "nothing"]);
}

/// What a conversion takes out of the single slices and finds no other place for (PS3.3 C.7.6.16.2.25).
const UNASSIGNED: [Tag; 7] = [
    tags::UNITS,
    tags::SERIES_TYPE,
    tags::DECAY_CORRECTION,
    tags::CORRECTED_IMAGE,
    tags::ACTUAL_FRAME_DURATION,
    tags::FRAME_REFERENCE_TIME,
    tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE,
];

/// A single slice of the same values, at the same place.
fn single(k: i32) -> Object {
    let pixels: Vec<i32> = (1..=6).map(|n| 10 * (k + 1) + n).collect();
    pet(k, 5.0 * f64::from(k))
        .text(tags::ACQUISITION_TIME, VR::TM, &format!("10{k:02}00"))
        .ds(tags::FRAME_REFERENCE_TIME, &[300_000.0 + 60_000.0 * f64::from(k)])
        .pixels(&pixels)
}

/// The slices above as one Legacy Converted Enhanced PET, with `shared` as what is the same in all.
fn converted(shared: Object) -> Object {
    let taken = [tags::ACQUISITION_DATE, tags::ACQUISITION_TIME];
    let root = UNASSIGNED.into_iter().chain(taken).fold(pet(0, 0.0), Object::without);
    let groups = ORDER.iter().map(|&k| {
        let values = Object::new()
            .ds(tags::RESCALE_SLOPE, &[f64::from(k + 1)])
            .ds(tags::RESCALE_INTERCEPT, &[0.0])
            .text(tags::RESCALE_TYPE, VR::LO, "US");
        let own = Object::new().ds(tags::FRAME_REFERENCE_TIME, &[300_000.0 + 60_000.0 * f64::from(k)]);
        let content =
            Object::new().text(tags::FRAME_ACQUISITION_DATE_TIME, VR::DT, &format!("2024031010{k:02}00"));
        frame(k, "")
            .sequence(tags::FRAME_CONTENT_SEQUENCE, vec![content])
            .sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, vec![values])
            .sequence(tags::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE, vec![own])
    });
    let mut object = multi(root, "1.2.840.10008.5.1.4.1.1.128.1");
    let measures = Object::new().ds(tags::PIXEL_SPACING, &[3.0, 2.0]);
    let orientation = Object::new().ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    let all = Object::new()
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation])
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures])
        .sequence(tags::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE, vec![shared]);
    object = object.sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![all]);
    object.sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups.collect())
}

/// What all slices share.
fn shared() -> Object {
    Object::new()
        .cs(tags::UNITS, "BQML")
        .cs(tags::SERIES_TYPE, "STATIC\\IMAGE")
        .cs(tags::DECAY_CORRECTION, "NONE")
        .cs(tags::CORRECTED_IMAGE, "ATTN\\SCAT\\DTIM\\RAN\\NORM")
        .text(tags::ACTUAL_FRAME_DURATION, VR::IS, "600000")
        .sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![iodine_124()])
}

#[test]
fn a_legacy_converted_pet_is_the_slices_that_it_was_made_of() {
    let slices: Vec<Object> = (0..4).map(|k| single(k).cs(tags::DECAY_CORRECTION, "NONE")).collect();
    let (_folder, apart) = series(&slices);
    let apart = read_pet(&apart, &PetOptions::default()).unwrap();
    let joined = read(converted(shared())).unwrap();
    assert_eq!(joined.volume, apart.volume);
    assert_eq!((joined.start, &joined.conversions), (apart.start, &apart.conversions));
    assert_eq!(joined.radiopharmaceutical, apart.radiopharmaceutical);
    assert_eq!(joined.hours_after_administration(), Some(24.0));
    assert_eq!(joined.conversions.len(), 1, "corrected from each slice's own time");
}

#[test]
fn a_legacy_converted_pet_is_refused_for_what_its_slices_would_be() {
    names(read(converted(shared().without(tags::UNITS))), &["(0054,1001) Units", "nothing"]);
    names(read(converted(shared().cs(tags::UNITS, "CNTS"))), &["(0054,1001) Units", "CNTS"]);
    names(read(converted(shared().cs(tags::SERIES_TYPE, "DYNAMIC\\IMAGE"))), &["(0054,1000) SeriesType"]);
    names(
        read(converted(shared().cs(tags::CORRECTED_IMAGE, "DECY"))),
        &["(0028,0051) CorrectedImage", "ATTN"],
    );
    names(read(converted(shared().without(tags::DECAY_CORRECTION))), &["(0054,1102) DecayCorrection"]);
    let timeless: Vec<Object> =
        ORDER.iter().map(|&k| frame(k, "").without(tags::FRAME_CONTENT_SEQUENCE)).collect();
    let object = converted(shared()).sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, timeless);
    names(read(object), &["(0008,0032) AcquisitionTime", "nothing"]);
    // The frames of `frame` say BQML by their RescaleType.
    let in_two_units = shared().cs(tags::UNITS, "CNTS");
    let groups: Vec<Object> = ORDER.iter().map(|&k| frame(k, "20240310100000")).collect();
    let object = converted(in_two_units).sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups);
    names(read(object), &["(0054,1001) Units", "CNTS", "BQML, as the frames say"]);
}
