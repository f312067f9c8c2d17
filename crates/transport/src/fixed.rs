//! Sums of real numbers that do not depend on the order of addition. Equation (X1) of `docs/methods/resuming.md`.

use crate::keep::read_bytes;
use std::io::{self, Read, Write};

/// 2^80, units per MeV or MeV^2. 1e10 histories of 84 MeV, more than any tally holds, are below 2^46 MeV^2 and leave the sign its
/// bit; the sum of a batch, a float of 53 bits, loses none of them unless it is below 2^-28 MeV.
const UNITS: f64 = (1u128 << 80) as f64;

/// A sum in integer units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FixedSum(i128);

impl FixedSum {
    /// Adds a number, rounded to a unit.
    pub(crate) fn add(&mut self, value: f64) {
        self.0 = self.0.wrapping_add((value * UNITS).round() as i128);
    }

    pub(crate) fn value(self) -> f64 {
        self.0 as f64 / UNITS
    }

    pub(crate) fn write(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&self.0.to_le_bytes())
    }

    /// Adds a sum that was written.
    pub(crate) fn absorb(&mut self, from: &mut dyn Read) -> io::Result<()> {
        self.0 = self.0.wrapping_add(i128::from_le_bytes(read_bytes(from)?));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_in_any_order_add_up_to_the_same_bits() {
        let values: Vec<f64> = (1..2000).map(|n| 84.0 / f64::from(n) / f64::from(n % 7 + 1)).collect();
        let sum = |values: &[f64]| {
            let mut sum = FixedSum::default();
            values.iter().for_each(|&value| sum.add(value));
            sum
        };
        let backwards: Vec<f64> = values.iter().rev().copied().collect();
        assert_eq!(sum(&values), sum(&backwards));
        let (mut first, mut bytes) = (sum(&values[..700]), Vec::new());
        sum(&values[700..]).write(&mut bytes).unwrap();
        first.absorb(&mut &bytes[..]).unwrap();
        assert_eq!(first, sum(&values));
        let plain: f64 = values.iter().sum();
        assert!((first.value() / plain - 1.0).abs() < 1e-14);
        assert!(first.absorb(&mut &bytes[1..]).is_err(), "cut short");
    }

    #[test]
    fn there_is_room_for_the_longest_run() {
        let mut sum = FixedSum::default();
        let most = 84.0 * 84.0 * 1e10;
        sum.add(most);
        assert_eq!(sum.value(), most);
    }
}
