//! DICOM series under the paths of a case.

use crate::Error;
use crate::case::SeriesKey;
use crate::frames::Origin;
use crate::inputs::Inputs;
use iodose_dicom::{SeriesChoice, open_ct};
use iodose_volume::Volume;
use std::path::{Path, PathBuf};

/// The paths to search.
pub(crate) fn paths(path: &Path) -> [PathBuf; 1] {
    [path.to_path_buf()]
}

/// The case's choice of a series.
pub(crate) fn choice(key: Option<&SeriesKey>) -> SeriesChoice {
    match key {
        None => SeriesChoice::Only,
        Some(SeriesKey::Number(number)) => SeriesChoice::Number(*number),
        Some(SeriesKey::Uid(uid)) => SeriesChoice::Uid(uid.clone()),
    }
}

/// Reads a CT, HU.
pub(crate) fn read_ct(
    written: &str,
    path: &Path,
    series: Option<&SeriesKey>,
    inputs: &mut Inputs,
) -> Result<(Volume<f32>, Origin), Error> {
    let (series, image) = open_ct(&paths(path), &choice(series))?;
    inputs.note_series("CT", written, path, &series)?;
    inputs.warn_of(written, image.warnings);
    Ok((image.volume, Origin::new(&series, series.frame_of_reference.clone())))
}
