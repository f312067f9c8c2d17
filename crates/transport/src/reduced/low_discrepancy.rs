//! Points that fill a cube evenly: starting values of histories, better spread than independent ones.

use crate::random::Stream;

/// Coordinates of a point: the place in the source, the energy, the position in the voxel, the direction, a roll about it and a choice of
/// how the position is drawn.
pub(super) const DIMENSIONS: usize = 9;

/// Generating vector of an embedded lattice rule for 2^10 to 2^20 points, made component by component (Cools, Kuo &
/// Nuyens, SIAM J. Sci. Comput. 28 (2006) 2162; the vector lattice-32001-1024-1048576.3600 of F. Kuo, first components).
const GENERATOR: [u64; DIMENSIONS] =
    [1, 182_667, 469_891, 498_753, 110_745, 446_247, 250_185, 118_627, 245_333];

/// Points in the unit cube of all coordinates.
#[derive(Clone, Copy, Debug)]
pub(super) enum PointSet {
    /// A lattice, shifted as a whole by random numbers of its own.
    ///
    /// A uniform random shift modulo 1 makes each point uniform, so that a mean over the set is unbiased and sets with other
    /// shifts are independent (Cranley & Patterson, SIAM J. Numer. Anal. 13 (1976) 904). Every coordinate by itself runs
    /// through equal steps. In units of 2^-64: sums wrap around as they should.
    Even {
        /// The first point.
        shift: [u64; DIMENSIONS],
        /// From each point to the next.
        step: [u64; DIMENSIONS],
    },
    /// Random points that have nothing to do with one another.
    Independent {
        /// Seed of their streams.
        seed: u64,
    },
}

impl PointSet {
    /// `count` points of a lattice, best spread where `count` is a power of two.
    pub(super) fn even(count: u64, random: &mut Stream) -> Self {
        // 2^64 over the count, rounded down; of one point, a whole turn.
        let unit = (u64::MAX / count.max(1)).wrapping_add(u64::from(count.is_power_of_two()));
        let step = GENERATOR.map(|component| component.wrapping_mul(unit));
        Self::Even { shift: std::array::from_fn(|_| random.bits()), step }
    }

    /// Any number of independent points.
    pub(super) fn independent(random: &mut Stream) -> Self {
        Self::Independent { seed: random.bits() }
    }

    /// Point number `index`, each coordinate in [0, 1).
    #[inline]
    pub(super) fn point(&self, index: u64) -> [f64; DIMENSIONS] {
        const UNIT: f64 = 1.0 / (1u64 << 53) as f64;
        match self {
            Self::Even { shift, step } => std::array::from_fn(|axis| {
                let x = shift[axis].wrapping_add(index.wrapping_mul(step[axis]));
                (x >> 11) as f64 * UNIT
            }),
            Self::Independent { seed } => {
                let mut random = Stream::new(*seed, index);
                std::array::from_fn(|_| random.uniform())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn one_point_is_a_set() {
        let point = PointSet::even(1, &mut Stream::new(7, 0)).point(0);
        assert!(point.iter().all(|x| (0.0..1.0).contains(x)));
    }

    #[test]
    fn every_coordinate_is_spread_more_evenly_than_random_numbers() {
        const COUNT: u64 = 4096;
        let points = PointSet::even(COUNT, &mut Stream::new(7, 0));
        for axis in 0..DIMENSIONS {
            let mut counts = [0.0f64; 64];
            (0..COUNT).for_each(|n| counts[(points.point(n)[axis] * 64.0) as usize] += 1.0);
            let worst = counts.iter().map(|count| (count - 64.0).abs()).fold(0.0, f64::max);
            // Independent numbers: standard deviation 8, worst of 64 about 20.
            assert!(worst <= 1.0, "axis {axis}: {worst}");
        }
    }

    #[test]
    fn sets_of_other_shifts_have_the_mean_in_common() {
        // A function of all coordinates with mean 1.
        let function = |x: [f64; DIMENSIONS]| x.iter().map(|x| 2.0 * x).product::<f64>();
        const COUNT: u64 = 1024;
        let means: Vec<f64> = (0..400)
            .map(|set| {
                let points = PointSet::even(COUNT, &mut Stream::new(3, set));
                (0..COUNT).map(|n| function(points.point(n))).sum::<f64>() / COUNT as f64
            })
            .collect();
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        let variance = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (means.len() - 1) as f64;
        let u = (variance / means.len() as f64).sqrt();
        assert!((mean - 1.0).abs() < 4.0 * u, "{mean} +- {u}");
        // Variance of one independent point: (4/3)^9 - 1 = 12.3.
        assert!(variance < 0.5 * 12.3 / COUNT as f64, "{variance}");
    }

    #[test]
    fn the_points_of_the_largest_batches_are_distinct_and_even() {
        // A batch of a run of 1e10 decays in a small grid, and of any run in the largest: eight or four electrons for each decay.
        for count in [8 * 76_294, 4 << 21] {
            let points = PointSet::even(count, &mut Stream::new(7, 1));
            let mut first: Vec<u64> = (0..count).map(|n| points.point(n)[0].to_bits()).collect();
            first.sort_unstable();
            first.dedup();
            assert_eq!(first.len() as u64, count, "distinct, even by one coordinate");
            // Every pair of coordinates, in 16 x 16 parts: no worse than independent numbers, of each by itself far better.
            let mut parts = vec![[0u32; 256]; DIMENSIONS * DIMENSIONS];
            for n in 0..count {
                let point = points.point(n).map(|x| (x * 16.0) as usize);
                for (axis, one) in point.into_iter().enumerate() {
                    for (other, two) in point.into_iter().enumerate().skip(axis) {
                        parts[axis * DIMENSIONS + other][16 * one + two] += 1;
                    }
                }
            }
            for axis in 0..DIMENSIONS {
                for other in axis..DIMENSIONS {
                    let counts = &parts[axis * DIMENSIONS + other];
                    let bins = if axis == other { 16.0 } else { 256.0 };
                    let expected = count as f64 / bins;
                    let used = counts.iter().filter(|count| **count > 0);
                    let worst = used.map(|&count| (f64::from(count) - expected).abs()).fold(0.0, f64::max);
                    let most = if axis == other { 20.0 } else { 4.0 * expected.sqrt() };
                    assert!(worst <= most, "{count} points, axes {axis} and {other}: {worst} of {expected}");
                }
            }
        }
    }

    #[test]
    fn points_beyond_those_of_32_bits_are_new() {
        let points = PointSet::even(10_000_000_000, &mut Stream::new(7, 1));
        let mut seen = HashSet::new();
        for from in [0, 1 << 31, 1 << 32, 1 << 33, 10_000_000_000 - 10_000] {
            assert!((from..from + 10_000).all(|n| seen.insert(points.point(n).map(f64::to_bits))), "{from}");
        }
        let independent = PointSet::independent(&mut Stream::new(7, 1));
        for from in [0, 1 << 32, 1 << 63] {
            assert!((from..from + 10_000).all(|n| seen.insert(independent.point(n).map(f64::to_bits))));
        }
    }
}
