//! The folder that results go to.

use crate::Error;
use crate::dose::DoseMaps;
use crate::meter::Meter;
use crate::record::Record;
use iodose_io::{IoError, write_bytes_whole, write_nifti_f32};
use std::path::{Path, PathBuf};

/// File name of absorbed dose in Gy.
pub const DOSE: &str = "dose.nii.gz";
/// File name of absorbed dose per therapy activity, Gy/GBq, written in its place where no activity is known.
pub const DOSE_PER_ACTIVITY: &str = "dose_per_GBq.nii.gz";
/// File name of the Monte Carlo uncertainty.
pub const UNCERTAINTY: &str = "uncertainty.nii.gz";
/// File name of the record.
pub const RECORD: &str = "run.json";

/// A folder made ready for results: it exists and can be written to.
#[derive(Clone, Debug)]
pub struct ResultFolder {
    path: PathBuf,
}

impl ResultFolder {
    /// Makes the folder where it does not exist and tries it, so that a run of an hour does not end at a closed door.
    ///
    /// # Errors
    /// A folder that cannot be made or written to.
    pub fn prepare(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Io(IoError::Write { path: path.to_path_buf(), source });
        std::fs::create_dir_all(path).map_err(failed)?;
        let trial = path.join(".iodose-trial");
        write_bytes_whole(&trial, b"")?;
        std::fs::remove_file(&trial).map_err(failed)?;
        Ok(Self { path: path.to_path_buf() })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses a folder that holds a dose of the other kind from an earlier run: beside new results it would mislead.
    pub(crate) fn refuse_other_dose(&self, dose_name: &str) -> Result<(), Error> {
        let other = self.path.join(if dose_name == DOSE { DOSE_PER_ACTIVITY } else { DOSE });
        if other.exists() {
            let expected = format!("a folder without it, since this run writes {dose_name}");
            return Err(Error::input(
                other.display(),
                "output folder",
                "the dose of an earlier run",
                expected,
            ));
        }
        Ok(())
    }

    /// Writes the maps, then the record with times and memory up to that moment. Each file appears whole.
    pub(crate) fn write(
        &self,
        dose_name: &str,
        maps: &DoseMaps,
        record: &mut Record,
        meter: &Meter,
    ) -> Result<(), Error> {
        let unit = if dose_name == DOSE { "Gy" } else { "Gy/GBq" };
        write_nifti_f32(&self.path.join(dose_name), &maps.dose, &format!("absorbed dose, {unit}"))?;
        write_nifti_f32(
            &self.path.join(UNCERTAINTY),
            &maps.uncertainty,
            &format!("Monte Carlo standard uncertainty (k=1), {unit}"),
        )?;
        record.measure(meter);
        let json = serde_json::to_string_pretty(record).map_err(|error| Error::Report(error.to_string()))?;
        self.write_text(RECORD, &json)
    }

    pub(crate) fn write_text(&self, name: &str, text: &str) -> Result<(), Error> {
        Ok(write_bytes_whole(&self.path.join(name), text.as_bytes())?)
    }
}
