//! Files of sums: parts of a run and checkpoints. The header was accepted where the file is of this format and version and its
//! checksum right, which the damage is followed by.

use super::{Progress, Reader};
use crate::random::Random;
use crate::{damage, place, seeds};
use iodose::Parts;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// A part, as `merge` reads it.
pub(super) const SUMS: Reader = Reader {
    name: "part",
    seeds: seeds::parts,
    damage: damage_sums,
    read: |bytes| {
        let path = file("run.part", bytes);
        match Parts::open(std::slice::from_ref(&path)) {
            Ok(parts) => seeds::small_run().from_parts(&parts).max(Progress::PastHeader),
            Err(error) if error.to_string().contains("decays") => Progress::PastHeader,
            Err(_) => Progress::Refused,
        }
    },
    justified,
};

/// A checkpoint, as `--resume` reads it.
pub(super) const CHECKPOINT: Reader = Reader {
    name: "checkpoint",
    seeds: || seeds::parts().iter().map(|part| seeds::as_checkpoint(part)).collect(),
    damage: damage_sums,
    read: |bytes| seeds::small_run().from_checkpoint(file("run.checkpoint", bytes)),
    justified,
};

/// Bytes without their checksum as a file with it.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let checksum = Sha256::digest(bytes);
    place::file(name, &[bytes, &checksum[..]].concat())
}

/// The header's text, and what the small run itself takes: look-ups, sums, maps.
fn justified(bytes: &[u8]) -> usize {
    64 * bytes.len() + (4 << 20)
}

/// Mostly the text of the header, of which the length is set right again; at times the sums, or anything.
fn damage_sums(bytes: &mut Vec<u8>, random: &mut Random) {
    let length =
        bytes.get(8..12).map_or(0, |size| u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize);
    match (random.below(8), bytes.get(12..12 + length)) {
        (0..=4, Some(header)) => {
            let mut header = header.to_vec();
            damage::text_with(
                &mut header,
                &["null", "[]", "0", "[1,2,4096]", "18446744073709551615", "1e400"],
                random,
            );
            let size = (header.len() as u32).to_le_bytes();
            *bytes = [&bytes[..8], &size, &header, &bytes[12 + length..]].concat();
        }
        (5 | 6, Some(_)) => {
            let mut sums = bytes.split_off(12 + length);
            damage::bytes(&mut sums, &[], random);
            bytes.extend(sums);
        }
        _ => damage::bytes(bytes, &[], random),
    }
}
