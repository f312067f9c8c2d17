//! One activity image, from a single file or from DICOM, as Bq/mL at its time.

use crate::Error;
use crate::case::{Image, ImageUnit, Modality, ScannerNuclideData, is_dicom};
use crate::clinical::{choice, paths};
use crate::frames::Origin;
use crate::inputs::Inputs;
use crate::nuclide_data::nuclide_data;
use iodose_dicom::{ActivityImage, Deviations, NmOptions, PetOptions, SeriesInfo, SpectCalibration};
use iodose_dicom::{open_nm, open_pet};
use iodose_kinetics::check_activity;
use iodose_physics::Library;
use iodose_volume::Volume;

/// A stated time that differs from the file's by more (h) is worth a warning.
const SAME_TIME_H: f64 = 0.05;
/// A stated activity that differs from the file's by more is worth a warning: a residual in the syringe is of this order.
const SAME_ACTIVITY: f64 = 0.05;

/// An activity image as read.
#[derive(Debug)]
pub(crate) struct ActivityFile {
    /// Bq/mL at the time of the image.
    pub(crate) volume: Volume<f32>,
    /// Hours after administration.
    pub(crate) time_h: f64,
    /// Where it comes from, if it is DICOM.
    pub(crate) origin: Option<Origin>,
}

impl ActivityFile {
    /// Reads an image of a case; `given_mbq` is the activity that the case says was administered.
    pub(crate) fn read(
        image: &Image,
        given_mbq: Option<f64>,
        library: &Library,
        inputs: &mut Inputs,
    ) -> Result<Self, Error> {
        let path = &image.path.resolved;
        let file = if is_dicom(path) {
            Self::clinical(image, given_mbq, library, inputs)?
        } else {
            Self::single(image, inputs)?
        };
        let context = || format!("{}: activity concentration (Bq/mL)", path.display());
        check_activity(&file.volume).map_err(|source| Error::Kinetics { context: context(), source })?;
        if file.volume.data().iter().all(|&value| value == 0.0) {
            let expected = "at least one voxel above 0";
            return Err(Error::input(path.display(), "activity", "none in any voxel", expected));
        }
        Ok(file)
    }

    fn single(image: &Image, inputs: &mut Inputs) -> Result<Self, Error> {
        let (path, written) = (&image.path.resolved, &image.path.written);
        // The case file cannot be read without these.
        let missing = |field: &str, expected: &str| Error::input(path.display(), field, "none", expected);
        let time_h = image.time_h.ok_or_else(|| missing("time_h", "hours after administration"))?;
        let unit = image.unit.ok_or_else(|| missing("unit", "a unit of the case file"))?;
        let what = format!("{} of {}, {time_h} h", image.modality, image.nuclide);
        let stored = inputs.image(&what, written, path)?;
        let scale = match (unit.bq_per_ml(), unit) {
            (Some(scale), _) => scale,
            (
                None,
                ImageUnit::Counts { calibration_cps_per_mbq, duration_s: Some(duration_s), dead_time_factor },
            ) => {
                let volume_ml = stored.grid().voxel_volume_ml();
                1e6 * dead_time_factor.unwrap_or(1.0) / (calibration_cps_per_mbq * duration_s * volume_ml)
            }
            (None, _) => return Err(missing("duration_s", "the duration of the scan in s")),
        };
        if scale != 1.0 {
            inputs.convert(written, format!("stored values x {scale} to Bq/mL, by the case's unit"));
        }
        let volume = stored.map(|&value| (f64::from(value) * scale) as f32);
        Ok(Self { volume, time_h, origin: None })
    }

