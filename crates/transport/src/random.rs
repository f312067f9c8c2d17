//! Random numbers: one stream per history. Equations: `docs/methods/random-numbers.md`.

use crate::circle;
use crate::vector::Vector;
use crate::ziggurat::{LAYERS, TABLE, TAIL};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The random numbers of one history: xoshiro256++ (Blackman & Vigna, ACM TOMS 47 (2021) 36), seeded from
/// (seed, history) alone, so that it cannot matter which thread runs the history.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of a history (R1).
    ///
    /// The first state word is a bijection of the history number for a given seed, so no two histories of a run start
    /// in the same state. Each draws a few hundred of the 2^256 - 1 numbers of the cycle; the chance that any two of
    /// 1e10 histories overlap is below 1e-50 (R2).
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

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
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

    /// Two halves of one draw: numbers for choices that need no more than 32 bits each.
    #[inline]
    pub(crate) fn halves(&mut self) -> [u32; 2] {
        let bits = self.0.next_u64();
        [bits as u32, (bits >> 32) as u32]
    }

    /// Half a draw as a number in (0, 1): the middles of 2^32 steps.
    #[inline]
    pub(crate) fn share(half: u32) -> f64 {
        (f64::from(half) + 0.5) * (1.0 / (1u64 << 32) as f64)
    }

    /// A direction, isotropic (R3): height and azimuth from the halves of one draw.
    #[inline]
    pub fn isotropic(&mut self) -> Vector {
        let [height, azimuth] = self.halves();
        // Middles of 2^32 steps over [-1, 1].
        let z = (f64::from(height as i32) + 0.5) * (1.0 / (1u64 << 31) as f64);
        let root = ((1.0 - z) * (1.0 + z)).sqrt();
        let [cosine, sine] = circle::point(azimuth);
        [root * cosine, root * sine, z]
    }
}

