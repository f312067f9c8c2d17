//! JPEG-LS without loss (PS3.5 A.4.3; ITU-T T.87 | ISO/IEC 14495-1), one component. Names follow the recommendation.

mod bits;
mod contexts;
mod markers;

use super::PixelFormat;
use bits::Bits;
use contexts::Contexts;
use markers::Stream;

/// Lengths of runs as powers of two (A.7.1, code segment A.14's array J).
const J: [u32; 32] =
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const CUT: &str = "a stream cut short";

/// The bytes of a frame in little endian, or what was found instead.
pub(super) fn decode(coded: &[u8], format: &PixelFormat) -> Result<Vec<u8>, String> {
    // A line takes a bit at least: what is promised beyond that is never allocated.
    if format.rows > coded.len().saturating_mul(8) {
        return Err(format!("{} bytes for {} rows", coded.len(), format.rows));
    }
    let stream = markers::read(coded)?;
    if (stream.rows, stream.columns) != (format.rows, format.columns) {
        return Err(format!("{} rows and {} columns", stream.rows, stream.columns));
    }
    if stream.precision > format.bits_allocated {
        return Err(format!("{} bits a sample", stream.precision));
    }
    let width = (format.bits_allocated / 8) as usize;
    let mut bytes = Vec::with_capacity(format.bytes_per_frame());
    let mut decoder = Decoder::new(&stream);
    // One sample more on either side, so that every one has its neighbours (A.2.1).
    let mut above = vec![0i32; format.columns + 2];
    let mut line = above.clone();
    for _ in 0..format.rows {
        line[0] = above[1];
        above[format.columns + 1] = above[format.columns];
        decoder.line(&above, &mut line)?;
        let samples = &line[1..=format.columns];
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes().into_iter().take(width)));
        std::mem::swap(&mut above, &mut line);
    }
    Ok(bytes)
}

struct Decoder<'a> {
    bits: Bits<'a>,
    contexts: Contexts,
    max: i32,
    run_index: usize,
}

impl<'a> Decoder<'a> {
    fn new(stream: &Stream<'a>) -> Self {
        Self {
            bits: Bits::new(stream.data),
            contexts: Contexts::new(&stream.parameters),
            max: stream.parameters.max,
            run_index: 0,
        }
    }

    /// One line, from the one above (figure A.1).
    fn line(&mut self, above: &[i32], line: &mut [i32]) -> Result<(), String> {
        let end = line.len() - 1;
        let mut x = 1;
        while x < end {
            let [a, b, c, d] = [line[x - 1], above[x], above[x - 1], above[x + 1]];
            if a == b && b == c && c == d {
                x = self.run(above, line, x)?;
                continue;
            }
            let sample =
                self.contexts.regular([d - b, b - c, c - a], median(a, b, c), &mut self.bits).ok_or(CUT)?;
            line[x] = self.wrapped(sample);
            x += 1;
        }
        Ok(())
    }

    /// A run of the sample before, and the one that interrupts it (A.7); gives the next place.
    fn run(&mut self, above: &[i32], line: &mut [i32], begin: usize) -> Result<usize, String> {
        let end = line.len() - 1;
        let value = line[begin - 1];
        let mut x = begin;
        while self.bits.bit().ok_or(CUT)? {
            let full = 1usize << J[self.run_index];
            let length = full.min(end - x);
            line[x..x + length].fill(value);
            x += length;
            if length == full {
                self.run_index = (self.run_index + 1).min(31);
            }
            if x == end {
                return Ok(x);
            }
        }
        let length = self.bits.bits(J[self.run_index]).ok_or(CUT)? as usize;
        if length >= end - x {
            return Err("a run beyond its line".into());
        }
        line[x..x + length].fill(value);
        x += length;
        let sample =
            self.contexts.interruption(value, above[x], J[self.run_index], &mut self.bits).ok_or(CUT)?;
        line[x] = self.wrapped(sample);
        self.run_index = self.run_index.saturating_sub(1);
        Ok(x + 1)
    }

    /// Errors are coded modulo the range of samples (A.4.5).
    fn wrapped(&self, sample: i32) -> i32 {
        let range = self.max + 1;
        let inside = match sample {
            low if low < 0 => low + range,
            high if high > self.max => high - range,
            other => other,
        };
        inside.clamp(0, self.max)
    }
}

/// The prediction from the neighbours (A.4.1).
fn median(a: i32, b: i32, c: i32) -> i32 {
    if c >= a.max(b) {
        a.min(b)
    } else if c <= a.min(b) {
        a.max(b)
    } else {
        a + b - c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(rows: usize, columns: usize) -> PixelFormat {
        PixelFormat { rows, columns, frames: 1, bits_allocated: 8, bits_stored: 8, signed: false }
    }

    /// The example of T.87 annex H.3: 4 x 4 samples of 8 bits.
    const EXAMPLE: [u8; 47] = [
        0xFF, 0xD8, 0xFF, 0xF7, 0x00, 0x0B, 0x08, 0x00, 0x04, 0x00, 0x04, 0x01, 0x01, 0x11, 0x00, 0xFF, 0xDA,
        0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0xC0, 0x00, 0x00, 0x6C, 0x80, 0x20, 0x8E, 0x01, 0xC0,
        0x00, 0x00, 0x57, 0x40, 0x00, 0x00, 0x6E, 0xE6, 0x00, 0x00, 0x01, 0xBC, 0x18,
    ];

    #[test]
    fn the_example_of_the_recommendation() {
        let mut coded = EXAMPLE.to_vec();
        coded.extend([0x00, 0x00, 0x05, 0xD8, 0x00, 0x00, 0x91, 0x60, 0xFF, 0xD9]);
        let expected = [0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145];
        assert_eq!(decode(&coded, &format(4, 4)).unwrap(), expected);
        for length in 0..coded.len() - 2 {
            // Padding bits at the end may be missing; everything else is needed.
            let cut = decode(&coded[..length], &format(4, 4));
            assert!(cut.is_err() || length > 54, "cut at {length}");
        }
        assert!(decode(&coded, &format(4, 5)).is_err());
    }
}
