use crate::builder::Item;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use iodose_dicom::{DicomFile, DoseDescription, DoseQuantity, rtdose_bytes};
use iodose_volume::{Affine, Grid, Volume};
use std::path::Path;

fn reference() -> Item {
    Item::new()
        .text(tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192")
        .text(tags::PATIENT_NAME, VR::PN, "M\u{fc}ller^\u{c4}nne")
        .text(tags::PATIENT_ID, VR::LO, "4711")
        .text(tags::STUDY_INSTANCE_UID, VR::UI, "1.2.3.4")
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.2.3.5")
        .text(tags::STUDY_DATE, VR::DA, "20260302")
        .decimals(tags::PATIENT_WEIGHT, [72.0])
}

fn description(quantity: DoseQuantity) -> DoseDescription {
    DoseDescription {
        quantity,
        series_description: "absorbed dose".into(),
        comment: "I-131, 7.4 GBq".into(),
        date: "20260401".into(),
        time: "101500".into(),
        version: "0.1.0".into(),
        fingerprint: "seed 1".into(),
    }
}

fn volume(flip: f64) -> Volume<f32> {
    let columns = [[1.2, 1.6, 0.0], [-2.4, 1.8, 0.0], [0.0, 0.0, 2.5 * flip]];
    let grid = Grid::new([4, 3, 5], Affine { columns, origin: [10.0, -20.0, 30.0] }).unwrap();
    Volume::from_fn(grid, |[i, j, k]| 0.37 * i as f32 + 2.0 * j as f32 + 11.0 * k as f32)
}

fn ct() -> DicomFile {
    reference().file(uids::CT_IMAGE_STORAGE)
}

/// Every value at the place where the elements put it, by the formulas of PS3.3 C.7.6.2.1.1 and C.8.8.3.2.
#[test]
fn each_value_lies_where_it_was() {
    for flip in [1.0, -1.0] {
        let dose = volume(flip);
        let bytes = rtdose_bytes(&dose, &ct(), &description(DoseQuantity::AbsorbedDose)).unwrap();
        let file = DicomFile::from_bytes(Path::new("dose.dcm"), bytes).unwrap();
        let root = file.attributes();
        let text = |tag| root.text(tag).unwrap();
        assert_eq!(text(tags::PATIENT_NAME), "M\u{fc}ller^\u{c4}nne");
        assert_eq!(
            [text(tags::STUDY_INSTANCE_UID), text(tags::FRAME_OF_REFERENCE_UID)],
            ["1.2.3.4", "1.2.3.5"]
        );
        assert_eq!([text(tags::DOSE_UNITS), text(tags::DOSE_TYPE)], ["GY", "PHYSICAL"]);
        let scaling = root.decimal(tags::DOSE_GRID_SCALING).unwrap();
        let [row_spacing, column_spacing] = root.vector(tags::PIXEL_SPACING).unwrap();
        let [a, b, c, d, e, f]: [f64; 6] = root.vector(tags::IMAGE_ORIENTATION_PATIENT).unwrap();
        let normal = [b * f - c * e, c * d - a * f, a * e - b * d];
        let position: [f64; 3] = root.vector(tags::IMAGE_POSITION_PATIENT).unwrap();
        let offsets = root.decimals(tags::GRID_FRAME_OFFSET_VECTOR).unwrap();
        assert_eq!((offsets.len(), offsets[0]), (5, 0.0));
        let (values, _) = file.native_pixels().unwrap().as_chunks::<4>();
        assert_eq!(values.len(), dose.data().len());
        for (n, value) in values.iter().enumerate() {
            let (column, row, frame) = ((n % 4) as f64, (n / 4 % 3) as f64, n / 12);
            let point: [f64; 3] = std::array::from_fn(|axis| {
                position[axis]
                    + [a, b, c][axis] * column_spacing * column
                    + [d, e, f][axis] * row_spacing * row
                    + normal[axis] * offsets[frame]
            });
            let index = dose.grid().patient_to_index(point);
            assert!(index.iter().all(|x| (x - x.round()).abs() < 1e-9), "{index:?}");
            let expected = f64::from(dose[index.map(|x| x.round() as usize)]);
            assert!(
                (f64::from(u32::from_le_bytes(*value)) * scaling - expected).abs() <= scaling,
                "{index:?}"
            );
        }
    }
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_other_inputs_other_objects() {
    let bytes = |description: &DoseDescription| rtdose_bytes(&volume(1.0), &ct(), description).unwrap();
    let uid = |bytes: Vec<u8>| {
        let file = DicomFile::from_bytes(Path::new("dose.dcm"), bytes).unwrap();
        let root = file.attributes();
        [root.text(tags::SOP_INSTANCE_UID).unwrap(), root.text(tags::SERIES_INSTANCE_UID).unwrap()]
    };
    let dose = description(DoseQuantity::AbsorbedDose);
    assert_eq!(bytes(&dose), bytes(&dose));
    let other = DoseDescription { fingerprint: "seed 2".into(), ..dose.clone() };
    let error = description(DoseQuantity::Uncertainty);
    let uids = [uid(bytes(&dose)), uid(bytes(&other)), uid(bytes(&error))].concat();
    for (n, uid) in uids.iter().enumerate() {
        assert!(!uids[..n].contains(uid), "{uids:?}");
    }
    let file = DicomFile::from_bytes(Path::new("error.dcm"), bytes(&error)).unwrap();
    assert_eq!(file.attributes().text(tags::DOSE_TYPE).unwrap(), "ERROR");
}

#[test]
fn what_cannot_be_a_dose_object_is_refused() {
    let dose = description(DoseQuantity::AbsorbedDose);
    let sheared = Affine { columns: [[2.0, 0.2, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]], origin: [0.0; 3] };
    let sheared = Volume::filled(Grid::new([2; 3], sheared).unwrap(), 1.0);
    let message = rtdose_bytes(&sheared, &ct(), &dose).unwrap_err().to_string();
    assert!(message.contains("right angles"), "{message}");
    let mut negative = volume(1.0);
    negative[[1, 2, 3]] = -1.0;
    let message = rtdose_bytes(&negative, &ct(), &dose).unwrap_err().to_string();
    assert!(message.contains("[1, 2, 3]"), "{message}");
    let nowhere = reference().text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "").file(uids::CT_IMAGE_STORAGE);
    let message = rtdose_bytes(&volume(1.0), &nowhere, &dose).unwrap_err().to_string();
    assert!(message.contains("(0020,0052)") && !message.contains("ller"), "{message}");
}
