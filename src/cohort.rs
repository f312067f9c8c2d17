//! The tables of a batch, made from the files of its cases.

use crate::batch::{BatchCase, CaseEnd};
use crate::folder::{LESIONS_JSON, PRESCRIPTION_JSON, write_text};
use crate::{Error, VERSION};
use iodose_io::{IoError, clear_abandoned_beside};
use iodose_report::Prescription;
use iodose_report::cohort::{Cohort, CohortCase, CohortLesions};
use iodose_report::html::render_cohort;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// File names of a cohort: a row for each lesion, a row for each case, and the page.
const LESIONS: &str = "cohort.csv";
const CASES: &str = "cohort_cases.csv";
const PAGE: &str = "cohort.html";

/// Writes `cohort.csv`, `cohort_cases.csv` and `cohort.html` of the cases of a batch into its folder, from their files alone; the
/// page's path.
///
/// # Errors
/// A folder that cannot be written to; results that are not what this version writes.
pub fn write_cohort(cases: &[BatchCase], output: &Path) -> Result<PathBuf, Error> {
    let cases = cases.iter().map(|case| read(case, output)).collect::<Result<_, _>>()?;
    let cohort = Cohort { cases, version: VERSION.to_owned() };
    let failed = |error: csv::Error| Error::Report(error.to_string());
    std::fs::create_dir_all(output)
        .map_err(|source| IoError::Write { path: output.to_path_buf(), source })?;
    let lesions = cohort.lesions_csv().map_err(failed)?;
    let cases = cohort.cases_csv().map_err(failed)?;
    for (name, text) in [(LESIONS, lesions), (CASES, cases), (PAGE, render_cohort(&cohort))] {
        clear_abandoned_beside(&output.join(name));
        write_text(output, name, &text)?;
    }
    Ok(output.join(PAGE))
}

fn read(case: &BatchCase, output: &Path) -> Result<CohortCase, Error> {
    let folder = case.folder.strip_prefix(output).unwrap_or(&case.folder);
    let mut found = CohortCase {
        id: case.id.clone(),
        file: case.file.display().to_string(),
        folder: folder.display().to_string(),
        ..CohortCase::default()
    };
    if let CaseEnd::Failed(error) = &case.end {
        found.error = Some(error.to_string());
        return Ok(found);
    }
    found.lesions = parse::<CohortLesions>(&case.folder.join(LESIONS_JSON))?;
    let table = case.folder.join(PRESCRIPTION_JSON);
    if table.is_file() {
        found.verdict = Some(parse::<Prescription>(&table)?.verdict);
    }
    Ok(found)
}

fn parse<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = std::fs::read(path).map_err(|source| IoError::Read { path: path.to_path_buf(), source })?;
    serde_json::from_slice(&text).map_err(|error| {
        Error::input(path.display(), "JSON", error, "a result of `iodose run` by this version")
    })
}
