//! Files in every encoding, and files that are none.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, which the lint does not know as such

mod common;

use common::{BIG, DEFLATED, EXPLICIT, IMPLICIT, Object, ct, meta, names};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use iodose_dicom::*;
use proptest::prelude::*;
use std::path::Path;

fn open(bytes: Vec<u8>) -> Result<DicomFile> {
    DicomFile::from_bytes(Path::new("some.dcm"), bytes)
}

#[track_caller]
fn same_as_ct(file: &DicomFile) {
    let values = Frames::new(file).unwrap().stored_values(0).unwrap();
    assert_eq!(values, [1001, 1002, 1003, 1004, 1005, 1006]);
    assert_eq!(file.attributes().text(tags::SERIES_DESCRIPTION).unwrap(), "made in a test");
    assert_eq!(file.attributes().decimals(tags::PIXEL_SPACING).unwrap(), [3.0, 2.0]);
}

#[test]
fn every_encoding_gives_the_same_object() {
    for syntax in [IMPLICIT, EXPLICIT, BIG, DEFLATED] {
        same_as_ct(&open(ct(1, 4.0).file(syntax)).unwrap());
    }
}

#[test]
fn preamble_and_meta_information_may_be_missing() {
    for syntax in [IMPLICIT, EXPLICIT] {
        same_as_ct(&open(ct(1, 4.0).data_set(syntax)).unwrap());
        same_as_ct(&open([meta(syntax), ct(1, 4.0).data_set(syntax)].concat()).unwrap());
        let preamble = [vec![0; 128], b"DICM".to_vec()].concat();
        same_as_ct(&open([preamble, ct(1, 4.0).data_set(syntax)].concat()).unwrap());
    }
}

#[test]
fn other_files_are_told_apart() {
    names(open(Vec::new()), &["some.dcm", "an empty file", "a DICOM file"]);
    names(open(b"Name;Dose\nlesion;3.5\n".to_vec()), &["a text file"]);
    names(open("ein längerer Text\n".repeat(100).into_bytes()), &["a text file"]);
    names(open(vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0]), &["neither the mark DICM"]);
    names(open([8, 0, 5, 0].repeat(20)), &["some.dcm"]);
    names(DicomFile::open(Path::new("/nowhere/x.dcm")), &["/nowhere/x.dcm", "cannot be read"]);
}

#[test]
fn cut_files_are_refused_wherever_they_are_cut() {
    for syntax in [IMPLICIT, EXPLICIT, BIG] {
        let whole = ct(1, 4.0).file(syntax);
        let mut readable = 0;
        for length in 0..whole.len() {
            // A cut between two elements leaves a data set, but never pixels.
            if let Ok(file) = open(whole[..length].to_vec()) {
                readable += 1;
                assert!(Frames::new(&file).is_err(), "{syntax} cut at {length}");
            }
        }
        assert!(readable < 60, "{readable} of {} lengths", whole.len());
        names(open(whole[..whole.len() - 2].to_vec()), &["(7FE0,0010) PixelData", "10 bytes", "12 bytes"]);
    }
    let deflated = ct(1, 4.0).file(DEFLATED);
    for length in 160..deflated.len() {
        let file = open(deflated[..length].to_vec());
        assert!(file.is_err() || Frames::new(&file.unwrap()).is_err());
    }
}

/// An explicit little-endian element by hand.
fn element(group: u16, number: u16, vr: &[u8; 2], long: bool, length: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = [group.to_le_bytes(), number.to_le_bytes()].concat();
    bytes.extend(vr);
    if long {
        bytes.extend([0, 0]);
        bytes.extend(length.to_le_bytes());
    } else {
        bytes.extend((length as u16).to_le_bytes());
    }
    bytes.extend(value);
    bytes
}

fn with_elements(inside: &[u8]) -> Vec<u8> {
    // Before the SOP class, which ct() writes first after ImageType.
    let whole = ct(1, 4.0).without(tags::IMAGE_TYPE).file(EXPLICIT);
    let begin = 132 + meta(EXPLICIT).len();
    [&whole[..begin], inside, &whole[begin..]].concat()
}

