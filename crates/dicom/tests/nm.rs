//! Reconstructed SPECT: geometry, values, and what is refused.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, which the lint does not know as such

mod common;

use common::{Object, names, nm, series};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use iodose_dicom::*;

fn read_with(object: Object, options: &NmOptions) -> Result<ActivityImage> {
    let (_folder, series) = series(&[object]);
    read_nm(&series, options)
}

fn calibrated() -> NmOptions {
    NmOptions { calibration: Some(SpectCalibration::new(50.0)) }
}

fn read(object: Object) -> Result<ActivityImage> {
    read_with(object, &calibrated())
}

/// Bq/mL per count: 50 cps/MBq, 60 frames of 20 s, voxels of 2 x 3 x 4 mm.
const PER_COUNT: f64 = 1e6 / (50.0 * 1200.0 * 0.024);

#[test]
fn counts_become_activity_by_calibration_duration_and_volume() {
    let image = read(nm()).unwrap();
    let grid = image.volume.grid();
    assert_eq!((grid.size(), grid.spacing()), ([3, 2, 4], [2.0, 3.0, 4.0]));
    assert_eq!(grid.index_to_patient([0.0, 0.0, 3.0]), [-10.0, -20.0, 17.0]);
    for (n, &value) in image.volume.data().iter().enumerate() {
        assert!((f64::from(value) / (PER_COUNT * (n + 1) as f64) - 1.0).abs() < 1e-6);
    }
    assert!(
        image.conversions[0].contains("1200 s (20 s x 60 frames of the file)"),
        "{:?}",
        image.conversions
    );
    let stated = SpectCalibration { cps_per_mbq: 50.0, duration_s: Some(600.0), dead_time_factor: 1.1 };
    let image = read_with(nm(), &NmOptions { calibration: Some(stated) }).unwrap();
    assert!((f64::from(image.volume.data()[0]) / (PER_COUNT * 2.2) - 1.0).abs() < 1e-6);
    assert!(image.warnings[0].contains("the file says 1200 s"), "{:?}", image.warnings);
}

#[test]
fn the_sign_of_the_spacing_is_the_direction_of_stacking() {
    let image = read(nm().ds(tags::SPACING_BETWEEN_SLICES, &[-4.0])).unwrap();
    assert_eq!(image.volume.grid().index_to_patient([0.0, 0.0, 3.0]), [-10.0, -20.0, -7.0]);
    assert!(image.volume.grid().voxel_volume_ml() > 0.0);
    let cubes = nm().without(tags::SPACING_BETWEEN_SLICES).ds(tags::PIXEL_SPACING, &[4.0, 4.0]);
    let image = read(cubes).unwrap();
    assert_eq!(image.volume.grid().spacing(), [4.0; 3]);
    assert!(
        image.warnings[0].contains("(0018,0088) SpacingBetweenSlices is missing"),
        "{:?}",
        image.warnings
    );
    names(
        read(nm().without(tags::SPACING_BETWEEN_SLICES)),
        &["(0018,0088)", "SliceThickness 4 mm beside pixels of 2 x 3 mm"],
    );
    names(read(nm().ds(tags::SPACING_BETWEEN_SLICES, &[0.0])), &["(0018,0088)"]);
}

#[test]
fn frames_go_to_the_slices_that_the_vector_names() {
    let image = read(nm().us(tags::SLICE_VECTOR, &[1, 4, 2, 3])).unwrap();
    assert!((f64::from(image.volume[[0, 0, 3]]) / (PER_COUNT * 7.0) - 1.0).abs() < 1e-6);
    names(
        read(nm().us(tags::SLICE_VECTOR, &[1, 2, 2, 4])),
        &["(0054,0080) SliceVector", "slice 2 for frame 3"],
    );
    names(read(nm().us(tags::SLICE_VECTOR, &[4, 3, 2, 1])), &["(0054,0080)", "slice 4 as first frame"]);
    names(read(nm().us(tags::SLICE_VECTOR, &[1, 2, 3])), &["(0054,0080)", "3 values"]);
    names(read(nm().us(tags::NUMBER_OF_SLICES, &[5])), &["(0054,0081)", "5 slices in 4 frames"]);
}

