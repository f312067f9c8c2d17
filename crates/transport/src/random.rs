//! Random numbers: one stream per history.

use crate::vector::Vector;
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
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Exponential with mean 1: the number of mean free paths to the next event.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        // libm's logarithm is the same on every machine; the argument lies in (0, 1].
        -libm::log(1.0 - self.uniform())
    }

    /// A direction, isotropic. Marsaglia, Ann. Math. Statist. 43 (1972) 645: 2.5 numbers on average, no sine.
    #[inline]
    pub fn isotropic(&mut self) -> Vector {
        let (x, y, square) = self.in_disc();
        let root = 2.0 * (1.0 - square).sqrt();
        [x * root, y * root, 1.0 - 2.0 * square]
    }

    /// A point uniform in the unit disc without its centre: x, y and x^2 + y^2.
    #[inline]
    pub fn in_disc(&mut self) -> (f64, f64, f64) {
        loop {
            let x = 2.0 * self.uniform() - 1.0;
            let y = 2.0 * self.uniform() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square > 1e-30 {
                return (x, y, square);
            }
        }
    }
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
