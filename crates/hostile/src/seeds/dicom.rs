//! DICOM objects, by the builder of the tests of `iodose-dicom`.

use super::coded;
use super::made::{self, EXPLICIT, IMPLICIT, Object};
use dicom_core::VR;
use dicom_dictionary_std::tags;

const RLE: &str = "1.2.840.10008.1.2.5";
const JPEG_LOSSLESS: &str = "1.2.840.10008.1.2.4.70";
const JPEG_LS: &str = "1.2.840.10008.1.2.4.80";
const ENCAPSULATED: &str = "1.2.840.10008.1.2.1.98";

/// What stands before a data set.
pub fn preamble(syntax: &str) -> Vec<u8> {
    [vec![0; 128], b"DICM".to_vec(), made::meta(syntax)].concat()
}

/// The second slice of three.
pub fn ct() -> Vec<Vec<u8>> {
    let padded =
        made::ct(1, 5.0).us(tags::PIXEL_PADDING_VALUE, &[1003]).ds(tags::GANTRY_DETECTOR_TILT, &[0.0]);
    let run = made::ct(1, 5.0).us(tags::BITS_ALLOCATED, &[16]);
    vec![made::ct(1, 5.0).file(EXPLICIT), padded.file(IMPLICIT), run.file(made::BIG)]
}

/// The first and the last of them.
pub fn ct_neighbour(k: i32) -> Vec<u8> {
    made::ct(k, 5.0 * f64::from(k)).file(EXPLICIT)
}

/// Ways that PET series differ in: what they are corrected to, what they state.
const PET_VARIANTS: usize = 4;

fn pet_slice(k: i32, variant: usize) -> Object {
    let slice = made::pet(k, 5.0 * f64::from(k))
        .text(tags::SERIES_DESCRIPTION, VR::LO, &format!("variant {variant}"))
        .ds(tags::DECAY_FACTOR, &[1.001])
        .text(tags::TIMEZONE_OFFSET_FROM_UTC, VR::SH, "+0100")
        .us(tags::NUMBER_OF_SLICES, &[3]);
    match variant {
        1 => slice.cs(tags::DECAY_CORRECTION, "ADMIN").ds(tags::DECAY_FACTOR, &[1.2]),
        2 => slice
            .cs(tags::DECAY_CORRECTION, "NONE")
            .without(tags::DECAY_FACTOR)
            .without(tags::ACTUAL_FRAME_DURATION),
        3 => {
            let given = made::iodine_124()
                .without(tags::RADIOPHARMACEUTICAL_START_DATE_TIME)
                .text(tags::RADIOPHARMACEUTICAL_START_TIME, VR::TM, "093000")
                .ds(tags::RADIONUCLIDE_HALF_LIFE, &[6586.0])
                .without(tags::RADIONUCLIDE_CODE_SEQUENCE)
                .text(tags::RADIOPHARMACEUTICAL, VR::LO, "F-18");
            slice
                .cs(tags::UNITS, "CNTS")
                .ds(tags::RESCALE_INTERCEPT, &[1.0])
                .sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![given])
        }
        _ => slice,
    }
}

/// The second slice of three.
pub fn pet() -> Vec<Vec<u8>> {
    let explicit = (0..PET_VARIANTS).map(|variant| pet_slice(1, variant).file(EXPLICIT));
    explicit.chain([pet_slice(1, 0).file(IMPLICIT)]).collect()
}

/// Which way a slice is written in, as far as it can be told.
pub fn pet_variant(bytes: &[u8]) -> usize {
    let mark = b"variant ";
    let at = bytes.windows(mark.len()).position(|found| found == mark).map_or(0, |at| at + mark.len());
    bytes.get(at).map_or(0, |digit| usize::from(digit.wrapping_sub(b'0'))) % PET_VARIANTS
}

/// The first and the last of them.
pub fn pet_neighbour(k: i32, variant: usize) -> Vec<u8> {
    pet_slice(k, variant).file(EXPLICIT)
}

/// CT and PET of four frames in an order of their own.
pub fn enhanced() -> Vec<Vec<u8>> {
    let pet = multi(made::pet(0, 0.0), "1.2.840.10008.5.1.4.1.1.130", "BQML")
        .cs(tags::ATTENUATION_CORRECTED, "YES")
        .cs(tags::DECAY_CORRECTED, "YES")
        .text(tags::DECAY_CORRECTION_DATE_TIME, VR::DT, "20240310100000");
    let ct = multi(made::ct(0, 0.0), "1.2.840.10008.5.1.4.1.1.2.1", "HU");
    vec![pet.file(EXPLICIT), pet.file(IMPLICIT), ct.file(EXPLICIT)]
}

