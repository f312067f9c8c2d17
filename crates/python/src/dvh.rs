//! Dose-volume histograms by the code that makes the report's.

use crate::error::InputError;
use iodose::volume::ndarray::Array1;
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

/// The cumulative dose-volume histogram of a region, by the code that makes the report's (`docs/methods/dvh.md`).
#[pyclass(frozen, module = "iodose")]
#[derive(Debug)]
pub(crate) struct Dvh {
    dvh: iodose::report::Dvh,
    /// Voxels of the region.
    #[pyo3(get)]
    voxels: usize,
    /// Volume of the region, mL.
    #[pyo3(get, name = "volume_mL")]
    volume_ml: f64,
}

#[pymethods]
impl Dvh {
    /// Of the doses of the region's voxels (Gy), each of `voxel_mL` mL.
    #[new]
    #[expect(non_snake_case, reason = "the unit's name")]
    fn new(doses: PyReadonlyArray1<'_, f64>, voxel_mL: f64) -> PyResult<Self> {
        let doses = doses.as_array();
        let voxels = doses.len();
        let dvh = iodose::report::Dvh::new(doses.iter().copied())
            .map_err(|error| InputError::new_err(error.to_string()))?;
        Ok(Self { dvh, voxels, volume_ml: voxels as f64 * voxel_mL })
    }

    /// Mean dose, Gy.
    #[getter]
    fn mean(&self) -> f64 {
        self.dvh.mean()
    }

    /// Smallest dose, Gy.
    #[getter]
    fn min(&self) -> f64 {
        self.dvh.min()
    }

    /// Largest dose, Gy.
    #[getter]
    fn max(&self) -> f64 {
        self.dvh.max()
    }

    /// Dose that 98 % of the volume has at least, Gy.
    #[getter(D98)]
    fn d98(&self) -> f64 {
        self.dvh.dose_at_volume(98.0)
    }

    /// Dose that 95 % of the volume has at least, Gy.
    #[getter(D95)]
    fn d95(&self) -> f64 {
        self.dvh.dose_at_volume(95.0)
    }

    /// Median dose, Gy.
    #[getter(D50)]
    fn d50(&self) -> f64 {
        self.dvh.dose_at_volume(50.0)
    }

    /// Dose that 2 % of the volume has at least, Gy.
    #[getter(D2)]
    fn d2(&self) -> f64 {
        self.dvh.dose_at_volume(2.0)
    }

    /// Dose (Gy) that `percent` (0 to 100) of the volume has at least.
    fn dose_at_volume(&self, percent: f64) -> PyResult<f64> {
        if !(0.0..=100.0).contains(&percent) {
            return Err(InputError::new_err(format!(
                "percent: found {percent}, expected a number from 0 to 100"
            )));
        }
        Ok(self.dvh.dose_at_volume(percent))
    }

    /// Share of the volume, 0 to 1, with at least a dose (Gy).
    fn volume_at_dose(&self, dose: f64) -> PyResult<f64> {
        if !dose.is_finite() {
            return Err(InputError::new_err(format!("dose: found {dose}, expected a finite number")));
        }
        Ok(self.dvh.volume_at_dose(dose))
    }

    /// Doses (Gy), ascending, and the share of the volume that has at least each: at most 400 points, to be plotted.
    fn curve<'py>(&self, py: Python<'py>) -> (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>) {
        let curve = self.dvh.curve();
        let of = |value: fn(&iodose::report::DvhPoint) -> f64| {
            curve.iter().map(value).collect::<Array1<f64>>().into_pyarray(py)
        };
        (of(|point| point.dose), of(|point| point.volume_fraction))
    }

    fn __repr__(&self) -> String {
        format!(
            "Dvh(mean={:.4}, D98={:.4}, D95={:.4}, D50={:.4}, D2={:.4}, voxels={}, volume_mL={:.4})",
            self.mean(),
            self.d98(),
            self.d95(),
            self.d50(),
            self.d2(),
            self.voxels,
            self.volume_ml
        )
    }
}
