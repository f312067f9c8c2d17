//! Bits of the coded data: after a byte 255 comes one with seven (T.87 A.1), and codes by Golomb and Rice (A.5.3).

pub(super) struct Bits<'a> {
    rest: &'a [u8],
    current: u8,
    left: u32,
}

impl<'a> Bits<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { rest: data, current: 0, left: 0 }
    }

    /// The next bit; `None` at the end of the data or at a marker.
    pub fn bit(&mut self) -> Option<bool> {
        if self.left == 0 {
            let stuffed = self.current == 0xFF;
            let (&byte, rest) = self.rest.split_first()?;
            if stuffed && byte >= 0x80 {
                return None;
            }
            self.current = byte;
            self.left = if stuffed { 7 } else { 8 };
            self.rest = rest;
        }
        self.left -= 1;
        Some(self.current >> self.left & 1 == 1)
    }

    pub fn bits(&mut self, count: u32) -> Option<i32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | i32::from(self.bit()?);
        }
        Some(value)
    }

    /// LG(k, limit), with `whole` bits for values that would take more than the limit.
    pub fn golomb(&mut self, k: u32, limit: u32, whole: u32) -> Option<i32> {
        let longest = limit - whole - 1;
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > longest {
                return None;
            }
        }
        if zeros < longest {
            let high = i32::try_from(i64::from(zeros) << k).ok()?;
            return Some(high | self.bits(k)?);
        }
        Some(self.bits(whole)? + 1)
    }
}
