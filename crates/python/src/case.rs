//! The whole job of a case.

use crate::effort::Effort;
use crate::error::{Error, InputError, raised};
use crate::follow::follow;
use crate::image::{array, rows};
use crate::library::OwnData;
use iodose::case::Case;
use iodose::report::{html, json};
use iodose::{Outcome, RunOptions};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::{Path, PathBuf};

/// A case: a file, or its keys and values as JSON.
#[derive(FromPyObject)]
pub(crate) enum Written {
    Keys(String),
    File(PathBuf),
}

impl Written {
    fn read(&self) -> PyResult<Case> {
        let case = match self {
            Self::File(path) => Case::read(path),
            Self::Keys(keys) => Case::from_toml(&toml_of(keys)?, "the case", Path::new("")),
        };
        case.map_err(raised)
    }
}

fn toml_of(keys: &str) -> PyResult<String> {
    let refused = |error: &dyn std::fmt::Display| InputError::new_err(format!("the case: {error}"));
    let keys: serde_json::Value = serde_json::from_str(keys).map_err(|error| refused(&error))?;
    toml::to_string(&keys).map_err(|error| refused(&error))
}

/// What is decided in place of the case.
pub(crate) fn options(effort: &Effort) -> PyResult<RunOptions> {
    Ok(RunOptions {
        threads: None,
        seed: effort.seed,
        stop: effort.rule(),
        max_histories: effort.max_histories,
        max_seconds: effort.max_seconds,
        measure: effort.measure()?,
        reductions: effort.reductions()?,
        identify: false,
    })
}

#[pyfunction]
pub(crate) fn run<'py>(
    py: Python<'py>,
    case: Written,
    output: Option<PathBuf>,
    effort: Effort,
    own_data: OwnData,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (case, options, library) = (case.read()?, options(&effort)?, own_data.library()?);
    let (outcome, page) = follow(py, effort.threads, progress.as_ref(), move |watch| {
        let outcome = match &output {
            Some(folder) => iodose::run_into(&case, &options, folder, &library, watch),
            None => iodose::run(&case, &options, &library, watch),
        }?;
        let page = html::render(&outcome.report);
        Ok((outcome, page))
    })?;
    found(py, outcome, page)
}

fn found(py: Python<'_>, outcome: Outcome, page: String) -> PyResult<Bound<'_, PyDict>> {
    let Outcome { maps, labels, report, record } = outcome;
    let failed = |error: serde_json::Error| Error::new_err(error.to_string());
    let found = PyDict::new(py);
    found.set_item("unit", report.settings.basis.unit())?;
    found.set_item("rows", rows(maps.dose.grid()))?;
    found.set_item("labels", labels.map(|labels| array(py, labels)).transpose()?)?;
    found.set_item("dose", array(py, maps.dose)?)?;
    found.set_item("uncertainty", array(py, maps.uncertainty)?)?;
    found.set_item("lesions", json::lesions_json(&report).map_err(failed)?)?;
    let prescription = report.prescription.as_ref().map(|table| table.json()).transpose().map_err(failed)?;
    found.set_item("prescription", prescription)?;
    found.set_item("report_html", page)?;
    found.set_item("record", serde_json::to_string(&record).map_err(failed)?)?;
    Ok(found)
}
