//! Dose volumes as RT Dose objects (PS3.3 A.18). Method and choices: `docs/methods/rtdose.md`.

mod grid;
mod identity;
mod pixels;
mod uid;

use crate::error::{DicomError, Result};
use crate::file::DicomFile;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use iodose_volume::Volume;

/// What the values of the object are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoseQuantity {
    /// Absorbed dose, Gy.
    AbsorbedDose,
    /// Its standard uncertainty (k = 1), Gy. Voxels without a finite value are given the largest of the volume.
    Uncertainty,
}

/// What the object says beside the values.
#[derive(Clone, Debug)]
pub struct DoseDescription {
    /// What the values are.
    pub quantity: DoseQuantity,
    /// SeriesDescription, at most 64 characters.
    pub series_description: String,
    /// ImageComments, and its beginning DoseComment: nuclide, activity that the dose is for, engine.
    pub comment: String,
    /// Content date, `YYYYMMDD`. It is passed in, so that the same inputs give the same file.
    pub date: String,
    /// Content time, `HHMMSS`.
    pub time: String,
    /// The program's version.
    pub version: String,
    /// What makes the result this one (hashes of inputs, settings, seed): the object's UIDs follow from it.
    pub fingerprint: String,
}

/// The bytes of an RT Dose file for a dose in Gy on a grid that lies in the frame of reference of `reference`, an image of
/// the patient (a CT slice, for instance): patient, study and frame of reference are carried over from it.
///
/// Values are stored in 32 bits, to half of `DoseGridScaling`, which is the largest value over 2^32 - 1.
///
/// # Errors
/// Sheared grids, sides over 65535, more than 4 GB; doses that are negative or not finite, uncertainties that are negative;
/// a reference without study or frame of reference.
pub fn rtdose_bytes(
    volume: &Volume<f32>,
    reference: &DicomFile,
    description: &DoseDescription,
) -> Result<Vec<u8>> {
    let root = reference.attributes();
    let wrong = |found: String, expected: &str| DicomError::Source {
        path: reference.path().to_owned(),
        found,
        expected: expected.to_owned(),
    };
    let placed =
        grid::place(volume.grid()).map_err(|found| wrong(found, "a dose grid that RT Dose can hold"))?;
    let stored = pixels::store(volume, placed.reversed, description.quantity)
        .map_err(|found| wrong(found, "a dose of finite values, not negative, of at most 4 GB"))?;

    let mut object = InMemDicomObject::new_empty();
    identity::carry_over(&root, &mut object)?;
    let uid = |role: &str| {
        let study = root.text(tags::STUDY_INSTANCE_UID).unwrap_or_default();
        uid::derived(&[&study, &description.fingerprint, &format!("{:?}", description.quantity), role])
    };
    let instance = uid("object");
    let (kind, series_number, name) = match description.quantity {
        DoseQuantity::AbsorbedDose => ("PHYSICAL", "1", "absorbed dose"),
        DoseQuantity::Uncertainty => ("ERROR", "2", "standard uncertainty (k=1) of the absorbed dose"),
    };
    let mut comment = format!("{name}. {}", description.comment);
    if stored.unknown > 0 {
        comment += &format!(" {} voxels without a known value hold the largest.", stored.unknown);
    }

    let mut put = |tag: Tag, vr: VR, value: PrimitiveValue| {
        object.put(DataElement::new(tag, vr, value));
    };
    for (tag, vr, text) in [
        (tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192"),
        (tags::SOP_CLASS_UID, VR::UI, uids::RT_DOSE_STORAGE),
        (tags::SOP_INSTANCE_UID, VR::UI, &instance),
        (tags::INSTANCE_CREATION_DATE, VR::DA, &description.date),
        (tags::INSTANCE_CREATION_TIME, VR::TM, &description.time),
        (tags::MODALITY, VR::CS, "RTDOSE"),
        (tags::SERIES_INSTANCE_UID, VR::UI, &uid("series")),
        (tags::SERIES_DESCRIPTION, VR::LO, &cut(&description.series_description, 64)),
        (tags::SERIES_NUMBER, VR::IS, series_number),
        (tags::OPERATORS_NAME, VR::PN, ""),
        (tags::MANUFACTURER, VR::LO, "iodose"),
        (tags::MANUFACTURER_MODEL_NAME, VR::LO, "iodose"),
        (tags::SOFTWARE_VERSIONS, VR::LO, &cut(&description.version, 64)),
        (tags::INSTANCE_NUMBER, VR::IS, "1"),
        (tags::CONTENT_DATE, VR::DA, &description.date),
        (tags::CONTENT_TIME, VR::TM, &description.time),
        (tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2"),
        (tags::NUMBER_OF_FRAMES, VR::IS, &placed.frames.to_string()),
        (tags::SLICE_THICKNESS, VR::DS, &placed.slice_thickness),
        (tags::DOSE_UNITS, VR::CS, "GY"),
        (tags::DOSE_TYPE, VR::CS, kind),
        (tags::DOSE_COMMENT, VR::LO, &cut(&comment, 64)),
        (tags::IMAGE_COMMENTS, VR::LT, &cut(&comment, 1024)),
        // The dose of a whole treatment. Every defined term refers to a plan or a record (C.8.8.3), which radioiodine has not.
        (tags::DOSE_SUMMATION_TYPE, VR::CS, "PLAN"),
        (tags::DOSE_GRID_SCALING, VR::DS, &stored.scaling),
    ] {
        put(tag, vr, PrimitiveValue::from(text));
    }
    for (tag, values) in [
        (tags::PIXEL_SPACING, &placed.pixel_spacing),
        (tags::IMAGE_ORIENTATION_PATIENT, &placed.orientation),
        (tags::IMAGE_POSITION_PATIENT, &placed.position),
        (tags::GRID_FRAME_OFFSET_VECTOR, &placed.offsets),
    ] {
        put(tag, VR::DS, PrimitiveValue::Strs(values.clone().into()));
    }
    for (tag, value) in [
        (tags::ROWS, placed.rows),
        (tags::COLUMNS, placed.columns),
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::BITS_ALLOCATED, 32),
        (tags::BITS_STORED, 32),
        (tags::HIGH_BIT, 31),
        (tags::PIXEL_REPRESENTATION, 0),
    ] {
        put(tag, VR::US, PrimitiveValue::from(value));
    }
    let pointer = PrimitiveValue::Tags([tags::GRID_FRAME_OFFSET_VECTOR].as_slice().into());
    put(tags::FRAME_INCREMENT_POINTER, VR::AT, pointer);
    put(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U8(stored.bytes.into()));

    let meta = FileMetaTableBuilder::new()
        .media_storage_sop_class_uid(uids::RT_DOSE_STORAGE)
        .media_storage_sop_instance_uid(&instance)
        .transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let failed = |error: &dyn std::fmt::Display| wrong(error.to_string(), "an object that can be written");
    let file = object.with_meta(meta).map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).map_err(|error| failed(&error))?;
    Ok(bytes)
}

/// The first characters of a text.
fn cut(text: &str, characters: usize) -> String {
    text.chars().filter(|c| !c.is_control() && *c != '\\').take(characters).collect()
}
