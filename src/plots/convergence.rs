//! The uncertainty of a run over its decays.

use crate::Error;
use crate::folder::RECORD;
use iodose_io::IoError;
use iodose_plot::{Axis, Curve, Mark, Plot};
use serde::Deserialize;
use std::io::Read;
use std::path::Path;

/// Far more than the record of a thousand lesions.
const LARGEST_FILE_BYTES: u64 = 64 << 20;
/// Points of the line of reference.
const STEPS: usize = 60;

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    convergence: Vec<Look>,
}

#[derive(Deserialize)]
struct Look {
    decays: f64,
    goal_uncertainty: Option<f64>,
}

/// The looks of `run.json` (`convergence`) as SVG: uncertainty over decays, both in powers of ten, beside the fall with the square
/// root of the decays that counting alone would give.
///
/// # Errors
/// A folder without `run.json`, or with one that has no look at its goal.
pub fn plot_convergence(folder: &Path) -> Result<String, Error> {
    let path = folder.join(RECORD);
    let failed = |source| Error::Io(IoError::Read { path: path.clone(), source });
    let mut text = Vec::new();
    let file = iodose_io::open_file(&path).map_err(failed)?;
    file.take(LARGEST_FILE_BYTES).read_to_end(&mut text).map_err(failed)?;
    let record: Record = serde_json::from_slice(&text)
        .map_err(|error| Error::input(path.display(), "JSON", error, "the record of a run"))?;
    let looks = record.convergence.iter();
    let points: Vec<[f64; 2]> = looks
        .filter_map(|look| Some([look.decays, 100.0 * look.goal_uncertainty?]))
        .filter(|[decays, u]| *decays > 0.0 && *u > 0.0)
        .collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        let expected = "looks at the uncertainty, which a run by this version records";
        return Err(Error::input(path.display(), "convergence", "none", expected));
    };
    let (from, to) = (libm::log10(first[0]), libm::log10(last[0]));
    let reference = (0..=STEPS).map(|step| {
        let decays = libm::exp10(from + (to - from) * step as f64 / STEPS as f64);
        [decays, last[1] * (last[0] / decays).sqrt()]
    });
    let reference = reference.collect();
    let plot = Plot {
        title: "Uncertainty of the goal".into(),
        x: Axis::logarithmic("decays simulated"),
        y: Axis::logarithmic("relative uncertainty of the goal (k=1), %"),
        curves: vec![
            Curve { label: "what the run saw".into(), points, mark: Mark::Dots },
            Curve { label: "1/√decays through the last".into(), points: reference, mark: Mark::Line },
        ],
    };
    Ok(plot.svg())
}
