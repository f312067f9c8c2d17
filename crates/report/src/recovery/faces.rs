//! A Gaussian along one axis of a mask's voxels.

use std::f64::consts::SQRT_2;

/// Where the blur is cut, in standard deviations: 6e-5 of a Gaussian lies beyond.
pub(super) const CUT_SIGMA: f64 = 4.0;

/// A Gaussian integrated along a row of voxels up to each face between them that is near enough to matter.
pub(super) struct Faces {
    sigma: f64,
    size: usize,
    centre: f64,
    first: usize,
    below: Vec<f64>,
}

impl Faces {
    /// A Gaussian over a row of `size` voxels, its standard deviation in voxels; it lies nowhere yet.
    pub(super) fn new(sigma: f64, size: usize) -> Self {
        Self { sigma, size, centre: f64::NAN, first: 0, below: vec![0.0] }
    }

    /// Moves it to a place in voxels. Neighbours on a grid that lies along the row share most of theirs.
    pub(super) fn centre(&mut self, at: f64) {
        if at == self.centre {
            return;
        }
        let (reach, size) = (CUT_SIGMA * self.sigma, self.size as f64);
        self.centre = at;
        self.first = (at - reach).floor().clamp(0.0, size) as usize;
        let last = ((at + reach).ceil() + 1.0).clamp(self.first as f64, size) as usize;
        let below = |face: usize| 0.5 * libm::erf((face as f64 - 0.5 - at) / (SQRT_2 * self.sigma));
        self.below.clear();
        self.below.extend((self.first..=last).map(below));
    }

    /// The voxels between the faces.
    pub(super) fn voxels(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.below.len() - 1
    }

    /// The integral from one face to another.
    pub(super) fn between(&self, from: usize, to: usize) -> f64 {
        let near = |face: usize| self.below[face.clamp(self.first, self.voxels().end) - self.first];
        near(to) - near(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn voxels_share_the_gaussian() {
        let mut faces = Faces::new(1.5, 30);
        faces.centre(10.3);
        assert_eq!(faces.voxels(), 4..18);
        // By hand: from -0.8 to 0.2 voxels off the centre.
        let by_hand = 0.5 * (libm::erf(0.2 / (1.5 * SQRT_2)) - libm::erf(-0.8 / (1.5 * SQRT_2)));
        assert_relative_eq!(faces.between(10, 11), by_hand, max_relative = 1e-12);
        let sum: f64 = faces.voxels().map(|n| faces.between(n, n + 1)).sum();
        assert_relative_eq!(sum, faces.between(0, 30), max_relative = 1e-12);
        assert_relative_eq!(sum, 1.0, epsilon = 1e-4);
    }

    #[test]
    fn what_lies_beyond_a_row_is_not_counted() {
        let mut faces = Faces::new(1.5, 30);
        for at in [-50.0, 80.0] {
            faces.centre(at);
            assert!(faces.voxels().is_empty(), "{at}");
            assert_eq!(faces.between(0, 30), 0.0);
        }
        faces.centre(-0.5);
        assert_relative_eq!(faces.between(0, 30), 0.5, epsilon = 1e-4);
    }
}
