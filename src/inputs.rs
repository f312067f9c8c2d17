//! Opening the files of a case, and keeping account of them.

use crate::Error;
use crate::case::{Image, ImageUnit};
use iodose_io::nifti::{ReadOptions, read_labels_with};
use iodose_io::{label_sizes, read_nifti, sha256_of_file};
use iodose_kinetics::check_activity;
use iodose_report::InputFile;
use iodose_volume::{Grid, Volume, overlap_fraction};
use std::path::Path;

/// Two images of which less than this share of the smaller one overlaps do not belong together.
const LEAST_OVERLAP: f64 = 0.1;

/// The files read so far and what there is to say about them.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Each file with its hash.
    pub(crate) files: Vec<InputFile>,
    /// What the reader of the result must know.
    pub(crate) warnings: Vec<String>,
}

impl Inputs {
    /// Reads an image of real numbers; `what` says what it is for.
    pub(crate) fn image(&mut self, what: &str, written: &str, path: &Path) -> Result<Volume<f32>, Error> {
        refuse_other_formats(path)?;
        let image = read_nifti(path)?;
        self.note(what, written, path, image.warnings)?;
        Ok(image.volume)
    }

    /// Reads a label map with at least one label.
    pub(crate) fn labels(&mut self, what: &str, written: &str, path: &Path) -> Result<Volume<u16>, Error> {
        refuse_other_formats(path)?;
        let image = read_labels_with(path, ReadOptions::default())?;
        self.note(what, written, path, image.warnings)?;
        label_sizes(&image.volume).map_err(|source| Error::Labels { path: path.to_path_buf(), source })?;
        Ok(image.volume)
    }

    /// Reads an activity image of a case as concentration, Bq/mL at the time of the image.
    pub(crate) fn activity(&mut self, image: &Image) -> Result<Volume<f32>, Error> {
        let path = &image.path.resolved;
        let time = image.time_h.map(|time| format!(", {time} h")).unwrap_or_default();
        let what = format!("{} of {}{time}", image.modality, image.nuclide);
        let stored = self.image(&what, &image.path.written, path)?;
        let Some(unit) = image.unit else {
            return Err(Error::input(
                path.display(),
                "unit",
                "none",
                "\"Bq/mL\" or another unit of the case file",
            ));
        };
        let scale = match (unit.bq_per_ml(), unit) {
            (Some(scale), _) => scale,
            (None, ImageUnit::Counts { calibration_cps_per_mbq, duration_s: Some(duration_s) }) => {
                1e6 / (calibration_cps_per_mbq * duration_s * stored.grid().voxel_volume_ml())
            }
            (None, _) => {
                return Err(Error::input(
                    path.display(),
                    "duration_s",
                    "none",
                    "the duration of the scan in s",
                ));
            }
        };
        let concentration = stored.map(|&value| (f64::from(value) * scale) as f32);
        let context = || format!("{}: activity concentration (Bq/mL)", path.display());
        check_activity(&concentration).map_err(|source| Error::Kinetics { context: context(), source })?;
        Ok(concentration)
    }

    fn note(&mut self, what: &str, written: &str, path: &Path, warnings: Vec<String>) -> Result<(), Error> {
        self.note_file(what, written, path)?;
        for warning in warnings {
            self.warn(format!("{written}: {warning}"));
        }
        Ok(())
    }

    /// Takes account of a file that is read elsewhere.
    pub(crate) fn note_file(&mut self, what: &str, written: &str, path: &Path) -> Result<(), Error> {
        tracing::info!(what, path = written, "read");
        let sha256 = sha256_of_file(path)?;
        self.files.push(InputFile { what: what.to_owned(), path: written.to_owned(), sha256 });
        Ok(())
    }

    pub(crate) fn warn(&mut self, warning: String) {
        tracing::warn!("{warning}");
        self.warnings.push(warning);
    }
}

/// DICOM and MetaImage are told from damaged NIfTI, so that the error says what is wrong.
fn refuse_other_formats(path: &Path) -> Result<(), Error> {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let found = if path.is_dir() {
        "a folder"
    } else if [".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz"]
        .iter()
        .any(|ending| name.ends_with(ending))
    {
        return Ok(());
    } else if path.exists() {
        "a file of another format"
    } else {
        "no such file"
    };
    Err(Error::input(
        path.display(),
        "path",
        found,
        "a NIfTI file (.nii, .nii.gz, .hdr/.img), the format this version reads",
    ))
}

/// Refuses images that barely overlap: they are of another patient, another visit or another frame of reference.
pub(crate) fn require_overlap(file: &Path, grid: &Grid, what: &str, other: &Grid) -> Result<(), Error> {
    let overlap = overlap_fraction(grid, other).max(overlap_fraction(other, grid));
    if overlap >= LEAST_OVERLAP {
        return Ok(());
    }
    let found = format!("{:.0} % of the smaller image overlaps with {what}", 100.0 * overlap);
    let expected = format!("at least {:.0} %; are they in one frame of reference?", 100.0 * LEAST_OVERLAP);
    Err(Error::input(file.display(), "position", found, expected))
}
