//! Testing samplers as laws: what they draw against the density it should follow, integrated here and not by them, and
//! how many random numbers that takes.

mod annihilation;
mod collisions;
mod events;
mod law;
mod p_value;
pub(crate) mod published;

pub(crate) use law::{Law, even, geometric};

use crate::random::Stream;
use p_value::{chi_square, kolmogorov};

/// Outside this a fit is too bad, or too good, to be chance.
const CREDIBLE: std::ops::RangeInclusive<f64> = 1e-4..=1.0 - 1e-4;

/// What a sampler drew, and how many random numbers it took.
pub(crate) struct Trial {
    values: Vec<f64>,
    /// Mean and its standard error.
    numbers: [f64; 2],
}

impl Trial {
    /// Calls a sampler `draws` times with the stream of a seed.
    pub(crate) fn new(seed: u64, draws: usize, mut sample: impl FnMut(&mut Stream) -> f64) -> Self {
        let mut random = Stream::new(seed, draws as u64);
        let (mut sum, mut squares) = (0.0, 0.0);
        let draw = |_| {
            let before = random.clone();
            let value = sample(&mut random);
            let numbers = random.draws_since(&before) as f64;
            sum += numbers;
            squares += numbers * numbers;
            value
        };
        let values = (0..draws).map(draw).collect();
        let mean = sum / draws as f64;
        let variance = (squares / draws as f64 - mean * mean).max(0.0);
        Self { values, numbers: [mean, (variance / draws as f64).sqrt()] }
    }

    /// The values drawn.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Holds the values against a law: chi-square over bins of equal probability, and Kolmogorov-Smirnov.
    pub(crate) fn follows(&self, law: &Law<impl Fn(f64) -> f64>) {
        let [chi_square, kolmogorov] = self.p_values(law);
        println!("p = {chi_square:.4} (chi-square), {kolmogorov:.4} (Kolmogorov-Smirnov)");
        assert!(CREDIBLE.contains(&chi_square), "chi-square: p = {chi_square:e}");
        assert!(CREDIBLE.contains(&kolmogorov), "Kolmogorov-Smirnov: p = {kolmogorov:e}");
    }

    fn p_values(&self, law: &Law<impl Fn(f64) -> f64>) -> [f64; 2] {
        const BINS: usize = 50;
        let mut shares: Vec<f64> = self.values.iter().map(|&x| law.below(x)).collect();
        let mut counts = [0.0; BINS];
        for share in &shares {
            counts[((share * BINS as f64) as usize).min(BINS - 1)] += 1.0;
        }
        [chi_square(&counts, &[1.0; BINS]), kolmogorov(&mut shares)]
    }

    /// Holds the mean number of random numbers against theory: four standard errors, which are below 0.3 %.
    pub(crate) fn takes(&self, numbers: f64) {
        let [mean, error] = self.numbers;
        println!("{mean:.4} +- {error:.4} random numbers, {numbers:.4} expected");
        assert!(error < 0.003 * mean, "{mean} +- {error} numbers: too few draws");
        let tolerance = (4.0 * error).max(1e-9);
        assert!((mean - numbers).abs() < tolerance, "{mean} +- {error} numbers, expected {numbers}");
    }
}

/// Holds counts against weights (any scale): chi-square. What has no weight must not happen.
pub(crate) fn assert_shares(counts: &[f64], weights: &[f64]) {
    let p = chi_square(counts, weights);
    println!("p = {p:.4} (chi-square)");
    assert!(CREDIBLE.contains(&p), "chi-square: p = {p:e} for {counts:?} of {weights:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_wrong_by_a_hundredth_is_found_out() {
        let trial = Trial::new(1, 200_000, Stream::uniform);
        trial.follows(&Law::new(even(0.0, 1.0, 4), |_| 1.0));
        for p in trial.p_values(&Law::new(even(0.0, 1.0, 4), |x| 0.975 + 0.05 * x)) {
            assert!(p < 1e-4, "{p}");
        }
    }

    #[test]
    fn values_too_even_to_be_random_are_found_out() {
        let mut n = 0.0;
        let trial = Trial::new(1, 10_000, |_| {
            n += 1.0;
            (n - 0.5) / 10_000.0
        });
        for p in trial.p_values(&Law::new(even(0.0, 1.0, 4), |_| 1.0)) {
            assert!(p > 1.0 - 1e-4, "{p}");
        }
    }

    #[test]
    #[should_panic(expected = "numbers, expected 1.01")]
    fn a_sampler_that_takes_more_numbers_is_found_out() {
        Trial::new(1, 1000, Stream::uniform).takes(1.01);
    }
}
