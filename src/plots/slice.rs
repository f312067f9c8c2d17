//! A slice of the dose map.

use crate::Error;
use crate::folder::{DOSE, DOSE_PER_ACTIVITY};
use iodose_io::read_image;
use iodose_report::picture::Plane;
use iodose_report::slice_figure::slice_figure;
use iodose_report::{Background, Pictures};
use std::path::Path;

/// Which slice, and on what.
#[derive(Clone, Copy, Debug)]
pub struct SliceChoice<'a> {
    /// Which way it cuts.
    pub plane: Plane,
    /// Where, LPS mm along the axis that it stands on; `None` for the highest dose.
    pub position_mm: Option<f64>,
    /// The dose in the brightest colour; `None` for the highest.
    pub full_scale: Option<f64>,
    /// CT numbers to lay it on, in the patient space of the dose.
    pub ct: Option<&'a Path>,
}

/// A slice of the dose in a result folder, or in a file of its own, as PNG with a colour bar.
///
/// # Errors
/// A folder without dose; files that cannot be read; a position beyond the dose grid.
pub fn plot_slice(path: &Path, choice: &SliceChoice<'_>) -> Result<Vec<u8>, Error> {
    let file = if path.is_dir() {
        let files = [DOSE, DOSE_PER_ACTIVITY].map(|name| path.join(name));
        let missing = || Error::input(path.display(), DOSE, "none", "the result folder of a run");
        files.into_iter().find(|file| file.is_file()).ok_or_else(missing)?
    } else {
        path.to_path_buf()
    };
    let image = read_image(&file)?;
    let dose = &image.volume;
    let is_per_activity = image.description.ends_with("Gy/GBq") || file.ends_with(DOSE_PER_ACTIVITY);
    let failed =
        |error: &dyn std::fmt::Display| Error::input(file.display(), "slice", error, "a dose to draw");
    let draw = |background, focus| {
        Pictures::draw::<u8>(dose, background, None, focus, choice.full_scale).map_err(|error| failed(&error))
    };
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
    let ct = choice.ct.map(read_image).transpose()?;
    let pictures = draw(ct.as_ref().map(|ct| Background::ct(&ct.volume)), focus)?;
    let unit = if is_per_activity { "Gy/GBq" } else { "Gy" };
    slice_figure(&pictures, choice.plane, unit).map_err(|error| Error::Report(error.to_string()))
}
