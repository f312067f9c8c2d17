//! PET series: units, times, decay, nuclide data, and what is refused.
#![allow(clippy::unwrap_used, clippy::panic)]
// helpers of tests, which the lint does not know as such
// What a test expects need not be the same to the last bit on every processor.
#![allow(clippy::disallowed_methods)]

mod common;

use common::{Object, iodine_124, names, pet, series};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use iodose_dicom::*;
use std::f64::consts::LN_2;

const HALF_LIFE_S: f64 = 360_806.4;

fn read(change: impl Fn(i32, Object) -> Object) -> Result<ActivityImage> {
    read_with(change, &PetOptions::default())
}

fn read_with(change: impl Fn(i32, Object) -> Object, options: &PetOptions) -> Result<ActivityImage> {
    let objects: Vec<_> = (0..3).map(|k| change(k, pet(k, 4.0 * f64::from(k)))).collect();
    let (_folder, series) = series(&objects);
    read_pet(&series, options)
}

fn given(object: Object, item: Object) -> Object {
    object.sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![item])
}

fn iodine() -> NuclideData {
    NuclideData { name: "I-124".into(), half_life_s: HALF_LIFE_S, positron_fraction: Some(0.2286) }
}

#[track_caller]
fn close(found: f32, expected: f64) {
    assert!((f64::from(found) / expected - 1.0).abs() < 1e-6, "{found} is not {expected}");
}

#[test]
fn values_times_and_nuclide_come_from_the_file() {
    let image = read(|_, o| o).unwrap();
    for k in 0..3 {
        assert_eq!(image.volume[[2, 1, k]], 600.0 * (k as f32 + 1.0), "a slope for every slice");
    }
    assert_eq!(image.hours_after_administration(), Some(24.0));
    assert_eq!(image.start.to_string(), "2024-03-10 10:00:00");
    let given = &image.radiopharmaceutical;
    assert_eq!(given.nuclide.as_deref(), Some("I-124"));
    assert_eq!(
        (given.half_life_s, given.positron_fraction, given.activity_bq),
        (Some(HALF_LIFE_S), Some(0.2286), Some(1e8))
    );
    assert!(
        image.conversions.is_empty() && image.warnings.is_empty(),
        "{:?} {:?}",
        image.conversions,
        image.warnings
    );
    let checked = image.clone().checked_for(&iodine(), Deviations::Refuse).unwrap();
    assert_eq!(checked.volume, image.volume);
    assert_eq!(image.frame_of_reference.as_deref(), Some("1.2.3.5"));
}

#[test]
fn only_becquerels_per_millilitre_without_a_factor() {
    names(read(|_, o| o.without(tags::UNITS)), &["(0054,1001) Units", "nothing"]);
    names(read(|_, o| o.cs(tags::UNITS, "GML")), &["(0054,1001) Units", "GML", "BQML", "Bq_per_mL_per_unit"]);
    let philips =
        |_, o: Object| o.cs(tags::UNITS, "CNTS").text(tags::MANUFACTURER, VR::LO, "Philips Medical Systems");
    names(read(philips), &["(0054,1001) Units", "CNTS", "(7053,1009)"]);
    let options = PetOptions { bq_per_ml_per_unit: Some(2.5) };
    let image = read_with(|_, o| o.cs(tags::UNITS, "CNTS"), &options).unwrap();
    assert_eq!(image.volume.data()[0], 250.0);
    assert!(image.conversions[0].contains("CNTS") && image.conversions[0].contains("2.5"));
    names(read_with(|_, o| o, &options), &["(0054,1001) Units", "BQML"]);
    names(
        read(|k, o| if k == 1 { o.cs(tags::UNITS, "CNTS") } else { o }),
        &["Units", "CNTS", "the same in every slice"],
    );
}

