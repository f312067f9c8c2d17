//! Noise of a reconstructed image.

use crate::Noise;
use iodose_volume::Volume;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// Adds Gaussian noise of standard deviation `relative * sqrt(value * at_Bq_per_mL)` to each voxel, independently,
/// and sets negative results to 0. Voxels of 0 stay 0.
///
/// Independence is a simplification: reconstruction correlates neighbours over about the resolution. The clipping
/// biases faint voxels upwards, by `sigma * (phi(z) - z Phi(-z))` with `z = value / sigma`: 8 % of the value at
/// z = 1, i.e. where the value is `relative^2 * at_Bq_per_mL`, 0.4 % at z = 2, nothing to speak of from z = 3 on.
pub fn add_noise(image: &mut Volume<f32>, noise: &Noise, random: &mut impl Rng) {
    for value in image.data_mut() {
        let mean = f64::from(*value);
        let sigma = noise.relative * (mean * noise.at_bq_per_ml).max(0.0).sqrt();
        let normal: f64 = StandardNormal.sample(random);
        *value = (mean + sigma * normal).max(0.0) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use iodose_volume::Grid;
    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn noisy(value: f32) -> (f64, f64) {
        let grid = Grid::axis_aligned([60, 60, 60], [1.0; 3], [0.0; 3]).unwrap();
        let mut image = Volume::filled(grid, value);
        let noise = Noise { relative: 0.1, at_bq_per_ml: 1000.0, seed: 0 };
        add_noise(&mut image, &noise, &mut Xoshiro256PlusPlus::seed_from_u64(3));
        let n = grid.len() as f64;
        let mean = image.data().iter().map(|&x| f64::from(x)).sum::<f64>() / n;
        let variance = image.data().iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n;
        (mean, variance.sqrt())
    }

    #[test]
    fn the_standard_deviation_grows_with_the_root() {
        let (mean, sigma) = noisy(1000.0);
        assert_relative_eq!(mean, 1000.0, max_relative = 1e-3);
        assert_relative_eq!(sigma, 100.0, max_relative = 1e-2);
        assert_relative_eq!(noisy(4000.0).1, 200.0, max_relative = 1e-2);
        assert_eq!(noisy(0.0), (0.0, 0.0));
    }

    #[test]
    fn the_bias_of_clipping_is_as_documented() {
        assert_abs_diff_eq!(noisy(10.0).0 / 10.0 - 1.0, 0.0833, epsilon = 0.006);
        assert_abs_diff_eq!(noisy(40.0).0 / 40.0 - 1.0, 0.00425, epsilon = 0.003);
    }
}
