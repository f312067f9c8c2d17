//! The state that adapts to the image: 365 contexts of the regular mode and two of run interruptions (T.87 A.3 to A.7).

use super::bits::Bits;
use super::markers::Parameters;

/// Limits of the bias correction (A.6.2).
const C_LIMIT: i32 = 128;

#[derive(Clone, Copy)]
struct Context {
    /// Sum of errors' sizes.
    a: i32,
    /// Bias.
    b: i32,
    /// Correction of the prediction.
    c: i32,
    /// Occurrences.
    n: i32,
    /// Negative errors (run interruptions).
    negative: i32,
}

pub(super) struct Contexts {
    all: Vec<Context>,
    thresholds: [i32; 3],
    max: i32,
    reset: i32,
    limit: u32,
    whole_bits: u32,
}

impl Contexts {
    pub fn new(parameters: &Parameters) -> Self {
        let range = parameters.max + 1;
        // ceil(log2(range))
        let whole_bits = 32 - (parameters.max as u32).leading_zeros();
        let bits = whole_bits.max(2);
        let start = Context { a: ((range + 32) >> 6).max(2), b: 0, c: 0, n: 1, negative: 0 };
        Self {
            all: vec![start; 367],
            thresholds: parameters.thresholds,
            max: parameters.max,
            reset: parameters.reset,
            limit: 2 * (bits + bits.max(8)),
            whole_bits,
        }
    }

    /// The next sample, not yet taken into its range, from the local gradients and the prediction.
    pub fn regular(&mut self, gradients: [i32; 3], predicted: i32, bits: &mut Bits<'_>) -> Option<i32> {
        let [first, second, third] = gradients.map(|gradient| self.quantised(gradient));
        let number = 81 * first + 9 * second + third;
        // Contexts of opposite sign share their statistics (A.3.4): the first non-zero value decides the number's sign.
        let sign = if number < 0 { -1 } else { 1 };
        let context = self.all.get_mut(number.unsigned_abs() as usize)?;
        let predicted = (predicted + sign * context.c).clamp(0, self.max);
        let k = golomb_parameter(context.n, context.a)?;
        let mapped = bits.golomb(k, self.limit, self.whole_bits)?;
        let inverted = k == 0 && 2 * context.b <= -context.n;
        let error = match (mapped % 2 == 0, inverted) {
            (true, false) => mapped / 2,
            (false, false) => -(mapped / 2) - 1,
            (true, true) => -(mapped / 2) - 1,
            (false, true) => mapped / 2,
        };
        context.adapt(error, self.reset);
        Some(predicted + sign * error)
    }

    /// The sample that ends a run of `left`, below `above` (A.7.2).
    pub fn interruption(&mut self, left: i32, above: i32, run_bits: u32, bits: &mut Bits<'_>) -> Option<i32> {
        let same = i32::from(left == above);
        let sign = if same == 0 && left > above { -1 } else { 1 };
        let context = self.all.get_mut(365 + same as usize)?;
        let sum = if same == 1 { context.a + (context.n >> 1) } else { context.a };
        let k = golomb_parameter(context.n, sum)?;
        let mapped = bits.golomb(k, self.limit - run_bits - 1, self.whole_bits)?;
        let doubled = mapped + same;
        let odd = doubled & 1;
        let size = (doubled + odd) / 2;
        let mostly_negative = k != 0 || 2 * context.negative >= context.n;
        let error = if mostly_negative == (odd == 1) { -size } else { size };
        context.negative += i32::from(error < 0);
        context.a += (mapped + 1 - same) >> 1;
        if context.n == self.reset {
            context.a >>= 1;
            context.n >>= 1;
            context.negative >>= 1;
        }
        context.n += 1;
        let predicted = if same == 1 { left } else { above };
        Some(predicted + sign * error)
    }

    /// A gradient as one of nine levels (A.3.3, without loss).
    fn quantised(&self, gradient: i32) -> i32 {
        let [t1, t2, t3] = self.thresholds;
        let size = gradient.abs();
        let level = match size {
            0 => 0,
            _ if size < t1 => 1,
            _ if size < t2 => 2,
            _ if size < t3 => 3,
            _ => 4,
        };
        level * gradient.signum()
    }
}

impl Context {
    /// Code segments A.12 and A.13.
    fn adapt(&mut self, error: i32, reset: i32) {
        self.b += error;
        self.a += error.abs();
        if self.n == reset {
            self.a >>= 1;
            self.b >>= 1;
            self.n >>= 1;
        }
        self.n += 1;
        if self.b <= -self.n {
            self.b = (self.b + self.n).max(1 - self.n);
            self.c = (self.c - 1).max(-C_LIMIT);
        } else if self.b > 0 {
            self.b = (self.b - self.n).min(0);
            self.c = (self.c + 1).min(C_LIMIT - 1);
        }
    }
}

/// The smallest k with n 2^k >= a (A.5.1).
fn golomb_parameter(n: i32, a: i32) -> Option<u32> {
    (0..=24).find(|&k| i64::from(n) << k >= i64::from(a))
}