    fn clinical(
        image: &Image,
        given_mbq: Option<f64>,
        library: &Library,
        inputs: &mut Inputs,
    ) -> Result<Self, Error> {
        let (path, written) = (&image.path.resolved, &image.path.written);
        let (series, read) = open(image)?;
        let deviations = match image.scanner_nuclide_data {
            Some(ScannerNuclideData::Correct) => Deviations::Correct,
            Some(ScannerNuclideData::Refuse) | None => Deviations::Refuse,
        };
        let truth = nuclide_data(&image.nuclide, image.modality == Modality::Pet, library)?;
        let read = read.checked_for(&truth, deviations)?;
        let time_h = time_h(image, &read, inputs)?;
        let what = format!("{} of {}, {time_h} h", image.modality, image.nuclide);
        inputs.note_series(&what, written, path, &series)?;
        read.conversions.iter().for_each(|conversion| inputs.convert(written, conversion));
        let stated = read.radiopharmaceutical.activity_bq.map(|activity| activity * 1e-6);
        if let (Some(given), Some(stated)) = (given_mbq, stated)
            && (stated / given - 1.0).abs() > SAME_ACTIVITY
        {
            inputs.warn(format!(
                "{written}: {given} MBq were administered, as the case says; the file says {stated} MBq"
            ));
        }
        let origin = Origin::new(&series, read.frame_of_reference);
        inputs.warn_of(written, read.warnings);
        Ok(Self { volume: read.volume, time_h, origin: Some(origin) })
    }
}

fn open(image: &Image) -> Result<(SeriesInfo, ActivityImage), Error> {
    let (paths, choice) = (paths(&image.path.resolved), choice(image.series.as_ref()));
    let wrong = |expected: &str| {
        let found = format!("{:?} for a {} in DICOM", image.unit, image.modality);
        Error::input(image.path.resolved.display(), "unit", found, expected)
    };
    match (image.modality, image.unit) {
        (
            Modality::Spect,
            Some(ImageUnit::Counts { calibration_cps_per_mbq, duration_s, dead_time_factor }),
        ) => {
            let dead_time_factor = dead_time_factor.unwrap_or(1.0);
            let calibration =
                SpectCalibration { cps_per_mbq: calibration_cps_per_mbq, duration_s, dead_time_factor };
            Ok(open_nm(&paths, &choice, &NmOptions { calibration: Some(calibration) })?)
        }
        (Modality::Spect, None | Some(ImageUnit::BqPerMl)) => {
            Ok(open_nm(&paths, &choice, &NmOptions::default())?)
        }
        (Modality::Spect, Some(_)) => Err(wrong("\"counts\", or none: the file says when it is in Bq/mL")),
        (Modality::Pet, Some(ImageUnit::Counts { .. })) => {
            Err(wrong("a concentration; calibration_cps_per_MBq is for SPECT"))
        }
        // What the file says as well is no factor, and makes no other unit one of activity.
        (Modality::Pet, None | Some(ImageUnit::BqPerMl)) => {
            Ok(open_pet(&paths, &choice, &PetOptions::default())?)
        }
        (Modality::Pet, Some(unit)) => {
            Ok(open_pet(&paths, &choice, &PetOptions { bq_per_ml_per_unit: unit.bq_per_ml() })?)
        }
    }
}

/// Hours after administration: the case's word before the file's.
fn time_h(image: &Image, read: &ActivityImage, inputs: &mut Inputs) -> Result<f64, Error> {
    let written = &image.path.written;
    match (image.time_h, read.hours_after_administration()) {
        (Some(stated), Some(of_file)) => {
            if (stated - of_file).abs() > SAME_TIME_H {
                inputs.warn(format!(
                    "{written}: taken {stated} h after administration, as the case says; the file says {of_file:.3} h"
                ));
            }
            Ok(stated)
        }
        (Some(stated), None) => Ok(stated),
        (None, Some(of_file)) if of_file > 0.0 => {
            inputs.convert(written, format!("taken {of_file} h after administration, by the file's times"));
            Ok(of_file)
        }
        (None, of_file) => {
            let found = of_file.map_or("no time of administration in the file".into(), |h| format!("{h} h"));
            let expected = "image.time_h in the case: hours after administration, above 0";
            Err(Error::input(image.path.resolved.display(), "time_h", found, expected))
        }
    }
}
