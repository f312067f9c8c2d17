//! From region curves to a map of time-integrated activity. Equations: `docs/methods/kinetics.md`.

use crate::{Fit, KineticsError, RegionCurve, check_times};
use iodose_volume::Volume;
use std::collections::BTreeMap;

/// How far grids may differ and still count as one, in voxel widths.
const GRID_TOLERANCE: f64 = 1e-2;
const SECONDS_PER_HOUR: f64 = 3600.0;

/// One activity image.
#[derive(Clone, Copy, Debug)]
pub struct TimedImage<'a> {
    /// Bq/mL of the imaged nuclide at the time of the image (not decay-corrected).
    pub volume: &'a Volume<f32>,
    /// Hours after administration.
    pub time_h: f64,
}

/// Means over the voxels of one label.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionMeans {
    /// Number of voxels.
    pub voxels: usize,
    /// Mean concentration of the imaged nuclide in each image, Bq/mL.
    pub means_bq_per_ml: Vec<f64>,
}

/// A map of time-integrated activity concentration.
#[derive(Clone, Debug, PartialEq)]
pub struct VoxelTia {
    /// Bq.s/mL of the therapy nuclide, on the grid of the images; never negative.
    pub tia_bq_s_per_ml: Volume<f32>,
    /// Voxels whose least-squares amplitude was negative and set to 0.
    pub clipped: usize,
}

/// Mean concentration of every label of the map (0, the background, included) in every image.
///
/// # Errors
/// No image, times that do not increase, images or labels on another grid than the first image.
pub fn region_means(
    images: &[TimedImage<'_>],
    labels: &Volume<u16>,
) -> Result<BTreeMap<u16, RegionMeans>, KineticsError> {
    check_images(images, labels)?;
    let mut regions = BTreeMap::new();
    for (offset, &label) in labels.data().iter().enumerate() {
        let region = regions
            .entry(label)
            .or_insert_with(|| RegionMeans { voxels: 0, means_bq_per_ml: vec![0.0; images.len()] });
        region.voxels += 1;
        for (sum, image) in region.means_bq_per_ml.iter_mut().zip(images) {
            *sum += f64::from(image.volume.data()[offset]);
        }
    }
    for region in regions.values_mut() {
        region.means_bq_per_ml.iter_mut().for_each(|sum| *sum /= region.voxels as f64);
    }
    Ok(regions)
}

/// The curve of every label of the map, 0 included, each point with the given relative standard uncertainty (k=1).
///
/// # Errors
/// As [`region_means`] and [`RegionCurve::with_relative_uncertainty`].
pub fn region_curves(
    images: &[TimedImage<'_>],
    labels: &Volume<u16>,
    relative_standard_uncertainty: f64,
) -> Result<BTreeMap<u16, RegionCurve>, KineticsError> {
    let times: Vec<f64> = images.iter().map(|image| image.time_h).collect();
    region_means(images, labels)?
        .into_iter()
        .map(|(label, region)| {
            let curve = RegionCurve::with_relative_uncertainty(
                &times,
                &region.means_bq_per_ml,
                relative_standard_uncertainty,
            )?;
            Ok((label, curve))
        })
        .collect()
}

/// Time-integrated activity of every voxel: the shape of its label's curve, scaled to the voxel's own values by
/// weighted least squares (K16) ([`Fit::voxel_coefficients_h`]). Negative amplitudes (filtered images dip below zero)
/// become 0 and are counted.
///
/// # Errors
/// As [`region_means`]; a label without a fit, a fit over another number of images; a voxel that is not finite.
pub fn voxel_tia(
    images: &[TimedImage<'_>],
    labels: &Volume<u16>,
    fits: &BTreeMap<u16, Fit>,
) -> Result<VoxelTia, KineticsError> {
    check_images(images, labels)?;
    let mut clipped = 0;
    let mut tia_bq_s_per_ml = labels.map(|_| 0.0f32);
    for (offset, (tia, &label)) in tia_bq_s_per_ml.data_mut().iter_mut().zip(labels.data()).enumerate() {
        let fit = fits.get(&label).ok_or_else(|| KineticsError::NoFit {
            label,
            voxels: labels.data().iter().filter(|&&other| other == label).count(),
        })?;
        let coefficients = fit.voxel_coefficients_h();
        if coefficients.len() != images.len() {
            let (found, expected) = (coefficients.len(), images.len());
            return Err(KineticsError::FitOfOtherImages { label, found, expected });
        }
        let tia_h: f64 = coefficients
            .iter()
            .zip(images)
            .map(|(coefficient, image)| coefficient * f64::from(image.volume.data()[offset]))
            .sum();
        let tia_s = (tia_h * SECONDS_PER_HOUR) as f32;
        if !tia_s.is_finite() {
            let index = labels.grid().index(offset);
            return Err(KineticsError::Activity { count: 1, index, value: tia_s });
        }
        clipped += usize::from(tia_s < 0.0);
        *tia = tia_s.max(0.0);
    }
    Ok(VoxelTia { tia_bq_s_per_ml, clipped })
}

fn check_images(images: &[TimedImage<'_>], labels: &Volume<u16>) -> Result<(), KineticsError> {
    let Some(first) = images.first() else {
        return Err(KineticsError::TooFewImages { model: "any", found: 0, expected: 1 });
    };
    check_times(&images.iter().map(|image| image.time_h).collect::<Vec<_>>())?;
    let grid = first.volume.grid();
    let others = images
        .iter()
        .map(|image| (format!("image at {} h", image.time_h), image.volume.grid()))
        .chain([("labels".to_string(), labels.grid())]);
    for (field, other) in others {
        if !grid.matches(other, GRID_TOLERANCE) {
            return Err(KineticsError::Grid { field, found: other.size(), expected: grid.size() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