fn multi(base: Object, class: &str, unit: &str) -> Object {
    let order = [2, 0, 3, 1];
    let frame = |k: i32| {
        let position = Object::new().ds(tags::IMAGE_POSITION_PATIENT, &[-10.0, -20.0, 5.0 * f64::from(k)]);
        let content = Object::new()
            .text(tags::FRAME_ACQUISITION_DATE_TIME, VR::DT, "20240310100000")
            .fd(tags::FRAME_ACQUISITION_DURATION, 600_000.0);
        let values = Object::new()
            .ds(tags::RESCALE_SLOPE, &[f64::from(k + 1)])
            .ds(tags::RESCALE_INTERCEPT, &[0.0])
            .text(tags::RESCALE_TYPE, VR::LO, unit);
        Object::new()
            .sequence(tags::PLANE_POSITION_SEQUENCE, vec![position])
            .sequence(tags::FRAME_CONTENT_SEQUENCE, vec![content])
            .sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, vec![values])
    };
    let orientation = Object::new().ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    let measures = Object::new().ds(tags::PIXEL_SPACING, &[3.0, 2.0]).ds(tags::SLICE_THICKNESS, &[9.0]);
    let shared = Object::new()
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation])
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures]);
    let pixels: Vec<i32> = order.iter().flat_map(|k| (1..=6).map(move |n| 10 * (k + 1) + n)).collect();
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
    .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, order.iter().map(|&k| frame(k)).collect())
    .pixels(&pixels)
}

/// With counts, with Bq/mL, and as cubes that state no distance of slices.
pub fn nm() -> Vec<Vec<u8>> {
    let units = Object::new().text(tags::CODE_VALUE, VR::SH, "Bq/ml").text(
        tags::CODING_SCHEME_DESIGNATOR,
        VR::SH,
        "UCUM",
    );
    let mapping = Object::new()
        .fd(tags::REAL_WORLD_VALUE_SLOPE, 2.5)
        .fd(tags::REAL_WORLD_VALUE_INTERCEPT, 0.0)
        .sequence(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, vec![units]);
    let quantitative = made::nm().sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, vec![mapping]);
    let given = made::nm().sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![made::iodine_124()]);
    let cubes = made::nm()
        .without(tags::SPACING_BETWEEN_SLICES)
        .ds(tags::PIXEL_SPACING, &[4.0, 4.0])
        .ds(tags::RESCALE_SLOPE, &[2.0])
        .ds(tags::RESCALE_INTERCEPT, &[0.0]);
    vec![made::nm().file(EXPLICIT), quantitative.file(EXPLICIT), given.file(IMPLICIT), cubes.file(EXPLICIT)]
}

/// Slices in every coding that is read.
pub fn pixels() -> Vec<Vec<u8>> {
    let hex = |text: &str| -> Vec<u8> {
        let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    };
    let slice = || made::ct(0, 0.0).us(tags::ROWS, &[12]).us(tags::COLUMNS, &[16]);
    let run_length = hex(coded::RUN_LENGTH);
    let (half, rest) = run_length.split_at(100);
    let two = slice().text(tags::NUMBER_OF_FRAMES, VR::IS, "2");
    let bytes = made::ct(0, 0.0)
        .us(tags::BITS_ALLOCATED, &[8])
        .us(tags::BITS_STORED, &[8])
        .us(tags::HIGH_BIT, &[7])
        .pixel_bytes(&[1, 2, 3, 4, 5, 6]);
    let mut seeds = vec![
        made::ct(0, 0.0).file(EXPLICIT),
        bytes.file(EXPLICIT),
        slice().fragments(vec![run_length.clone()]).file(RLE),
        slice().fragments(vec![half.to_vec(), rest.to_vec()]).file(RLE),
        two.fragments(vec![run_length.clone(), run_length]).file(RLE),
        slice().fragments(vec![hex(coded::JPEG_LOSSLESS)]).file(JPEG_LOSSLESS),
        made::ct(0, 0.0).fragments(vec![(1..=12).collect()]).file(ENCAPSULATED),
    ];
    if cfg!(feature = "jpeg-ls") {
        seeds.push(slice().fragments(vec![hex(coded::JPEG_LS)]).file(JPEG_LS));
    }
    seeds
}

