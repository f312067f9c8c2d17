//! Another spacing over the same box.

use crate::affine::dot;
use crate::{Affine, Grid, GridError};

impl Grid {
    /// A grid of the given spacing (mm along i, j, k) over the same box: same axes, same outer corner of voxel (0, 0, 0),
    /// counts rounded up so that nothing is cut off.
    ///
    /// A spacing that is not positive or so small that the voxels cannot be counted is a [`GridError`].
    pub fn with_spacing(&self, spacing: [f64; 3]) -> Result<Self, GridError> {
        let old = self.affine().columns;
        let mut columns = old;
        let mut size = [0; 3];
        for axis in 0..3 {
            let old_spacing = dot(old[axis], old[axis]).sqrt();
            columns[axis] = old[axis].map(|x| x / old_spacing * spacing[axis]);
            // A side that fits but for rounding (affines come as 32-bit floats) gets no extra voxel.
            let count = (self.size()[axis] as f64 * old_spacing / spacing[axis] - 1e-4).ceil();
            size[axis] = if spacing[axis] > 0.0 { count.max(1.0) as usize } else { 0 };
        }
        let corner = self.index_to_patient([-0.5; 3]);
        let origin = Affine { columns, origin: corner }.apply([0.5; 3]);
        Grid::new(size, Affine { columns, origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_box_keeps_its_corner_and_is_covered() {
        let columns = [[0.0, 1.2, 0.0], [-2.0, 0.0, 0.0], [0.0, 0.0, 2.5]];
        let grid = Grid::new([10, 7, 9], Affine { columns, origin: [4.0, -3.0, 9.0] }).unwrap();
        let coarse = grid.with_spacing([4.0; 3]).unwrap();
        assert_eq!(coarse.size(), [3, 4, 6]);
        for axis in 0..3 {
            assert_relative_eq!(coarse.corners()[0][axis], grid.corners()[0][axis], epsilon = 1e-12);
            assert_relative_eq!(coarse.spacing()[axis], 4.0, epsilon = 1e-12);
        }
        assert_relative_eq!(crate::overlap_fraction(&grid, &coarse), 1.0, epsilon = 1e-12);
    }

    #[test]
    fn its_own_spacing_gives_the_grid_back() {
        let columns = [[0.1, 3.9, 0.0], [-2.0, 0.0, 0.3], [0.0, 0.1, 2.5]];
        let grid = Grid::new([10, 7, 9], Affine { columns, origin: [4.0, -3.0, 9.0] }).unwrap();
        let same = grid.with_spacing(grid.spacing()).unwrap();
        assert!(grid.matches(&same, 1e-9));
    }

    #[test]
    fn impossible_spacings_are_refused() {
        let grid = Grid::axis_aligned([10; 3], [4.0; 3], [0.0; 3]).unwrap();
        for spacing in [0.0, -1.0, f64::NAN, 1e-30, f64::INFINITY] {
            assert!(grid.with_spacing([spacing, 4.0, 4.0]).is_err(), "{spacing}");
        }
    }
}
