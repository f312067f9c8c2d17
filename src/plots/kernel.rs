//! A kernel over distance.

use super::columns::Columns;
use crate::Error;
use iodose_plot::{Axis, Curve, Mark, Plot};
use std::path::Path;

/// The columns of the three kinds of kernel.
const VOXEL: [&str; 4] = ["i", "j", "k", "S_mGy_per_MBq_s"];
const ELECTRON: [&str; 2] = ["r_over_rcsda", "F"];
const NUCLIDE: [&str; 2] = ["r_mm", "r2_dose_Gy_mm2_per_decay"];

/// A kernel that `iodose kernel` wrote as SVG: dose over distance, dose in powers of ten. The sides of the voxels (mm) are not in
/// the file of voxel S values; without them distances are in voxels.
///
/// # Errors
/// A file without the columns of a kernel.
pub fn plot_kernel(file: &Path, sides_mm: Option<[f64; 3]>) -> Result<String, Error> {
    let table = Columns::read(file)?;
    let (title, x, y, points, mark) = if table.have(&VOXEL) {
        let [i, j, k, s] = VOXEL.map(|name| table.numbers(name));
        let (i, j, k, s) = (i?, j?, k?, s?);
        let sides = sides_mm.unwrap_or([1.0; 3]);
        let points = (0..s.len()).map(|row| {
            let [x, y, z] = [i[row] * sides[0], j[row] * sides[1], k[row] * sides[2]];
            [(x * x + y * y + z * z).sqrt(), s[row]]
        });
        let unit = if sides_mm.is_some() { "mm" } else { "voxels" };
        let x = format!("distance of voxel centres, {unit}");
        ("Voxel S values", x, "S, mGy/(MBq s)", points.collect(), Mark::Dots)
    } else if table.have(&ELECTRON) {
        let points = table.numbers(ELECTRON[0])?.into_iter().zip(table.numbers(ELECTRON[1])?);
        let x = "distance, parts of the CSDA range".to_owned();
        (
            "Point kernel of electrons",
            x,
            "d(E/E0) / d(r/R)",
            points.map(|(r, f)| [r, f]).collect(),
            Mark::Line,
        )
    } else if table.have(&NUCLIDE) {
        let points = table.numbers(NUCLIDE[0])?.into_iter().zip(table.numbers(NUCLIDE[1])?);
        let points = points.map(|(r, r2_dose)| [r, r2_dose / (r * r)]).collect();
        ("Dose point kernel", "distance, mm".to_owned(), "dose, Gy per decay", points, Mark::Line)
    } else {
        return Err(table.refuse(&format!(
            "the columns that `iodose kernel` writes: {}; {}; or {}",
            VOXEL.join(","),
            ELECTRON.join(","),
            NUCLIDE.join(",")
        )));
    };
    let name = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let curves = vec![Curve { label: name, points, mark }];
    let plot = Plot { title: title.into(), x: Axis::linear(x), y: Axis::logarithmic(y), curves };
    Ok(plot.svg())
}