#[test]
fn values_without_decay_correction_are_taken_from_each_frame_to_the_start() {
    let begins = ["100000", "101000", "102000"];
    let image = read(|k, o| {
        o.cs(tags::DECAY_CORRECTION, "NONE")
            .text(tags::ACQUISITION_TIME, VR::TM, begins[k as usize])
            .ds(tags::FRAME_REFERENCE_TIME, &[300_000.0 + 600_000.0 * f64::from(k)])
    })
    .unwrap();
    let constant = LN_2 / HALF_LIFE_S;
    for k in 0..3 {
        // The mean over the frame, turned into the activity at 10:00.
        let mean_to_begin = 600.0 * constant / (1.0 - (-600.0 * constant).exp());
        let factor = mean_to_begin * (600.0 * k as f64 * constant).exp();
        close(image.volume[[0, 0, k]], 100.0 * (k as f64 + 1.0) * factor);
    }
    assert!(image.conversions[0].starts_with("no decay correction"), "{:?}", image.conversions);
    names(
        read(|_, o| {
            o.cs(tags::DECAY_CORRECTION, "NONE")
                .without(tags::ACTUAL_FRAME_DURATION)
                .without(tags::FRAME_REFERENCE_TIME)
        }),
        &["(0018,1242) ActualFrameDuration"],
    );
}

#[test]
fn values_corrected_to_administration_are_taken_to_the_start() {
    let image = read(|_, o| o.cs(tags::DECAY_CORRECTION, "ADMIN")).unwrap();
    close(image.volume[[0, 0, 0]], 100.0 * (-LN_2 * 86_400.0 / HALF_LIFE_S).exp());
    assert!(image.conversions[0].contains("administration (2024-03-09 10:00:00)"), "{:?}", image.conversions);
    let without = || iodine_124().without(tags::RADIOPHARMACEUTICAL_START_DATE_TIME);
    names(
        read(|_, o| given(o.cs(tags::DECAY_CORRECTION, "ADMIN"), without())),
        &["(0018,1078) RadiopharmaceuticalStartDateTime", "ADMIN"],
    );
    names(read(|_, o| o.cs(tags::DECAY_CORRECTION, "MAYBE")), &["(0054,1102) DecayCorrection", "MAYBE"]);
}

#[test]
fn series_time_and_acquisition_time_are_told_apart_by_the_decay_factor() {
    let constant = LN_2 / HALF_LIFE_S;
    let later = |o: Object| o.text(tags::ACQUISITION_TIME, VR::TM, "120000");
    // Frames at 12:05 by the series' clock; corrected to the series' start, or to 12:00.
    let stated = |o: Object, seconds: f64| {
        o.ds(tags::FRAME_REFERENCE_TIME, &[7_500_000.0]).ds(tags::DECAY_FACTOR, &[(constant * seconds).exp()])
    };
    let image = read(|_, o| stated(later(o), 7500.0)).unwrap();
    assert_eq!(image.start.to_string(), "2024-03-10 10:00:00");
    assert!(image.warnings[0].contains("10:00:00"), "{:?}", image.warnings);
    let image = read(|_, o| stated(later(o), 300.0)).unwrap();
    assert_eq!(image.start.to_string(), "2024-03-10 12:00:00");
    names(read(|_, o| stated(later(o), 90_000.0)), &["(0054,1102)", "decay factor"]);
    // Without a decay factor: two hours of 124I are 1.4 %, of 18F they are a factor of two.
    let image = read(|_, o| later(o)).unwrap();
    assert!(image.warnings.iter().any(|w| w.contains("1.39 %")), "{:?}", image.warnings);
    let fluorine = || iodine_124().ds(tags::RADIONUCLIDE_HALF_LIFE, &[6586.2]);
    names(
        read(|_, o| given(later(o), fluorine())),
        &["(0054,1102) DecayCorrection START", "10:00:00", "12:00:00"],
    );
}

#[test]
fn a_reprocessed_series_belongs_to_its_acquisition() {
    // A day after the scan, with frame reference times counted from the scan's start, or from the new series' start.
    for reference_ms in [300_000.0, -86_100_000.0] {
        let image = read(|_, o| {
            o.text(tags::SERIES_DATE, VR::DA, "20240311")
                .ds(tags::FRAME_REFERENCE_TIME, &[reference_ms])
                .ds(tags::DECAY_FACTOR, &[(LN_2 / HALF_LIFE_S * 300.0).exp()])
        })
        .unwrap();
        assert_eq!(image.start.to_string(), "2024-03-10 10:00:00");
        assert!(image.warnings[0].contains("series from 2024-03-11 10:00:00"), "{:?}", image.warnings);
    }
}

