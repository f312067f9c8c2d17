//! Where voxels lie.

use crate::status::Wrong;
use engine::volume::{Affine, Grid};

/// How many voxels an image has and where they lie in the patient, as ITK and DICOM say it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct GridC {
    /// Voxels along i, j, k.
    pub size: [usize; 3],
    /// Distance of neighbours along i, j, k, mm.
    pub spacing_mm: [f64; 3],
    /// Centre of voxel (0, 0, 0), LPS mm.
    pub origin_mm: [f64; 3],
    /// Unit vectors of i, j, k as the columns of a matrix, row by row, as in ITK: 1 0 0 0 1 0 0 0 1 along the patient's axes.
    pub direction: [f64; 9],
}

impl GridC {
    pub(crate) fn grid(&self) -> Result<Grid, Wrong> {
        if self.spacing_mm.iter().any(|&side| !(side.is_finite() && side > 0.0)) {
            return Err(Wrong::argument(
                "grid.spacing_mm",
                format!("{:?}", self.spacing_mm),
                "three numbers of mm above 0",
            ));
        }
        let columns: [[f64; 3]; 3] =
            std::array::from_fn(|axis| std::array::from_fn(|row| self.direction[3 * row + axis]));
        let length = |column: [f64; 3]| column.iter().map(|x| x * x).sum::<f64>().sqrt();
        let is_unit = |column: [f64; 3]| (length(column) - 1.0).abs() < 1e-4;
        if !columns.into_iter().all(is_unit) {
            return Err(Wrong::argument(
                "grid.direction",
                format!("{:?}", self.direction),
                "columns of length 1",
            ));
        }
        let columns = std::array::from_fn(|axis| columns[axis].map(|x| x * self.spacing_mm[axis]));
        Grid::new(self.size, Affine { columns, origin: self.origin_mm })
            .map_err(|error| Wrong::argument("grid", error, "a grid that spans space"))
    }

    pub(crate) fn of(grid: &Grid) -> Self {
        let Affine { columns, origin } = *grid.affine();
        let spacing = grid.spacing();
        let direction = std::array::from_fn(|n| columns[n % 3][n / 3] / spacing[n % 3]);
        Self { size: grid.size(), spacing_mm: spacing, origin_mm: origin, direction }
    }
}
