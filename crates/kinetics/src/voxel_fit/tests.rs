use super::*;
use crate::conversion::tests::per_gbq;
use crate::{fit_mono_exponential, region_curves};
use approx::assert_relative_eq;
use iodose_volume::Grid;
use std::f64::consts::LN_2;

const TIMES_H: [f64; 3] = [24.0, 48.0, 96.0];

/// Label 1 where i >= 2, its half-lives from 30 h at k = 0 to 80 h at k = 3; the rest faint.
fn half_life(index: [usize; 3]) -> f64 {
    [30.0, 45.0, 60.0, 80.0][index[2]]
}

fn scene(noise: f64) -> (Volume<u16>, Vec<Volume<f32>>) {
    let grid = Grid::axis_aligned([6, 4, 4], [4.0; 3], [0.0; 3]).unwrap();
    let labels = Volume::from_fn(grid, |[i, _, _]| u16::from(i >= 2));
    let image = |(n, t): (usize, &f64)| {
        Volume::from_fn(grid, |index| {
            let scale = if index[0] >= 2 { 1e4 } else { 1e2 };
            let wave = ((7 * grid.offset(index) + 13 * n) as f64).sin();
            (scale * (-LN_2 * t / half_life(index)).exp() * (1.0 + noise * wave)) as f32
        })
    };
    (labels, TIMES_H.iter().enumerate().map(image).collect())
}

fn run(noise: f64, noise_floor: f64) -> (Volume<u16>, BTreeMap<u16, Fit>, FittedVoxels) {
    let (labels, images) = scene(noise);
    let timed: Vec<_> =
        images.iter().zip(TIMES_H).map(|(volume, time_h)| TimedImage { volume, time_h }).collect();
    let curves = region_curves(&timed, &labels, 0.05).unwrap();
    let prior = UptakePrior::default();
    let fit = |(&label, curve)| (label, fit_mono_exponential(curve, &per_gbq(), &prior).unwrap());
    let fits: BTreeMap<u16, Fit> = curves.iter().map(fit).collect();
    let how = VoxelFitting { conversion: &per_gbq(), prior: &prior, noise_floor };
    let result = voxel_tia_fitted(&timed, &labels, &curves, &fits, how).unwrap();
    (labels, fits, result)
}

fn mean(labels: &Volume<u16>, tia: &Volume<f32>, label: u16) -> f64 {
    let inside = labels.data().iter().zip(tia.data()).filter(|(l, _)| **l == label);
    let (sum, count) = inside.fold((0.0, 0.0), |(sum, n), (_, &tia)| (sum + f64::from(tia), n + 1.0));
    sum / count
}

#[test]
fn the_region_keeps_its_integral_and_voxels_get_their_own_washout() {
    let (labels, fits, result) = run(0.0, 0.2);
    assert_eq!(result.fitted, 64);
    let tia = &result.map.tia_bq_s_per_ml;
    assert_relative_eq!(mean(&labels, tia, 1), fits[&1].tia_bq_h_per_ml * 3600.0, max_relative = 1e-6);
    for (offset, &value) in tia.data().iter().enumerate().filter(|(o, _)| labels.data()[*o] == 1) {
        let life =
            per_gbq().therapy_effective_half_life_h(half_life(tia.grid().index(offset))).unwrap() / LN_2;
        let own = 1e4 * per_gbq().activity_ratio() * life * 3600.0;
        assert_relative_eq!(f64::from(value), own * result.factors[&1], max_relative = 1e-5);
    }
    // One exponential through a mixture of 30 to 80 h is short of its parts; the factor tells.
    assert_relative_eq!(result.factors[&1], 0.894, epsilon = 1e-3);
}

#[test]
fn the_region_keeps_its_integral_under_noise() {
    let (labels, fits, result) = run(0.3, 0.2);
    for label in [0, 1] {
        let mean = mean(&labels, &result.map.tia_bq_s_per_ml, label);
        assert_relative_eq!(mean, fits[&label].tia_bq_h_per_ml * 3600.0, max_relative = 1e-6);
    }
}

#[test]
fn voxels_below_the_floor_follow_their_region() {
    let (_, _, all) = run(0.0, 0.0);
    let (_, _, bright) = run(0.0, 0.9);
    assert_eq!(all.fitted, 64);
    // By the shape of the region those of 80 h are the highest.
    assert_eq!(bright.fitted, 16);
}

#[test]
fn an_impossible_floor_is_refused() {
    let (labels, images) = scene(0.0);
    let timed = [TimedImage { volume: &images[0], time_h: 24.0 }];
    let how = VoxelFitting { conversion: &per_gbq(), prior: &UptakePrior::default(), noise_floor: 1.5 };
    let refused = voxel_tia_fitted(&timed, &labels, &BTreeMap::new(), &BTreeMap::new(), how);
    assert!(matches!(refused, Err(KineticsError::OutOfRange { field: "voxel_noise_floor", .. })));
}
