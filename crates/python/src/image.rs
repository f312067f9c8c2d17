//! Volumes from arrays and arrays from volumes.

use crate::error::raised;
use iodose::volume::ndarray::{Array3, ShapeBuilder};
use iodose::volume::{Affine, Grid, Volume};
use numpy::{Element, IntoPyArray, PyArray3, PyReadonlyArray3};
use pyo3::prelude::*;

/// Values indexed `[x, y, z]`, and the first three rows of the matrix from indices to LPS mm.
pub(crate) type Image<'py, T> = (PyReadonlyArray3<'py, T>, [[f64; 4]; 3]);

/// A copy of the values, whatever their layout, on their grid.
pub(crate) fn volume<T: Element + Clone>((values, rows): &Image<'_, T>) -> PyResult<Volume<T>> {
    let values = values.as_array();
    let (nx, ny, nz) = values.dim();
    let column = |axis: usize| rows.map(|row| row[axis]);
    let affine = Affine { columns: [column(0), column(1), column(2)], origin: column(3) };
    let grid = Grid::new([nx, ny, nz], affine).map_err(raised)?;
    Volume::from_array(grid, values).map_err(|error| crate::error::InputError::new_err(error.to_string()))
}

/// The values themselves as an array indexed `[x, y, z]` in Fortran order, without a copy.
pub(crate) fn array<T: Element>(py: Python<'_>, volume: Volume<T>) -> PyResult<Bound<'_, PyArray3<T>>> {
    let [nx, ny, nz] = volume.grid().size();
    let array = Array3::from_shape_vec((nx, ny, nz).f(), volume.into_data());
    array.map(|array| array.into_pyarray(py)).map_err(|error| crate::error::Error::new_err(error.to_string()))
}

/// The first three rows of the matrix from indices to LPS mm.
pub(crate) fn rows(grid: &Grid) -> [[f64; 4]; 3] {
    let Affine { columns: [a, b, c], origin } = grid.affine();
    std::array::from_fn(|axis| [a[axis], b[axis], c[axis], origin[axis]])
}
