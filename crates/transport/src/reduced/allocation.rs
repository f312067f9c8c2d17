//! Which voxels the histories start in, and what each then stands for.

use crate::medium::Voxel;

/// Voxels with the probabilities that a history starts in them, in the order of their offsets.
#[derive(Clone, Debug)]
pub(super) struct Allocation {
    size: [u32; 3],
    offsets: Vec<u32>,
    /// Probability of this and all earlier voxels.
    cumulative: Vec<f64>,
}

impl Allocation {
    /// From non-negative weights of voxels on a grid of `size`, i fastest; `None` where all are zero.
    pub(super) fn new(size: [u32; 3], weights: &[f64]) -> Option<Self> {
        let total: f64 = weights.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return None;
        }
        let offsets: Vec<u32> =
            (0..weights.len() as u32).filter(|&offset| weights[offset as usize] > 0.0).collect();
        let mut sum = 0.0;
        let cumulative = offsets
            .iter()
            .map(|&offset| {
                sum += weights[offset as usize] / total;
                sum
            })
            .collect();
        Some(Self { size, offsets, cumulative })
    }

    /// The voxel at `number` in [0, 1) of the distribution function, its offset and its probability.
    #[inline]
    pub(super) fn at(&self, number: f64) -> (Voxel, u32, f64) {
        let entry = self.cumulative.partition_point(|&sum| sum <= number).min(self.offsets.len() - 1);
        let before = if entry > 0 { self.cumulative[entry - 1] } else { 0.0 };
        let offset = self.offsets[entry];
        let [nx, ny, _] = self.size;
        let voxel = [offset % nx, offset / nx % ny, offset / nx / ny].map(|n| n as i32);
        (voxel, offset, self.cumulative[entry] - before)
    }

    /// Offset and probability of every voxel that a history may start in.
    pub(super) fn voxels(&self) -> impl Iterator<Item = (u32, f64)> {
        let before = std::iter::once(0.0).chain(self.cumulative.iter().copied());
        self.offsets
            .iter()
            .zip(self.cumulative.iter().zip(before))
            .map(|(&offset, (sum, before))| (offset, sum - before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn voxels_are_met_in_proportion_to_their_weights() {
        let weights = [0.0, 3.0, 0.0, 1.0, 0.0, 4.0];
        let allocation = Allocation::new([3, 2, 1], &weights).unwrap();
        const POINTS: usize = 8000;
        let mut counts = [0; 6];
        for n in 0..POINTS {
            let (voxel, offset, probability) = allocation.at((n as f64 + 0.5) / POINTS as f64);
            assert_eq!(voxel, [(offset % 3) as i32, (offset / 3) as i32, 0]);
            assert_relative_eq!(probability, weights[offset as usize] / 8.0, max_relative = 1e-12);
            counts[offset as usize] += 1;
        }
        assert_eq!(counts, [0, 3000, 0, 1000, 0, 4000]);
        let sum: f64 = allocation.voxels().map(|(_, probability)| probability).sum();
        assert_relative_eq!(sum, 1.0, max_relative = 1e-12);
        assert!(Allocation::new([3, 2, 1], &[0.0; 6]).is_none());
    }
}
