//! Binary headers: numbers at known places.

use super::{REAL, WHOLE};
use crate::random::Random;
use std::ops::Range;

/// A number of a header: where it stands, how many bytes it has, and whether it is a float.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    at: usize,
    size: usize,
    float: bool,
}

impl Field {
    /// Whole numbers, one behind the other.
    pub fn whole(at: usize, size: usize, count: usize) -> impl Iterator<Item = Self> {
        (0..count).map(move |n| Self { at: at + n * size, size, float: false })
    }

    /// Floats, one behind the other.
    pub fn floats(at: usize, size: usize, count: usize) -> impl Iterator<Item = Self> {
        (0..count).map(move |n| Self { at: at + n * size, size, float: true })
    }

    fn place(&self) -> Range<usize> {
        self.at..self.at + self.size
    }
}

/// Gives one of the numbers another value, in either byte order.
pub fn fields(bytes: &mut [u8], fields: &[Field], random: &mut Random) {
    let field = random.of(fields);
    let mut number = if !field.float {
        random.of(&WHOLE).to_le_bytes()[..field.size.min(8)].to_vec()
    } else if field.size == 4 {
        (*random.of(&REAL) as f32).to_le_bytes().to_vec()
    } else {
        random.of(&REAL).to_le_bytes().to_vec()
    };
    if random.once_in(6) {
        number.reverse();
    }
    if let Some(place) = bytes.get_mut(field.place()) {
        place.copy_from_slice(&number);
    }
}
