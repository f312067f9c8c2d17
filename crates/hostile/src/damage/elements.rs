//! DICOM: the elements of a data set in explicit or implicit little endian, and their lengths and values.

use super::{REAL, WHOLE, text};
use crate::random::Random;
use dicom_core::VR;
use std::ops::Range;

/// An element that was found: where its header begins, where its length stands, and its value.
struct Element {
    begin: usize,
    vr: VR,
    length: Range<usize>,
    value: Range<usize>,
}

/// Gives an element another length, value or representation; takes it away, doubles it, or puts it elsewhere.
pub fn elements(bytes: &mut Vec<u8>, random: &mut Random) {
    let found = walk(bytes);
    if found.is_empty() {
        super::bytes(bytes, &[], random);
        return;
    }
    let Element { begin, vr, length, value } = random.of(&found);
    let whole = *begin..value.end;
    match random.below(12) {
        0 | 1 => {
            let number = *random.of(&[
                0u32,
                1,
                2,
                7,
                8,
                255,
                0x7FFF,
                0xFFFE,
                0xFFFF,
                0x7FFF_FFFF,
                0xFFFF_FFFE,
                0xFFFF_FFFF,
            ]);
            let near = (value.len() as u32).wrapping_add(random.below(5) as u32).wrapping_sub(2);
            let number = if random.once_in(2) { number } else { near };
            let size = length.len();
            bytes[length.clone()].copy_from_slice(&number.to_le_bytes()[..size]);
        }
        2..=7 => {
            let mut other = new_value(*vr, &bytes[value.clone()], random);
            other.resize(other.len().next_multiple_of(2), if is_text(*vr) { b' ' } else { 0 });
            let size = (other.len() as u32).to_le_bytes();
            if length.len() == 4 || other.len() < 0xFFFF {
                bytes[length.clone()].copy_from_slice(&size[..length.len()]);
                bytes.splice(value.clone(), other);
            }
        }
        8 => drop(bytes.drain(whole)),
        9 => {
            let copy = bytes[whole.clone()].to_vec();
            let to = if random.once_in(2) { whole.end } else { random.of(&found).begin };
            bytes.splice(to..to, copy);
        }
        10 => {
            let code = random.of(&["SQ", "UN", "OB", "OW", "UI", "DS", "US", "FD", "AT", "LO", "DT", "ZZ"]);
            if let Some(place) = bytes.get_mut(begin + 4..begin + 6) {
                place.copy_from_slice(code.as_bytes());
            }
        }
        _ => {
            let tag = random.below(4);
            bytes[begin + tag] ^= 1 << random.below(8);
        }
    }
}

fn is_text(vr: VR) -> bool {
    !matches!(
        vr,
        VR::US | VR::SS | VR::UL | VR::SL | VR::FL | VR::FD | VR::OB | VR::OW | VR::UN | VR::SQ | VR::AT
    )
}

fn new_value(vr: VR, value: &[u8], random: &mut Random) -> Vec<u8> {
    let whole = |size: usize, random: &mut Random| random.of(&WHOLE).to_le_bytes()[..size].to_vec();
    let mut changed = value.to_vec();
    let at = random.below(changed.len().max(1));
    let mut put = |number: Vec<u8>| {
        let start = at / number.len().max(1) * number.len();
        match changed.get_mut(start..start + number.len()) {
            Some(place) => place.copy_from_slice(&number),
            None => changed = number,
        }
        std::mem::take(&mut changed)
    };
    match vr {
        VR::US | VR::SS => put(whole(2, random)),
        VR::UL | VR::SL => put(whole(4, random)),
        VR::FL => put((*random.of(&REAL) as f32).to_le_bytes().to_vec()),
        VR::FD => put(random.of(&REAL).to_le_bytes().to_vec()),
        VR::OB | VR::OW | VR::UN | VR::SQ => {
            super::bytes(&mut changed, &[], random);
            changed
        }
        _ => match random.below(6) {
            // One of several numbers, a text of its own, none, very many.
            0..=2 => {
                let text_of = String::from_utf8_lossy(value).into_owned();
                let mut parts: Vec<String> = text_of.split('\\').map(str::to_owned).collect();
                let place = random.below(parts.len());
                parts[place] = text::number(random);
                parts.join("\\").into_bytes()
            }
            3 => random
                .of(&[
                    "",
                    " ",
                    "\\",
                    "NaN",
                    "-inf",
                    "1e999",
                    "99991231",
                    "00000000",
                    "240000",
                    "20240310100000.9+1400",
                    "\u{e9}\u{0}",
                    "*",
                ])
                .as_bytes()
                .to_vec(),
            4 => [value, b"\\", value].concat(),
            _ => {
                super::bytes(&mut changed, &[], random);
                changed
            }
        },
    }
}

/// The elements of a file, those within sequences too.
fn walk(bytes: &[u8]) -> Vec<Element> {
    let mut found = Vec::new();
    let mut at = if bytes.get(128..132) == Some(b"DICM") { 132 } else { 0 };
    // What the meta information says is at the front of every seed; the data set's encoding shows in its first element.
    let mut explicit = true;
    while let Some(header) = bytes.get(at..at + 8) {
        let group = u16::from_le_bytes([header[0], header[1]]);
        let vr = VR::from_binary([header[4], header[5]]);
        if group != 2 && group < 0xFFFE {
            explicit = vr.is_some();
        }
        let (length, vr) = match vr.filter(|_| explicit && group != 0xFFFE) {
            Some(vr)
                if matches!(vr, VR::OB | VR::OW | VR::SQ | VR::UN | VR::UT | VR::OF | VR::OD | VR::UC) =>
            {
                (at + 8..at + 12, vr)
            }
            Some(vr) => (at + 6..at + 8, vr),
            None if group == 0xFFFE => (at + 4..at + 8, VR::SQ),
            // As text, so that numbers are replaced: most elements of a header are.
            None => (at + 4..at + 8, VR::DS),
        };
        let Some(size) = bytes.get(length.clone()) else { break };
        let size = size.iter().rev().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
        let begin = length.end;
        // What is in a sequence or an item follows its header.
        let is_container = vr == VR::SQ || size == 0xFFFF_FFFF;
        let end = if is_container { begin } else { begin.saturating_add(size as usize).min(bytes.len()) };
        found.push(Element { begin: at, vr, length, value: begin..end });
        at = end;
    }
    found
}
