//! Density maps from CT, and density maps made fit for transport. Equations: `docs/methods/ct-to-tissue.md`.

use super::HuCurve;
use iodose_volume::Volume;
use std::ops::RangeInclusive;
use thiserror::Error;

/// Densities in g/cm3 that can be simulated; what lies outside is set to the nearer end and counted.
pub const DENSITY_RANGE: RangeInclusive<f32> = 0.0005..=3.0;

/// A voxel value from which no density can be made.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
#[error("{quantity}: found {found} in voxel {voxel:?}, expected {expected}")]
pub struct TissueError {
    /// What the values are.
    pub quantity: &'static str,
    /// Index (i, j, k).
    pub voxel: [usize; 3],
    /// The value there.
    pub found: f32,
    /// What would be right.
    pub expected: &'static str,
}

/// Densities made from a CT.
#[derive(Clone, Debug, PartialEq)]
pub struct CtDensities {
    /// Mass density in g/cm3 on the CT's grid.
    pub volume: Volume<f32>,
    /// Voxels above the curve's last point, which got its density (metal, most likely).
    pub above_curve: usize,
}

/// Turns CT numbers (HU) into mass density (g/cm3) (C1). NaN and infinite CT numbers are errors.
pub fn densities_from_ct(ct: &Volume<f32>, curve: &HuCurve) -> Result<CtDensities, TissueError> {
    let check = |hu: f32| hu.is_finite().then(|| curve.density(f64::from(hu)) as f32);
    let volume = convert(ct, "CT number (HU)", "a finite number", check)?;
    let last = curve.last_hu();
    let above_curve = ct.data().iter().filter(|&&hu| f64::from(hu) > last).count();
    Ok(CtDensities { volume, above_curve })
}

/// Densities within [`DENSITY_RANGE`].
#[derive(Clone, Debug, PartialEq)]
pub struct SimulableDensities {
    /// Mass density in g/cm3.
    pub volume: Volume<f32>,
    /// Voxels that were below the range, vacuum among them.
    pub raised: usize,
    /// Voxels that were above it, metal most likely.
    pub lowered: usize,
}

/// Osmium, the densest there is (CRC Handbook of Chemistry and Physics, 97th edition, 2016): 22.6 g/cm3. A map that holds more
/// is in another unit, such as kg/m3.
const DENSEST: f32 = 22.6;

/// Brings densities (g/cm3) into [`DENSITY_RANGE`]. Negative and NaN densities are errors, and those that nothing has.
pub fn simulable_densities(densities: &Volume<f32>) -> Result<SimulableDensities, TissueError> {
    let (mut raised, mut lowered) = (0, 0);
    let volume = convert(
        densities,
        "density (g/cm3)",
        "0 to 22.6 (osmium; a map in kg/m3 must be divided by 1000)",
        |density| {
            raised += usize::from(density < *DENSITY_RANGE.start());
            lowered += usize::from(density > *DENSITY_RANGE.end());
            let clamped = density.clamp(*DENSITY_RANGE.start(), *DENSITY_RANGE.end());
            (0.0..=DENSEST).contains(&density).then_some(clamped)
        },
    )?;
    Ok(SimulableDensities { volume, raised, lowered })
}

fn convert(
    values: &Volume<f32>,
    quantity: &'static str,
    expected: &'static str,
    mut convert: impl FnMut(f32) -> Option<f32>,
) -> Result<Volume<f32>, TissueError> {
    let mut converted = values.clone();
    for (offset, value) in converted.data_mut().iter_mut().enumerate() {
        let voxel = || values.grid().index(offset);
        *value = convert(*value).ok_or_else(|| TissueError {
            quantity,
            voxel: voxel(),
            found: *value,
            expected,
        })?;
    }
    Ok(converted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Grid;

    fn line(values: &[f32]) -> Volume<f32> {
        let grid = Grid::axis_aligned([values.len(), 1, 1], [1.0; 3], [0.0; 3]).unwrap();
        Volume::new(grid, values.to_vec()).unwrap()
    }

    #[test]
    fn a_ct_becomes_densities_and_counts_metal() {
        let densities =
            densities_from_ct(&line(&[-1024.0, 14.0, 3000.0, 3071.0]), &HuCurve::Default).unwrap();
        assert_eq!(densities.volume.data(), [1.21e-3, 1.03, 2.8, 2.8]);
        assert_eq!(densities.above_curve, 1);
        let error = densities_from_ct(&line(&[0.0, f32::NAN]), &HuCurve::Default).unwrap_err();
        assert_eq!(error.voxel, [1, 0, 0]);
    }

    #[test]
    fn densities_out_of_range_are_clamped_and_counted() {
        let fit = simulable_densities(&line(&[0.0, 1e-4, 5e-4, 1.0, 3.0, 7.9])).unwrap();
        assert_eq!(fit.volume.data(), [5e-4, 5e-4, 5e-4, 1.0, 3.0, 3.0]);
        assert_eq!((fit.raised, fit.lowered), (2, 1));
    }

    #[test]
    fn impossible_densities_are_refused() {
        for bad in [-1e-6, f32::NAN, f32::INFINITY, 1040.0] {
            let message = simulable_densities(&line(&[1.0, bad])).unwrap_err().to_string();
            assert!(message.contains("density (g/cm3)") && message.contains("[1, 0, 0]"), "{message}");
        }
    }
}
