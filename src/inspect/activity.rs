//! PET and SPECT series: what they say of nuclide, unit and time.

use super::entry::{Activity, Entry, Kind, ValueUnit};
use crate::nuclide_data::nuclide_data;
use iodose_dicom::{
    ActivityImage, Deviations, NmOptions, PetOptions, SeriesInfo, SpectCalibration, read_nm, read_pet,
};
use iodose_physics::Library;

/// Stands for a calibration or duration that only the user knows, where the rest of the file is to be read all the same.
const ANY: f64 = 1.0;

/// Adds what a PET series says.
pub(super) fn pet(entry: &mut Entry, series: &SeriesInfo, library: &Library) {
    match read_pet(series, &PetOptions::default()) {
        Ok(image) => add(entry, image, ValueUnit::BqPerMl, library),
        Err(error) => entry.fail(error),
    }
}

/// Adds what a SPECT series says.
pub(super) fn spect(entry: &mut Entry, series: &SeriesInfo, library: &Library) {
    let read = |calibration| read_nm(series, &NmOptions { calibration });
    let error = match read(None) {
        Ok(image) => return add(entry, image, ValueUnit::BqPerMl, library),
        Err(error) => error,
    };
    let of_file = SpectCalibration::new(ANY);
    let stated = SpectCalibration { duration_s: Some(ANY), ..of_file };
    // Read with a calibration, only what has no unit of its own works.
    if let Ok(image) = read(Some(of_file)) {
        add(entry, image, ValueUnit::Counts { duration_known: true }, library);
    } else if let Ok(image) = read(Some(stated)) {
        add(entry, image, ValueUnit::Counts { duration_known: false }, library);
    } else {
        entry.fail(error);
    }
}

fn add(entry: &mut Entry, image: ActivityImage, unit: ValueUnit, library: &Library) {
    entry.grid = Some(*image.volume.grid());
    entry.made = Some(image.start);
    entry.frame_of_reference = image.frame_of_reference.clone();
    entry.warnings.extend(image.warnings.iter().cloned());
    let given = image.radiopharmaceutical.clone();
    let is_pet = entry.kind == Kind::Pet;
    let truth = given.nuclide.as_deref().and_then(|name| nuclide_data(name, is_pet, library).ok());
    if let (Some(name), None) = (&given.nuclide, &truth) {
        entry
            .warnings
            .push(format!("no data of {name} are at hand: half-life and positrons are not checked"));
    }
    let hours = image.hours_after_administration();
    let checked = truth.as_ref().map(|truth| image.checked_for(truth, Deviations::Refuse));
    let deviation = checked.and_then(|checked| checked.err()).map(|error| error.to_string());
    entry.problems.extend(deviation.clone());
    entry.activity = Some(Activity {
        unit,
        nuclide: given.nuclide,
        half_life_s: [given.half_life_s, truth.as_ref().map(|truth| truth.half_life_s)],
        positron_fraction: [given.positron_fraction, truth.and_then(|truth| truth.positron_fraction)],
        administered_bq: given.activity_bq,
        administered: given.administered,
        hours,
        hours_by_name: None,
        deviation,
    });
}