/// Two regions on slices and between them, one crossing itself, with a point and an open line.
pub fn rtstruct() -> Vec<Vec<u8>> {
    let contour = |kind: &str, points: &[[f64; 3]]| {
        let image = Object::new().text(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, "1.2.3.1");
        Object::new()
            .cs(tags::CONTOUR_GEOMETRIC_TYPE, kind)
            .text(tags::NUMBER_OF_CONTOUR_POINTS, VR::IS, &points.len().to_string())
            .ds(tags::CONTOUR_DATA, points.as_flattened())
            .sequence(tags::CONTOUR_IMAGE_SEQUENCE, vec![image])
    };
    let square = |z: f64, side: f64| {
        [[4.5, 6.0, z], [4.5 + side, 6.0, z], [4.5 + side, 6.0 + side, z], [4.5, 6.0 + side, z]]
    };
    let tie = |z: f64| [[2.0, 3.0, z], [20.0, 30.0, z], [20.0, 3.0, z], [2.0, 30.0, z]];
    let closed = |points: [[f64; 3]; 4]| contour("CLOSED_PLANAR", &points);
    let on_slices = vec![
        closed(square(8.0, 12.0)),
        closed(square(12.0, 14.0)),
        closed(square(12.0, 6.0)),
        closed(tie(20.0)),
    ];
    let between = vec![closed(square(9.0, 9.0)), closed(square(11.5, 9.0)), closed(square(14.0, 9.0))];
    let others = vec![
        contour("POINT", &[[1.0, 2.0, 8.0]]),
        contour("OPEN_PLANAR", &[[1.0, 2.0, 8.0], [9.0, 9.0, 8.0]]),
        closed(square(16.0, 5.0)),
    ];
    let of = |regions: Vec<Vec<Object>>| {
        let (mut listed, mut contours, mut observed) = (Vec::new(), Vec::new(), Vec::new());
        for (n, items) in regions.into_iter().enumerate() {
            let number = (n + 1).to_string();
            listed.push(
                Object::new()
                    .text(tags::ROI_NUMBER, VR::IS, &number)
                    .text(tags::ROI_NAME, VR::LO, &format!("lesion {number}"))
                    .text(tags::REFERENCED_FRAME_OF_REFERENCE_UID, VR::UI, "1.2.3.5"),
            );
            observed.push(
                Object::new()
                    .text(tags::REFERENCED_ROI_NUMBER, VR::IS, &number)
                    .cs(tags::RTROI_INTERPRETED_TYPE, "GTV"),
            );
            contours.push(
                Object::new()
                    .text(tags::REFERENCED_ROI_NUMBER, VR::IS, &number)
                    .text(tags::ROI_DISPLAY_COLOR, VR::IS, "255\\0\\7")
                    .sequence(tags::CONTOUR_SEQUENCE, items),
            );
        }
        let series = Object::new().text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.4");
        let study = Object::new().sequence(tags::RT_REFERENCED_SERIES_SEQUENCE, vec![series]);
        let frame = Object::new().sequence(tags::RT_REFERENCED_STUDY_SEQUENCE, vec![study]);
        named("1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT")
            .sequence(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE, vec![frame])
            .sequence(tags::STRUCTURE_SET_ROI_SEQUENCE, listed)
            .sequence(tags::ROI_CONTOUR_SEQUENCE, contours)
            .sequence(tags::RTROI_OBSERVATIONS_SEQUENCE, observed)
    };
    let all = of(vec![on_slices, between.clone(), others]);
    vec![all.file(EXPLICIT), all.file(IMPLICIT), of(vec![between]).file(EXPLICIT)]
}

/// Single bits, shares, and numbers of segments.
pub fn segmentation() -> Vec<Vec<u8>> {
    let frames = || vec![segment_frame(1, 8.0), segment_frame(2, 8.0), segment_frame(1, 16.0)];
    let shares: Vec<u8> = (0..46).map(|n| n * 5).collect();
    let numbers: Vec<u8> = (0..30).map(|n| n % 3).collect();
    let bits = segments("BINARY", 1, [3, 5], frames(), &[0b1011_0101; 6]);
    let label_map = vec![segment_frame(1, 8.0), segment_frame(1, 12.0)];
    vec![
        bits.file(EXPLICIT),
        bits.file(IMPLICIT),
        segments("FRACTIONAL", 8, [3, 5], frames(), &shares).file(EXPLICIT),
        segments("LABELMAP", 8, [3, 5], label_map, &numbers).file(EXPLICIT),
    ]
}

/// Two frames of single bits at two heights.
pub fn segmentation_of(rows: u16, columns: u16, heights: [f64; 2], pixels: &[u8]) -> Vec<u8> {
    let frames = heights.map(|z| segment_frame(1, z)).to_vec();
    segments("BINARY", 1, [rows, columns], frames, pixels).file(EXPLICIT)
}

