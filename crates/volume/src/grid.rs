//! A grid: how many voxels, and where they lie in the patient.

use crate::affine::{Affine, dot};
use thiserror::Error;

/// Why a grid cannot be built.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum GridError {
    /// A side has no voxel, or the voxel count does not fit in memory's address range.
    #[error("size: found {0:?} voxels, expected every side to be at least 1 and the product to fit in 2^48")]
    Size([usize; 3]),
    /// A number of the affine, or one that follows from it, is NaN, infinite or too small to compute with.
    #[error("affine: found a number that is not finite or vanishes, expected LPS millimetres")]
    NotFinite,
    /// The columns of the affine are (nearly) in one plane.
    #[error("affine: the three voxel axes do not span space (voxel volume {0} mm3)")]
    Degenerate(f64),
}

/// Size and place of a voxel image. Invariants: every side >= 1, the affine is finite and invertible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    size: [usize; 3],
    affine: Affine,
    inverse: Affine,
}

impl Grid {
    /// A grid of `size` voxels (along i, j, k) placed by `affine` (LPS mm).
    pub fn new(size: [usize; 3], affine: Affine) -> Result<Self, GridError> {
        let count = size.iter().try_fold(1usize, |product, &side| product.checked_mul(side));
        if !count.is_some_and(|count| count > 0 && count < 1 << 48) {
            return Err(GridError::Size(size));
        }
        if !affine.columns.iter().flatten().chain(&affine.origin).all(|x| x.is_finite()) {
            return Err(GridError::NotFinite);
        }
        let product_of_spacings: f64 = affine.columns.iter().map(|&c| dot(c, c).sqrt()).product();
        let determinant = affine.determinant();
        match affine.inverse() {
            Some(inverse) if determinant.abs() > 1e-6 * product_of_spacings => {
                let grid = Self { size, affine, inverse };
                if grid.is_representable() { Ok(grid) } else { Err(GridError::NotFinite) }
            }
            _ => Err(GridError::Degenerate(determinant)),
        }
    }

    /// Whether everything that is computed from the affine is a number: sides so small or large that their squares or products
    /// are none pass as finite themselves.
    fn is_representable(&self) -> bool {
        let sides = self.spacing();
        let inverse = self.inverse.columns.iter().flatten().chain(&self.inverse.origin);
        sides.iter().chain([&self.voxel_volume_ml()]).all(|x| x.is_normal())
            && inverse.chain(self.corners().iter().flatten()).all(|x| x.is_finite())
    }

    /// A grid along the patient axes: `spacing` in mm, `origin` the centre of voxel (0, 0, 0) in LPS mm.
    pub fn axis_aligned(size: [usize; 3], spacing: [f64; 3], origin: [f64; 3]) -> Result<Self, GridError> {
        Self::new(size, Affine::from_spacing(spacing, origin))
    }

    /// Voxels along i, j, k.
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Number of voxels; never zero.
    #[allow(clippy::len_without_is_empty)] // a grid is never empty
    pub fn len(&self) -> usize {
        self.size[0] * self.size[1] * self.size[2]
    }

    /// The map from indices to LPS mm.
    pub fn affine(&self) -> &Affine {
        &self.affine
    }

    /// Distance in mm between voxel centres along i, j, k.
    pub fn spacing(&self) -> [f64; 3] {
        self.affine.columns.map(|c| dot(c, c).sqrt())
    }

    /// Volume of one voxel in mL (cm3).
    pub fn voxel_volume_ml(&self) -> f64 {
        self.affine.determinant().abs() * 1e-3
    }

    /// Patient position (LPS mm) of a possibly fractional index.
    pub fn index_to_patient(&self, index: [f64; 3]) -> [f64; 3] {
        self.affine.apply(index)
    }

    /// Fractional index of a patient position (LPS mm).
    pub fn patient_to_index(&self, point: [f64; 3]) -> [f64; 3] {
        self.inverse.apply(point)
    }

    /// Position of voxel (i, j, k) in the data.
    pub fn offset(&self, [i, j, k]: [usize; 3]) -> usize {
        i + self.size[0] * (j + self.size[1] * k)
    }

    /// Voxel (i, j, k) at a position in the data.
    pub fn index(&self, offset: usize) -> [usize; 3] {
        let [nx, ny, _] = self.size;
        [offset % nx, offset / nx % ny, offset / (nx * ny)]
    }

    /// The voxel that holds a patient position, or `None` outside the grid.
    pub fn voxel_at(&self, point: [f64; 3]) -> Option<[usize; 3]> {
        self.voxel_around(self.patient_to_index(point))
    }

