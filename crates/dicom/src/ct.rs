//! CT series to Hounsfield units (PS3.3 C.8.2.1, C.7.6.16.2.9).

use crate::element::Attributes;
use crate::error::Result;
use crate::kind::ImageKind;
use crate::series::SeriesInfo;
use crate::slices::{Slices, headers};
use dicom_dictionary_std::tags;
use iodose_io::Image;

/// Voxels outside the reconstructed circle become air.
const OUTSIDE_HU: f64 = -1024.0;
/// A padding value that means a CT number above this is none: it could as well be lung.
const MAX_PADDING_HU: f64 = -950.0;

/// A gantry stands straight to less than this, degrees.
const LEAST_TILT: f64 = 0.1;

/// Reads a CT series into Hounsfield units, slices sorted along their normal, each with its own slope and intercept.
///
/// Localizers in the series are left out. Refused: other modalities, RescaleType other than HU, slices that are missing,
/// doubled, unevenly spaced, tilted, turned or of another size, which the error names.
pub fn read_ct(series: &SeriesInfo) -> Result<Image> {
    let objects = ImageKind::Ct.objects(series)?;
    let headers = headers(&objects)?;
    let mut warnings = Vec::new();
    if objects.len() < series.objects.len() {
        let left_out = series.objects.len() - objects.len();
        warnings.push(format!("{left_out} localizers or other objects of the series left out"));
    }
    if objects.first().is_some_and(|object| object.image_type.first().is_some_and(|kind| kind == "DERIVED")) {
        warnings.push("the CT is derived from another image (ImageType DERIVED)".into());
    }
    let slices = Slices::new(series, &objects, &headers)?;
    for header in &headers {
        let root = header.attributes();
        // Some resampling software leaves the element as it was.
        if let Some(tilt) =
            root.decimal_optional(tags::GANTRY_DETECTOR_TILT)?.filter(|tilt| tilt.abs() >= LEAST_TILT)
        {
            warnings.push(format!(
                "(0018,1120) GantryDetectorTilt is {tilt} degrees, and the slices' positions show none: read as not tilted"
            ));
            break;
        }
    }
    for slice in &slices.slices {
        if let Some(unit) = slice.unit.as_ref().filter(|unit| *unit != "HU") {
            return Err(headers[slice.header].attributes().error(tags::RESCALE_TYPE, unit, "HU"));
        }
    }
    let mut padding = Vec::with_capacity(headers.len());
    for header in &headers {
        padding.push(padding_value(&header.attributes())?);
    }
    let padded = slices.slices.iter().any(|slice| {
        padding[slice.header]
            .is_some_and(|value| hounsfield(slice.slope, slice.intercept, value) < OUTSIDE_HU)
    });
    if padded {
        warnings.push(format!("voxels with (0028,0120) PixelPaddingValue are set to {OUTSIDE_HU} HU"));
    }
    let volume = slices.load(|_, slice, stored| {
        let value = hounsfield(slice.slope, slice.intercept, stored);
        let is_padding = padding[slice.header] == Some(stored) && value < MAX_PADDING_HU;
        if is_padding { OUTSIDE_HU } else { value }
    })?;
    Ok(Image { volume, unit: Some("HU".into()), description: series.description.clone(), warnings })
}

/// PixelPaddingValue in the sign of the pixels: implicit encoding does not tell whether it is signed.
fn padding_value(root: &Attributes<'_>) -> Result<Option<i64>> {
    let signed = root.integer(tags::PIXEL_REPRESENTATION)? == 1;
    let value = root.integer_optional(tags::PIXEL_PADDING_VALUE)?;
    Ok(value.map(|value| if signed && value > 0x7FFF { value - 0x1_0000 } else { value }))
}

fn hounsfield(slope: f64, intercept: f64, stored: i64) -> f64 {
    slope * stored as f64 + intercept
}
