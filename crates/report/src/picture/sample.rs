//! The value of a volume at a point of the patient.

use iodose_volume::{Grid, Volume};

/// Even steps along a straight line, as fractional indices of a grid: the way through the patient is mapped once, not at
/// every step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    first: [f64; 3],
    step: [f64; 3],
}

impl Line {
    /// From one point to the next, LPS mm.
    pub(super) fn through(grid: &Grid, first: [f64; 3], second: [f64; 3]) -> Self {
        let (first, second) = (grid.patient_to_index(first), grid.patient_to_index(second));
        Self { first, step: [0, 1, 2].map(|axis| second[axis] - first[axis]) }
    }

    /// The index after so many steps.
    pub(super) fn index(&self, steps: usize) -> [f64; 3] {
        [0, 1, 2].map(|axis| self.first[axis] + steps as f64 * self.step[axis])
    }
}

/// Trilinear between voxel centres, constant from the outermost centres to the edge; `None` outside the grid, and where
/// a voxel nearby is not a number.
pub(super) fn linear(volume: &Volume<f32>, point: [f64; 3]) -> Option<f64> {
    linear_at(volume, volume.grid().patient_to_index(point))
}

/// As [`linear`], at a fractional index.
pub(super) fn linear_at(volume: &Volume<f32>, index: [f64; 3]) -> Option<f64> {
    let grid = volume.grid();
    grid.voxel_around(index)?;
    let size = grid.size();
    let strides = [1, size[0], size[0] * size[1]];
    let mut first = 0;
    // Of each axis: the part of the upper neighbour, and how far it is in the data; a neighbour beyond the edge is the
    // outermost voxel itself.
    let mut upper = [(0.0, 0); 3];
    for axis in 0..3 {
        let x = index[axis].clamp(0.0, (size[axis] - 1) as f64);
        let low = x as usize;
        first += low * strides[axis];
        upper[axis] = (x - low as f64, if low + 1 < size[axis] { strides[axis] } else { 0 });
    }
    let [(x, i), (y, j), (z, k)] = upper;
    let data = volume.data();
    // A neighbour that has no part in the value may be anything.
    let between = |at: usize, next: usize, part: f64, value: &dyn Fn(usize) -> f64| {
        if part > 0.0 { value(at) * (1.0 - part) + value(at + next) * part } else { value(at) }
    };
    let voxel = |at: usize| f64::from(data[at]);
    let row = |at: usize| between(at, i, x, &voxel);
    let sheet = |at: usize| between(at, j, y, &row);
    let value = between(first, k, z, &sheet);
    value.is_finite().then_some(value)
}

/// The label of the voxel that holds the point; 0 outside the grid.
pub(super) fn label<L: Copy + Into<u32>>(labels: &Volume<L>, point: [f64; 3]) -> u32 {
    label_at(labels, labels.grid().patient_to_index(point))
}

/// As [`label`], at a fractional index.
pub(super) fn label_at<L: Copy + Into<u32>>(labels: &Volume<L>, index: [f64; 3]) -> u32 {
    labels.grid().voxel_around(index).map_or(0, |voxel| labels[voxel].into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use iodose_volume::Grid;

    #[test]
    fn a_ramp_is_met_exactly_and_ends_with_the_grid() {
        let grid = Grid::axis_aligned([4, 3, 2], [2.0, 3.0, 5.0], [0.0; 3]).unwrap();
        let ramp = Volume::from_fn(grid, |[i, j, k]| (i + 10 * j + 100 * k) as f32);
        assert_relative_eq!(linear(&ramp, [3.0, 4.5, 2.5]).unwrap(), 1.5 + 15.0 + 50.0, epsilon = 1e-9);
        assert_relative_eq!(linear(&ramp, [6.9, 0.0, 0.0]).unwrap(), 3.0, epsilon = 1e-9);
        assert_eq!(linear(&ramp, [7.1, 0.0, 0.0]), None);
        assert_eq!(label(&ramp.map(|&v| v as u16), [0.9, 0.0, 7.4]), 100);
    }

    #[test]
    fn what_is_not_a_number_is_nothing() {
        let grid = Grid::axis_aligned([2, 1, 1], [1.0; 3], [0.0; 3]).unwrap();
        let holed = Volume::new(grid, vec![1.0, f32::NAN]).unwrap();
        assert_eq!(linear(&holed, [0.5, 0.0, 0.0]), None);
        assert_eq!(linear(&holed, [0.0, 0.0, 0.0]), Some(1.0));
    }
}
