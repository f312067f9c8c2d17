//! Values on a grid.

use crate::Grid;
use ndarray::{ArrayView3, ShapeBuilder};
use std::ops::{Index, IndexMut};
use thiserror::Error;

/// Why a volume cannot be built.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum VolumeError {
    /// The data do not fill the grid.
    #[error("data: found {found} values, expected {expected} for a grid of {size:?} voxels")]
    Length {
        /// Values given.
        found: usize,
        /// Voxels of the grid.
        expected: usize,
        /// Size of the grid.
        size: [usize; 3],
    },
}

/// One value per voxel of a grid, i fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume<T> {
    grid: Grid,
    data: Vec<T>,
}

impl<T> Volume<T> {
    /// A volume from values with i fastest, as many as the grid has voxels.
    pub fn new(grid: Grid, data: Vec<T>) -> Result<Self, VolumeError> {
        if data.len() == grid.len() {
            Ok(Self { grid, data })
        } else {
            Err(VolumeError::Length { found: data.len(), expected: grid.len(), size: grid.size() })
        }
    }

    /// A volume whose values are computed from the voxel index (i, j, k).
    pub fn from_fn(grid: Grid, mut value: impl FnMut([usize; 3]) -> T) -> Self {
        let [nx, ny, nz] = grid.size();
        let mut data = Vec::with_capacity(grid.len());
        for k in 0..nz {
            for j in 0..ny {
                data.extend((0..nx).map(|i| value([i, j, k])));
            }
        }
        Self { grid, data }
    }

    /// A volume with each value turned into another, on the same grid.
    pub fn map<U>(&self, value: impl FnMut(&T) -> U) -> Volume<U> {
        Volume { grid: self.grid, data: self.data.iter().map(value).collect() }
    }

    /// Where the voxels lie.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The values, i fastest.
    pub fn data(&self) -> &[T] {
        &self.data
    }

    /// The values for change, i fastest.
    pub fn data_mut(&mut self) -> &mut [T] {
        &mut self.data
    }

    /// The values themselves, i fastest.
    pub fn into_data(self) -> Vec<T> {
        self.data
    }

    /// The smallest box of voxels, first and last index of each axis, that holds all values for which `inside` is true; `None`
    /// where there is none.
    pub fn bounds(&self, mut inside: impl FnMut(&T) -> bool) -> Option<([usize; 3], [usize; 3])> {
        let mut bounds: Option<([usize; 3], [usize; 3])> = None;
        for (offset, _) in self.data.iter().enumerate().filter(|(_, value)| inside(value)) {
            let index = self.grid.index(offset);
            let (first, last) = bounds.get_or_insert((index, index));
            for axis in 0..3 {
                first[axis] = first[axis].min(index[axis]);
                last[axis] = last[axis].max(index[axis]);
            }
        }
        bounds
    }

    /// The values as an array indexed `[i, j, k]`, without a copy.
    pub fn view(&self) -> ArrayView3<'_, T> {
        let [nx, ny, nz] = self.grid.size();
        // Volume::new is the only door in and checked the length, so the shape always fits.
        #[allow(clippy::expect_used)]
        ArrayView3::from_shape((nx, ny, nz).f(), &self.data).expect("length checked on construction")
    }
}

impl<T: Clone> Volume<T> {
    /// A volume with one value everywhere.
    pub fn filled(grid: Grid, value: T) -> Self {
        Self { grid, data: vec![value; grid.len()] }
    }

    /// A volume from an array indexed `[i, j, k]`, whatever its memory layout.
    pub fn from_array(grid: Grid, array: ArrayView3<'_, T>) -> Result<Self, VolumeError> {
        let (nx, ny, nz) = array.dim();
        if [nx, ny, nz] != grid.size() {
            return Err(VolumeError::Length { found: array.len(), expected: grid.len(), size: grid.size() });
        }
        // Reversing the axes makes the logical order of iteration "i fastest".
        Ok(Self { grid, data: array.reversed_axes().iter().cloned().collect() })
    }
}

impl<T> Index<[usize; 3]> for Volume<T> {
    type Output = T;
    /// # Panics
    /// When the index lies outside the grid, like a slice.
    fn index(&self, index: [usize; 3]) -> &T {
        &self.data[self.grid.offset(index)]
    }
}

impl<T> IndexMut<[usize; 3]> for Volume<T> {
    fn index_mut(&mut self, index: [usize; 3]) -> &mut T {
        let offset = self.grid.offset(index);
        &mut self.data[offset]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    fn grid() -> Grid {
        Grid::axis_aligned([2, 3, 4], [1.0; 3], [0.0; 3]).unwrap()
    }

    #[test]
    fn bounds_hold_all_that_is_inside() {
        let mut labels = Volume::filled(grid(), 0_u16);
        assert_eq!(labels.bounds(|&label| label == 3), None);
        labels[[1, 0, 3]] = 3;
        assert_eq!(labels.bounds(|&label| label == 3), Some(([1, 0, 3], [1, 0, 3])));
        labels[[0, 2, 2]] = 3;
        labels[[0, 0, 0]] = 2;
        assert_eq!(labels.bounds(|&label| label == 3), Some(([0, 0, 2], [1, 2, 3])));
    }

    #[test]
    fn arrays_of_either_layout_give_the_same_volume() {
        let c_order = Array3::from_shape_fn((2, 3, 4), |(i, j, k)| 100 * i + 10 * j + k);
        let mut f_order = Array3::zeros((2, 3, 4).f());
        f_order.assign(&c_order);
        let a = Volume::from_array(grid(), c_order.view()).unwrap();
        let b = Volume::from_array(grid(), f_order.view()).unwrap();
        assert_eq!(a, b);
        assert_eq!(a[[1, 2, 3]], 123);
        assert_eq!(a.view()[[1, 2, 3]], 123);
        assert_eq!(a.data()[1], 100, "i runs fastest");
    }

    #[test]
    fn a_wrong_length_is_refused() {
        assert!(matches!(Volume::new(grid(), vec![0; 23]), Err(VolumeError::Length { found: 23, .. })));
    }
}
