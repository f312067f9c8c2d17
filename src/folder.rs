//! The folder that results go to.

use crate::Error;
use crate::dose::DoseMaps;
use crate::record::Record;
use iodose_io::{IoError, Staging, clear_abandoned_within, write_bytes_whole, write_nifti_f32};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// File name of absorbed dose in Gy.
pub const DOSE: &str = "dose.nii.gz";
/// File name of absorbed dose per therapy activity, Gy/GBq, written in its place where no activity is known.
pub const DOSE_PER_ACTIVITY: &str = "dose_per_GBq.nii.gz";
/// File name of the Monte Carlo uncertainty.
pub const UNCERTAINTY: &str = "uncertainty.nii.gz";
/// File name of absorbed dose as RT Dose, written where the CT or the activity image was DICOM and doses are in Gy.
pub const DOSE_DICOM: &str = "dose.dcm";
/// File name of the Monte Carlo uncertainty as RT Dose, beside [`DOSE_DICOM`].
pub const UNCERTAINTY_DICOM: &str = "uncertainty.dcm";
/// File name of the record.
pub const RECORD: &str = "run.json";

pub(crate) const LESIONS_CSV: &str = "lesions.csv";
pub(crate) const LESIONS_JSON: &str = "lesions.json";
pub(crate) const DVH: &str = "dvh.csv";
pub(crate) const REPORT: &str = "report.html";
pub(crate) const REPORT_JSON: &str = "report.json";
/// File name of the prescription table, all of it.
pub const PRESCRIPTION_JSON: &str = "prescription.json";
/// File name of the prescription table, a row for each lesion and goal.
pub const PRESCRIPTION_CSV: &str = "prescription.csv";
pub(crate) const ORGANS_CSV: &str = "organs.csv";
pub(crate) const ORGANS_DVH: &str = "organs_dvh.csv";

/// Every name that a result can have.
const RESULTS: [&str; 15] = [
    DOSE,
    DOSE_PER_ACTIVITY,
    UNCERTAINTY,
    DOSE_DICOM,
    UNCERTAINTY_DICOM,
    RECORD,
    LESIONS_CSV,
    LESIONS_JSON,
    DVH,
    REPORT,
    REPORT_JSON,
    PRESCRIPTION_JSON,
    PRESCRIPTION_CSV,
    ORGANS_CSV,
    ORGANS_DVH,
];

/// A folder made ready for results: it exists and can be written to.
///
/// Files come into it only all together, so that a run that fails leaves an earlier result as it was. Where nothing
/// came, a folder that was made for it goes again.
#[derive(Debug)]
pub(crate) struct ResultFolder {
    path: PathBuf,
    /// Folders that did not exist before, the deepest first.
    made: Vec<PathBuf>,
}

impl ResultFolder {
    /// Makes the folder where it does not exist and tries it, so that a run of an hour does not end at a closed door.
    ///
    /// # Errors
    /// A folder that cannot be made or written to.
    pub(crate) fn prepare(path: &Path) -> Result<Self, Error> {
        let missing =
            path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let folder = Self { path: path.to_path_buf(), made: missing.map(Path::to_path_buf).collect() };
        std::fs::create_dir_all(path).map_err(|source| folder.failed(source))?;
        clear_abandoned_within(path);
        folder.staging()?;
        Ok(folder)
    }

    /// Refuses a folder that holds results of an earlier run which the files named here would not replace: beside new
    /// ones they would mislead.
    pub(crate) fn refuse_results_beside(&self, writes: &[&str]) -> Result<(), Error> {
        let stale = RESULTS.iter().find(|name| !writes.contains(name) && self.path.join(name).exists());
        let Some(stale) = stale else { return Ok(()) };
        let expected = format!("a folder without it, since this run writes only {}", writes.join(", "));
        Err(Error::input(
            self.path.join(stale).display(),
            "output folder",
            "the result of an earlier run",
            expected,
        ))
    }

