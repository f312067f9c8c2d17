//! From a description to volumes and truth.

use crate::check::key;
use crate::geometry::Body;
use crate::rasterise::{for_each_voxel, largest_share};
use crate::{Description, Phantom, PhantomError, Purpose, Shape, add_noise, gaussian_blur};
use iodose_volume::{Grid, Volume};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;
use std::f64::consts::LN_2;

const SECONDS_PER_HOUR: f64 = 3600.0;

/// What a description does not hold: physics.
#[derive(Clone, Copy)]
pub struct RenderInput<'a> {
    /// Physical half-life of `imaging.nuclide`, h.
    pub imaged_half_life_h: f64,
    /// Physical half-life of `therapy.nuclide`, h.
    pub therapy_half_life_h: f64,
    /// CT number of a density (g/cm3), used where a shape gives no `hu`: the inverse of the curve by which the CT
    /// will be read.
    pub hu_of_density: &'a dyn Fn(f64) -> f64,
}

/// Everything a phantom consists of, all on one grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// Density, g/cm3, mean over the voxel.
    pub density: Volume<f32>,
    /// CT number, mean over the voxel.
    pub hu: Volume<f32>,
    /// Index into `material_names`, by largest share.
    pub materials: Volume<u16>,
    /// Names of the materials in the order of their first use.
    pub material_names: Vec<String>,
    /// Lesion labels by largest share; 0 is background.
    pub labels: Volume<u16>,
    /// Image time (h after administration) and image: Bq/mL of the imaged nuclide at that time, blurred and noisy.
    pub images: Vec<(f64, Volume<f32>)>,
    /// True time-integrated activity concentration of the therapy nuclide for `therapy.activity_GBq` from the
    /// administration to infinity, Bq.s/mL, mean over the voxel; neither blurred nor noisy.
    pub true_tia_bq_s_per_ml: Volume<f32>,
    /// The true values of the lesions.
    pub truth: Truth,
}

/// The true values a result can be compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// Name of the phantom.
    pub phantom: String,
    /// The imaged nuclide.
    pub imaged_nuclide: String,
    /// Its administered activity, MBq.
    #[serde(rename = "administered_activity_MBq")]
    pub administered_activity_mbq: f64,
    /// The therapy nuclide.
    pub therapy_nuclide: String,
    /// Its activity, GBq.
    #[serde(rename = "therapy_activity_GBq")]
    pub therapy_activity_gbq: f64,
    /// One entry per label, by increasing label.
    pub lesions: Vec<LesionTruth>,
}

/// The true values of one lesion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LesionTruth {
    /// Label in the label map.
    pub label: u16,
    /// Name.
    pub name: String,
    /// Centre of the shape, LPS mm.
    pub centre_mm: [f64; 3],
    /// Volume by sub-voxel sampling of what later shapes leave of it inside the grid, mL.
    #[serde(rename = "volume_mL")]
    pub volume_ml: f64,
    /// Volume of the voxels that bear the label, mL.
    #[serde(rename = "label_volume_mL")]
    pub label_volume_ml: f64,
    /// Density, g/cm3.
    pub density_g_per_cm3: f64,
    /// Concentration of the imaged nuclide at the administration, Bq/mL.
    #[serde(rename = "concentration_Bq_per_mL")]
    pub concentration_bq_per_ml: f64,
    /// Effective half-life of the imaged nuclide, h; absent without activity.
    pub effective_half_life_h: Option<f64>,
    /// Effective half-life of the therapy nuclide, h; absent without activity.
    pub therapy_effective_half_life_h: Option<f64>,
    /// Time-integrated activity concentration of the therapy nuclide inside the lesion, MBq.h/mL.
    #[serde(rename = "tia_MBq_h_per_mL")]
    pub tia_mbq_h_per_ml: f64,
}

/// Contents of a region (outside, or one shape).
struct Region {
    density: f64,
    hu: f64,
    material: u16,
    label: u16,
    /// Imaged nuclide at each image time, Bq/mL.
    concentrations: Vec<f64>,
    tia_bq_h_per_ml: f64,
    therapy_effective_half_life_h: Option<f64>,
}

impl Phantom {
    /// The grid of all volumes.
    ///
    /// # Errors
    /// [`PhantomError::Value`] naming the grid; not for the sizes and spacings that parsing lets through.
    pub fn grid(&self) -> Result<Grid, PhantomError> {
        let grid = &self.description.grid;
        let centred =
            std::array::from_fn(|axis| -0.5 * (grid.size[axis] as f64 - 1.0) * grid.spacing_mm[axis]);
        Grid::axis_aligned(grid.size, grid.spacing_mm, grid.origin_mm.unwrap_or(centred))
            .map_err(|error| PhantomError::value("grid", error, "a grid that can be built"))
    }

