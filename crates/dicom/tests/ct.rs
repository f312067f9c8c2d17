//! CT series: geometry, scale, and what is refused.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, which the lint does not know as such

mod common;

use common::{Object, ct, names, pet, series};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use iodose_dicom::*;
use iodose_io::Image;

fn read(objects: &[Object]) -> Result<Image> {
    let (_folder, series) = series(objects);
    read_ct(&series)
}

fn five() -> Vec<Object> {
    [3, 0, 4, 1, 2]
        .into_iter()
        .map(|k| ct(k, 4.0 * f64::from(k)).text(tags::INSTANCE_NUMBER, VR::IS, &(9 - k).to_string()))
        .collect()
}

#[test]
fn slices_are_sorted_by_position_whatever_names_and_numbers_say() {
    let image = read(&five()).unwrap();
    let grid = image.volume.grid();
    assert_eq!(grid.size(), [3, 2, 5]);
    assert_eq!(grid.spacing(), [2.0, 3.0, 4.0]);
    assert_eq!(grid.index_to_patient([1.0, 1.0, 3.0]), [-8.0, -17.0, 12.0]);
    for k in 0..5 {
        assert_eq!(image.volume[[0, 0, k]], 1000.0 * k as f32 + 1.0 - 1024.0);
        assert_eq!(image.volume[[1, 1, k]], 1000.0 * k as f32 + 5.0 - 1024.0);
    }
    assert!(image.warnings.is_empty());
}

#[test]
fn every_slice_has_its_own_slope() {
    let objects =
        [ct(0, 0.0), ct(1, 4.0).ds(tags::RESCALE_SLOPE, &[0.5]).ds(tags::RESCALE_INTERCEPT, &[10.0])];
    let image = read(&objects).unwrap();
    assert_eq!(image.volume[[0, 0, 1]], 0.5 * 1001.0 + 10.0);
    names(
        read(&[ct(0, 0.0), ct(1, 4.0).ds(tags::RESCALE_SLOPE, &[0.0])]),
        &["(0028,1053) RescaleSlope", "10.dcm"],
    );
    names(
        read(&[ct(0, 0.0), ct(1, 4.0).without(tags::RESCALE_SLOPE)]),
        &["(0028,1053) RescaleSlope", "nothing"],
    );
}

#[test]
fn missing_doubled_and_uneven_slices_are_named_with_their_files() {
    let mut objects = five();
    objects.remove(4);
    names(read(&objects), &["1 slice missing", "24.dcm at 4.00 mm", "3.dcm at 12.00 mm", "made in a test"]);
    let mut objects = five();
    objects.push(ct(2, 8.0));
    names(read(&objects), &["two slices at 8.00 mm", "31.dcm", "38.dcm"]);
    let mut objects = five();
    objects[2] = ct(4, 17.5);
    names(read(&objects), &["5.500 mm between", "4.000 mm apart"]);
    names(read(&[ct(0, 0.0).ds(tags::SLICE_THICKNESS, &[4.0])]), &["one", "at least two"]);
}

#[test]
fn a_tilted_gantry_is_refused() {
    let tilted = |k: i32| {
        let z = 4.0 * f64::from(k);
        ct(k, z).ds(tags::IMAGE_POSITION_PATIENT, &[-10.0, -20.0 + 0.1 * z, z])
    };
    let objects: Vec<_> = (0..4).map(tilted).collect();
    names(read(&objects), &["(0020,0032) ImagePositionPatient", "tilted gantry"]);
}

#[test]
fn oblique_and_flipped_slices_lie_where_the_file_says() {
    // A rotation about two axes, columns running to the right and rows to the front; slices against their normal.
    let (c, s) = (0.8, 0.6);
    let (row, column) = ([-c, -s, 0.0], [s * 0.28, -c * 0.28, 0.96]);
    let normal = [
        row[1] * column[2] - row[2] * column[1],
        row[2] * column[0] - row[0] * column[2],
        row[0] * column[1] - row[1] * column[0],
    ];
    let place = |k: i32| {
        [5.0, 6.0, 7.0].iter().zip(normal).map(|(p, n)| p - 2.5 * f64::from(k) * n).collect::<Vec<f64>>()
    };
    let objects: Vec<_> = (0..4)
        .map(|k| {
            ct(k, 0.0)
                .ds(tags::IMAGE_ORIENTATION_PATIENT, &[row, column].concat())
                .ds(tags::IMAGE_POSITION_PATIENT, &place(k))
        })
        .collect();
    let image = read(&objects).unwrap();
    let grid = image.volume.grid();
    assert!(grid.is_orthogonal());
    for k in 0..4 {
        for (i, j) in [(0, 0), (2, 1)] {
            let point: Vec<f64> = (0..3)
                .map(|axis| {
                    place(k)[axis] + 2.0 * f64::from(i) * row[axis] + 3.0 * f64::from(j) * column[axis]
                })
                .collect();
            let voxel = grid.voxel_at([point[0], point[1], point[2]]).unwrap();
            assert_eq!(image.volume[voxel], (1000 * k + 1 + i + 3 * j - 1024) as f32);
        }
    }
}

