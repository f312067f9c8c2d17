use super::*;
use crate::conversion::tests::per_gbq;
use crate::{UptakePrior, fit_mono_exponential, fit_stated_half_life};
use approx::assert_relative_eq;
use iodose_volume::Grid;
use std::f64::consts::LN_2;

const TIMES_H: [f64; 3] = [24.0, 48.0, 96.0];

fn grid() -> Grid {
    Grid::axis_aligned([4, 3, 2], [4.0; 3], [0.0; 3]).unwrap()
}

/// Label 1 where i >= 2, with amplitude (offset + 1) kBq/mL and 50 h; the rest a tenth of it with 20 h.
fn scene() -> (Volume<u16>, Vec<Volume<f32>>) {
    let labels = Volume::from_fn(grid(), |[i, _, _]| u16::from(i >= 2));
    let images = TIMES_H
        .iter()
        .map(|t| {
            Volume::from_fn(grid(), |index| {
                let amplitude = 1e3 * (grid().offset(index) + 1) as f64;
                let (scale, half_life) = if index[0] >= 2 { (1.0, 50.0) } else { (0.1, 20.0) };
                (scale * amplitude * (-LN_2 * t / half_life).exp()) as f32
            })
        })
        .collect();
    (labels, images)
}

fn timed(images: &[Volume<f32>]) -> Vec<TimedImage<'_>> {
    images.iter().zip(TIMES_H).map(|(volume, time_h)| TimedImage { volume, time_h }).collect()
}

fn fits(images: &[TimedImage<'_>], labels: &Volume<u16>) -> BTreeMap<u16, Fit> {
    region_curves(images, labels, 0.05)
        .unwrap()
        .into_iter()
        .map(|(label, curve)| {
            (label, fit_mono_exponential(&curve, &per_gbq(), &UptakePrior::IMMEDIATE).unwrap())
        })
        .collect()
}

#[test]
fn every_voxel_gets_its_own_exact_integral() {
    let (labels, images) = scene();
    let images = timed(&images);
    let map = voxel_tia(&images, &labels, &fits(&images, &labels)).unwrap();
    assert_eq!(map.clipped, 0);
    for (offset, &tia) in map.tia_bq_s_per_ml.data().iter().enumerate() {
        let (scale, half_life) = if grid().index(offset)[0] >= 2 { (1.0, 50.0) } else { (0.1, 20.0) };
        let amplitude = 1e3 * (offset + 1) as f64 * scale * 1000.0 / 74.0;
        let life = per_gbq().therapy_effective_half_life_h(half_life).unwrap() / LN_2;
        assert_relative_eq!(f64::from(tia), amplitude * life * 3600.0, max_relative = 1e-6);
    }
}

#[test]
fn the_mean_of_the_map_is_the_region_result_even_for_noisy_voxels() {
    let (labels, mut images) = scene();
    for (n, image) in images.iter_mut().enumerate() {
        for (offset, value) in image.data_mut().iter_mut().enumerate() {
            *value *= 1.0 + 0.3 * ((7 * offset + 13 * n) as f32).sin();
        }
    }
    let images = timed(&images);
    let fits = fits(&images, &labels);
    let map = voxel_tia(&images, &labels, &fits).unwrap();
    for (label, fit) in &fits {
        let inside = labels.data().iter().zip(map.tia_bq_s_per_ml.data()).filter(|(l, _)| *l == label);
        let (sum, count) = inside.fold((0.0, 0.0), |(sum, n), (_, &tia)| (sum + f64::from(tia), n + 1.0));
        assert_relative_eq!(sum / count, fit.tia_bq_h_per_ml * 3600.0, max_relative = 1e-6);
    }
}

#[test]
fn a_single_image_works_with_a_stated_half_life() {
    let (labels, images) = scene();
    let image = [TimedImage { volume: &images[0], time_h: 24.0 }];
    let stated = crate::StatedHalfLife { effective_half_life_h: 50.0, standard_uncertainty_h: 0.0 };
    let fits = region_curves(&image, &labels, 0.05)
        .unwrap()
        .into_iter()
        .map(|(label, curve)| {
            (label, fit_stated_half_life(&curve, stated, &per_gbq(), &UptakePrior::IMMEDIATE).unwrap())
        })
        .collect();
    let map = voxel_tia(&image, &labels, &fits).unwrap();
    let life = per_gbq().therapy_effective_half_life_h(50.0).unwrap() / LN_2;
    let expected = 24e3 * 1000.0 / 74.0 * life * 3600.0;
    assert_relative_eq!(f64::from(map.tia_bq_s_per_ml[[3, 2, 1]]), expected, max_relative = 1e-6);
}

#[test]
fn negative_voxels_are_clipped_and_counted_and_nan_is_refused() {
    let (labels, mut images) = scene();
    let fits = fits(&timed(&images), &labels);
    images.iter_mut().for_each(|image| image[[0, 1, 0]] = -3.0);
    let map = voxel_tia(&timed(&images), &labels, &fits).unwrap();
    assert_eq!((map.clipped, map.tia_bq_s_per_ml[[0, 1, 0]]), (1, 0.0));
    images[1][[3, 0, 1]] = f32::NAN;
    let error = voxel_tia(&timed(&images), &labels, &fits).unwrap_err();
    assert!(matches!(error, KineticsError::Activity { index: [3, 0, 1], .. }), "{error}");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let (labels, images) = scene();
    let images = timed(&images);
    let mut fits = fits(&images, &labels);
    let error = voxel_tia(&images[..2], &labels, &fits).unwrap_err();
    assert!(matches!(error, KineticsError::FitOfOtherImages { found: 3, expected: 2, .. }));
    fits.remove(&1);
    assert_eq!(voxel_tia(&images, &labels, &fits), Err(KineticsError::NoFit { label: 1, voxels: 12 }));
    assert!(matches!(voxel_tia(&[], &labels, &fits), Err(KineticsError::TooFewImages { .. })));
    let shifted = Grid::axis_aligned([4, 3, 2], [4.0; 3], [1.0, 0.0, 0.0]).unwrap();
    let error = region_means(&images, &Volume::filled(shifted, 0)).unwrap_err();
    assert!(error.to_string().starts_with("labels:"), "{error}");
    let reversed: Vec<_> = images.iter().rev().copied().collect();
    assert!(matches!(region_means(&reversed, &labels), Err(KineticsError::TimesNotIncreasing { .. })));
}
