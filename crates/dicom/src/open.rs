//! One call from paths to an image, where they hold only one that can be meant.

use crate::activity::ActivityImage;
use crate::beside::refuse_unreadable_beside;
use crate::ct::read_ct;
use crate::error::Result;
use crate::kind::ImageKind;
use crate::nm::{NmOptions, read_nm};
use crate::pet::{PetOptions, read_pet};
use crate::scan::{SeriesChoice, Study};
use crate::series::SeriesInfo;
use iodose_io::Image;
use std::path::PathBuf;

/// Scans paths and reads the CT that is meant, in Hounsfield units; see [`read_ct`].
pub fn open_ct(paths: &[PathBuf], choice: &SeriesChoice) -> Result<(SeriesInfo, Image)> {
    let series = choose(paths, ImageKind::Ct, choice)?;
    let image = read_ct(&series)?;
    Ok((series, image))
}

/// Scans paths and reads the PET that is meant, in Bq/mL; see [`read_pet`].
pub fn open_pet(
    paths: &[PathBuf],
    choice: &SeriesChoice,
    options: &PetOptions,
) -> Result<(SeriesInfo, ActivityImage)> {
    let series = choose(paths, ImageKind::Pet, choice)?;
    let image = read_pet(&series, options)?;
    Ok((series, image))
}

/// Scans paths and reads the SPECT that is meant, in Bq/mL; see [`read_nm`].
pub fn open_nm(
    paths: &[PathBuf],
    choice: &SeriesChoice,
    options: &NmOptions,
) -> Result<(SeriesInfo, ActivityImage)> {
    let series = choose(paths, ImageKind::Nm, choice)?;
    let image = read_nm(&series, options)?;
    Ok((series, image))
}

/// The series that is meant, whole: see [`refuse_unreadable_beside`].
fn choose(paths: &[PathBuf], kind: ImageKind, choice: &SeriesChoice) -> Result<SeriesInfo> {
    let study = Study::scan(paths)?;
    let series = study.choose_image(kind, choice)?.clone();
    refuse_unreadable_beside(&series, study.problems)?;
    Ok(series)
}
