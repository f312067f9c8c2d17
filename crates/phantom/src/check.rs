//! The limits of a description's values.

use crate::geometry::Body;
use crate::{Description, PhantomError, Purpose, Shape};
use std::collections::BTreeSet;

/// More voxels than this are a slip of the pen: 64 Mi are 406 along each side.
const MAXIMUM_VOXELS: usize = 1 << 26;
const MAXIMUM_IMAGES: usize = 50;
/// Keeps material numbers within 16 bits.
const MAXIMUM_SHAPES: usize = 10_000;

pub(crate) fn check(description: &Description) -> Result<(), PhantomError> {
    text("name", &description.name)?;
    grid(description)?;
    text("outside.material", &description.outside.material)?;
    density("outside.density_g_per_cm3".to_string(), description.outside.density_g_per_cm3)?;
    hounsfield("outside.hu".to_string(), description.outside.hu)?;
    if description.shapes.len() > MAXIMUM_SHAPES {
        let expected = format!("at most {MAXIMUM_SHAPES}");
        return Err(PhantomError::value("shape", description.shapes.len(), expected));
    }
    let mut labels = BTreeSet::new();
    for (number, shape) in description.shapes.iter().enumerate() {
        self::shape(number, shape)?;
        if let Some(label) = shape.label
            && !labels.insert(label)
        {
            return Err(PhantomError::value(key(number, shape, "label"), label, "a label used only once"));
        }
    }
    imaging(description)?;
    therapy(description)
}

/// How messages name a key of a shape.
pub(crate) fn key(number: usize, shape: &Shape, key: &str) -> String {
    match &shape.name {
        Some(name) => format!("shape {} ({name}): {key}", number + 1),
        None => format!("shape {}: {key}", number + 1),
    }
}

fn grid(description: &Description) -> Result<(), PhantomError> {
    let grid = &description.grid;
    let voxels = grid.size.iter().try_fold(1usize, |product, &side| product.checked_mul(side));
    if !voxels.is_some_and(|voxels| (1..=MAXIMUM_VOXELS).contains(&voxels)) {
        let expected = format!("sides of at least 1 with a product of at most {MAXIMUM_VOXELS}");
        return Err(PhantomError::value("grid.size", format!("{:?}", grid.size), expected));
    }
    for spacing in grid.spacing_mm {
        within("grid.spacing_mm".to_string(), spacing, 0.05, 100.0)?;
    }
    for origin in grid.origin_mm.into_iter().flatten() {
        within("grid.origin_mm".to_string(), origin, -1e5, 1e5)?;
    }
    if !(1..=16).contains(&grid.subsamples) {
        return Err(PhantomError::value("grid.subsamples", grid.subsamples, "1 to 16"));
    }
    Ok(())
}

fn shape(number: usize, shape: &Shape) -> Result<(), PhantomError> {
    let key = |name: &str| key(number, shape, name);
    Body::of(number, shape)?;
    text(&key("material"), &shape.material)?;
    density(key("density_g_per_cm3"), shape.density_g_per_cm3)?;
    hounsfield(key("hu"), shape.hu)?;
    within(key("concentration_Bq_per_mL"), shape.concentration_bq_per_ml, 0.0, 1e12)?;
    match shape.effective_half_life_h {
        Some(half_life) => within(key("effective_half_life_h"), half_life, 1e-2, 1e6)?,
        None if shape.concentration_bq_per_ml > 0.0 => {
            return Err(PhantomError::value(
                key("effective_half_life_h"),
                "nothing",
                "a half-life in h, since the shape holds activity",
            ));
        }
        None => {}
    }
    match (shape.label, &shape.name) {
        (Some(0), _) => Err(PhantomError::value(key("label"), 0, "a label of at least 1")),
        (Some(_), None) => Err(PhantomError::value(key("name"), "nothing", "a name, since there is a label")),
        _ => Ok(()),
    }
}

fn imaging(description: &Description) -> Result<(), PhantomError> {
    let imaging = &description.imaging;
    text("imaging.nuclide", &imaging.nuclide)?;
    let count = imaging.times_h.len();
    if !(1..=MAXIMUM_IMAGES).contains(&count) {
        let expected = format!("1 to {MAXIMUM_IMAGES} times");
        return Err(PhantomError::value("imaging.times_h", format!("{count} times"), expected));
    }
    for &time in &imaging.times_h {
        within("imaging.times_h".to_string(), time, 1e-3, 1e5)?;
    }
    if imaging.times_h.windows(2).any(|pair| pair[1] <= pair[0]) {
        let found = format!("{:?}", imaging.times_h);
        return Err(PhantomError::value("imaging.times_h", found, "times that increase"));
    }
    within("imaging.fwhm_mm".to_string(), imaging.fwhm_mm, 0.0, 100.0)?;
    within("imaging.administered_activity_MBq".to_string(), imaging.administered_activity_mbq, 1e-6, 1e9)?;
    if let Some(noise) = &imaging.noise {
        within("imaging.noise.relative".to_string(), noise.relative, 0.0, 10.0)?;
        within("imaging.noise.at_Bq_per_mL".to_string(), noise.at_bq_per_ml, 1e-6, 1e12)?;
    }
    match imaging.effective_half_life_h {
        Some(half_life) => within("imaging.effective_half_life_h".to_string(), half_life, 1e-2, 1e6),
        None if count == 1 => Err(PhantomError::value(
            "imaging.effective_half_life_h",
            "nothing",
            "the half-life in h that the case states, since there is a single image",
        )),
        None => Ok(()),
    }
}

fn therapy(description: &Description) -> Result<(), PhantomError> {
    let (imaging, therapy) = (&description.imaging, &description.therapy);
    text("therapy.nuclide", &therapy.nuclide)?;
    within("therapy.activity_GBq".to_string(), therapy.activity_gbq, 1e-9, 1e6)?;
    if description.purpose == Purpose::PreTherapy {
        return Ok(());
    }
    if therapy.nuclide != imaging.nuclide {
        let expected = format!("{}, as imaged, in a post-therapy phantom", imaging.nuclide);
        return Err(PhantomError::value("therapy.nuclide", &therapy.nuclide, expected));
    }
    let imaged_gbq = imaging.administered_activity_mbq * 1e-3;
    if (therapy.activity_gbq - imaged_gbq).abs() > 1e-9 * imaged_gbq {
        let expected = format!("{imaged_gbq}, as administered, in a post-therapy phantom");
        return Err(PhantomError::value("therapy.activity_GBq", therapy.activity_gbq, expected));
    }
    Ok(())
}

fn text(key: &str, value: &str) -> Result<(), PhantomError> {
    if value.trim().is_empty() {
        return Err(PhantomError::value(key, "an empty text", "a name"));
    }
    Ok(())
}

fn density(key: String, value: f64) -> Result<(), PhantomError> {
    within(key, value, 1e-5, 25.0)
}

fn hounsfield(key: String, value: Option<f64>) -> Result<(), PhantomError> {
    value.map_or(Ok(()), |hu| within(key, hu, -1024.0, 32_767.0))
}

/// Checks `low <= value <= high`; NaN fails.
pub(crate) fn within(key: String, value: f64, low: f64, high: f64) -> Result<(), PhantomError> {
    if value >= low && value <= high {
        return Ok(());
    }
    Err(PhantomError::value(key, value, format!("a number from {low} to {high}")))
}

#[cfg(test)]
mod tests;
