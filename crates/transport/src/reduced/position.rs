//! Where in a voxel electrons start: mostly beside the faces through which they count.

/// What the faces of a voxel are worth, in pairs along i, j, k: a share for the lower and the upper one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct FaceShares(pub(super) [[f32; 2]; 3]);

/// Share of the starts that is uniform in the voxel.
const UNIFORM: f64 = 0.3;

impl FaceShares {
    /// Adds to the faces between the voxel and another one so many steps away; to all for the voxel itself.
    pub(super) fn add(&mut self, by: [i32; 3], worth: f64) {
        for (faces, steps) in self.0.iter_mut().zip(by) {
            if steps <= 0 && (steps < 0 || by == [0; 3]) {
                faces[0] += worth as f32;
            }
            if steps >= 0 && (steps > 0 || by == [0; 3]) {
                faces[1] += worth as f32;
            }
        }
    }

    /// Shares that sum to 1, or none.
    pub(super) fn normalised(self) -> Self {
        let sum: f32 = self.0.iter().flatten().sum();
        if sum > 0.0 { Self(self.0.map(|faces| faces.map(|share| share / sum))) } else { Self::default() }
    }

    /// A position in the unit cube by a `number` and a `place` in [0, 1), and its probability density: uniform, or uniform
    /// in the `slab` (shares of the sides) beside a face.
    #[inline]
    pub(super) fn position(&self, number: f64, place: [f64; 3], slab: [f64; 3]) -> ([f64; 3], f64) {
        let total: f64 = self.0.iter().flatten().map(|&share| f64::from(share)).sum();
        if total == 0.0 {
            return (place, 1.0);
        }
        let mut position = place;
        let mut left = (number - UNIFORM) / (1.0 - UNIFORM) * total;
        if left >= 0.0 {
            'faces: for axis in 0..3 {
                for side in 0..2 {
                    left -= f64::from(self.0[axis][side]);
                    if left < 0.0 {
                        let depth = slab[axis] * place[axis];
                        position[axis] = if side == 0 { depth } else { 1.0 - depth };
                        break 'faces;
                    }
                }
            }
        }
        let mut density = 0.0;
        for axis in 0..3 {
            for (side, &share) in self.0[axis].iter().enumerate() {
                let depth = if side == 0 { position[axis] } else { 1.0 - position[axis] };
                if depth <= slab[axis] {
                    density += f64::from(share) / slab[axis];
                }
            }
        }
        (position, UNIFORM + (1.0 - UNIFORM) * density / total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn means_over_the_voxel_are_kept() {
        let mut faces = FaceShares::default();
        faces.add([1, 0, 0], 3.0);
        faces.add([0, -1, 1], 1.0);
        let faces = faces.normalised();
        assert_eq!(faces.0, [[0.0, 0.6], [0.2, 0.0], [0.0, 0.2]]);
        let mut random = Stream::new(5, 0);
        let (mut sums, mut squares) = ([0.0; 4], [0.0; 4]);
        const POINTS: usize = 200_000;
        for _ in 0..POINTS {
            let place = std::array::from_fn(|_| random.uniform());
            let (position, density) = faces.position(random.uniform(), place, [0.1, 0.3, 1.0]);
            assert!(position.iter().all(|x| (0.0..=1.0).contains(x)));
            let [x, y, z] = position;
            for (n, value) in [1.0, x, y * z, x * x].into_iter().enumerate() {
                sums[n] += value / density;
                squares[n] += (value / density).powi(2);
            }
        }
        for (n, expected) in [1.0, 0.5, 0.25, 1.0 / 3.0].into_iter().enumerate() {
            let mean = sums[n] / POINTS as f64;
            let u = ((squares[n] / POINTS as f64 - mean * mean) / POINTS as f64).sqrt();
            assert!((mean - expected).abs() < 4.0 * u, "{n}: {mean} +- {u}, {expected}");
        }
    }
}