#[test]
fn private_elements_and_sequences_of_undefined_length_are_walked_over() {
    const OPEN: u32 = u32::MAX;
    let sequence_end = [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0];
    let item = [0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF];
    let item_end = [0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0];
    // Unknown representation, undefined length: the items within are implicit (PS3.5 6.2.2).
    let implicit = [0x09, 0x00, 0x11, 0x10, 4, 0, 0, 0, 1, 2, 3, 4];
    let unknown = [&item[..], &implicit, &item_end, &sequence_end].concat();
    let explicit = element(9, 0x1012, b"LO", false, 4, b"text");
    let known = [&item[..], &explicit, &item_end, &sequence_end].concat();
    let bytes = with_elements(
        &[
            element(7, 0x10, b"LO", false, 6, b"MAKER "),
            element(7, 0x1010, b"UN", true, OPEN, &unknown),
            element(7, 0x1020, b"SQ", true, OPEN, &known),
            element(7, 0x1030, b"OB", true, 3, &[1, 2, 3]),
        ]
        .concat(),
    );
    let file = open(bytes).unwrap();
    same_as_ct(&file);
    assert!(file.object().iter().all(|element| element.header().tag.group() % 2 == 0));
}

#[test]
fn depth_and_claimed_lengths_cannot_exhaust_anything() {
    let mut nested = Vec::new();
    for _ in 0..200_000 {
        nested.extend(element(
            8,
            0x1140,
            b"SQ",
            true,
            u32::MAX,
            &[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF],
        ));
    }
    names(open(with_elements(&nested)), &["nested over 64 deep"]);
    names(
        open(with_elements(&element(8, 0x1140, b"UN", true, 0xF000_0000, &[]))),
        &["(0008,1140)", "4026531840 bytes"],
    );
    names(open(with_elements(&element(8, 8, b"zz", false, 4, b"abcd"))), &["value representation", "zz"]);
}

#[test]
fn identities_appear_in_no_debug_text() {
    let file = open(ct(1, 4.0).file(EXPLICIT)).unwrap();
    let item = Object::new().text(tags::PATIENT_NAME, VR::PN, "Secret^Person");
    let inner =
        open(ct(1, 4.0).sequence(tags::REFERENCED_IMAGE_SEQUENCE, vec![item]).file(EXPLICIT)).unwrap();
    let items = inner.attributes().items(tags::REFERENCED_IMAGE_SEQUENCE).unwrap();
    let (_folder, series) = common::series(&[ct(0, 0.0)]);
    let text = format!("{file:?} {:?} {items:?} {series:?} {}", file.attributes(), series.label());
    assert!(!text.to_uppercase().contains("SECRET"), "{text}");
    assert_eq!(series.patient_id.reveal(), "SECRET-ID");
}

#[test]
fn elements_are_read_as_what_is_wanted() {
    let object = ct(0, 0.0).text(tags::SERIES_NUMBER, VR::IS, " 12 ").text(tags::SLICE_THICKNESS, VR::DS, "");
    let file = open(object.file(EXPLICIT)).unwrap();
    let root = file.attributes();
    assert_eq!(root.integer(tags::SERIES_NUMBER).unwrap(), 12);
    assert_eq!(root.integer(tags::ROWS).unwrap(), 2);
    assert_eq!(root.decimal_optional(tags::SLICE_THICKNESS).unwrap(), None);
    assert_eq!(root.texts(tags::IMAGE_TYPE).len(), 3);
    names(root.integer(tags::PIXEL_SPACING), &["(0028,0030) PixelSpacing", "2 values"]);
    names(root.decimal(tags::MODALITY), &["(0008,0060) Modality", "\"CT\"", "finite numbers"]);
    names(root.item(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE), &["(0054,0016)", "nothing"]);
    names(root.items(tags::MODALITY), &["(0008,0060) Modality", "a sequence"]);
}

proptest! {
    #[test]
    fn no_damage_panics(changes in prop::collection::vec((0usize..4000, any::<u8>()), 1..8), syntax in 0usize..4) {
        let mut bytes = common::pet(0, 0.0).file([IMPLICIT, EXPLICIT, BIG, DEFLATED][syntax]);
        for (place, value) in changes {
            let length = bytes.len();
            bytes[place % length] = value;
        }
        if let Ok(file) = open(bytes)
            && let Ok(frames) = Frames::new(&file)
        {
            let _ = frames.stored_values(0);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = open(bytes.clone());
        let _ = open([vec![0; 128], b"DICM".to_vec(), meta(EXPLICIT), bytes.clone()].concat());
        let _ = open([vec![0; 128], b"DICM".to_vec(), meta(IMPLICIT), bytes].concat());
    }
}