    /// Lets `fill` write files into a temporary folder and, once all are there, gives them their place in this one, the
    /// record last.
    pub(crate) fn write(&self, fill: impl FnOnce(&Path) -> Result<(), Error>) -> Result<(), Error> {
        let staging = self.staging()?;
        fill(staging.path())?;
        let entries = std::fs::read_dir(staging.path()).map_err(|source| self.failed(source))?;
        let names: Result<Vec<OsString>, _> =
            entries.map(|entry| entry.map(|entry| entry.file_name())).collect();
        let mut names = names.map_err(|source| self.failed(source))?;
        names.sort_by_key(|name| (name == RECORD, name.clone()));
        // Should the moving be cut short, no record speaks for the mixture.
        let _ = std::fs::remove_file(self.path.join(RECORD));
        for name in names {
            let target = self.path.join(&name);
            std::fs::rename(staging.path().join(&name), &target)
                .map_err(|source| Error::Io(IoError::Write { path: target, source }))?;
        }
        Ok(())
    }

    fn staging(&self) -> Result<Staging, Error> {
        Staging::within(&self.path).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: std::io::Error) -> Error {
        Error::Io(IoError::Write { path: self.path.clone(), source })
    }
}

impl Drop for ResultFolder {
    fn drop(&mut self) {
        for folder in &self.made {
            // Fails, as it should, where something lies in it.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Writes dose and uncertainty.
pub(crate) fn write_maps(folder: &Path, dose_name: &str, maps: &DoseMaps) -> Result<(), Error> {
    let unit = if dose_name == DOSE { "Gy" } else { "Gy/GBq" };
    let write =
        |name, volume, what: &str| write_nifti_f32(&folder.join(name), volume, &format!("{what}, {unit}"));
    // Compressing takes longer than writing.
    let (dose, uncertainty) = rayon::join(
        || write(dose_name, &maps.dose, "absorbed dose"),
        || write(UNCERTAINTY, &maps.uncertainty, "Monte Carlo standard uncertainty (k=1)"),
    );
    Ok(dose.and(uncertainty)?)
}

/// Writes the record.
pub(crate) fn write_record(folder: &Path, record: &Record) -> Result<(), Error> {
    let json = serde_json::to_string_pretty(record).map_err(|error| Error::Report(error.to_string()))?;
    write_text(folder, RECORD, &json)
}

/// Writes a text.
pub(crate) fn write_text(folder: &Path, name: &str, text: &str) -> Result<(), Error> {
    Ok(write_bytes_whole(&folder.join(name), text.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_failure_leaves_no_trace() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("a/b");
        let folder = ResultFolder::prepare(&path).unwrap();
        assert!(path.is_dir());
        let result = folder.write(|staging| {
            write_text(staging, "lesions.csv", "half")?;
            Err(Error::Report("made up".into()))
        });
        assert!(result.is_err());
        drop(folder);
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_earlier_result_stays_until_the_new_one_is_whole() {
        let outer = tempfile::tempdir().unwrap();
        let folder = ResultFolder::prepare(outer.path()).unwrap();
        folder.write(|staging| write_text(staging, RECORD, "first")).unwrap();
        let _ = folder.write(|staging| {
            write_text(staging, RECORD, "second")?;
            Err(Error::Report("made up".into()))
        });
        assert_eq!(fs::read_to_string(outer.path().join(RECORD)).unwrap(), "first");
        folder.write(|staging| write_text(staging, RECORD, "third")).unwrap();
        assert_eq!(fs::read_to_string(outer.path().join(RECORD)).unwrap(), "third");
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 1);
    }

    #[test]
    fn results_that_would_not_be_replaced_are_refused() {
        let outer = tempfile::tempdir().unwrap();
        fs::write(outer.path().join(REPORT), "").unwrap();
        let folder = ResultFolder::prepare(outer.path()).unwrap();
        assert!(folder.refuse_results_beside(&[REPORT, DOSE]).is_ok());
        let message = folder.refuse_results_beside(&[DOSE]).unwrap_err().to_string();
        assert!(
            message.contains("report.html: output folder: found the result of an earlier run"),
            "{message}"
        );
    }
}
