//! Keeping what a run has found, so that another goes on from it, or adds it to the rest. See `docs/methods/resuming.md`.

use crate::EngineError;
use std::io::{self, Read, Write};
use std::ops::Range;

/// The sums of a run between two rounds: integers, which add up to the same bits in any order.
pub trait Sums {
    /// Numbers of the decays that the sums are made from.
    fn range(&self) -> Range<u64>;

    /// Writes the sums as bytes, the same for any number of threads.
    ///
    /// # Errors
    /// Those of `out`.
    fn write(&self, out: &mut dyn Write) -> io::Result<()>;

    /// Adds the sums of the decays `range`, which must begin where these end, as [`Self::write`] wrote them in a run of the same
    /// medium, source, regions and plan.
    ///
    /// # Errors
    /// Those of `from`, an end of it before all is read, and a range that does not follow.
    fn absorb(&mut self, range: Range<u64>, from: &mut dyn Read) -> io::Result<()>;
}

/// Keeps the sums of a run.
pub trait Keeper: Send {
    /// Called once, before the first round: may let `sums` absorb what was found before. Returns the second argument of
    /// [`Self::keep`] of that time, so that the run looks at its uncertainty where it would have looked.
    ///
    /// # Errors
    /// An error ends the run.
    fn load(&mut self, sums: &mut dyn Sums) -> Result<Option<u64>, EngineError>;

    /// Called after each round; `next_look` is the number of decays at which the run looks at its uncertainty next, or ends.
    ///
    /// # Errors
    /// An error ends the run.
    fn keep(&mut self, sums: &dyn Sums, next_look: u64) -> Result<(), EngineError>;
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unkept;

impl Keeper for Unkept {
    fn load(&mut self, _sums: &mut dyn Sums) -> Result<Option<u64>, EngineError> {
        Ok(None)
    }

    fn keep(&mut self, _sums: &dyn Sums, _next_look: u64) -> Result<(), EngineError> {
        Ok(())
    }
}

/// One of several shares of a run, nearly equal in decays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    number: u32,
    of: u32,
}

impl Share {
    /// Share `number`, counted from 1, of so many; `None` where there is no such share.
    pub fn new(number: u32, of: u32) -> Option<Self> {
        (1..=of).contains(&number).then_some(Self { number, of })
    }

    /// Counted from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// The number of shares.
    pub fn of(self) -> u32 {
        self.of
    }

    /// The part of `count` things that is the share's.
    pub(crate) fn range(self, count: u64) -> Range<u64> {
        let border = |number: u32| {
            // Fits, being at most `count`.
            (u128::from(count) * u128::from(number) / u128::from(self.of)) as u64
        };
        border(self.number - 1)..border(self.number)
    }
}

/// The next bytes.
pub(crate) fn read_bytes<const N: usize>(from: &mut dyn Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Refuses sums of decays that do not follow on those there are.
pub(crate) fn require_next(have: &Range<u64>, next: &Range<u64>) -> io::Result<()> {
    if next.start == have.end && next.end >= next.start {
        return Ok(());
    }
    let text =
        format!("found sums of decays {} to {}, expected them from {}", next.start, next.end, have.end);
    Err(io::Error::new(io::ErrorKind::InvalidData, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_cover_everything_once() {
        for (count, of) in [(10, 3), (2, 5), (0, 2), (10_000_000_000, 7)] {
            let mut next = 0;
            for number in 1..=of {
                let range = Share::new(number, of).unwrap().range(count);
                assert_eq!(range.start, next);
                next = range.end;
            }
            assert_eq!(next, count);
        }
        assert!(Share::new(0, 3).is_none() && Share::new(4, 3).is_none() && Share::new(1, 0).is_none());
    }
}
