//! Small DICOM objects built element by element.

use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use iodose_dicom::DicomFile;
use std::path::Path;

/// A data set or item under construction.
#[derive(Clone)]
pub struct Item(InMemDicomObject);

impl Item {
    pub fn new() -> Self {
        Self(InMemDicomObject::new_empty())
    }

    pub fn text(mut self, tag: Tag, vr: VR, text: &str) -> Self {
        self.0.put(DataElement::new(tag, vr, PrimitiveValue::from(text)));
        self
    }

    pub fn number(mut self, tag: Tag, number: u16) -> Self {
        self.0.put(DataElement::new(tag, VR::US, PrimitiveValue::from(number)));
        self
    }

    pub fn decimals(mut self, tag: Tag, numbers: impl IntoIterator<Item = f64>) -> Self {
        let texts: Vec<String> = numbers.into_iter().map(|number| format!("{number}")).collect();
        self.0.put(DataElement::new(tag, VR::DS, PrimitiveValue::Strs(texts.into())));
        self
    }

    pub fn sequence(mut self, tag: Tag, items: Vec<Item>) -> Self {
        let items: Vec<_> = items.into_iter().map(|item| item.0).collect();
        self.0.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
        self
    }

    pub fn bytes(mut self, tag: Tag, vr: VR, bytes: Vec<u8>) -> Self {
        self.0.put(DataElement::new(tag, vr, PrimitiveValue::U8(bytes.into())));
        self
    }

    /// The object as a file in memory, `made.dcm` in messages.
    pub fn file(self, class: &str) -> DicomFile {
        let object = self
            .text(dicom_dictionary_std::tags::SOP_CLASS_UID, VR::UI, class)
            .text(dicom_dictionary_std::tags::SOP_INSTANCE_UID, VR::UI, "1.2.3")
            .0;
        let meta = FileMetaTableBuilder::new()
            .media_storage_sop_class_uid(class)
            .media_storage_sop_instance_uid("1.2.3")
            .transfer_syntax("1.2.840.10008.1.2.1");
        let mut bytes = Vec::new();
        object.with_meta(meta).unwrap().write_all(&mut bytes).unwrap();
        DicomFile::from_bytes(Path::new("made.dcm"), bytes).unwrap()
    }
}
