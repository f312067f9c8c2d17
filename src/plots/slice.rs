//! A slice of the dose map.

use crate::Error;
use crate::folder::{DOSE, DOSE_PER_ACTIVITY, UNCERTAINTY};
use iodose_io::{read_image, read_label_image};
use iodose_report::picture::Plane;
use iodose_report::slice_figure::slice_figure;
use iodose_report::{Background, PictureSource, Pictures};
use iodose_volume::Volume;
use std::path::Path;

/// Which slice, and on what.
#[derive(Clone, Copy, Debug)]
pub struct SliceChoice<'a> {
    /// Which way it cuts.
    pub plane: Plane,
    /// Where, LPS mm along the axis that it stands on; `None` for the highest dose in a lesion, without lesions the highest that
    /// is at least twice its uncertainty.
    pub position_mm: Option<f64>,
    /// The dose in the brightest colour; `None` for the highest.
    pub full_scale: Option<f64>,
    /// CT numbers to lay it on, in the patient space of the dose.
    pub ct: Option<&'a Path>,
    /// Label map of lesions to outline, in the patient space of the dose.
    pub lesions: Option<&'a Path>,
}

/// A slice of the dose in a result folder, or in a file of its own, as PNG with a colour bar.
///
/// # Errors
/// A folder without dose; files that cannot be read; a position beyond the dose grid.
pub fn plot_slice(path: &Path, choice: &SliceChoice<'_>) -> Result<Vec<u8>, Error> {
    let (file, uncertainty) = if path.is_dir() {
        let files = [DOSE, DOSE_PER_ACTIVITY].map(|name| path.join(name));
        let missing = || Error::input(path.display(), DOSE, "none", "the result folder of a run");
        (files.into_iter().find(|file| file.is_file()).ok_or_else(missing)?, Some(path.join(UNCERTAINTY)))
    } else {
        (path.to_path_buf(), None)
    };
    let image = read_image(&file)?;
    let dose = &image.volume;
    let is_per_activity = image.description.ends_with("Gy/GBq") || file.ends_with(DOSE_PER_ACTIVITY);
    let failed =
        |error: &dyn std::fmt::Display| Error::input(file.display(), "slice", error, "a dose to draw");
    let axis = choice.plane.normal_axis();
    let focus = match choice.position_mm {
        None => None,
        Some(position) => {
            let reach = dose.grid().corners().map(|corner| corner[axis]);
            let low = reach.iter().copied().fold(f64::INFINITY, f64::min);
            let high = reach.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if !(low..=high).contains(&position) {
                let expected = format!("{low:.1} to {high:.1} mm, where the dose is");
                return Err(Error::input(file.display(), "position", format!("{position} mm"), expected));
            }
            let size = dose.grid().size();
            let mut focus = dose.grid().index_to_patient(size.map(|side| 0.5 * (side as f64 - 1.0)));
            focus[axis] = position;
            Some(focus)
        }
    };
    let uncertainty = uncertainty.map(|file| same_grid(&file, dose)).transpose()?;
    let ct = choice.ct.map(read_image).transpose()?;
    let labels = choice.lesions.map(read_label_image).transpose()?;
    let source = PictureSource {
        dose,
        uncertainty: uncertainty.as_ref(),
        background: ct.as_ref().map(|ct| Background::ct(&ct.volume)),
        labels: labels.as_ref().map(|labels| &labels.volume),
    };
    let pictures = Pictures::draw(&source, focus, choice.full_scale).map_err(|error| failed(&error))?;
    let unit = if is_per_activity { "Gy/GBq" } else { "Gy" };
    slice_figure(&pictures, choice.plane, unit).map_err(|error| Error::Report(error.to_string()))
}

fn same_grid(file: &Path, dose: &Volume<f32>) -> Result<Volume<f32>, Error> {
    let volume = read_image(file)?.volume;
    if volume.grid() == dose.grid() {
        return Ok(volume);
    }
    Err(Error::input(file.display(), "grid", "another than the dose has", "the files of one run"))
}
