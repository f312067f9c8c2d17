//! From a description to volumes and truth.

use crate::geometry::Body;
use crate::rasterise::{for_each_voxel, largest_share};
use crate::regions::{Region, regions};
use crate::truth::truth;
use crate::{Phantom, PhantomError, Truth, add_noise, gaussian_blur};
use iodose_volume::{Grid, Volume};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

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

#[cfg(test)]
mod tests;
