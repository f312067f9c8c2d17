//! Reconstructed SPECT in nuclear-medicine objects (PS3.3 C.8.4). Method: `docs/methods/dicom.md`.

mod geometry;
mod values;

pub use values::SpectCalibration;

use crate::activity::ActivityImage;
use crate::element::Attributes;
use crate::enhanced;
use crate::error::{DicomError, Result};
use crate::file::DicomFile;
use crate::kind::ImageKind;
use crate::pixels::{Frames, PixelFormat};
use crate::radiopharmaceutical::{DoseUnit, Radiopharmaceutical};
use crate::series::SeriesInfo;
use crate::time::{DateTime, date_time, moment};
use dicom_dictionary_std::tags;
use iodose_volume::Volume;
use rayon::prelude::*;

/// What the user says about a SPECT series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NmOptions {
    /// Turns counts into Bq/mL; must be absent where the file holds Bq/mL already.
    pub calibration: Option<SpectCalibration>,
}

/// Reads a reconstructed SPECT of one object into Bq/mL at the scan's start.
///
/// Values are quantitative where a real-world mapping or Units says Bq/mL; otherwise they are counts and need a
/// calibration. They are means over the acquisition: the decay within it is not corrected for (0.08 % for 131I in 25 minutes).
/// Refused: projections, planar, whole-body, gated and dynamic images, several energy windows, several bed positions.
pub fn read_nm(series: &SeriesInfo, options: &NmOptions) -> Result<ActivityImage> {
    let objects = ImageKind::Nm.objects(series)?;
    let [object] = objects.as_slice() else {
        let names: Vec<_> = objects.iter().map(|object| object.source.path().display().to_string()).collect();
        let found = format!("{} objects: {}", objects.len(), names.join(", "));
        return Err(series.error(
            "objects",
            found,
            "one object with all slices (several beds are not joined)",
        ));
    };
    let file = DicomFile::open_source(&object.source)?;
    let root = file.attributes();
    refuse_what_is_no_tomogram(&root)?;
    let frames = Frames::new(&file)?;
    let (mut conversions, mut warnings) = (Vec::new(), Vec::new());
    let (grid, order) = geometry::grid(series, &root, frames.format(), &mut warnings)?;
    let scale = values::scale(series, &root, &grid, options, &mut conversions, &mut warnings)?;
    let planes: Vec<Vec<f32>> = order
        .par_iter()
        .map(|&frame| {
            let stored = frames.stored_values(frame)?;
            Ok(stored
                .into_iter()
                .map(|value| (scale.slope * value as f64 + scale.intercept) as f32)
                .collect())
        })
        .collect::<Result<_>>()?;
    let data = planes.concat();
    if !data.iter().all(|value: &f32| value.is_finite()) {
        return Err(root.error(tags::PIXEL_DATA, "values beyond 32-bit floats", "finite values"));
    }
    let volume = Volume::new(grid, data).map_err(|error| DicomError::Source {
        path: file.path().to_owned(),
        found: error.to_string(),
        expected: "one value per voxel".into(),
    })?;
    let start = start(&root, &mut warnings)?;
    let radiopharmaceutical =
        Radiopharmaceutical::read(&root, &root, start, DoseUnit::MegaBecquerel, &mut warnings)?;
    let image = ActivityImage::new(series, &root, volume, start, radiopharmaceutical);
    Ok(ActivityImage { conversions, warnings, ..image })
}

/// By ImageType (C.8.4.9) and by the vectors of the NM Multi-frame module (C.8.4.8), which say what a frame differs in from the
/// next: only slices may differ.
fn refuse_what_is_no_tomogram(root: &Attributes<'_>) -> Result<()> {
    let kind = root.texts(tags::IMAGE_TYPE);
    if kind.get(2).map(String::as_str) != Some("RECON TOMO") {
        let found = kind.join("\\");
        return Err(root.error(tags::IMAGE_TYPE, found, "RECON TOMO as third value: reconstructed slices"));
    }
    for vector in [
        tags::ENERGY_WINDOW_VECTOR,
        tags::DETECTOR_VECTOR,
        tags::PHASE_VECTOR,
        tags::ROTATION_VECTOR,
        tags::RR_INTERVAL_VECTOR,
        tags::TIME_SLOT_VECTOR,
        tags::ANGULAR_VIEW_VECTOR,
        tags::TIME_SLICE_VECTOR,
    ] {
        let values = root.integers(vector)?;
        if values.iter().any(|value| Some(value) != values.first()) {
            return Err(root.error(
                vector,
                "several values",
                "frames that differ in nothing but their slice",
            ));
        }
    }
    Ok(())
}

fn start(root: &Attributes<'_>, warnings: &mut Vec<String>) -> Result<DateTime> {
    if let Some(moment) = moment(root, tags::ACQUISITION_DATE, tags::ACQUISITION_TIME)? {
        return Ok(moment);
    }
    if let Some(moment) = date_time(root, root, tags::ACQUISITION_DATE_TIME)? {
        return Ok(moment);
    }
    match moment(root, tags::SERIES_DATE, tags::SERIES_TIME)? {
        Some(moment) => {
            warnings.push("no acquisition time: the series' time is taken as the scan's start".into());
            Ok(moment)
        }
        None => Err(root.error(tags::ACQUISITION_TIME, "nothing", "date and time of the acquisition")),
    }
}

/// Stored values to Bq/mL.
struct Scale {
    slope: f64,
    intercept: f64,
}

impl Scale {
    /// Modality rescale where there is one; NM images have none by the standard, but some software writes it.
    fn rescale(root: &Attributes<'_>, conversions: &mut Vec<String>) -> Result<Self> {
        if !root.has(tags::RESCALE_SLOPE) {
            return Ok(Self { slope: 1.0, intercept: 0.0 });
        }
        let (slope, intercept, _) = enhanced::rescale(root)?;
        if (slope, intercept) != (1.0, 0.0) {
            conversions
                .push(format!("stored values x {slope} + {intercept} by RescaleSlope and RescaleIntercept"));
        }
        Ok(Self { slope, intercept })
    }
}

/// Frames of a format as numbers, for messages.
fn frames_of(format: &PixelFormat) -> String {
    format!("{} frames", format.frames)
}
