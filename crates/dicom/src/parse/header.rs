//! The bytes under the walk: headers of elements, and lengths that must fit what is there (PS3.5 7.1).

use super::Parser;
use crate::syntax::Encoding;
use dicom_core::dictionary::DataDictionary;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};

/// The length of what ends at a delimiter.
pub(super) const UNDEFINED: u32 = u32::MAX;

/// What is wrong with the bytes, before the file is known.
#[derive(Debug)]
pub(crate) struct Fault {
    pub offset: usize,
    pub found: String,
    pub expected: String,
    /// More bytes might help: the data set goes on where they end.
    pub out_of_bytes: bool,
    /// The element whose value is cut, where that is the fault.
    pub tag: Option<Tag>,
}

pub(super) struct Header {
    pub tag: Tag,
    pub vr: VR,
    pub length: u32,
}

impl<'a> Parser<'a> {
    pub(super) fn header(&mut self, end: usize) -> Result<Header, Fault> {
        let tag = Tag(self.u16(end)?, self.u16(end)?);
        if tag.group() == 0xFFFE {
            return Ok(Header { tag, vr: VR::UN, length: self.u32(end)? });
        }
        if self.encoding == Encoding::ImplicitLittle {
            let vr = match StandardDataDictionary.by_tag(tag) {
                _ if tag == tags::PIXEL_DATA => VR::OW,
                Some(entry) => entry.vr.relaxed(),
                None => VR::UN,
            };
            let length = self.u32(end)?;
            // Only sequences may leave their length open; in a private or unknown element it makes it one.
            let vr = if length == UNDEFINED && tag != tags::PIXEL_DATA { VR::SQ } else { vr };
            return Ok(Header { tag, vr, length });
        }
        let code = self.take(2, end)?;
        let Some(vr) = VR::from_binary([code[0], code[1]]) else {
            let found = format!("{:?} as value representation of {tag}", String::from_utf8_lossy(code));
            return Err(self.fault(found, "one of PS3.5 table 6.2-1"));
        };
        let length = if has_long_length(vr) {
            self.take(2, end)?;
            self.u32(end)?
        } else {
            u32::from(self.u16(end)?)
        };
        Ok(Header { tag, vr, length })
    }

    pub(super) fn end_of_value(&self, tag: Tag, length: u32, end: usize) -> Result<usize, Fault> {
        let there = end.saturating_sub(self.at);
        if length as usize <= there {
            return Ok(self.at + length as usize);
        }
        let mut fault = self.fault(format!("{there} bytes before the end"), format!("{length} bytes"));
        fault.out_of_bytes = end == self.bytes.len();
        fault.tag = Some(tag);
        Err(fault)
    }

    pub(super) fn take(&mut self, count: usize, end: usize) -> Result<&'a [u8], Fault> {
        match self
            .at
            .checked_add(count)
            .filter(|&next| next <= end)
            .and_then(|next| self.bytes.get(self.at..next))
        {
            Some(slice) => {
                self.at += count;
                Ok(slice)
            }
            None => {
                let mut fault = self.fault("the end of the data", "the header of an element");
                fault.out_of_bytes = end == self.bytes.len();
                Err(fault)
            }
        }
    }

    pub(super) fn u16(&mut self, end: usize) -> Result<u16, Fault> {
        let pair = self.take(2, end)?;
        let pair = [pair[0], pair[1]];
        Ok(if self.encoding == Encoding::ExplicitBig {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        })
    }

    pub(super) fn u32(&mut self, end: usize) -> Result<u32, Fault> {
        let four = self.take(4, end)?;
        let four = [four[0], four[1], four[2], four[3]];
        Ok(if self.encoding == Encoding::ExplicitBig {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        })
    }

    pub(super) fn fault(&self, found: impl Into<String>, expected: impl Into<String>) -> Fault {
        let (found, expected) = (found.into(), expected.into());
        Fault { offset: self.at, found, expected, out_of_bytes: false, tag: None }
    }
}

/// Value representations whose length field has 32 bits (PS3.5 7.1.2).
fn has_long_length(vr: VR) -> bool {
    use VR::{OB, OD, OF, OL, OV, OW, SQ, SV, UC, UN, UR, UT, UV};
    matches!(vr, OB | OD | OF | OL | OV | OW | SQ | SV | UC | UN | UR | UT | UV)
}
