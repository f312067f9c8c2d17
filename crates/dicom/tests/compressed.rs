//! Pixels of every lossless coding, against streams written by other software; damage to them is an error.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, which the lint does not know as such

#[path = "common/coded.rs"]
mod coded;
mod common;

use coded::image;
use common::{EXPLICIT, Object, ct, names};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use iodose_dicom::*;
use std::path::Path;

fn bytes(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn sixteen(object: Object) -> Object {
    object.us(tags::ROWS, &[12]).us(tags::COLUMNS, &[16])
}

fn stored(object: &Object, syntax: &str, frame: usize) -> Result<Vec<i64>> {
    let file = DicomFile::from_bytes(Path::new("coded.dcm"), object.file(syntax))?;
    Frames::new(&file)?.stored_values(frame)
}

fn decode(stream: Vec<u8>, syntax: &str) -> Result<Vec<i64>> {
    stored(&sixteen(ct(0, 0.0)).fragments(vec![stream]), syntax, 0)
}

const RLE: &str = "1.2.840.10008.1.2.5";
const PROCESS_14: &str = "1.2.840.10008.1.2.4.57";
const PROCESS_14_SV1: &str = "1.2.840.10008.1.2.4.70";
const LS: &str = "1.2.840.10008.1.2.4.80";
const J2K: &str = "1.2.840.10008.1.2.4.90";

#[test]
fn run_lengths_and_jpeg_lossless_give_the_image_back() {
    assert_eq!(decode(bytes(coded::RUN_LENGTH), RLE).unwrap(), image());
    assert_eq!(decode(bytes(coded::JPEG_LOSSLESS), PROCESS_14).unwrap(), image());
    assert_eq!(decode(bytes(coded::JPEG_LOSSLESS), PROCESS_14_SV1).unwrap(), image());
}

#[test]
fn jpeg_ls_and_jpeg_2000_need_their_features() {
    for (stream, syntax, feature, there) in [
        (coded::JPEG_LS, LS, "jpeg-ls", cfg!(feature = "jpeg-ls")),
        (coded::JPEG_2000, J2K, "jpeg-2000", cfg!(feature = "jpeg-2000")),
    ] {
        let decoded = decode(bytes(stream), syntax);
        if there {
            assert_eq!(decoded.unwrap(), image(), "{feature}");
        } else {
            names(decoded, &["(0002,0010) TransferSyntaxUID", syntax, &format!("`{feature}`")]);
        }
    }
}

#[test]
fn jpeg_2000_that_may_have_lost_something_must_say_that_it_did_not() {
    let object = sixteen(ct(0, 0.0)).fragments(vec![bytes(coded::JPEG_2000)]);
    let syntax = "1.2.840.10008.1.2.4.91";
    let stated = object.clone().text(tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00");
    if cfg!(feature = "jpeg-2000") {
        names(stored(&object, syntax, 0), &["(0028,2110) LossyImageCompression"]);
        assert_eq!(stored(&stated, syntax, 0).unwrap(), image());
    } else {
        names(stored(&stated, syntax, 0), &["`jpeg-2000`"]);
    }
}

#[test]
fn codings_with_loss_are_refused() {
    for syntax in [
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.51",
        "1.2.840.10008.1.2.4.81",
        "1.2.840.10008.1.2.4.110",
    ] {
        names(decode(vec![0; 100], syntax), &["(0002,0010) TransferSyntaxUID", syntax, "without loss"]);
    }
}

#[test]
fn frames_are_found_by_fragments() {
    let two = sixteen(ct(0, 0.0)).text(tags::NUMBER_OF_FRAMES, VR::IS, "2");
    let stream = bytes(coded::RUN_LENGTH);
    let object = two.clone().fragments(vec![stream.clone(), stream.clone()]);
    assert_eq!(stored(&object, RLE, 1).unwrap(), image());
    names(stored(&object, RLE, 2), &["(7FE0,0010) PixelData"]);
    let (half, rest) = stream.split_at(100);
    let object = two.fragments(vec![half.to_vec(), rest.to_vec(), stream.clone()]);
    names(stored(&object, RLE, 0), &["3 fragments for 2 frames"]);
    let many = sixteen(ct(0, 0.0))
        .text(tags::NUMBER_OF_FRAMES, VR::IS, "2000000000")
        .fragments(vec![stream.clone()]);
    names(stored(&many, RLE, 0), &["(7FE0,0010)", "1 fragments", "2000000000 frames"]);
    let object = sixteen(ct(0, 0.0)).fragments(vec![half.to_vec(), rest.to_vec()]);
    assert_eq!(stored(&object, RLE, 0).unwrap(), image(), "one frame in two fragments");
    let encapsulated = "1.2.840.10008.1.2.1.98";
    let raw: Vec<u8> = image().iter().flat_map(|&value| (value as u16).to_le_bytes()).collect();
    let object = sixteen(ct(0, 0.0)).fragments(vec![raw]);
    assert_eq!(stored(&object, encapsulated, 0).unwrap(), image());
}

#[test]
fn damaged_streams_are_errors_or_other_values_but_never_a_panic() {
    for (stream, syntax) in [
        (coded::RUN_LENGTH, RLE),
        (coded::JPEG_LOSSLESS, PROCESS_14),
        (coded::JPEG_LS, LS),
        (coded::JPEG_2000, J2K),
    ] {
        let good = bytes(stream);
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 0xFF;
            let _ = decode(bad, syntax).map(|values| assert_eq!(values.len(), 192));
            let _ = decode(good[..place].to_vec(), syntax).map(|values| assert_eq!(values.len(), 192));
        }
    }
    let small = ct(0, 0.0).us(tags::ROWS, &[65_535]).us(tags::COLUMNS, &[65_535]);
    for syntax in [RLE, PROCESS_14, LS, J2K] {
        let error = stored(&small.clone().fragments(vec![vec![0; 200]]), syntax, 0).unwrap_err();
        assert!(error.to_string().contains("coded.dcm"), "{error}");
    }
    names(stored(&sixteen(ct(0, 0.0)).us(tags::ROWS, &[13]), EXPLICIT, 0), &["(7FE0,0010)"]);
    names(
        decode(bytes(coded::JPEG_LOSSLESS)[..150].to_vec(), PROCESS_14),
        &["(7FE0,0010) PixelData", "frame 1"],
    );
}
