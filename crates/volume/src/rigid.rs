//! Rigid maps of patient space: how one image lies to another. Equations: `docs/methods/registration.md`.

use crate::affine::{Affine, dot};
use crate::{Grid, GridError, Volume};
use thiserror::Error;

/// Largest departure of a matrix from a rotation, in any element of M^T M - 1: half a per mille of scale, 0.25 mm at 500 mm.
const TOLERANCE: f64 = 1e-3;

/// No shift between two spaces of a patient is longer, mm.
const FARTHEST: f64 = 1e9;

/// Why a matrix is no rigid map.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum RigidError {
    /// A number is NaN or infinite.
    #[error("a number that is not finite")]
    NotFinite,
    /// The shift leads out of every patient space: what follows from it would not be a number.
    #[error("a shift of {0:e} mm (over 1e9 mm)")]
    TooFar(f64),
    /// The matrix is no affine map.
    #[error("a last row of {0:?} (not 0 0 0 1)")]
    LastRow([f64; 4]),
    /// The matrix scales or shears.
    #[error("a matrix that scales or shears by {0:.4} (over 0.001)")]
    NotRigid(f64),
    /// The matrix exchanges left and right hand.
    #[error("a matrix that mirrors (determinant {0:.4})")]
    Mirror(f64),
}

/// A rotation and a shift that map points of one patient space to another's (RG1), LPS mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RigidTransform {
    /// The columns are those of the rotation, the origin is the translation.
    map: Affine,
}

impl RigidTransform {
    /// The map of a patient space to itself.
    pub fn identity() -> Self {
        Self { map: Affine::from_spacing([1.0; 3], [0.0; 3]) }
    }

    /// From the rows of a 4x4 matrix that acts on columns (x, y, z, 1).
    ///
    /// The nearest rotation is taken (RG2), so that voxels keep their size; a matrix farther from a rotation than 0.001 in
    /// any element of M^T M - 1 is refused.
    pub fn from_matrix(rows: [[f64; 4]; 4]) -> Result<Self, RigidError> {
        if !rows.iter().flatten().all(|x| x.is_finite()) {
            return Err(RigidError::NotFinite);
        }
        if rows[3] != [0.0, 0.0, 0.0, 1.0] {
            return Err(RigidError::LastRow(rows[3]));
        }
        let column = |n: usize| [rows[0][n], rows[1][n], rows[2][n]];
        let map = Affine { columns: [column(0), column(1), column(2)], origin: column(3) };
        if let Some(&shift) = map.origin.iter().find(|x| x.abs() > FARTHEST) {
            return Err(RigidError::TooFar(shift));
        }
        let mut deviation = 0f64;
        for a in 0..3 {
            for b in 0..3 {
                let expected = if a == b { 1.0 } else { 0.0 };
                deviation = deviation.max((dot(map.columns[a], map.columns[b]) - expected).abs());
            }
        }
        if deviation > TOLERANCE {
            return Err(RigidError::NotRigid(deviation));
        }
        if map.determinant() < 0.0 {
            return Err(RigidError::Mirror(map.determinant()));
        }
        Ok(Self { map: Affine { columns: nearest_rotation(map.columns), origin: map.origin } })
    }

    /// From the rows of a rotation about a centre (mm), followed by a translation (mm) (RG3).
    pub fn about_centre(
        rotation: [[f64; 3]; 3],
        centre: [f64; 3],
        translation: [f64; 3],
    ) -> Result<Self, RigidError> {
        let row = |n: usize| {
            let [a, b, c] = rotation[n];
            [a, b, c, translation[n] + centre[n] - dot(rotation[n], centre)]
        };
        Self::from_matrix([row(0), row(1), row(2), [0.0, 0.0, 0.0, 1.0]])
    }

    /// The rows of the 4x4 matrix.
    pub fn matrix(&self) -> [[f64; 4]; 4] {
        let Affine { columns: [a, b, c], origin } = self.map;
        let row = |n: usize| [a[n], b[n], c[n], origin[n]];
        [row(0), row(1), row(2), [0.0, 0.0, 0.0, 1.0]]
    }

    /// Where a point (LPS mm) is mapped to (RG1).
    pub fn apply(&self, point: [f64; 3]) -> [f64; 3] {
        self.map.apply(point)
    }

    /// The map back.
    pub fn inverse(&self) -> Self {
        // The inverse of a rotation is its transpose.
        let [a, b, c] = self.map.columns;
        let columns = std::array::from_fn(|n| [a[n], b[n], c[n]]);
        let origin = [a, b, c].map(|column| -dot(column, self.map.origin));
        Self { map: Affine { columns, origin } }
    }

    /// This map followed by another.
    pub fn then(&self, next: &Self) -> Self {
        let turned = Affine { origin: [0.0; 3], ..next.map };
        let columns = self.map.columns.map(|column| turned.apply(column));
        Self { map: Affine { columns: nearest_rotation(columns), origin: next.apply(self.map.origin) } }
    }