    /// Makes the volumes. The same description and input give the same values to the last bit.
    ///
    /// # Errors
    /// [`PhantomError::Value`]: a half-life that is not positive, a shape's effective half-life above the physical
    /// one, a CT number that is not finite, a lesion of which nothing is left in the grid or in the label map.
    pub fn render(&self, input: &RenderInput<'_>) -> Result<Rendered, PhantomError> {
        let description = &self.description;
        let grid = self.grid()?;
        let mut material_names = Vec::new();
        let regions = regions(description, input, &mut material_names)?;
        let bodies = description
            .shapes
            .iter()
            .enumerate()
            .map(|(number, shape)| Body::of(number, shape))
            .collect::<Result<Vec<_>, _>>()?;

        let blank = Volume::filled(grid, 0f32);
        let mut density = blank.clone();
        let mut hu = blank.clone();
        let mut true_tia_bq_s_per_ml = blank.clone();
        let mut images = vec![blank; description.imaging.times_h.len()];
        let mut labels = Volume::filled(grid, 0u16);
        let mut materials = labels.clone();
        let mut covered_voxels = vec![0.0; regions.len()];
        for_each_voxel(&grid, &bodies, description.grid.subsamples, |offset, shares| {
            let mean = |value: &dyn Fn(&Region) -> f64| -> f32 {
                shares.iter().map(|&(region, share)| share * value(&regions[region])).sum::<f64>() as f32
            };
            density.data_mut()[offset] = mean(&|region| region.density);
            hu.data_mut()[offset] = mean(&|region| region.hu);
            true_tia_bq_s_per_ml.data_mut()[offset] =
                mean(&|region| region.tia_bq_h_per_ml * SECONDS_PER_HOUR);
            for (n, image) in images.iter_mut().enumerate() {
                image.data_mut()[offset] = mean(&|region| region.concentrations[n]);
            }
            let by_share = |value: &dyn Fn(&Region) -> u16| {
                largest_share(shares.iter().map(|&(region, share)| (value(&regions[region]), share)))
            };
            labels.data_mut()[offset] = by_share(&|region| region.label).unwrap_or(0);
            materials.data_mut()[offset] = by_share(&|region| region.material).unwrap_or(0);
            for &(region, share) in shares {
                covered_voxels[region] += share;
            }
        });

        let truth = truth(description, &regions, &bodies, &covered_voxels, &labels)?;
        Ok(Rendered {
            density,
            hu,
            materials,
            material_names,
            labels,
            images: self.imaged(images)?,
            true_tia_bq_s_per_ml,
            truth,
        })
    }

    /// Blurs the images and adds noise, one random stream running through them in order of time.
    fn imaged(&self, images: Vec<Volume<f32>>) -> Result<Vec<(f64, Volume<f32>)>, PhantomError> {
        let imaging = &self.description.imaging;
        let mut noise =
            imaging.noise.as_ref().map(|noise| (noise, Xoshiro256PlusPlus::seed_from_u64(noise.seed)));
        let times = imaging.times_h.iter().copied();
        times
            .zip(images)
            .map(|(time_h, image)| {
                let mut image = gaussian_blur(&image, imaging.fwhm_mm)?;
                if let Some((noise, random)) = &mut noise {
                    add_noise(&mut image, noise, random);
                }
                Ok((time_h, image))
            })
            .collect()
    }
}

/// Outside first, then the shapes in order; fills `material_names`.
fn regions(
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
    let concentrations = times.iter().map(|t| at_administration * (-LN_2 * t / half_life).exp()).collect();
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

fn truth(
    description: &Description,
    regions: &[Region],
    bodies: &[Body],
    covered_voxels: &[f64],
    labels: &Volume<u16>,
) -> Result<Truth, PhantomError> {
    let voxel_ml = labels.grid().voxel_volume_ml();
    let mut lesions = Vec::new();
    for (number, shape) in description.shapes.iter().enumerate() {
        let Some(label) = shape.label else { continue };
        let region = &regions[number + 1];
        let labelled = labels.data().iter().filter(|&&other| other == label).count();
        if labelled == 0 {
            return Err(PhantomError::value(
                key(number, shape, "label"),
                format!("no voxel of which label {label} has the largest share"),
                "a lesion inside the grid, not covered by later shapes and not below the voxel size",
            ));
        }
        lesions.push(LesionTruth {
            label,
            name: shape.name.clone().unwrap_or_default(),
            centre_mm: bodies[number].centre(),
            volume_ml: covered_voxels[number + 1] * voxel_ml,
            label_volume_ml: labelled as f64 * voxel_ml,
            density_g_per_cm3: shape.density_g_per_cm3,
            concentration_bq_per_ml: shape.concentration_bq_per_ml,
            effective_half_life_h: shape
                .effective_half_life_h
                .filter(|_| shape.concentration_bq_per_ml > 0.0),
            therapy_effective_half_life_h: region.therapy_effective_half_life_h,
            tia_mbq_h_per_ml: region.tia_bq_h_per_ml * 1e-6,
        });
    }
    lesions.sort_by_key(|lesion| lesion.label);
    Ok(Truth {
        phantom: description.name.clone(),
        imaged_nuclide: description.imaging.nuclide.clone(),
        administered_activity_mbq: description.imaging.administered_activity_mbq,
        therapy_nuclide: description.therapy.nuclide.clone(),
        therapy_activity_gbq: description.therapy.activity_gbq,
        lesions,
    })
}

#[cfg(test)]
mod tests;