    /// The voxel that holds a fractional index, or `None` outside the grid.
    pub fn voxel_around(&self, index: [f64; 3]) -> Option<[usize; 3]> {
        let mut voxel = [0; 3];
        for (axis, &x) in index.iter().enumerate() {
            let shifted = x + 0.5;
            if !(shifted >= 0.0 && shifted < self.size[axis] as f64) {
                return None;
            }
            // Rounds down, as it is not below 0.
            voxel[axis] = shifted as usize;
        }
        Some(voxel)
    }

    /// Whether the voxel axes are at right angles, to a relative 1e-4 (DICOM writes direction cosines with few digits).
    pub fn is_orthogonal(&self) -> bool {
        let [a, b, c] = self.affine.columns;
        let square = |u, v| dot(u, v).abs() <= 1e-4 * (dot(u, u) * dot(v, v)).sqrt();
        square(a, b) && square(b, c) && square(c, a)
    }

    /// Whether both grids have the same voxels: equal sizes, and no corner further apart than `tolerance` voxel widths.
    pub fn matches(&self, other: &Self, tolerance: f64) -> bool {
        let width = self.spacing().into_iter().fold(f64::INFINITY, f64::min);
        self.size == other.size
            && self.corners().iter().zip(other.corners()).all(|(&p, q)| {
                let gap = [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
                dot(gap, gap).sqrt() <= tolerance * width
            })
    }

    /// The eight outer corners of the grid (voxel edges, not centres), LPS mm.
    pub fn corners(&self) -> [[f64; 3]; 8] {
        std::array::from_fn(|corner| {
            let index = std::array::from_fn(|axis| {
                if corner >> axis & 1 == 0 { -0.5 } else { self.size[axis] as f64 - 0.5 }
            });
            self.index_to_patient(index)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn offsets_and_indices_are_inverse() {
        let grid = Grid::axis_aligned([3, 4, 5], [1.0, 2.0, 3.0], [0.0; 3]).unwrap();
        for offset in 0..grid.len() {
            assert_eq!(grid.offset(grid.index(offset)), offset);
        }
        assert_eq!(grid.index(1), [1, 0, 0], "i runs fastest");
    }

    #[test]
    fn a_voxel_reaches_half_a_spacing_to_either_side() {
        let grid = Grid::axis_aligned([2, 2, 2], [4.0; 3], [10.0, 0.0, 0.0]).unwrap();
        assert_eq!(grid.voxel_at([8.01, 0.0, 0.0]), Some([0, 0, 0]));
        assert_eq!(grid.voxel_at([12.01, 0.0, 0.0]), Some([1, 0, 0]));
        assert_eq!(grid.voxel_at([7.99, 0.0, 0.0]), None);
        assert_eq!(grid.voxel_at([f64::NAN, 0.0, 0.0]), None);
    }

    #[test]
    fn volume_is_positive_for_flipped_axes() {
        let grid = Grid::axis_aligned([2, 2, 2], [-4.0, 4.0, 2.5], [0.0; 3]).unwrap();
        assert_relative_eq!(grid.voxel_volume_ml(), 0.04);
        assert_eq!(grid.spacing(), [4.0, 4.0, 2.5]);
    }

    #[test]
    fn impossible_grids_are_refused() {
        assert!(matches!(Grid::axis_aligned([0, 1, 1], [1.0; 3], [0.0; 3]), Err(GridError::Size(_))));
        assert!(matches!(
            Grid::axis_aligned([usize::MAX, 2, 1], [1.0; 3], [0.0; 3]),
            Err(GridError::Size(_))
        ));
        assert!(matches!(
            Grid::axis_aligned([1; 3], [1.0, 0.0, 1.0], [0.0; 3]),
            Err(GridError::Degenerate(_))
        ));
        assert_eq!(Grid::axis_aligned([1; 3], [f64::NAN, 1.0, 1.0], [0.0; 3]), Err(GridError::NotFinite));
        // Numbers whose squares or products are none.
        for spacing in [[5e-324, 1.0, 1.0], [1.0, 1e-200, 1.0], [1.0, 1.0, 1e200], [1e103; 3]] {
            assert!(Grid::axis_aligned([9; 3], spacing, [0.0; 3]).is_err(), "{spacing:?}");
        }
    }

    #[test]
    fn matching_forgives_rounding_but_not_a_shift() {
        let grid = Grid::axis_aligned([10, 10, 10], [4.0; 3], [0.0; 3]).unwrap();
        let close = Grid::axis_aligned([10, 10, 10], [4.0; 3], [0.001, 0.0, 0.0]).unwrap();
        let shifted = Grid::axis_aligned([10, 10, 10], [4.0; 3], [2.0, 0.0, 0.0]).unwrap();
        assert!(grid.matches(&close, 1e-2));
        assert!(!grid.matches(&shifted, 1e-2));
    }
}
