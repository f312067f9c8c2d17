//! Stored values of NM images to Bq/mL: by the file where it says so, else by a camera's calibration.

use super::{NmOptions, Scale};
use crate::element::Attributes;
use crate::enhanced::RealWorld;
use crate::error::Result;
use crate::series::SeriesInfo;
use dicom_dictionary_std::tags;
use iodose_volume::Grid;

/// A stated duration may differ from the file's by this share before it is worth a warning.
const SAME_DURATION: f64 = 0.01;

/// How counts of a camera become activity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectCalibration {
    /// Counts per second in the image per MBq.
    pub cps_per_mbq: f64,
    /// Duration of the acquisition, s; `None`: the file's frame duration times its frames in every rotation.
    pub duration_s: Option<f64>,
    /// Counts are multiplied by it, 1 or above.
    pub dead_time_factor: f64,
}

impl SpectCalibration {
    /// Sensitivity alone: duration from the file, no loss by dead time.
    pub fn new(cps_per_mbq: f64) -> Self {
        Self { cps_per_mbq, duration_s: None, dead_time_factor: 1.0 }
    }
}

pub(super) fn scale(
    series: &SeriesInfo,
    root: &Attributes<'_>,
    grid: &Grid,
    options: &NmOptions,
    conversions: &mut Vec<String>,
    warnings: &mut Vec<String>,
) -> Result<Scale> {
    let mapping = RealWorld::of(root.items(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE)?, "Bq/ml")?;
    let unit = root.text_optional(tags::UNITS);
    let quantitative = match (mapping, unit.as_deref()) {
        (Some(RealWorld { slope, intercept }), _) => {
            conversions.push(format!(
                "stored values x {slope} + {intercept} to Bq/mL by RealWorldValueMappingSequence"
            ));
            Some(Scale { slope, intercept })
        }
        (None, Some("BQML")) => Some(Scale::rescale(root, conversions)?),
        (None, None | Some("CNTS")) => None,
        (None, Some(other)) => return Err(root.error(tags::UNITS, other, "BQML or CNTS")),
    };
    match (quantitative, options.calibration) {
        (Some(scale), None) => Ok(scale),
        (Some(_), Some(_)) => Err(series.error(
            "calibration",
            "one for values in Bq/mL",
            "none: the file is calibrated already",
        )),
        (None, None) => {
            Err(series.error("calibration", "none for values in counts", "cps/MBq of the camera"))
        }
        (None, Some(calibration)) => counts(series, root, grid, &calibration, conversions, warnings),
    }
}

/// Counts N of a voxel of volume V to activity concentration, N k / (S t V): equation (J6).
fn counts(
    series: &SeriesInfo,
    root: &Attributes<'_>,
    grid: &Grid,
    calibration: &SpectCalibration,
    conversions: &mut Vec<String>,
    warnings: &mut Vec<String>,
) -> Result<Scale> {
    let SpectCalibration { cps_per_mbq, duration_s, dead_time_factor } = *calibration;
    let positive = |name: &str, value: f64, least: f64| {
        let fits = value.is_finite() && value > 0.0 && value >= least;
        if fits {
            Ok(())
        } else {
            Err(series.error(name, value.to_string(), format!("a number above {least}")))
        }
    };
    positive("calibration in cps/MBq", cps_per_mbq, 0.0)?;
    positive("dead-time factor", dead_time_factor, 1.0)?;
    let of_file = duration_of_file(root)?;
    let (duration, origin) = match (duration_s, &of_file) {
        (Some(stated), of_file) => {
            positive("duration in s", stated, 0.0)?;
            if let Some((seconds, _)) =
                of_file.as_ref().filter(|(s, _)| (s / stated - 1.0).abs() > SAME_DURATION)
            {
                warnings.push(format!("duration {stated} s as stated; the file says {seconds} s"));
            }
            (stated, "as stated".to_owned())
        }
        (None, Some((seconds, origin))) => (*seconds, origin.clone()),
        (None, None) => {
            let tag = tags::ROTATION_INFORMATION_SEQUENCE;
            return Err(root.error(
                tag,
                "no duration",
                "frame duration and frames in rotation, or a stated duration",
            ));
        }
    };
    let base = Scale::rescale(root, conversions)?;
    let volume = grid.voxel_volume_ml();
    let factor = 1e6 * dead_time_factor / (cps_per_mbq * duration * volume);
    conversions.push(format!(
        "counts x {factor:.6} to Bq/mL: {cps_per_mbq} cps/MBq, {duration} s ({origin}), voxels of {volume:.5} mL, dead-time factor {dead_time_factor}"
    ));
    Ok(Scale { slope: base.slope * factor, intercept: base.intercept * factor })
}

/// Frame duration times frames, summed over the rotations, with how it came about.
fn duration_of_file(root: &Attributes<'_>) -> Result<Option<(f64, String)>> {
    let mut total = 0.0;
    let mut parts = Vec::new();
    for rotation in root.items(tags::ROTATION_INFORMATION_SEQUENCE)? {
        let duration = rotation.decimal_optional(tags::ACTUAL_FRAME_DURATION)?;
        let frames = rotation.integer_optional(tags::NUMBER_OF_FRAMES_IN_ROTATION)?;
        let (Some(milliseconds), Some(frames)) = (duration, frames) else { return Ok(None) };
        if !(milliseconds > 0.0 && frames > 0) {
            let found = format!("{milliseconds} ms x {frames} frames");
            return Err(rotation.error(tags::ACTUAL_FRAME_DURATION, found, "a duration above 0"));
        }
        total += milliseconds * 1e-3 * frames as f64;
        parts.push(format!("{} s x {frames} frames", milliseconds * 1e-3));
    }
    Ok((total > 0.0).then(|| (total, format!("{} of the file", parts.join(" + ")))))
}