#[test]
fn mixed_series_are_refused_with_both_names() {
    let other = [
        ct(1, 4.0).ds(tags::IMAGE_ORIENTATION_PATIENT, &[0.0, 1.0, 0.0, 1.0, 0.0, 0.0]),
        ct(1, 4.0).ds(tags::PIXEL_SPACING, &[3.0, 2.1]),
        ct(1, 4.0).us(tags::ROWS, &[3]).us(tags::COLUMNS, &[2]),
        ct(1, 4.0).cs(tags::IMAGE_TYPE, "DERIVED\\SECONDARY\\REFORMATTED"),
    ];
    let fields = ["(0020,0037)", "(0028,0030)", "(0028,0010)", "(0008,0008)"];
    for (other, field) in other.into_iter().zip(fields) {
        names(read(&[ct(0, 0.0), other]), &[field, "3.dcm", "10.dcm"]);
    }
}

#[test]
fn localizers_are_left_out_and_padding_becomes_air() {
    let mut objects = five();
    objects.push(
        ct(9, 2.0).cs(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\LOCALIZER").ds(tags::PIXEL_SPACING, &[1.0, 1.0]),
    );
    let image = read(&objects).unwrap();
    assert_eq!(image.volume.grid().size()[2], 5);
    assert!(image.warnings[0].contains("1 localizers"));

    let signed = |k: i32| {
        ct(k, f64::from(k))
            .us(tags::PIXEL_REPRESENTATION, &[1])
            .us(tags::PIXEL_PADDING_VALUE, &[(-2000i16) as u16])
            .pixels(&[-2000, -1, 40, 0, 0, 0])
    };
    let image = read(&[signed(0), signed(1)]).unwrap();
    assert_eq!(&image.volume.data()[..3], [-1024.0, -1025.0, 40.0 - 1024.0]);
    assert!(image.warnings[0].contains("(0028,0120)"));
}

#[test]
fn wrong_modalities_types_and_formats_are_refused() {
    names(read(&[pet(0, 0.0), pet(1, 4.0)]), &["Modality", "PT", "expected CT"]);
    let secondary = |k| ct(k, f64::from(k)).text(tags::SOP_CLASS_UID, VR::UI, "1.2.840.10008.5.1.4.1.1.7");
    names(read(&[secondary(0), secondary(1)]), &["(0008,0016) SOPClassUID"]);
    let with = |change: &dyn Fn(Object) -> Object| read(&[change(ct(0, 0.0)), change(ct(1, 4.0))]);
    names(with(&|o| o.cs(tags::RESCALE_TYPE, "US")), &["(0028,1054) RescaleType", "US", "HU"]);
    names(with(&|o| o.cs(tags::PHOTOMETRIC_INTERPRETATION, "RGB")), &["(0028,0004)", "RGB"]);
    names(with(&|o| o.us(tags::HIGH_BIT, &[11])), &["(0028,0102) HighBit", "11", "15"]);
    names(with(&|o| o.us(tags::BITS_STORED, &[17])), &["(0028,0101)", "17"]);
    names(with(&|o| o.us(tags::SAMPLES_PER_PIXEL, &[3])), &["(0028,0002)", "3"]);
    names(with(&|o| o.us(tags::ROWS, &[5])), &["(7FE0,0010) PixelData", "12 bytes", "5 rows x 3 columns"]);
    names(with(&|o| o.us(tags::ROWS, &[1])), &["(7FE0,0010) PixelData", "12 bytes", "expected 6 bytes"]);
    names(with(&|o| o.without(tags::PIXEL_DATA)), &["(7FE0,0010) PixelData", "nothing"]);
    names(
        with(&|o| o.ds(tags::PIXEL_SPACING, &[2.0])),
        &["(0028,0030) PixelSpacing", "1 values", "expected 2"],
    );
    names(with(&|o| o.text(tags::PIXEL_SPACING, VR::DS, "2\\x")), &["(0028,0030)", "finite numbers"]);
    names(with(&|o| o.ds(tags::PIXEL_SPACING, &[2.0, 0.0])), &["(0028,0030)", "above 0"]);
    names(
        with(&|o| o.ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.5, 0.5, 0.0])),
        &["(0020,0037)", "right angles"],
    );
    names(with(&|o| o.without(tags::IMAGE_POSITION_PATIENT)), &["(0020,0032)", "nothing"]);
}

#[test]
fn bits_above_those_stored_are_not_part_of_the_value() {
    let twelve = |k: i32| {
        ct(k, f64::from(k))
            .us(tags::BITS_STORED, &[12])
            .us(tags::HIGH_BIT, &[11])
            .pixels(&[0xF001, 2, 3, 4, 5, 6])
    };
    assert_eq!(read(&[twelve(0), twelve(1)]).unwrap().volume.data()[0], 1.0 - 1024.0);
    let eight = |k: i32| {
        ct(k, f64::from(k))
            .us(tags::BITS_ALLOCATED, &[8])
            .us(tags::BITS_STORED, &[8])
            .us(tags::HIGH_BIT, &[7])
            .pixel_bytes(&[0, 255, 2, 3, 4, 5])
    };
    assert_eq!(read(&[eight(0), eight(1)]).unwrap().volume.data()[1], 255.0 - 1024.0);
}

#[test]
fn a_stated_tilt_that_positions_do_not_show_is_told() {
    let tilted = |degrees: f64| {
        let slice = |k: i32| ct(k, f64::from(k)).ds(tags::GANTRY_DETECTOR_TILT, &[degrees]);
        read(&[slice(0), slice(1)]).unwrap().warnings
    };
    assert!(tilted(0.0).is_empty());
    assert!(tilted(-5.0)[0].contains("(0018,1120) GantryDetectorTilt is -5 degrees"));
}
