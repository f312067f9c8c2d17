//! Bytes to a data set: elements, sequences, and where the pixels lie (PS3.5 sections 6 and 7).
//!
//! The structure is walked here rather than by `dicom-parser`, which recurses without bound, allocates what a length field
//! claims, and reads the items of an element of unknown representation and undefined length in the wrong encoding (they are
//! implicit little endian, PS3.5 6.2.2). Values are decoded by `dicom-parser`. Private elements are walked over, not kept.

mod header;

pub(crate) use header::Fault;

use crate::syntax::Encoding;
use dicom_core::header::{DataElementHeader, Length};
use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_encoding::decode::basic::BasicDecoder;
use dicom_encoding::decode::explicit_le::ExplicitVRLittleEndianDecoder;
use dicom_encoding::text::SpecificCharacterSet;
use dicom_encoding::transfer_syntax::Endianness;
use dicom_object::InMemDicomObject;
use dicom_parser::stateful::decode::{StatefulDecode, StatefulDecoder};
use header::{Header, UNDEFINED};
use std::ops::Range;

/// Sequences within sequences; real objects stay below ten, and every level costs stack.
const MAX_DEPTH: usize = 64;
const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// Where the pixels lie in the bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PixelSpan {
    Native(Range<usize>),
    /// The basic offset table and the fragments (PS3.5 annex A.4).
    Fragments {
        offsets: Vec<u32>,
        fragments: Vec<Range<usize>>,
    },
}

/// A data set up to (without) the first element at or above a tag, or to its pixels.
pub(crate) struct Parsed {
    pub object: InMemDicomObject,
    pub pixels: Option<PixelSpan>,
}

pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    encoding: Encoding,
    text: SpecificCharacterSet,
}

/// Where an item or a sequence ends: at a position, or at a delimiter before one.
#[derive(Clone, Copy)]
struct Scope {
    end: usize,
    delimited: bool,
}

