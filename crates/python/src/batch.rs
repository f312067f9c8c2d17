//! Many cases on one machine.

use crate::case::options;
use crate::effort::Effort;
use crate::follow::follow;
use crate::library::OwnData;
use iodose::transport::{EngineError, Watch};
use iodose::{BatchOptions, CaseEnd, available_memory, run_batch, write_cohort};
use pyo3::prelude::*;
use std::path::PathBuf;

/// Share of the free memory that cases may take when nothing is said; as the command has it.
const SHARE_OF_MEMORY: f64 = 0.8;

/// The case's file, id and folder; how it ended: "done", "finished" or "failed"; seconds; the error's text.
type Ended = (PathBuf, String, PathBuf, &'static str, Option<f64>, Option<String>);

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "those of the package's function, which alone calls this")]
pub(crate) fn batch(
    py: Python<'_>,
    files: Vec<PathBuf>,
    output: PathBuf,
    jobs: usize,
    memory_bytes: Option<u64>,
    keep_going: bool,
    resume: bool,
    effort: Effort,
    own_data: OwnData,
) -> PyResult<Vec<Ended>> {
    let library = own_data.library()?;
    let free = || available_memory().map(|bytes| (bytes as f64 * SHARE_OF_MEMORY) as u64);
    let options = BatchOptions {
        // Always a pool of its own: that of the process is lost in a forked one. 0 stands for all of the machine.
        run: iodose::RunOptions { threads: Some(effort.threads.unwrap_or(0)), ..options(&effort)? },
        jobs,
        memory_bytes: memory_bytes.or_else(free),
        keep_going,
        resume,
    };
    let cases = follow(py, effort.threads, None, move |watch| {
        let cases = run_batch(&files, &options, &output, &library, watch)?;
        if watch.cancelled() {
            return Err(EngineError::Cancelled.into());
        }
        write_cohort(&cases, &output)?;
        Ok(cases)
    })?;
    let ended = cases.into_iter().map(|case| {
        let (end, seconds, error) = match case.end {
            CaseEnd::Done { seconds } => ("done", Some(seconds), None),
            CaseEnd::Finished => ("finished", None, None),
            CaseEnd::Failed(error) => ("failed", None, Some(error.to_string())),
        };
        (case.file, case.id, case.folder, end, seconds, error)
    });
    Ok(ended.collect())
}

/// The folder that a case of this id has below that of all results.
#[pyfunction]
pub(crate) fn folder_name(id: &str) -> String {
    iodose::folder_name(id)
}
