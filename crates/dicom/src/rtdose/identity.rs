//! Whose dose it is, and where: elements carried over from an image of the patient.

use crate::element::Attributes;
use crate::error::Result;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

/// Type 2 of Patient (C.7.1.1), General Study (C.7.2.1) and Frame of Reference (C.7.4.1): there even without a value.
const ALWAYS: [(Tag, VR); 11] = [
    (tags::PATIENT_NAME, VR::PN),
    (tags::PATIENT_ID, VR::LO),
    (tags::PATIENT_BIRTH_DATE, VR::DA),
    (tags::PATIENT_SEX, VR::CS),
    (tags::STUDY_DATE, VR::DA),
    (tags::STUDY_TIME, VR::TM),
    (tags::REFERRING_PHYSICIAN_NAME, VR::PN),
    (tags::STUDY_ID, VR::SH),
    (tags::ACCESSION_NUMBER, VR::SH),
    (tags::POSITION_REFERENCE_INDICATOR, VR::LO),
    (tags::STUDY_DESCRIPTION, VR::LO),
];
/// Optional ones, with Patient Study (C.7.2.2).
const WHERE_STATED: [(Tag, VR); 5] = [
    (tags::ISSUER_OF_PATIENT_ID, VR::LO),
    (tags::PATIENT_AGE, VR::AS),
    (tags::PATIENT_SIZE, VR::DS),
    (tags::PATIENT_WEIGHT, VR::DS),
    (tags::PATIENT_IDENTITY_REMOVED, VR::CS),
];

/// Copies patient, study and frame of reference.
pub(super) fn carry_over(reference: &Attributes<'_>, object: &mut InMemDicomObject) -> Result<()> {
    for tag in [tags::STUDY_INSTANCE_UID, tags::FRAME_OF_REFERENCE_UID] {
        object.put(DataElement::new(tag, VR::UI, PrimitiveValue::from(reference.text(tag)?)));
    }
    for (tag, vr) in ALWAYS {
        let text = reference.text_optional(tag).unwrap_or_default();
        object.put(DataElement::new(tag, vr, PrimitiveValue::from(text)));
    }
    for (tag, vr) in WHERE_STATED {
        if let Some(text) = reference.text_optional(tag) {
            object.put(DataElement::new(tag, vr, PrimitiveValue::from(text)));
        }
    }
    Ok(())
}
