//! The engine alone, on arrays.

use crate::effort::Effort;
use crate::error::{InputError, raised};
use crate::follow::follow;
use crate::image::{Image, array, volume};
use crate::library::OwnData;
use iodose::io::{HuCurve, IoError};
use iodose::transport::Share;
use iodose::{DoseMaps, Given, PartFile, Parts, Record, SimulateRequest, TiaUnit, TissueChoice};
use numpy::PyArray3;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is asked, as the package passes it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked<'py> {
    tia: Image<'py, f32>,
    unit: String,
    density: Option<Image<'py, f32>>,
    materials: Option<Image<'py, u16>>,
    ct: Option<Image<'py, f32>>,
    curve: String,
    labels: Option<Image<'py, u16>>,
    nuclide: String,
    effort: Effort,
    own_data: OwnData,
}

impl Asked<'_> {
    fn request(&self) -> PyResult<SimulateRequest> {
        let unit = TiaUnit::NAMES.iter().find(|(name, _)| *name == self.unit).map(|(_, unit)| *unit);
        let unit = unit.ok_or_else(|| {
            let names = TiaUnit::NAMES.map(|(name, _)| name).join(", ");
            InputError::new_err(format!("unit: found {:?}, expected one of {names}", self.unit))
        })?;
        let request = SimulateRequest::new(volume(&self.tia)?, unit, self.tissue()?, &self.nuclide);
        let effort = &self.effort;
        Ok(SimulateRequest {
            roi: self.labels.as_ref().map(volume).transpose()?.map(Given::from),
            seed: effort.seed.unwrap_or(request.seed),
            stop: effort.rule().unwrap_or(request.stop),
            max_histories: effort.max_histories,
            max_seconds: effort.max_seconds,
            measure: effort.measure()?.unwrap_or(request.measure),
            reductions: effort.reductions()?.unwrap_or(request.reductions),
            ..request
        })
    }

    fn tissue(&self) -> PyResult<TissueChoice> {
        Ok(match (&self.density, &self.ct) {
            (Some(density), _) => TissueChoice::Density {
                density: volume(density)?.into(),
                materials: self.materials.as_ref().map(volume).transpose()?.map(Given::from),
            },
            (None, Some(ct)) => TissueChoice::Ct { ct: volume(ct)?.into(), curve: curve(&self.curve)? },
            (None, None) => TissueChoice::Water,
        })
    }
}

fn curve(text: &str) -> PyResult<HuCurve> {
    Ok(match text {
        "default" => HuCurve::Default,
        "schneider2000" => HuCurve::Schneider2000,
        file => HuCurve::from_csv(Path::new(file)).map_err(raised)?,
    })
}

/// Dose and uncertainty, Gy; label, mean and its uncertainty of each region, Gy; the record as JSON.
type Found<'py> = (Bound<'py, PyArray3<f32>>, Bound<'py, PyArray3<f32>>, Vec<(u16, f64, f64)>, String);

fn found(py: Python<'_>, (maps, record): (DoseMaps, Record)) -> PyResult<Found<'_>> {
    let regions = maps.regions.iter().map(|region| (region.label, region.mean, region.u)).collect();
    let record =
        serde_json::to_string(&record).map_err(|error| crate::error::Error::new_err(error.to_string()))?;
    Ok((array(py, maps.dose)?, array(py, maps.uncertainty)?, regions, record))
}

#[pyfunction]
pub(crate) fn simulate<'py>(
    py: Python<'py>,
    asked: Asked<'py>,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Found<'py>> {
    let (request, library) = (asked.request()?, asked.own_data.library()?);
    let result = follow(py, asked.effort.threads, progress.as_ref(), move |watch| {
        iodose::simulate(&request, &library, watch)
    });
    found(py, result?)
}

/// The sums of share `number` of `of`, as bytes.
#[pyfunction]
pub(crate) fn shard<'py>(
    py: Python<'py>,
    asked: Asked<'py>,
    number: u32,
    of: u32,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let share = Share::new(number, of).ok_or_else(|| {
        InputError::new_err(format!("share: found {number} of {of}, expected a number from 1 to {of}"))
    })?;
    let (request, library) = (asked.request()?, asked.own_data.library()?);
    let folder = tempfile::tempdir()?;
    let sums = follow(py, asked.effort.threads, progress.as_ref(), move |watch| {
        let part = PartFile { share, path: folder.path().join("part"), note: Vec::new() };
        iodose::simulate_share(&request, &part, &library, watch)?;
        let PartFile { path, .. } = part;
        Ok(std::fs::read(&path).map_err(|source| IoError::Read { path, source })?)
    })?;
    Ok(PyBytes::new(py, &sums))
}

#[pyfunction]
pub(crate) fn merge<'py>(
    py: Python<'py>,
    asked: Asked<'py>,
    parts: Vec<Bound<'py, PyBytes>>,
) -> PyResult<Found<'py>> {
    let (request, library) = (asked.request()?, asked.own_data.library()?);
    let folder = tempfile::tempdir()?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for (position, part) in parts.iter().enumerate() {
        let path = folder.path().join(format!("part {position}"));
        std::fs::File::create(&path)?.write_all(part.as_bytes())?;
        paths.push(path);
    }
    let result = follow(py, asked.effort.threads, None, move |watch| {
        let _until_read = folder;
        iodose::simulate_merged(&request, &Parts::open(&paths)?, &library, watch)
    });
    found(py, result?)
}
