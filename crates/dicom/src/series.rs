//! Objects grouped into series.

use crate::element::Attributes;
use crate::error::{DicomError, Result};
use crate::source::Source;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use std::collections::BTreeMap;
use std::fmt;

/// A scan reads elements below this tag: all up to Columns.
pub(crate) const SCAN_UNTIL: Tag = Tag(0x0028, 0x0012);

/// A text that belongs to the patient: it appears in no message and no log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Private(String);

impl Private {
    /// Hides a text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself; for comparison and for outputs that belong to the patient's record.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(withheld)")
    }
}

/// One object of a series, as the scan saw it.
#[derive(Clone, Debug)]
pub struct ObjectInfo {
    /// Where it is.
    pub source: Source,
    /// SOPClassUID: what kind of object it is.
    pub sop_class_uid: String,
    /// SOPInstanceUID: its name; other objects refer to it.
    pub sop_instance_uid: String,
    /// ImageType, value by value; the third of a CT is AXIAL or LOCALIZER.
    pub image_type: Vec<String>,
    /// NumberOfFrames, 1 where it is absent.
    pub frames: i64,
}

/// Objects of one SeriesInstanceUID and modality.
#[derive(Clone, Debug)]
pub struct SeriesInfo {
    /// SeriesInstanceUID.
    pub series_uid: String,
    /// StudyInstanceUID.
    pub study_uid: String,
    /// Modality: CT, PT, NM, RTSTRUCT, SEG, REG, RTDOSE, ...
    pub modality: String,
    /// SeriesNumber.
    pub number: Option<i64>,
    /// SeriesDescription; free text of the clinic, without a patient's identity by the standard's intent only.
    pub description: String,
    /// StudyDescription.
    pub study_description: String,
    /// SeriesDate, or AcquisitionDate, or StudyDate: `YYYYMMDD`.
    pub date: String,
    /// SeriesTime, or AcquisitionTime, or StudyTime: `HHMMSS.F`.
    pub time: String,
    /// FrameOfReferenceUID; `None` for objects without (most RTSTRUCT name theirs inside).
    pub frame_of_reference: Option<String>,
    /// PatientID; never printed.
    pub patient_id: Private,
    /// The objects, by path.
    pub objects: Vec<ObjectInfo>,
}

impl SeriesInfo {
    /// How messages name it: modality, number, description and UID.
    pub fn label(&self) -> String {
        let number = self.number.map(|number| format!(" {number}")).unwrap_or_default();
        let description = match self.description.as_str() {
            "" => String::new(),
            text => format!(" {text:?}"),
        };
        format!("{} series{number}{description} ({})", self.modality, self.series_uid)
    }

    /// An error about the series.
    pub(crate) fn error(
        &self,
        field: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> DicomError {
        DicomError::Series {
            series: self.label(),
            field: field.into(),
            found: found.into(),
            expected: expected.into(),
        }
    }
}

/// What a scan keeps of one object: its series (without objects) and itself.
pub(crate) fn describe(root: &Attributes<'_>, source: &Source) -> Result<(SeriesInfo, ObjectInfo)> {
    let first = |tags: [Tag; 3]| tags.iter().find_map(|&tag| root.text_optional(tag)).unwrap_or_default();
    let series = SeriesInfo {
        series_uid: root.text(tags::SERIES_INSTANCE_UID)?,
        study_uid: root.text(tags::STUDY_INSTANCE_UID)?,
        modality: root.text(tags::MODALITY)?,
        // It names the series for people only: what is not a number is as good as none.
        number: root.integer_optional(tags::SERIES_NUMBER).unwrap_or(None),
        description: root.text_optional(tags::SERIES_DESCRIPTION).unwrap_or_default(),
        study_description: root.text_optional(tags::STUDY_DESCRIPTION).unwrap_or_default(),
        date: first([tags::SERIES_DATE, tags::ACQUISITION_DATE, tags::STUDY_DATE]),
        time: first([tags::SERIES_TIME, tags::ACQUISITION_TIME, tags::STUDY_TIME]),
        frame_of_reference: root.text_optional(tags::FRAME_OF_REFERENCE_UID),
        patient_id: Private::new(root.text_optional(tags::PATIENT_ID).unwrap_or_default()),
        objects: Vec::new(),
    };
    let object = ObjectInfo {
        source: source.clone(),
        sop_class_uid: root.text(tags::SOP_CLASS_UID)?,
        sop_instance_uid: root.text_optional(tags::SOP_INSTANCE_UID).unwrap_or_default(),
        image_type: root.texts(tags::IMAGE_TYPE),
        frames: root.integer_optional(tags::NUMBER_OF_FRAMES)?.unwrap_or(1),
    };
    Ok((series, object))
}

/// Objects into series, in an order that depends on nothing but them: modality, date, time, number, UID.
pub(crate) fn group(objects: impl IntoIterator<Item = (SeriesInfo, ObjectInfo)>) -> Vec<SeriesInfo> {
    let mut groups: BTreeMap<(String, String), SeriesInfo> = BTreeMap::new();
    for (series, object) in objects {
        let key = (series.series_uid.clone(), series.modality.clone());
        groups.entry(key).or_insert(series).objects.push(object);
    }
    let mut all: Vec<_> = groups.into_values().collect();
    all.sort_by(|a, b| {
        let key = |s: &SeriesInfo| {
            (s.modality.clone(), s.date.clone(), s.time.clone(), s.number, s.series_uid.clone())
        };
        key(a).cmp(&key(b))
    });
    all
}
