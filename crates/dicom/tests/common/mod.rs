//! DICOM files built by hand, element by element, so that each can be wrong in one way.
#![allow(dead_code)] // each test program uses its part

use dicom_core::header::Length;
use dicom_core::value::{DataSetSequence, PixelFragmentSequence};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::entries;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use iodose_dicom::{DicomError, SeriesInfo, Study};
use std::io::Write;
use std::path::Path;

pub const IMPLICIT: &str = "1.2.840.10008.1.2";
pub const EXPLICIT: &str = "1.2.840.10008.1.2.1";
pub const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
pub const BIG: &str = "1.2.840.10008.1.2.2";
pub const CT_CLASS: &str = "1.2.840.10008.5.1.4.1.1.2";
pub const PET_CLASS: &str = "1.2.840.10008.5.1.4.1.1.128";
pub const NM_CLASS: &str = "1.2.840.10008.5.1.4.1.1.20";
pub const COLUMNS: usize = 3;
pub const ROWS: usize = 2;

/// An object under construction.
#[derive(Clone)]
pub struct Object(pub InMemDicomObject);

impl Object {
    pub fn new() -> Self {
        Self(InMemDicomObject::new_empty())
    }

    pub fn text(mut self, tag: Tag, vr: VR, value: &str) -> Self {
        let values: Vec<&str> = value.split('\\').collect();
        self.0.put(DataElement::new(
            tag,
            vr,
            PrimitiveValue::Strs(values.iter().map(|v| (*v).to_owned()).collect()),
        ));
        self
    }

    pub fn cs(self, tag: Tag, value: &str) -> Self {
        self.text(tag, VR::CS, value)
    }

    pub fn ds(self, tag: Tag, values: &[f64]) -> Self {
        let texts: Vec<String> = values.iter().map(|value| format!("{value}")).collect();
        self.text(tag, VR::DS, &texts.join("\\"))
    }

    pub fn us(mut self, tag: Tag, values: &[u16]) -> Self {
        self.0.put(DataElement::new(tag, VR::US, PrimitiveValue::U16(values.iter().copied().collect())));
        self
    }

    pub fn fd(mut self, tag: Tag, value: f64) -> Self {
        self.0.put(DataElement::new(tag, VR::FD, PrimitiveValue::from(value)));
        self
    }

    pub fn sequence(mut self, tag: Tag, items: Vec<Object>) -> Self {
        let items: Vec<InMemDicomObject> = items.into_iter().map(|item| item.0).collect();
        self.0.put(DataElement::new(tag, VR::SQ, DataSetSequence::new(items, Length::UNDEFINED)));
        self
    }

    pub fn pixels(mut self, values: &[i32]) -> Self {
        let words = values.iter().map(|&value| value as u16).collect();
        self.0.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(words)));
        self
    }

    pub fn pixel_bytes(mut self, bytes: &[u8]) -> Self {
        let value = PrimitiveValue::U8(bytes.iter().copied().collect());
        self.0.put(DataElement::new(tags::PIXEL_DATA, VR::OB, value));
        self
    }

    pub fn fragments(mut self, fragments: Vec<Vec<u8>>) -> Self {
        let even = |mut fragment: Vec<u8>| {
            fragment.resize(fragment.len().next_multiple_of(2), 0);
            fragment
        };
        let fragments: Vec<Vec<u8>> = fragments.into_iter().map(even).collect();
        let value = PixelFragmentSequence::new_fragments(fragments);
        self.0.put(DataElement::new(
            tags::PIXEL_DATA,
            VR::OB,
            dicom_core::value::Value::PixelSequence(value),
        ));
        self
    }

    pub fn without(mut self, tag: Tag) -> Self {
        self.0.remove_element(tag);
        self
    }

    /// The data set alone, without meta information.
    pub fn data_set(&self, syntax: &str) -> Vec<u8> {
        let ts = match syntax {
            IMPLICIT => entries::IMPLICIT_VR_LITTLE_ENDIAN.erased(),
            BIG => entries::EXPLICIT_VR_BIG_ENDIAN.erased(),
            _ => entries::EXPLICIT_VR_LITTLE_ENDIAN.erased(),
        };
        let mut bytes = Vec::new();
        self.0.write_dataset_with_ts(&mut bytes, &ts).unwrap();
        if syntax == DEFLATED {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&bytes).unwrap();
            return encoder.finish().unwrap();
        }
        bytes
    }

    /// A whole file: preamble, meta information, data set.
    pub fn file(&self, syntax: &str) -> Vec<u8> {
        [vec![0; 128], b"DICM".to_vec(), meta(syntax), self.data_set(syntax)].concat()
    }

    pub fn save(&self, path: &Path) {
        std::fs::write(path, self.file(EXPLICIT)).unwrap();
    }
}

