//! Ways to damage a file. Each takes a valid one and gives another; several in a row are worse.

mod elements;
mod fields;
mod packed;
mod text;

pub use elements::elements;
pub use fields::{Field, fields};
pub use packed::{deflate, gzip, zlib};
pub use text::{text, text_with};

use crate::random::Random;

/// Whole numbers at the borders of what fits.
pub(crate) const WHOLE: [i64; 24] = [
    0,
    1,
    2,
    3,
    -1,
    -2,
    7,
    8,
    15,
    16,
    127,
    128,
    255,
    256,
    32_767,
    32_768,
    65_535,
    65_536,
    1 << 24,
    i32::MAX as i64,
    i32::MIN as i64,
    u32::MAX as i64,
    i64::MAX,
    i64::MIN,
];
/// Numbers at the borders of what is a number.
pub(crate) const REAL: [f64; 22] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    1e-3,
    1e3,
    65_536.0,
    1e9,
    -1e9,
    1e15,
    1e30,
    3.5e38,
    1e100,
    1e300,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Bytes without regard to what they mean: bits turned, bytes overwritten, stretches cut out, doubled, moved between files, the
/// end cut off.
pub fn bytes(bytes: &mut Vec<u8>, others: &[Vec<u8>], random: &mut Random) {
    let length = bytes.len();
    if length == 0 {
        bytes.push(random.bits() as u8);
        return;
    }
    let at = random.below(length);
    let stretch = |random: &mut Random| (1usize << random.below(8)).min(length - at);
    match random.below(10) {
        0..=2 => bytes[at] ^= 1 << random.below(8),
        3 | 4 => {
            bytes[at] =
                *random.of(&[0, 1, 0x7F, 0x80, 0xFE, 0xFF, b' ', b'-', b'9', random.clone().bits() as u8])
        }
        5 => bytes.truncate(at),
        6 => drop(bytes.drain(at..at + stretch(random))),
        7 => {
            let doubled = bytes[at..at + stretch(random)].to_vec();
            bytes.splice(at..at, doubled);
        }
        8 => {
            let end = at + stretch(random);
            bytes[at..end].fill(*random.of(&[0, 0xFF, b'0', b'\\']));
        }
        _ => {
            let other = if others.is_empty() { &Vec::new() } else { random.of(others) };
            if !other.is_empty() {
                let from = random.below(other.len());
                let piece = other[from..(from + stretch(random)).min(other.len())].to_vec();
                let end = (at + piece.len()).min(length);
                bytes.splice(at..end, piece);
            }
        }
    }
}

/// Every so often damages the compressed form of a file as well, by a number that follows from the bytes before compression; never
/// that of a seed.
pub fn stream(packed: &mut Vec<u8>, bytes: &[u8], seeds: Vec<Vec<u8>>) {
    let mut random = Random::new(
        bytes.iter().fold(0, |sum: u64, &byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))),
    );
    if random.once_in(8) && !seeds.iter().any(|seed| seed == bytes) {
        self::bytes(packed, &[], &mut random);
    }
}