impl<'a> Parser<'a> {
    pub fn new(bytes: &'a [u8], at: usize, encoding: Encoding) -> Self {
        Self { bytes, at, encoding, text: SpecificCharacterSet::default() }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    /// Reads elements with tags below `until`; pixels are located where `until` lies above them.
    pub fn read(&mut self, until: Tag) -> Result<Parsed, Fault> {
        let mut elements = Vec::new();
        let mut pixels = None;
        while self.at < self.bytes.len() {
            if self.peek_tag()? >= until {
                break;
            }
            let header = self.header(self.bytes.len())?;
            if header.tag == tags::PIXEL_DATA {
                pixels = Some(self.pixels(&header)?);
                break;
            }
            let scope = Scope { end: self.bytes.len(), delimited: false };
            elements.extend(self.element(header, scope, 0)?);
        }
        Ok(Parsed { object: InMemDicomObject::from_element_iter(elements), pixels })
    }

    /// The tag that comes next, without its representation: what follows the meta information is in another encoding.
    fn peek_tag(&mut self) -> Result<Tag, Fault> {
        let begin = self.at;
        let tag = Tag(self.u16(self.bytes.len())?, self.u16(self.bytes.len())?);
        self.at = begin;
        Ok(tag)
    }

    fn element(
        &mut self,
        header: Header,
        scope: Scope,
        depth: usize,
    ) -> Result<Option<DataElement<InMemDicomObject>>, Fault> {
        let Header { tag, vr, length } = header;
        let private = tag.group() % 2 == 1;
        if length == UNDEFINED {
            if !matches!(vr, VR::SQ | VR::UN) {
                return Err(self.fault(format!("an undefined length for {vr:?} in {tag}"), "a length"));
            }
            let outer = self.encoding;
            if vr == VR::UN && outer != Encoding::ImplicitLittle {
                self.encoding = Encoding::ImplicitLittle;
            }
            let items = self.sequence(Scope { end: scope.end, delimited: true }, depth)?;
            self.encoding = outer;
            return Ok((!private).then(|| sequence_element(tag, items)));
        }
        let end = self.end_of_value(tag, length, scope.end)?;
        if private {
            self.at = end;
            return Ok(None);
        }
        if vr == VR::SQ {
            let items = self.sequence(Scope { end, delimited: false }, depth)?;
            return Ok(Some(sequence_element(tag, items)));
        }
        let value = self.value(tag, vr, end)?;
        self.at = end;
        Ok(Some(DataElement::new(tag, vr, value)))
    }

    fn sequence(&mut self, scope: Scope, depth: usize) -> Result<Vec<InMemDicomObject>, Fault> {
        if depth >= MAX_DEPTH {
            return Err(self.fault(format!("sequences nested over {MAX_DEPTH} deep"), "fewer"));
        }
        let mut items = Vec::new();
        loop {
            if !scope.delimited && self.at == scope.end {
                return Ok(items);
            }
            let header = self.header(scope.end)?;
            match header.tag {
                SEQUENCE_END => return Ok(items),
                ITEM if header.length == UNDEFINED => {
                    items.push(self.item(Scope { end: scope.end, delimited: true }, depth)?);
                }
                ITEM => {
                    let end = self.end_of_value(ITEM, header.length, scope.end)?;
                    items.push(self.item(Scope { end, delimited: false }, depth)?);
                }
                other => {
                    return Err(self.fault(format!("element {other}"), "an item of a sequence (FFFE,E000)"));
                }
            }
        }
    }

    fn item(&mut self, scope: Scope, depth: usize) -> Result<InMemDicomObject, Fault> {
        let mut elements = Vec::new();
        while scope.delimited || self.at < scope.end {
            let header = self.header(scope.end)?;
            if header.tag == ITEM_END {
                break;
            }
            elements.extend(self.element(header, scope, depth + 1)?);
        }
        Ok(InMemDicomObject::from_element_iter(elements))
    }

    fn pixels(&mut self, header: &Header) -> Result<PixelSpan, Fault> {
        if header.length != UNDEFINED {
            let end = self.end_of_value(header.tag, header.length, self.bytes.len())?;
            return Ok(PixelSpan::Native(self.at..end));
        }
        let mut fragments = Vec::new();
        // A missing delimiter after the last whole fragment loses nothing.
        while self.at < self.bytes.len() {
            let item = self.header(self.bytes.len())?;
            match item.tag {
                SEQUENCE_END => break,
                ITEM if item.length != UNDEFINED => {
                    let end = self.end_of_value(header.tag, item.length, self.bytes.len())?;
                    fragments.push(self.at..end);
                    self.at = end;
                }
                other => {
                    return Err(
                        self.fault(format!("element {other}"), "a fragment of the pixels (FFFE,E000)")
                    );
                }
            }
        }
        if fragments.is_empty() {
            return Err(self.fault("no fragments", "an offset table and the pixels' fragments (PS3.5 A.4)"));
        }
        let table = &self.bytes[fragments.remove(0)];
        let offsets = table.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        Ok(PixelSpan::Fragments { offsets, fragments })
    }

    fn value(&mut self, tag: Tag, vr: VR, end: usize) -> Result<PrimitiveValue, Fault> {
        let slice = &self.bytes[self.at..end];
        let header = DataElementHeader::new(tag, vr, Length(slice.len() as u32));
        let order = if self.encoding == Encoding::ExplicitBig { Endianness::Big } else { Endianness::Little };
        let mut decoder = StatefulDecoder::new(
            slice,
            ExplicitVRLittleEndianDecoder::default(),
            BasicDecoder::new(order),
            self.text.clone(),
        );
        let value = match decoder.read_value_preserved(&header) {
            Ok(value) => value,
            // Text that its declared character set does not allow: only names and descriptions can hold any.
            Err(_) => PrimitiveValue::from(String::from_utf8_lossy(slice).into_owned()),
        };
        if tag == tags::SPECIFIC_CHARACTER_SET {
            let codes = value.to_multi_str();
            if let Some(set) = codes.iter().find_map(|code| SpecificCharacterSet::from_code(code.trim())) {
                self.text = set;
            }
        }
        Ok(value)
    }
}

fn sequence_element(tag: Tag, items: Vec<InMemDicomObject>) -> DataElement<InMemDicomObject> {
    DataElement::new(tag, VR::SQ, DataSetSequence::new(items, Length::UNDEFINED))
}