#[test]
fn a_scan_over_midnight_with_one_date_is_refused() {
    let begins = ["235000", "000000", "001000"];
    let change = |k: i32, o: Object| {
        o.cs(tags::DECAY_CORRECTION, "NONE").text(tags::ACQUISITION_TIME, VR::TM, begins[k as usize])
    };
    names(read(change), &["(0008,0022) AcquisitionDate", "00:00:00 to 2024-03-10 23:50:00", "at most 12 h"]);
    let counted_on = |k, o| {
        change(k, o).text(tags::ACQUISITION_DATE, VR::DA, if k == 0 { "20240310" } else { "20240311" })
    };
    assert_eq!(read(counted_on).unwrap().start.to_string(), "2024-03-10 23:50:00");
    names(read(|_, o| o.without(tags::ACQUISITION_DATE)), &["(0008,0022) AcquisitionDate: found nothing"]);
}

#[test]
fn an_offset_from_universal_time_needs_that_of_the_scan() {
    let with = |text: &'static str| {
        move || iodine_124().text(tags::RADIOPHARMACEUTICAL_START_DATE_TIME, VR::DT, text)
    };
    let item = with("20240309090000+0000");
    let zone = |o: Object| o.text(tags::TIMEZONE_OFFSET_FROM_UTC, VR::SH, "+0100");
    let image = read(|_, o| given(zone(o), item())).unwrap();
    assert_eq!((image.hours_after_administration(), image.warnings.len()), (Some(24.0), 0));
    let image = read(|_, o| given(o, item())).unwrap();
    assert_eq!(image.hours_after_administration(), Some(25.0));
    assert!(image.warnings[0].contains("offset from universal time"), "{:?}", image.warnings);
}

#[test]
fn a_time_without_date_is_of_the_day_before_if_it_lies_after_the_scan() {
    let timed = |clock: &str, half_life: f64| {
        iodine_124()
            .without(tags::RADIOPHARMACEUTICAL_START_DATE_TIME)
            .ds(tags::RADIONUCLIDE_HALF_LIFE, &[half_life])
            .text(tags::RADIOPHARMACEUTICAL_START_TIME, VR::TM, clock)
    };
    let midnight = |o: Object| {
        o.text(tags::ACQUISITION_TIME, VR::TM, "003000").text(tags::SERIES_TIME, VR::TM, "003000")
    };
    let image = read(|_, o| given(midnight(o), timed("233000", 6586.2))).unwrap();
    assert_eq!(image.hours_after_administration(), Some(1.0));
    assert!(image.warnings[0].contains("day before"));
    let image = read(|_, o| given(o, timed("090000", 6586.2))).unwrap();
    assert_eq!(image.hours_after_administration(), Some(1.0));
    // Of a nuclide that lasts for days the same time could be any day.
    let image = read(|_, o| given(o, timed("090000", HALF_LIFE_S))).unwrap();
    assert_eq!(image.hours_after_administration(), None);
    assert!(image.warnings[0].contains("no date"), "{:?}", image.warnings);
    let after = || iodine_124().text(tags::RADIOPHARMACEUTICAL_START_DATE_TIME, VR::DT, "20240310110000");
    names(read(|_, o| given(o, after())), &["(0018,1078)", "2024-03-10 11:00:00", "before the scan"]);
}

