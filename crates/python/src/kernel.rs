//! Voxel S values.

use crate::effort::Effort;
use crate::error::InputError;
use crate::follow::follow;
use crate::library::OwnData;
use iodose::case::StopRule;
use iodose::transport::{Accuracy, EmissionSet, Emitter, Reductions, Tables, VoxelKernel};
use iodose::volume::ndarray::Array3;
use numpy::{IntoPyArray, PyArray3};
use pyo3::prelude::*;

/// Where the run ends when nothing is said: 0.5 % on the self value, as the command has it.
const DEFAULT_UNCERTAINTY: f64 = 0.005;

/// What is asked, as the package passes it.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    nuclide: String,
    medium: String,
    spacing: [f64; 3],
    density: Option<f64>,
    extent: usize,
    emissions: String,
    effort: Effort,
    own_data: OwnData,
}

/// S in mGy/(MBq s), its relative uncertainty, the density used in g/cm3, and the decays simulated.
type Found<'py> = (Bound<'py, PyArray3<f64>>, Bound<'py, PyArray3<f64>>, f64, u64);

#[pyfunction]
pub(crate) fn kernel<'py>(
    py: Python<'py>,
    asked: Asked,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Found<'py>> {
    let library = asked.own_data.library()?;
    let emissions: EmissionSet =
        asked.emissions.parse().map_err(|error| InputError::new_err(format!("emissions: {error}")))?;
    let (side, threads) = (asked.extent + 1, asked.effort.threads);
    let effort = &asked.effort;
    let rule = effort.rule().unwrap_or(StopRule::Uncertainty(DEFAULT_UNCERTAINTY));
    let stop = rule.with_ceilings(effort.max_histories, effort.max_seconds);
    let (seed, accuracy) = (effort.seed.unwrap_or(1), Accuracy::default());
    let reductions = effort.reductions()?.unwrap_or(Reductions::ALL);
    let (values, density, decays) = follow(py, threads, progress.as_ref(), move |watch| {
        let material = library.material(&asked.medium)?;
        let emitter = Emitter::new(library.nuclide(&asked.nuclide)?, emissions)?;
        let density = asked.density.unwrap_or(material.nominal_density);
        let (sides_mm, extent) = (asked.spacing, asked.extent);
        let kernel = VoxelKernel { emitter: &emitter, material, density, sides_mm, extent };
        let (values, scores) = match reductions {
            Reductions::NONE => kernel.compute(&library, accuracy, seed, stop, None, watch)?,
            reductions => {
                let tables = Tables::new(&[material], &library, accuracy)?;
                kernel.compute_reduced(&tables, reductions, seed, stop, None, watch)?
            }
        };
        Ok((values, density, scores.histories))
    })?;
    let mut s = Array3::from_elem((side, side, side), f64::NAN);
    let mut uncertainty = s.clone();
    for value in values {
        s[value.index] = value.s;
        uncertainty[value.index] = value.relative_uncertainty;
    }
    Ok((s.into_pyarray(py), uncertainty.into_pyarray(py), density, decays))
}
