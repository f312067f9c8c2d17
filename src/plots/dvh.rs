//! The histograms of a result folder.

use super::columns::Columns;
use crate::Error;
use crate::folder::{DOSE_PER_ACTIVITY, DVH, LESIONS_CSV};
use iodose_plot::{Axis, Curve, Mark, Plot};
use std::path::Path;

/// The cumulative dose-volume histograms of `dvh.csv` as SVG, with the names of `lesions.csv` where it is there.
///
/// # Errors
/// A folder without `dvh.csv`; a file that is not what [`run_into`](crate::run_into) writes.
pub fn plot_dvh(folder: &Path) -> Result<String, Error> {
    let dvh = Columns::read(&folder.join(DVH))?;
    let (labels, doses, fractions) =
        (dvh.texts("lesion")?, dvh.numbers("dose_Gy")?, dvh.numbers("volume_fraction")?);
    let lesions = folder.join(LESIONS_CSV);
    let lesions = if lesions.is_file() { Some(Columns::read(&lesions)?) } else { None };
    let names: Vec<(&str, &str)> = match &lesions {
        Some(lesions) => lesions.texts("label")?.into_iter().zip(lesions.texts("name")?).collect(),
        None => Vec::new(),
    };
    let mut curves: Vec<(&str, Curve)> = Vec::new();
    for ((label, dose), fraction) in labels.into_iter().zip(doses).zip(fractions) {
        if curves.last().is_none_or(|(last, _)| *last != label) {
            let name = names.iter().find(|(of, _)| *of == label).map_or("", |(_, name)| name.trim());
            let title = if name.is_empty() { format!("lesion {label}") } else { format!("{label} {name}") };
            curves.push((label, Curve { label: title, points: Vec::new(), mark: Mark::Line }));
        }
        if let Some((_, curve)) = curves.last_mut() {
            curve.points.push([dose, 100.0 * fraction]);
        }
    }
    let unit = if folder.join(DOSE_PER_ACTIVITY).exists() { "Gy/GBq" } else { "Gy" };
    let plot = Plot {
        title: "Cumulative dose-volume histograms".into(),
        x: Axis::linear(format!("absorbed dose, {unit}")),
        y: Axis::linear("volume that receives at least the dose, %"),
        curves: curves.into_iter().map(|(_, curve)| curve).collect(),
    };
    Ok(plot.svg())
}