fn segment_frame(segment: u16, z: f64) -> Object {
    let position = Object::new().ds(tags::IMAGE_POSITION_PATIENT, &[4.0, 6.0, z]);
    let number = Object::new().us(tags::REFERENCED_SEGMENT_NUMBER, &[segment]);
    Object::new()
        .sequence(tags::PLANE_POSITION_SEQUENCE, vec![position])
        .sequence(tags::SEGMENT_IDENTIFICATION_SEQUENCE, vec![number])
}

fn segments(kind: &str, bits: u16, [rows, columns]: [u16; 2], frames: Vec<Object>, pixels: &[u8]) -> Object {
    let segment = |number: u16| {
        let name = format!("lesion {number}");
        Object::new().us(tags::SEGMENT_NUMBER, &[number]).text(tags::SEGMENT_LABEL, VR::LO, &name)
    };
    let orientation = Object::new().ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    let measures = Object::new()
        .ds(tags::PIXEL_SPACING, &[3.0, 2.0])
        .ds(tags::SLICE_THICKNESS, &[4.0])
        .ds(tags::SPACING_BETWEEN_SLICES, &[4.0]);
    let shared = Object::new()
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures])
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation]);
    named("1.2.840.10008.5.1.4.1.1.66.4", "SEG")
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.2.3.5")
        .cs(tags::SEGMENTATION_TYPE, kind)
        .cs(tags::SEGMENTATION_FRACTIONAL_TYPE, "OCCUPANCY")
        .us(tags::MAXIMUM_FRACTIONAL_VALUE, &[200])
        .text(tags::NUMBER_OF_FRAMES, VR::IS, &frames.len().to_string())
        .us(tags::ROWS, &[rows])
        .us(tags::COLUMNS, &[columns])
        .us(tags::BITS_ALLOCATED, &[bits])
        .us(tags::BITS_STORED, &[bits])
        .us(tags::HIGH_BIT, &[bits - 1])
        .us(tags::SAMPLES_PER_PIXEL, &[1])
        .cs(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2")
        .us(tags::PIXEL_REPRESENTATION, &[0])
        .sequence(tags::SEGMENT_SEQUENCE, vec![segment(1), segment(2)])
        .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared])
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames)
        .pixel_bytes(pixels)
}

/// A turn, and two maps one behind the other.
pub fn registration() -> Vec<Vec<u8>> {
    const TURN: [f64; 16] =
        [0.0, -1.0, 0.0, 10.0, 1.0, 0.0, 0.0, 20.0, 0.0, 0.0, 1.0, 30.0, 0.0, 0.0, 0.0, 1.0];
    const SHIFT: [f64; 16] = [1.0, 0.0, 0.0, 5.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    let entry = |frame: &str, matrices: &[[f64; 16]]| {
        let matrix = |values: &[f64; 16]| {
            Object::new()
                .ds(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX, values)
                .cs(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, "RIGID")
        };
        let parts = Object::new().sequence(tags::MATRIX_SEQUENCE, matrices.iter().map(matrix).collect());
        Object::new()
            .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, frame)
            .sequence(tags::MATRIX_REGISTRATION_SEQUENCE, vec![parts])
    };
    let object = named("1.2.840.10008.5.1.4.1.1.66.1", "REG")
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.1")
        .sequence(tags::REGISTRATION_SEQUENCE, vec![entry("1.2", &[TURN]), entry("1.3", &[TURN, SHIFT])]);
    const IDENTITY: [f64; 16] =
        [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    let images = Object::new().text(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, "1.2.3.1");
    let of_images = entry("", &[SHIFT])
        .without(tags::FRAME_OF_REFERENCE_UID)
        .sequence(tags::REFERENCED_IMAGE_SEQUENCE, vec![images]);
    let entries = vec![entry("1.1", &[IDENTITY]), entry("1.2", &[TURN]), entry("1.2", &[TURN]), of_images];
    let again = object.clone().sequence(tags::REGISTRATION_SEQUENCE, entries);
    vec![object.file(EXPLICIT), object.file(IMPLICIT), again.file(EXPLICIT)]
}

fn named(class: &str, modality: &str) -> Object {
    Object::new()
        .text(tags::SOP_CLASS_UID, VR::UI, class)
        .text(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3.9")
        .cs(tags::MODALITY, modality)
        .text(tags::STUDY_INSTANCE_UID, VR::UI, "1.2.3")
        .text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.8")
}