#[cfg(test)]
impl Stream {
    /// How many numbers were drawn since `earlier`, found by drawing them again: counting costs nothing outside tests.
    pub(crate) fn draws_since(&self, earlier: &Self) -> u64 {
        let mut again = earlier.0.clone();
        let mut draws = 0;
        while again != self.0 {
            again.next_u64();
            draws += 1;
        }
        draws
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
    use crate::laws::{Law, Trial, assert_shares, even, geometric};
    use approx::assert_abs_diff_eq;
    use std::collections::HashSet;
    use std::f64::consts::PI;

    #[test]
    fn numbers_of_a_stream_and_first_numbers_of_histories_are_uniform() {
        let law = Law::new(even(0.0, 1.0, 1), |_| 1.0);
        let trial = Trial::new(1, 1_000_000, Stream::uniform);
        trial.follows(&law);
        trial.takes(1.0);
        let mut history = 0;
        let first = Trial::new(1, 200_000, |_| {
            history += 1;
            Stream::new(7, history).uniform()
        });
        first.follows(&law);
        let distinct: HashSet<u64> = first.values().iter().map(|x| x.to_bits()).collect();
        assert_eq!(distinct.len(), first.values().len());
        // Neighbours in a stream, and neighbouring histories, know nothing of each other.
        for values in [trial.values(), first.values()] {
            let covariance = values.windows(2).map(|pair| (pair[0] - 0.5) * (pair[1] - 0.5)).sum::<f64>();
            assert_abs_diff_eq!(covariance, 0.0, epsilon = 4.0 / 12.0 * (values.len() as f64).sqrt());
        }
        assert_ne!(Stream::new(7, 0).uniform(), Stream::new(8, 0).uniform());
    }

    /// Numbers of histories where a narrower word would repeat, up to the last; every other is far from the one before.
    fn far_histories() -> impl Iterator<Item = u64> {
        const EACH: u64 = 20_000;
        let from = [
            0,
            1 << 31,
            1 << 32,
            1 << 33,
            10_000_000_000,
            17 * 10_000_000_000,
            1 << 53,
            1 << 63,
            u64::MAX - EACH,
        ];
        (0..EACH).flat_map(move |n| from.map(|from| from + n))
    }

    #[test]
    fn histories_of_any_number_have_streams_of_their_own() {
        let (mut states, mut words) = (HashSet::new(), HashSet::new());
        for history in far_histories() {
            let mut stream = Stream::new(7, history);
            let first: [u64; 4] = std::array::from_fn(|_| stream.bits());
            assert!(states.insert(first), "history {history} begins like another");
            assert!(
                first.iter().all(|&word| words.insert(word)),
                "history {history}: a word of another stream"
            );
        }
        // Neighbours differ in half of all bits, as independent numbers do.
        let bits = |history: u64| Stream::new(7, history).bits();
        let differing: u32 =
            far_histories().map(|history| (bits(history) ^ bits(history ^ 1)).count_ones()).sum();
        let pairs = far_histories().count() as f64;
        assert_abs_diff_eq!(f64::from(differing) / pairs, 32.0, epsilon = 4.0 * 4.0 / pairs.sqrt());
    }

    #[test]
    fn no_stream_of_a_far_history_comes_back_to_its_start() {
        for history in [0, 1 << 32, 1 << 33, 10_000_000_000, 1 << 63, u64::MAX] {
            let start = Stream::new(7, history);
            let mut stream = start.clone();
            assert!((0..2_000_000).all(|_| {
                stream.bits();
                stream.0 != start.0
            }));
        }
    }

    #[test]
    fn first_numbers_of_adjacent_and_of_far_histories_are_independent() {
        // Pairs in 16 x 16 parts of equal probability, by chi-square: with the next history, with one 2^32 further, with one 2^33
        // further, with the second number of its own stream and the first of a batch's streams, which count down from the end.
        let number = |history: u64| Stream::new(7, history).uniform();
        let second = |history: u64| {
            let mut stream = Stream::new(7, history);
            stream.uniform();
            stream.uniform()
        };
        let others: [&dyn Fn(u64) -> f64; 5] = [
            &|history| number(history.wrapping_add(1)),
            &|history| number(history.wrapping_add(1 << 32)),
            &|history| number(history.wrapping_add(1 << 33)),
            &second,
            &|history| number(!history),
        ];
        for other in others {
            let mut counts = [0.0; 256];
            for history in far_histories() {
                let part = |x: f64| (x * 16.0) as usize;
                counts[16 * part(number(history)) + part(other(history))] += 1.0;
            }
            assert_shares(&counts, &[1.0; 256]);
        }
    }

    #[test]
    fn exponentials_follow_their_law_everywhere() {
        const DRAWS: usize = 1_000_000;
        let trial = Trial::new(2, DRAWS, Stream::exponential);
        trial.follows(&Law::new(geometric(1e-9, 40.0, 200), |x| (-x).exp()));
        // The seam to the tail beyond the ziggurat's base.
        for limit in [TAIL - 1.0, TAIL + 0.5] {
            let expected = DRAWS as f64 * (-limit).exp();
            let beyond = trial.values().iter().filter(|x| **x > limit).count() as f64;
            assert_abs_diff_eq!(beyond, expected, epsilon = 4.0 * expected.sqrt());
        }
        trial.takes(crate::ziggurat::mean_numbers());
    }

    #[test]
    fn directions_are_unit_vectors_without_preference() {
        // Archimedes: every component of a direction is uniform.
        for axis in 0..3 {
            let trial = Trial::new(5 + axis as u64, 300_000, |random| {
                let direction = random.isotropic();
                assert_abs_diff_eq!(direction.iter().map(|x| x * x).sum::<f64>(), 1.0, epsilon = 1e-12);
                direction[axis]
            });
            trial.follows(&Law::new(even(-1.0, 1.0, 1), |_| 1.0));
            trial.takes(1.0);
        }
        let azimuth = Trial::new(8, 300_000, |random| {
            let [x, y, _] = random.isotropic();
            y.atan2(x)
        });
        azimuth.follows(&Law::new(even(-PI, PI, 1), |_| 1.0));
    }
}