#[test]
fn a_scan_made_as_another_nuclide_is_refused_or_corrected() {
    let fluorine = || {
        let code = Object::new().text(tags::CODE_VALUE, VR::SH, "C-111A1").text(
            tags::CODE_MEANING,
            VR::LO,
            "^18^Fluorine",
        );
        iodine_124()
            .ds(tags::RADIONUCLIDE_HALF_LIFE, &[6586.2])
            .ds(tags::RADIONUCLIDE_POSITRON_FRACTION, &[0.9673])
            .sequence(tags::RADIONUCLIDE_CODE_SEQUENCE, vec![code])
    };
    let image = read(|_, o| given(o, fluorine())).unwrap();
    names(image.clone().checked_for(&iodine(), Deviations::Refuse), &["(0054,0300)", "F-18", "I-124"]);
    let corrected = image.checked_for(&iodine(), Deviations::Correct).unwrap();
    let moment = 300.0; // about the middle of the frame
    let decay = ((LN_2 / HALF_LIFE_S - LN_2 / 6586.2) * moment).exp();
    let expected = 100.0 * 0.9673 / 0.2286 * decay;
    assert!(
        (f64::from(corrected.volume.data()[0]) / expected - 1.0).abs() < 1e-3,
        "{}",
        corrected.volume.data()[0]
    );
    assert_eq!(corrected.conversions.len(), 2);
    assert!(corrected.conversions[0].contains("x 4.23141"), "{:?}", corrected.conversions);
    assert_eq!(corrected.radiopharmaceutical.positron_fraction, Some(0.2286));
}

#[test]
fn two_percent_is_the_limit() {
    let with = |tag: Tag, value: f64| {
        read(|_, o| given(o, iodine_124().ds(tag, &[value])))
            .unwrap()
            .checked_for(&iodine(), Deviations::Refuse)
    };
    assert!(with(tags::RADIONUCLIDE_POSITRON_FRACTION, 0.2286 * 1.019).is_ok());
    names(with(tags::RADIONUCLIDE_POSITRON_FRACTION, 0.2286 * 1.021), &["(0018,1076)", "0.2286 to 2 %"]);
    assert!(with(tags::RADIONUCLIDE_HALF_LIFE, HALF_LIFE_S * 0.981).is_ok());
    names(with(tags::RADIONUCLIDE_HALF_LIFE, HALF_LIFE_S * 0.979), &["(0018,1075)", "360806.4 to 2 %"]);
    let unknown = read(|_, o| given(o, iodine_124().without(tags::RADIONUCLIDE_POSITRON_FRACTION))).unwrap();
    let checked = unknown.checked_for(&iodine(), Deviations::Refuse).unwrap();
    assert!(checked.warnings[0].contains("cannot be checked"));
}

#[test]
fn what_is_no_static_corrected_image_is_refused() {
    names(read(|_, o| o.cs(tags::SERIES_TYPE, "DYNAMIC\\IMAGE")), &["(0054,1000) SeriesType", "DYNAMIC"]);
    names(read(|_, o| o.cs(tags::SERIES_TYPE, "GATED\\IMAGE")), &["(0054,1000) SeriesType", "GATED"]);
    names(read(|_, o| o.cs(tags::CORRECTED_IMAGE, "DECY\\NORM")), &["(0028,0051) CorrectedImage", "ATTN"]);
    names(
        read(|_, o| o.us(tags::NUMBER_OF_SLICES, &[4])),
        &["(0054,0081) NumberOfSlices", "3 slices", "expected 4"],
    );
    let eight = |_, o: Object| {
        o.us(tags::BITS_ALLOCATED, &[8])
            .us(tags::BITS_STORED, &[8])
            .us(tags::HIGH_BIT, &[7])
            .pixel_bytes(&[1; 6])
    };
    names(read(eight), &["(0028,0100) BitsAllocated", "found 8", "16"]);
    names(
        read(|k, o| given(o, iodine_124().ds(tags::RADIONUCLIDE_HALF_LIFE, &[HALF_LIFE_S + f64::from(k)]))),
        &["RadionuclideHalfLife", "the same in every slice"],
    );
    names(
        read(|_, o| {
            o.sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![iodine_124(), iodine_124()])
        }),
        &["(0054,0016)", "2 items"],
    );
    names(
        read(|_, o| given(o, iodine_124().ds(tags::RADIONUCLIDE_HALF_LIFE, &[-1.0]))),
        &["item 1 > (0018,1075) RadionuclideHalfLife"],
    );
}

#[test]
fn an_activity_in_the_wrong_unit_is_not_used() {
    let image = read(|_, o| given(o, iodine_124().ds(tags::RADIONUCLIDE_TOTAL_DOSE, &[100.0]))).unwrap();
    assert_eq!(image.radiopharmaceutical.activity_bq, None);
    assert!(image.warnings[0].contains("cannot be Bq"));
}