    /// The grid where the map takes it: the same voxels, at other places (RG4). Nothing is resampled.
    pub fn move_grid(&self, grid: &Grid) -> Result<Grid, GridError> {
        let turn = Affine { origin: [0.0; 3], ..self.map };
        let columns = grid.affine().columns.map(|column| turn.apply(column));
        Grid::new(grid.size(), Affine { columns, origin: self.apply(grid.affine().origin) })
    }

    /// The volume with its grid moved; the values stay as they are.
    pub fn move_volume<T>(&self, volume: Volume<T>) -> Result<Volume<T>, GridError> {
        let grid = self.move_grid(volume.grid())?;
        // As many voxels as before.
        Volume::new(grid, volume.into_data()).map_err(|_| GridError::Size(grid.size()))
    }
}

/// The rotation nearest to a nearly orthogonal matrix (RG2).
///
/// N. J. Higham, "Computing the polar decomposition - with applications", SIAM J. Sci. Stat. Comput. 7 (1986) 1160:
/// X <- (X + X^-T)/2 converges quadratically, from 1e-3 to the last bit in two steps.
fn nearest_rotation(columns: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let mut turned = columns;
    for _ in 0..3 {
        let Some(inverse) = (Affine { columns: turned, origin: [0.0; 3] }).inverse() else { return columns };
        for (n, column) in turned.iter_mut().enumerate() {
            for (m, value) in column.iter_mut().enumerate() {
                *value = (*value + inverse.columns[m][n]) / 2.0;
            }
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// 0.3 rad about z, then a shift.
    fn turn() -> RigidTransform {
        let (s, c) = 0.3f64.sin_cos();
        RigidTransform::about_centre(
            [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]],
            [10.0, 20.0, 30.0],
            [1.0, 2.0, 3.0],
        )
        .unwrap()
    }

    fn close(a: [f64; 3], b: [f64; 3]) {
        for axis in 0..3 {
            assert_relative_eq!(a[axis], b[axis], epsilon = 1e-12);
        }
    }

    #[test]
    fn a_shift_out_of_every_patient_space_is_refused() {
        let rows = |shift| {
            [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, shift], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
        };
        assert!(RigidTransform::from_matrix(rows(-1e5)).is_ok());
        assert_eq!(RigidTransform::from_matrix(rows(-1e300)), Err(RigidError::TooFar(-1e300)));
    }

    #[test]
    fn the_centre_is_only_shifted_and_the_inverse_leads_back() {
        close(turn().apply([10.0, 20.0, 30.0]), [11.0, 22.0, 33.0]);
        close(turn().inverse().apply(turn().apply([-4.0, 5.0, 6.0])), [-4.0, 5.0, 6.0]);
    }

    #[test]
    fn maps_follow_each_other_in_the_order_said() {
        let shift = RigidTransform::about_centre(
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            [0.0; 3],
            [5.0, 0.0, 0.0],
        )
        .unwrap();
        let point = [1.0, 2.0, 3.0];
        close(turn().then(&shift).apply(point), shift.apply(turn().apply(point)));
        close(shift.then(&turn()).apply(point), turn().apply(shift.apply(point)));
    }

    #[test]
    fn a_moved_voxel_is_where_the_map_takes_it_and_as_large() {
        let grid = Grid::axis_aligned([3, 4, 5], [2.0, -3.0, 4.0], [7.0, 8.0, 9.0]).unwrap();
        let volume = turn().move_volume(Volume::from_fn(grid, |index| index)).unwrap();
        let moved = volume.grid();
        close(moved.index_to_patient([1.0, 2.0, 3.0]), turn().apply(grid.index_to_patient([1.0, 2.0, 3.0])));
        assert_relative_eq!(moved.voxel_volume_ml(), grid.voxel_volume_ml(), max_relative = 1e-14);
        assert_eq!(volume[[1, 2, 3]], [1, 2, 3]);
    }

    #[test]
    fn few_digits_are_forgiven_and_become_a_rotation() {
        let rows = turn().matrix().map(|row| row.map(|x| (x * 1e4).round() / 1e4));
        let map = RigidTransform::from_matrix(rows).unwrap();
        let [a, b, _] = map.map.columns;
        assert_relative_eq!(dot(a, a), 1.0, epsilon = 1e-15);
        assert_relative_eq!(dot(a, b), 0.0, epsilon = 1e-15);
    }

    #[test]
    fn what_is_not_rigid_is_refused() {
        let changed = |row: usize, column: usize, value: f64| {
            let mut rows = RigidTransform::identity().matrix();
            rows[row][column] = value;
            RigidTransform::from_matrix(rows)
        };
        assert!(matches!(changed(0, 0, 1.01), Err(RigidError::NotRigid(_))));
        assert!(matches!(changed(0, 1, 0.01), Err(RigidError::NotRigid(_))));
        assert!(matches!(changed(0, 0, 1e200), Err(RigidError::NotRigid(_))));
        assert!(matches!(changed(2, 2, -1.0), Err(RigidError::Mirror(_))));
        assert!(matches!(changed(3, 0, 0.1), Err(RigidError::LastRow(_))));
        assert_eq!(changed(1, 3, f64::NAN), Err(RigidError::NotFinite));
    }
}
