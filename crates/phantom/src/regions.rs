//! What each shape holds: tissue, and activity over time.

use crate::check::key;
use crate::{Description, PhantomError, Purpose, RenderInput, Shape};
use std::f64::consts::LN_2;

/// Contents of a region (outside, or one shape).
pub(crate) struct Region {
    pub density: f64,
    pub hu: f64,
    pub material: u16,
    pub label: u16,
    /// Imaged nuclide at each image time, Bq/mL.
    pub concentrations: Vec<f64>,
    pub tia_bq_h_per_ml: f64,
    pub therapy_effective_half_life_h: Option<f64>,
}

/// Outside first, then the shapes in order; fills `material_names`.
pub(crate) fn regions(
    description: &Description,
    input: &RenderInput<'_>,
    material_names: &mut Vec<String>,
) -> Result<Vec<Region>, PhantomError> {
    for (name, half_life) in
        [("imaged_half_life_h", input.imaged_half_life_h), ("therapy_half_life_h", input.therapy_half_life_h)]
    {
        if !(half_life.is_finite() && half_life > 0.0) {
            return Err(PhantomError::value(name, half_life, "a finite number above 0"));
        }
    }
    let mut material_index = |name: &str| {
        let known = material_names.iter().position(|other| other == name);
        known.unwrap_or_else(|| {
            material_names.push(name.to_string());
            material_names.len() - 1
        }) as u16
    };
    let outside = &description.outside;
    let hu = |key: String, given: Option<f64>, density: f64| {
        let hu = given.unwrap_or_else(|| (input.hu_of_density)(density));
        if hu.is_finite() { Ok(hu) } else { Err(PhantomError::value(key, hu, "a finite CT number")) }
    };
    let mut regions = vec![Region {
        density: outside.density_g_per_cm3,
        hu: hu("outside.hu".to_string(), outside.hu, outside.density_g_per_cm3)?,
        material: material_index(&outside.material),
        label: 0,
        concentrations: vec![0.0; description.imaging.times_h.len()],
        tia_bq_h_per_ml: 0.0,
        therapy_effective_half_life_h: None,
    }];
    for (number, shape) in description.shapes.iter().enumerate() {
        let (concentrations, tia_bq_h_per_ml, therapy_effective_half_life_h) =
            activity(description, input, number, shape)?;
        regions.push(Region {
            density: shape.density_g_per_cm3,
            hu: hu(key(number, shape, "hu"), shape.hu, shape.density_g_per_cm3)?,
            material: material_index(&shape.material),
            label: shape.label.unwrap_or(0),
            concentrations,
            tia_bq_h_per_ml,
            therapy_effective_half_life_h,
        });
    }
    Ok(regions)
}

/// Concentrations at the image times, time-integrated activity and effective half-life of the therapy nuclide.
///
/// The therapy nuclide follows the imaged one's biology: its effective rate is `r - lambda_imaged + lambda_therapy`.
/// Written out here on its own, so that the truth does not lean on the code it is there to check.
fn activity(
    description: &Description,
    input: &RenderInput<'_>,
    number: usize,
    shape: &Shape,
) -> Result<(Vec<f64>, f64, Option<f64>), PhantomError> {
    let times = &description.imaging.times_h;
    let Some(half_life) = shape.effective_half_life_h else {
        return Ok((vec![0.0; times.len()], 0.0, None));
    };
    if half_life > input.imaged_half_life_h {
        let expected = format!(
            "at most {} h, the physical half-life of {}",
            input.imaged_half_life_h, description.imaging.nuclide
        );
        return Err(PhantomError::value(key(number, shape, "effective_half_life_h"), half_life, expected));
    }
    let at_administration = shape.concentration_bq_per_ml;
    let concentrations = times.iter().map(|t| at_administration * libm::exp(-LN_2 * t / half_life)).collect();
    let therapy_half_life =
        1.0 / (1.0 / half_life - 1.0 / input.imaged_half_life_h + 1.0 / input.therapy_half_life_h);
    let activity_ratio = match description.purpose {
        Purpose::PreTherapy => {
            description.therapy.activity_gbq * 1e3 / description.imaging.administered_activity_mbq
        }
        Purpose::PostTherapy => 1.0,
    };
    let tia = activity_ratio * at_administration * therapy_half_life / LN_2;
    Ok((concentrations, tia, (at_administration > 0.0).then_some(therapy_half_life)))
}