/// Meta information with nothing but the transfer syntax.
pub fn meta(syntax: &str) -> Vec<u8> {
    let mut uid = syntax.as_bytes().to_vec();
    uid.resize(uid.len().next_multiple_of(2), 0);
    let mut bytes = vec![2, 0, 0x10, 0, b'U', b'I'];
    bytes.extend((uid.len() as u16).to_le_bytes());
    bytes.extend(uid);
    bytes
}

fn image(class: &str, modality: &str, uid: &str, z: f64) -> Object {
    Object::new()
        .cs(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\AXIAL")
        .text(tags::SOP_CLASS_UID, VR::UI, class)
        .text(tags::SOP_INSTANCE_UID, VR::UI, &format!("1.2.3.{uid}"))
        .text(tags::STUDY_DATE, VR::DA, "20240310")
        .text(tags::SERIES_DATE, VR::DA, "20240310")
        .text(tags::SERIES_TIME, VR::TM, "100000")
        .text(tags::ACQUISITION_DATE, VR::DA, "20240310")
        .text(tags::ACQUISITION_TIME, VR::TM, "100000")
        .cs(tags::MODALITY, modality)
        .text(tags::SERIES_DESCRIPTION, VR::LO, "made in a test")
        .text(tags::PATIENT_NAME, VR::PN, "Secret^Person")
        .text(tags::PATIENT_ID, VR::LO, "SECRET-ID")
        .text(tags::STUDY_INSTANCE_UID, VR::UI, "1.2.3")
        .text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.3.4")
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.2.3.5")
        .ds(tags::IMAGE_POSITION_PATIENT, &[-10.0, -20.0, z])
        .ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
        .ds(tags::PIXEL_SPACING, &[3.0, 2.0])
        .us(tags::SAMPLES_PER_PIXEL, &[1])
        .cs(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2")
        .us(tags::ROWS, &[ROWS as u16])
        .us(tags::COLUMNS, &[COLUMNS as u16])
        .us(tags::BITS_ALLOCATED, &[16])
        .us(tags::BITS_STORED, &[16])
        .us(tags::HIGH_BIT, &[15])
        .us(tags::PIXEL_REPRESENTATION, &[0])
        .ds(tags::RESCALE_INTERCEPT, &[0.0])
        .ds(tags::RESCALE_SLOPE, &[1.0])
}

/// An axial CT slice at a height, its pixels 1000 k + 1..=6.
pub fn ct(k: i32, z: f64) -> Object {
    let values: Vec<i32> = (1..=6).map(|n| 1000 * k + n).collect();
    image(CT_CLASS, "CT", &k.to_string(), z)
        .cs(tags::RESCALE_TYPE, "HU")
        .ds(tags::RESCALE_INTERCEPT, &[-1024.0])
        .pixels(&values)
}

/// A PET slice of 10 minutes from 10:00, 24 h after 100 MBq of 124I, corrected to the scan's start.
pub fn pet(k: i32, z: f64) -> Object {
    let values: Vec<i32> = (1..=6).map(|n| 100 * n).collect();
    image(PET_CLASS, "PT", &k.to_string(), z)
        .cs(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY")
        .cs(tags::UNITS, "BQML")
        .cs(tags::SERIES_TYPE, "STATIC\\IMAGE")
        .cs(tags::DECAY_CORRECTION, "START")
        .cs(tags::CORRECTED_IMAGE, "DECY\\ATTN\\SCAT\\DTIM\\RAN\\NORM")
        .text(tags::ACTUAL_FRAME_DURATION, VR::IS, "600000")
        .ds(tags::FRAME_REFERENCE_TIME, &[300_000.0])
        .ds(tags::RESCALE_SLOPE, &[f64::from(k + 1)])
        .sequence(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, vec![iodine_124()])
        .pixels(&values)
}

pub fn iodine_124() -> Object {
    let code = Object::new()
        .text(tags::CODE_VALUE, VR::SH, "C-131A3")
        .text(tags::CODING_SCHEME_DESIGNATOR, VR::SH, "SRT")
        .text(tags::CODE_MEANING, VR::LO, "^124^Iodine");
    Object::new()
        .ds(tags::RADIONUCLIDE_TOTAL_DOSE, &[1e8])
        .ds(tags::RADIONUCLIDE_HALF_LIFE, &[360_806.4])
        .ds(tags::RADIONUCLIDE_POSITRON_FRACTION, &[0.2286])
        .text(tags::RADIOPHARMACEUTICAL_START_DATE_TIME, VR::DT, "20240309100000")
        .sequence(tags::RADIONUCLIDE_CODE_SEQUENCE, vec![code])
}

/// A reconstructed SPECT of four slices, counts 1..=24.
pub fn nm() -> Object {
    let values: Vec<i32> = (1..=24).collect();
    let rotation = Object::new()
        .text(tags::ACTUAL_FRAME_DURATION, VR::IS, "20000")
        .us(tags::NUMBER_OF_FRAMES_IN_ROTATION, &[60]);
    let detector = Object::new()
        .ds(tags::IMAGE_POSITION_PATIENT, &[-10.0, -20.0, 5.0])
        .ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    image(NM_CLASS, "NM", "1", 0.0)
        .without(tags::IMAGE_POSITION_PATIENT)
        .without(tags::IMAGE_ORIENTATION_PATIENT)
        .without(tags::RESCALE_SLOPE)
        .without(tags::RESCALE_INTERCEPT)
        .cs(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\RECON TOMO\\EMISSION")
        .text(tags::NUMBER_OF_FRAMES, VR::IS, "4")
        .us(tags::NUMBER_OF_SLICES, &[4])
        .us(tags::SLICE_VECTOR, &[1, 2, 3, 4])
        .ds(tags::SPACING_BETWEEN_SLICES, &[4.0])
        .ds(tags::SLICE_THICKNESS, &[4.0])
        .sequence(tags::ROTATION_INFORMATION_SEQUENCE, vec![rotation])
        .sequence(tags::DETECTOR_INFORMATION_SEQUENCE, vec![detector])
        .pixels(&values)
}

/// Writes objects under names that say nothing about their order, and gives their only series.
pub fn series(objects: &[Object]) -> (tempfile::TempDir, SeriesInfo) {
    let folder = tempfile::tempdir().unwrap();
    for (n, object) in objects.iter().enumerate() {
        object.save(&folder.path().join(format!("{}.dcm", (n * 7 + 3) % 101)));
    }
    let study = Study::scan(&[folder.path().to_owned()]).unwrap();
    assert!(study.problems.is_empty(), "{:?}", study.problems);
    assert_eq!(study.series.len(), 1);
    let series = study.series[0].clone();
    (folder, series)
}

/// Asserts that an error names all of some parts.
#[track_caller]
pub fn names<T>(result: Result<T, DicomError>, parts: &[&str]) {
    let Err(error) = result else { panic!("accepted, expected an error with {parts:?}") };
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    assert!(!text.contains("Secret") && !text.contains("SECRET"), "an identity in: {text}");
}