#[test]
fn quantitative_values_are_taken_as_they_are() {
    let unit = Object::new().text(tags::CODE_VALUE, VR::SH, "Bq/ml");
    let mapping = Object::new()
        .fd(tags::REAL_WORLD_VALUE_SLOPE, 12.5)
        .fd(tags::REAL_WORLD_VALUE_INTERCEPT, 0.5)
        .sequence(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, vec![unit]);
    let mapped = nm().sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, vec![mapping]);
    let image = read_with(mapped.clone(), &NmOptions::default()).unwrap();
    assert_eq!(image.volume.data()[3], 50.5);
    assert!(image.conversions[0].contains("RealWorldValueMappingSequence"));
    names(read(mapped), &["calibration", "calibrated already"]);
    let scaled =
        nm().cs(tags::UNITS, "BQML").ds(tags::RESCALE_SLOPE, &[3.0]).ds(tags::RESCALE_INTERCEPT, &[0.0]);
    assert_eq!(read_with(scaled, &NmOptions::default()).unwrap().volume.data()[1], 6.0);
    names(read_with(nm().cs(tags::UNITS, "GML"), &NmOptions::default()), &["(0054,1001) Units", "GML"]);
}

#[test]
fn what_is_no_single_calibrated_tomogram_is_refused() {
    names(read_with(nm(), &NmOptions::default()), &["calibration", "cps/MBq"]);
    names(read(nm().without(tags::ROTATION_INFORMATION_SEQUENCE)), &["(0054,0052)", "no duration"]);
    for kind in ["TOMO", "RECON GATED TOMO", "WHOLE BODY", "DYNAMIC"] {
        names(
            read(nm().cs(tags::IMAGE_TYPE, &format!("ORIGINAL\\PRIMARY\\{kind}"))),
            &["(0008,0008) ImageType", kind],
        );
    }
    names(read(nm().us(tags::ENERGY_WINDOW_VECTOR, &[1, 1, 2, 2])), &["(0054,0010) EnergyWindowVector"]);
    names(read(nm().us(tags::TIME_SLOT_VECTOR, &[1, 2, 3, 4])), &["(0054,0070) TimeSlotVector"]);
    names(
        read(nm().without(tags::DETECTOR_INFORMATION_SEQUENCE)),
        &["(0054,0022) DetectorInformationSequence"],
    );
    let bad = SpectCalibration { cps_per_mbq: -1.0, duration_s: None, dead_time_factor: 1.0 };
    names(read_with(nm(), &NmOptions { calibration: Some(bad) }), &["cps/MBq", "-1"]);
    let bad = SpectCalibration { cps_per_mbq: 50.0, duration_s: None, dead_time_factor: 0.9 };
    names(read_with(nm(), &NmOptions { calibration: Some(bad) }), &["dead-time factor", "0.9"]);
    let (_folder, two) = series(&[nm(), nm().text(tags::SOP_INSTANCE_UID, VR::UI, "7.7")]);
    names(read_nm(&two, &calibrated()), &["2 objects", "10.dcm", "3.dcm"]);
}

#[test]
fn two_detectors_must_agree_on_the_place() {
    let detector = |x: f64| {
        Object::new()
            .ds(tags::IMAGE_POSITION_PATIENT, &[x, -20.0, 5.0])
            .ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    };
    let with = |x| {
        nm().sequence(tags::DETECTOR_INFORMATION_SEQUENCE, vec![detector(-10.0), detector(x), Object::new()])
    };
    assert!(read(with(-10.0)).is_ok());
    names(read(with(-11.0)), &["item 2 > (0020,0032)", "one place"]);
}
