//! PET series to activity concentration at the scan's start (PS3.3 C.8.9, C.8.22). Method: `docs/methods/dicom.md`.

mod checks;
mod decay;
mod timing;
mod views;

use crate::activity::ActivityImage;
use crate::error::Result;
use crate::kind::ImageKind;
use crate::radiopharmaceutical::{DoseUnit, Radiopharmaceutical};
use crate::series::SeriesInfo;
use crate::slices::{Slices, headers};
use dicom_dictionary_std::tags;
use timing::Timing;
use views::View;

/// What the user says about a PET series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PetOptions {
    /// Bq/mL per unit of the file, for Units other than BQML.
    pub bq_per_ml_per_unit: Option<f64>,
}

/// Reads a PET series into Bq/mL at the scan's start, every slice with its own slope.
///
/// Refused: units other than BQML without a factor, dynamic and gated series, images without attenuation correction, 8-bit
/// images, times that contradict each other, and every geometry that [`read_ct`](crate::read_ct) refuses.
pub fn read_pet(series: &SeriesInfo, options: &PetOptions) -> Result<ActivityImage> {
    let objects = ImageKind::Pet.objects(series)?;
    let headers = headers(&objects)?;
    let mut warnings = Vec::new();
    let mut conversions = Vec::new();
    if objects.len() < series.objects.len() {
        warnings
            .push(format!("{} other objects of the series left out", series.objects.len() - objects.len()));
    }
    let roots: Vec<_> = headers.iter().map(|header| header.attributes()).collect();
    let by_object = views::views(&roots)?;
    let views: Vec<&View<'_>> = by_object.iter().flatten().collect();
    let Some(first) = views.first() else {
        return Err(series.error("objects", "none", "at least one"));
    };
    checks::check_acquisition(series, &views, &mut warnings)?;
    let slices = Slices::new(series, &objects, &headers)?;
    checks::check_bits_and_count(series, &views, slices.slices.len())?;
    let unit_factor = checks::unit_factor(series, &views, &slices, options, &mut conversions)?;

    let timing = Timing::read(series, &by_object, &slices)?;
    let given = first.place(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE);
    let radiopharmaceutical = Radiopharmaceutical::read(
        given,
        first.root(),
        timing.earliest(),
        DoseUnit::Becquerel,
        &mut warnings,
    )?;
    checks::same_radiopharmaceutical(series, &views)?;
    let decay = decay::to_start(series, &timing, &radiopharmaceutical, &mut conversions, &mut warnings)?;
    if slices.slices.iter().any(|slice| slice.intercept != 0.0) {
        warnings
            .push("(0028,1052) RescaleIntercept is not 0, as PET images must have it; it was applied".into());
    }
    let volume = slices.load(|k, slice, stored| {
        (slice.slope * stored as f64 + slice.intercept) * unit_factor * decay.factors[k]
    })?;
    let image = ActivityImage::new(series, first.root(), volume, decay.start, radiopharmaceutical);
    Ok(ActivityImage { conversions, warnings, moments_s: decay.moments_s, ..image })
}
