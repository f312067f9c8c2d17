//! Random numbers: one stream per history.

use crate::vector::Vector;
use crate::ziggurat::{LAYERS, TABLE, TAIL};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The random numbers of one history: xoshiro256++ (Blackman & Vigna, ACM TOMS 47 (2021) 36), seeded from
/// (seed, history) alone, so that it cannot matter which thread runs the history.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of a history.
    ///
    /// The first state word is a bijection of the history number for a given seed, so no two histories of a run start
    /// in the same state. Each draws a few hundred of the 2^256 - 1 numbers of the cycle; the chance that any two of
    /// 1e10 histories overlap is below 1e-50.
    pub fn new(seed: u64, history: u64) -> Self {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let key = mix(seed ^ 0x5bf0_3635_d1c2_5e7d);
        let mut state = mix(history ^ key);
        let mut bytes = [0; 32];
        for word in bytes.chunks_exact_mut(8) {
            word.copy_from_slice(&state.to_le_bytes());
            state = mix(state.wrapping_add(GOLDEN).wrapping_add(key.rotate_left(17)));
        }
        Self(Xoshiro256PlusPlus::from_seed(bytes))
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        unit(self.0.next_u64())
    }

    /// Exponential with mean 1: the number of mean free paths to the next event.
    ///
    /// The ziggurat method of Marsaglia & Tsang, J. Stat. Softw. 5 (2000) 8: 98.9 % of the numbers take one draw, one
    /// comparison and no logarithm. Layer and place in it come from different bits (Doornik 2005, "An improved
    /// ziggurat method to generate normal random samples").
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let layer = bits as usize % LAYERS;
        let x = unit(bits) * TABLE[layer].width;
        if x < TABLE[layer + 1].width {
            return x;
        }
        let (stream, x) = self.clone().exponential_beyond(layer, x);
        *self = stream;
        x
    }

    /// The rest of the ziggurat: the tail beyond the base layer, or the part of a layer that the curve cuts. The stream
    /// goes in and out by value, so that a loop that draws from it can keep its words in registers.
    #[cold]
    fn exponential_beyond(mut self, layer: usize, x: f64) -> (Self, f64) {
        let (low, high) = (TABLE[layer].density, TABLE[layer + 1].density);
        let number = if layer == 0 {
            // The exponential has no memory.
            TAIL + self.exponential()
        } else if low + (high - low) * self.uniform() < libm::exp(-x) {
            // libm's exponential is the same on every machine.
            x
        } else {
            self.exponential()
        };
        (self, number)
    }

    /// A direction, isotropic. Marsaglia, Ann. Math. Statist. 43 (1972) 645: 2.5 numbers on average, no sine.
    #[inline]
    pub fn isotropic(&mut self) -> Vector {
        let (x, y, square) = self.in_disc();
        let root = 2.0 * (1.0 - square).sqrt();
        [x * root, y * root, 1.0 - 2.0 * square]
    }

    /// A point uniform in the unit disc without its centre: x, y and x^2 + y^2.
    ///
    /// Both come from one draw: middles of 2^32 steps over [-1, 1].
    #[inline]
    pub fn in_disc(&mut self) -> (f64, f64, f64) {
        const STEP: f64 = 1.0 / (1u64 << 31) as f64;
        let middle = |half: u32| f64::from(half as i32) * STEP + 0.5 * STEP;
        loop {
            let bits = self.0.next_u64();
            let (x, y) = (middle(bits as u32), middle((bits >> 32) as u32));
            let square = x * x + y * y;
            if square < 1.0 {
                return (x, y, square);
            }
        }
    }
}

/// The upper 53 bits as a number in [0, 1).
#[inline]
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// A bijection of 64-bit words that spreads every bit: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use std::collections::HashSet;

    #[test]
    fn first_numbers_over_histories_and_seeds_are_uniform_and_distinct() {
        let mut seen = HashSet::new();
        let (mut sum, mut product, mut last) = (0.0, 0.0, 0.5);
        const DRAWS: u64 = 100_000;
        for history in 0..DRAWS {
            let mut stream = Stream::new(7, history);
            let first = stream.uniform();
            assert!((0.0..1.0).contains(&first));
            seen.insert(first.to_bits());
            sum += first;
            product += (first - 0.5) * (last - 0.5);
            last = first;
        }
        assert_eq!(seen.len(), DRAWS as usize);
        assert_abs_diff_eq!(sum / DRAWS as f64, 0.5, epsilon = 4.0 * 0.2887 / (DRAWS as f64).sqrt());
        assert_abs_diff_eq!(product / DRAWS as f64, 0.0, epsilon = 4.0 * 0.0833 / (DRAWS as f64).sqrt());
        assert_ne!(Stream::new(7, 0).uniform(), Stream::new(8, 0).uniform());
    }

    #[test]
    fn exponentials_have_mean_and_variance_one() {
        let mut stream = Stream::new(1, 0);
        const DRAWS: usize = 400_000;
        let values: Vec<f64> = (0..DRAWS).map(|_| stream.exponential()).collect();
        let mean = values.iter().sum::<f64>() / DRAWS as f64;
        let square = values.iter().map(|x| x * x).sum::<f64>() / DRAWS as f64;
        assert_abs_diff_eq!(mean, 1.0, epsilon = 0.006);
        assert_abs_diff_eq!(square, 2.0, epsilon = 0.03);
        assert!(values.iter().all(|x| *x >= 0.0 && x.is_finite()));
    }

    #[test]
    fn exponentials_follow_their_law_everywhere() {
        // Bins of equal probability show the body, those of the tail beyond the ziggurat's base its seam.
        const BINS: usize = 200;
        const DRAWS: usize = 4_000_000;
        let mut stream = Stream::new(2, 0);
        let (mut counts, mut beyond) = ([0f64; BINS], [0f64; 2]);
        for _ in 0..DRAWS {
            let x = stream.exponential();
            counts[((-(-x).exp_m1() * BINS as f64) as usize).min(BINS - 1)] += 1.0;
            beyond[0] += f64::from(x > TAIL - 1.0);
            beyond[1] += f64::from(x > TAIL + 0.5);
        }
        let expected = (DRAWS / BINS) as f64;
        let chi_square: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
        // 199 degrees of freedom: 266.4 is passed once in a thousand.
        assert!(chi_square < 266.4, "chi-square {chi_square}");
        for (count, limit) in beyond.into_iter().zip([TAIL - 1.0, TAIL + 0.5]) {
            let expected = DRAWS as f64 * (-limit).exp();
            assert_abs_diff_eq!(count, expected, epsilon = 4.0 * expected.sqrt());
        }
    }

    #[test]
    fn directions_are_unit_vectors_without_preference() {
        let mut stream = Stream::new(3, 9);
        let mut mean = [0.0; 3];
        let mut squares = [0.0; 3];
        const DRAWS: usize = 200_000;
        for _ in 0..DRAWS {
            let direction = stream.isotropic();
            assert_abs_diff_eq!(direction.iter().map(|x| x * x).sum::<f64>(), 1.0, epsilon = 1e-12);
            for axis in 0..3 {
                mean[axis] += direction[axis] / DRAWS as f64;
                squares[axis] += direction[axis].powi(2) / DRAWS as f64;
            }
        }
        for axis in 0..3 {
            assert_abs_diff_eq!(mean[axis], 0.0, epsilon = 0.006);
            assert_abs_diff_eq!(squares[axis], 1.0 / 3.0, epsilon = 0.004);
        }
    }
}
