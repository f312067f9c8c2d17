//! A washout of its own for every voxel above a noise floor. Equations: `docs/methods/kinetics.md`.

use crate::search::{Rate, best_rate};
use crate::stated::fixed_rate;
use crate::uptake::Uptake;
use crate::{Conversion, Fit, KineticsError, RegionCurve, TimedImage, UptakePrior, VoxelTia, voxel_tia};
use iodose_volume::Volume;
use std::collections::BTreeMap;

const SECONDS_PER_HOUR: f64 = 3600.0;

/// How voxels are fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VoxelFitting<'a> {
    /// From the imaged to the therapy nuclide, as for the regions.
    pub conversion: &'a Conversion,
    /// The uptake, as for the regions.
    pub prior: &'a UptakePrior,
    /// Share of its region's highest voxel from which on a voxel is fitted, 0 to 1; below it noise would decide.
    pub noise_floor: f64,
}

/// A map of time-integrated activity concentration from voxel fits.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedVoxels {
    /// The map; its count of clipped voxels is that of the shapes.
    pub map: VoxelTia,
    /// Voxels that follow their own washout.
    pub fitted: usize,
    /// By label, the factor that brought the mean of the region's voxels back to the region's integral.
    pub factors: BTreeMap<u16, f64>,
}

/// Time-integrated activity of every voxel as by [`voxel_tia`], but with a mono-exponential of its own wherever a lesion's
/// voxel reaches the noise floor and its points show a washout; physical decay is the slowest taken (K17). The sum over a
/// region is brought to the region's own integral, which noise hardly touches: the voxels say where it is, not how much.
/// The background (label 0) keeps the shape of its region.
///
/// # Errors
/// As [`voxel_tia`]; [`KineticsError::OutOfRange`] for the noise floor; a label without a curve.
pub fn voxel_tia_fitted(
    images: &[TimedImage<'_>],
    labels: &Volume<u16>,
    curves: &BTreeMap<u16, RegionCurve>,
    fits: &BTreeMap<u16, Fit>,
    how: VoxelFitting<'_>,
) -> Result<FittedVoxels, KineticsError> {
    if !(0.0..=1.0).contains(&how.noise_floor) {
        let (field, found) = ("voxel_noise_floor", how.noise_floor);
        return Err(KineticsError::OutOfRange { field, found, from: 0.0, to: 1.0 });
    }
    let mut map = voxel_tia(images, labels, fits)?;
    let mut regions: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for (offset, &label) in labels.data().iter().enumerate().filter(|(_, label)| **label > 0) {
        regions.entry(label).or_default().push(offset);
    }
    let (mut fitted, mut factors) = (0, BTreeMap::new());
    for (label, voxels) in regions {
        let (Some(fit), Some(curve)) = (fits.get(&label), curves.get(&label)) else {
            return Err(KineticsError::NoFit { label, voxels: voxels.len() });
        };
        let tia = map.tia_bq_s_per_ml.data_mut();
        let highest = voxels.iter().map(|&offset| tia[offset]).fold(0.0, f32::max);
        let floor = how.noise_floor * f64::from(highest);
        let mut own = Vec::with_capacity(voxels.len());
        for &offset in &voxels {
            let points: Vec<f64> =
                images.iter().map(|image| f64::from(image.volume.data()[offset])).collect();
            let reaches = highest > 0.0 && f64::from(tia[offset]) >= floor;
            let washout = if reaches { own_tia(&points, curve, how)? } else { None };
            fitted += usize::from(washout.is_some());
            own.push(washout.unwrap_or(f64::from(tia[offset])));
        }
        let (sum, target) =
            (own.iter().sum::<f64>(), fit.tia_bq_h_per_ml * SECONDS_PER_HOUR * own.len() as f64);
        if sum > 0.0 {
            let factor = target / sum;
            voxels.iter().zip(own).for_each(|(&offset, own)| tia[offset] = (own * factor) as f32);
            factors.insert(label, factor);
        }
    }
    Ok(FittedVoxels { map, fitted, factors })
}

/// The integral (Bq.s/mL) of a voxel's own washout, weighted as its region's points are; `None` where its points show none.
fn own_tia(
    points: &[f64],
    region: &RegionCurve,
    how: VoxelFitting<'_>,
) -> Result<Option<f64>, KineticsError> {
    if points.len() < 2 || points.iter().any(|c| *c < 0.0) {
        return Ok(None);
    }
    let uptake = Uptake::of_half_time(how.prior.half_time_h());
    let own = RegionCurve::new(region.times_h(), points, region.standard_uncertainties_bq_per_ml())?;
    let own = uptake.removed_from(&own)?;
    let physical = how.conversion.imaged().per_hour();
    Ok(match best_rate(&own) {
        Rate::Inner(rate) if rate > 0.0 => {
            let rate = rate.max(physical);
            let integral_h = uptake.integral(how.conversion.therapy_rate_per_h(rate));
            let amplitude = fixed_rate(&own, rate).amplitude;
            Some(how.conversion.activity_ratio() * amplitude * integral_h * SECONDS_PER_HOUR)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
