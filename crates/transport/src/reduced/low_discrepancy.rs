//! Points that fill a cube evenly: starting values of histories, better spread than independent ones.

use crate::random::Stream;

/// Coordinates of a point: the place in the source, the position in the voxel, the energy and the direction.
pub(super) const DIMENSIONS: usize = 7;

/// A set of points, shifted as a whole by random numbers of its own.
///
/// The first coordinate runs through `n` equal steps, the others are additive recurrences with the powers of the root of
/// x^7 = x + 1 (the generalised golden ratio of Roberts 2018, "The unreasonable effectiveness of quasirandom sequences";
/// for two dimensions Niederreiter 1992, SIAM, section 4.1). A uniform random shift modulo 1 makes each point uniform, so
/// that a mean over the set is unbiased and sets with other shifts are independent (Cranley & Patterson, SIAM J. Numer.
/// Anal. 13 (1976) 904).
#[derive(Clone, Copy, Debug)]
pub(super) struct PointSet {
    shift: [f64; DIMENSIONS],
    step: [f64; DIMENSIONS],
}

impl PointSet {
    /// `count` points, shifted by numbers from `random`.
    pub(super) fn new(count: u64, random: &mut Stream) -> Self {
        const ROOT: f64 = 1.112_775_684_278_705_6;
        let mut power = 1.0;
        let step = std::array::from_fn(|axis| {
            if axis == 0 {
                return 1.0 / count as f64;
            }
            power /= ROOT;
            power
        });
        Self { shift: std::array::from_fn(|_| random.uniform()), step }
    }

    /// Point number `index`, each coordinate in [0, 1).
    #[inline]
    pub(super) fn point(&self, index: u64) -> [f64; DIMENSIONS] {
        std::array::from_fn(|axis| {
            let x = self.shift[axis] + index as f64 * self.step[axis];
            let fraction = x - x.floor();
            // A sum just below an integer may round up to it.
            if fraction < 1.0 { fraction } else { 0.0 }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_is_a_root_of_its_equation() {
        let points = PointSet::new(10, &mut Stream::new(1, 0));
        let x = 1.0 / points.step[1];
        assert!((x.powi(7) - x - 1.0).abs() < 1e-12, "{x}");
    }

    #[test]
    fn every_coordinate_is_spread_more_evenly_than_random_numbers() {
        const COUNT: u64 = 4096;
        let points = PointSet::new(COUNT, &mut Stream::new(7, 0));
        for axis in 0..DIMENSIONS {
            let mut counts = [0.0f64; 64];
            (0..COUNT).for_each(|n| counts[(points.point(n)[axis] * 64.0) as usize] += 1.0);
            let worst = counts.iter().map(|count| (count - 64.0).abs()).fold(0.0, f64::max);
            // Independent numbers: standard deviation 8, worst of 64 about 20.
            assert!(worst <= 8.0, "axis {axis}: {worst}");
        }
    }

    #[test]
    fn sets_of_other_shifts_have_the_mean_in_common() {
        // A function of all coordinates with mean 1.
        let function = |x: [f64; DIMENSIONS]| x.iter().map(|x| 2.0 * x).product::<f64>();
        const COUNT: u64 = 1000;
        let means: Vec<f64> = (0..400)
            .map(|set| {
                let points = PointSet::new(COUNT, &mut Stream::new(3, set));
                (0..COUNT).map(|n| function(points.point(n))).sum::<f64>() / COUNT as f64
            })
            .collect();
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        let variance = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (means.len() - 1) as f64;
        let u = (variance / means.len() as f64).sqrt();
        assert!((mean - 1.0).abs() < 4.0 * u, "{mean} +- {u}");
        // Variance of one independent point: (4/3)^7 - 1 = 6.49.
        assert!(variance < 0.5 * 6.49 / COUNT as f64, "{variance}");
    }
}
