//! The map from voxel indices to patient space. Equations: `docs/methods/units-and-frames.md`.

/// An affine map from voxel indices (i, j, k) to LPS millimetres (U1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    /// `columns[a]` is the step in mm from one voxel centre to the next along index axis `a`.
    pub columns: [[f64; 3]; 3],
    /// Centre of voxel (0, 0, 0), LPS mm.
    pub origin: [f64; 3],
}

impl Affine {
    /// A map whose index axes run along +x, +y, +z with the given spacing (mm).
    pub fn from_spacing(spacing: [f64; 3], origin: [f64; 3]) -> Self {
        let mut columns = [[0.0; 3]; 3];
        for axis in 0..3 {
            columns[axis][axis] = spacing[axis];
        }
        Self { columns, origin }
    }

    /// Patient position (LPS mm) of a possibly fractional index (U1).
    pub fn apply(&self, index: [f64; 3]) -> [f64; 3] {
        let mut point = self.origin;
        for (column, &steps) in self.columns.iter().zip(&index) {
            for (coordinate, &step) in point.iter_mut().zip(column) {
                *coordinate += step * steps;
            }
        }
        point
    }

    /// Determinant of the linear part: the signed voxel volume, mm3.
    pub fn determinant(&self) -> f64 {
        let [a, b, c] = self.columns;
        dot(a, cross(b, c))
    }

    /// The inverse map, patient position to fractional index, or `None` where the columns do not span space.
    pub fn inverse(&self) -> Option<Self> {
        let determinant = self.determinant();
        if !determinant.is_finite() || determinant == 0.0 {
            return None;
        }
        let [a, b, c] = self.columns;
        // Rows of the inverse are the reciprocal vectors of the columns.
        let rows = [cross(b, c), cross(c, a), cross(a, b)].map(|row| row.map(|x| x / determinant));
        let mut columns = [[0.0; 3]; 3];
        for (r, row) in rows.iter().enumerate() {
            for (column, &value) in columns.iter_mut().zip(row) {
                column[r] = value;
            }
        }
        let origin = rows.map(|row| -dot(row, self.origin));
        Some(Self { columns, origin })
    }
}

pub(crate) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn inverse_undoes_an_oblique_map() {
        let map = Affine {
            columns: [[1.9, 0.2, -0.1], [0.3, -2.8, 0.4], [-0.2, 0.1, 4.1]],
            origin: [-120.0, 33.0, 7.5],
        };
        let index = [3.0, -1.5, 12.25];
        let back = map.inverse().unwrap().apply(map.apply(index));
        for axis in 0..3 {
            assert_relative_eq!(back[axis], index[axis], epsilon = 1e-12);
        }
    }

    #[test]
    fn a_flat_map_has_no_inverse() {
        let map = Affine { columns: [[1.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 1.0]], origin: [0.0; 3] };
        assert!(map.inverse().is_none());
    }
}
