use crate::builder::Item;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use iodose_dicom::Registration;
use iodose_volume::RigidTransform;

/// A quarter turn about z, then a shift by (10, 20, 30).
const TURN: [f64; 16] = [0.0, -1.0, 0.0, 10.0, 1.0, 0.0, 0.0, 20.0, 0.0, 0.0, 1.0, 30.0, 0.0, 0.0, 0.0, 1.0];
const SHIFT: [f64; 16] = [1.0, 0.0, 0.0, 5.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
const IDENTITY: [f64; 16] = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];

fn entry(frame: &str, kind: &str, matrices: &[[f64; 16]]) -> Item {
    let matrix = |values: &[f64; 16]| {
        Item::new().decimals(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX, *values).text(
            tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE,
            VR::CS,
            kind,
        )
    };
    let parts = Item::new().sequence(tags::MATRIX_SEQUENCE, matrices.iter().map(matrix).collect());
    Item::new()
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, frame)
        .sequence(tags::MATRIX_REGISTRATION_SEQUENCE, vec![parts])
}

fn object(entries: Vec<Item>) -> Item {
    Item::new()
        .text(tags::MODALITY, VR::CS, "REG")
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.1")
        .sequence(tags::REGISTRATION_SEQUENCE, entries)
}

fn read(entries: Vec<Item>) -> Result<Registration, String> {
    Registration::read(&object(entries).file(uids::SPATIAL_REGISTRATION_STORAGE))
        .map_err(|error| error.to_string())
}

#[test]
fn matrices_map_the_source_to_the_registered_frame() {
    let registration = read(vec![
        entry("1.1", "RIGID", &[IDENTITY]),
        entry("1.2", "RIGID", &[TURN]),
        entry("1.3", "RIGID", &[SHIFT]),
    ])
    .unwrap();
    assert_eq!(registration.registered, "1.1");
    let point = [1.0, 2.0, 3.0];
    assert_eq!(registration.between("1.2", "1.1").unwrap().apply(point), [8.0, 21.0, 33.0]);
    assert_eq!(registration.between("1.1", "1.2").unwrap().apply([8.0, 21.0, 33.0]), point);
    // By way of the registered frame: (8, 21, 33) there, 5 mm less in 1.3.
    assert_eq!(registration.between("1.2", "1.3").unwrap().apply(point), [3.0, 21.0, 33.0]);
    assert_eq!(registration.between("1.9", "1.9"), Some(RigidTransform::identity()));
    assert_eq!(registration.between("1.9", "1.1"), None);
}

#[test]
fn of_several_matrices_the_last_acts_first() {
    let registration = read(vec![entry("1.2", "RIGID", &[TURN, SHIFT])]).unwrap();
    // (6, 2, 3) after the shift, (8, 26, 33) after the turn.
    assert_eq!(registration.between("1.2", "1.1").unwrap().apply([1.0, 2.0, 3.0]), [8.0, 26.0, 33.0]);
}

#[test]
fn what_is_not_rigid_or_contradicts_itself_is_refused() {
    let mut scaled = IDENTITY;
    scaled[0] = 1.02;
    let mut projective = IDENTITY;
    projective[12] = 0.1;
    assert!(read(vec![entry("1.2", "RIGID_SCALE", &[IDENTITY])]).is_ok());
    for (expected, entries) in [
        ("(3006,00C6)", vec![entry("1.2", "RIGID_SCALE", &[scaled])]),
        ("(3006,00C6)", vec![entry("1.2", "AFFINE", &[projective])]),
        ("(0070,030C)", vec![entry("1.2", "ELASTIC", &[IDENTITY])]),
        ("(0070,0308)", vec![]),
        ("(0070,030A)", vec![entry("1.2", "RIGID", &[])]),
        ("two different", vec![entry("1.2", "RIGID", &[TURN]), entry("1.2", "RIGID", &[SHIFT])]),
        ("two different", vec![entry("1.1", "RIGID", &[SHIFT])]),
    ] {
        let message = read(entries).unwrap_err();
        assert!(message.contains("made.dcm") && message.contains(expected), "{expected}: {message}");
    }
    let deformable =
        object(vec![entry("1.2", "RIGID", &[TURN])]).file(uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE);
    assert!(Registration::read(&deformable).unwrap_err().to_string().contains("deformable"));
}
