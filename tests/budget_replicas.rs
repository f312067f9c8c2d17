//! The stated uncertainty of a corrected mean dose against the spread over replicas of a phantom's images.
//!
//! Every replica draws what its budget says is uncertain: the calibration, each image's own error, the width of the blur,
//! where the observer's outline runs, noise in every voxel, and the noise of the Monte Carlo. Then it does what a run does:
//! outlines, transfer, curve, budget. `cargo test --release --test budget_replicas -- --nocapture`

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]
#![allow(clippy::disallowed_methods, reason = "what a test expects need not be the same to the last bit")]

use iodose::kinetics::{Conversion, DecayConstant, Model, RegionCurve, UptakePrior, fit_model};
use iodose::report::partial_volume::equivalent_diameter_mm;
use iodose::report::recovery::{Integrated, Outline, Solved, Transfer};
use iodose::report::uncertainty::{
    Budget, CALIBRATION, DELINEATION, KINETICS, MONTE_CARLO, RECOVERY, corrected_volume_effect,
    relative_volume_u,
};
use iodose::volume::{Grid, Volume};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

const REPLICAS: usize = 1000;
const TIMES_H: [f64; 3] = [24.0, 48.0, 96.0];
const HALF_LIFE_H: f64 = 50.0;
const CONCENTRATION: f64 = 5e4;
const BACKGROUND: f64 = 1e3;
/// Standard deviation of a voxel.
const NOISE: f64 = 500.0;
const FWHM_MM: f64 = 6.5;
const RESOLUTION_U: f64 = 0.058;
const CALIBRATION_U: f64 = 0.03;
const REPEATABILITY: f64 = 0.058;
const MONTE_CARLO_U: f64 = 0.005;

struct Normal(Xoshiro256PlusPlus);

impl Normal {
    fn draw(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }
}

/// A ball of voxels about a place that no grid here knows.
fn ball(diameter: f64, spacing: f64) -> Volume<u16> {
    let voxels = (diameter / spacing).ceil() as usize + 4;
    let origin = -0.5 * voxels as f64 * spacing;
    let grid = Grid::axis_aligned([voxels; 3], [spacing; 3], [origin; 3]).unwrap();
    let centre = [0.31, -0.57, 0.83];
    Volume::from_fn(grid, |index| {
        let place = grid.index_to_patient(index.map(|n| n as f64));
        let square: f64 = place.iter().zip(centre).map(|(x, c)| (x - c).powi(2)).sum();
        u16::from(square <= 0.25 * diameter * diameter)
    })
}

fn image_grid() -> Grid {
    Grid::axis_aligned([16; 3], [4.0; 3], [-30.0; 3]).unwrap()
}

fn conversion() -> Conversion {
    let decay = |hours| DecayConstant::from_half_life_h(hours).unwrap();
    Conversion::predicted(decay(100.2), decay(192.5), 74.0, 1000.0).unwrap()
}

struct Found {
    dose: f64,
    u: f64,
}

/// One replica of a ball of `diameter`, drawn on voxels of `voxel` mm in an image of resolution `outline_fwhm`.
fn replica(diameter: f64, voxel: f64, outline_fwhm: f64, normal: &mut Normal) -> Found {
    let truth =
        Outline::new(&ball(diameter, 1.0), 1, &image_grid(), FWHM_MM * (1.0 + RESOLUTION_U * normal.draw()));
    let truth = truth.unwrap();
    let calibration = 1.0 + CALIBRATION_U * normal.draw();
    let images: Vec<Volume<f32>> = TIMES_H
        .iter()
        .map(|time| {
            let decayed = (-std::f64::consts::LN_2 * time / HALF_LIFE_H).exp();
            let factor = calibration * (1.0 + REPEATABILITY * normal.draw());
            Volume::from_fn(image_grid(), |index| {
                let share = truth.blurred_at(image_grid().offset(index));
                let clean = (CONCENTRATION * share + BACKGROUND * (1.0 - share)) * decayed;
                (factor * clean + decayed * NOISE * normal.draw()) as f32
            })
        })
        .collect();

    let volume_u = relative_volume_u(diameter, voxel, outline_fwhm);
    let drawn = ball(diameter * (1.0 + volume_u / 3.0 * normal.draw()), 1.0);
    let volume_ml = drawn.data().iter().filter(|&&l| l == 1).count() as f64 * 1e-3;
    let outlined = equivalent_diameter_mm(volume_ml);
    let through = |fwhm: f64| -> Vec<Solved> {
        let transfer = Transfer::new(vec![Outline::new(&drawn, 1, &image_grid(), fwhm).unwrap()]);
        images.iter().map(|image| transfer.solve(image).unwrap()[0]).collect()
    };
    let (seen, wider) = (through(FWHM_MM), through(FWHM_MM * (1.0 + RESOLUTION_U)));
    let concentrations: Vec<f64> = seen.iter().map(|one| one.concentration).collect();
    let curve = RegionCurve::with_relative_uncertainty(&TIMES_H, &concentrations, REPEATABILITY).unwrap();
    let fit = fit_model(Model::Mono, &curve, &conversion(), &UptakePrior::IMMEDIATE).unwrap();
    let integrated = Integrated::new(fit.voxel_coefficients_h(), &seen, &wider).unwrap();
    let effect = corrected_volume_effect(outlined, FWHM_MM);
    let budget = Budget::new()
        .with(MONTE_CARLO, Some(MONTE_CARLO_U))
        .with(CALIBRATION, Some(CALIBRATION_U))
        .with(RECOVERY, Some(integrated.relative_u))
        .with(DELINEATION, Some(effect.abs() * relative_volume_u(outlined, voxel, outline_fwhm)))
        .with(KINETICS, Some(fit.tia_u_bq_h_per_ml / fit.tia_bq_h_per_ml));
    // A dose per time-integrated activity concentration is the same for all replicas.
    let dose = fit.tia_bq_h_per_ml * (1.0 + MONTE_CARLO_U * normal.draw());
    Found { dose, u: dose * budget.combined().unwrap() }
}

fn true_dose() -> f64 {
    let values = TIMES_H.map(|time| CONCENTRATION * (-std::f64::consts::LN_2 * time / HALF_LIFE_H).exp());
    let curve = RegionCurve::with_relative_uncertainty(&TIMES_H, &values, 0.01).unwrap();
    fit_model(Model::Mono, &curve, &conversion(), &UptakePrior::IMMEDIATE).unwrap().tia_bq_h_per_ml
}

fn check(diameter: f64, voxel: f64, outline_fwhm: f64) {
    let mut normal = Normal(Xoshiro256PlusPlus::seed_from_u64(6));
    let found: Vec<Found> =
        (0..REPLICAS).map(|_| replica(diameter, voxel, outline_fwhm, &mut normal)).collect();
    let (truth, n) = (true_dose(), REPLICAS as f64);
    let mean = found.iter().map(|one| one.dose).sum::<f64>() / n;
    let spread = (found.iter().map(|one| (one.dose - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let stated = found.iter().map(|one| one.u).sum::<f64>() / n;
    let within = |k: f64| found.iter().filter(|one| (one.dose - truth).abs() <= k * one.u).count() as f64 / n;
    println!(
        "{diameter} mm: bias {:+.1} %, spread {:.1} %, stated {:.1} %, ratio {:.3}, coverage {:.1} % and {:.1} %",
        100.0 * (mean / truth - 1.0),
        100.0 * spread / truth,
        100.0 * stated / truth,
        spread / stated,
        100.0 * within(1.0),
        100.0 * within(2.0)
    );
    assert!(
        (spread / stated - 1.0).abs() <= 0.15,
        "{diameter} mm: spread over stated {:.3}",
        spread / stated
    );
    assert!((within(1.0) - 0.68).abs() <= 0.05, "{diameter} mm: coverage at k=1 {:.3}", within(1.0));
    assert!((within(2.0) - 0.95).abs() <= 0.03, "{diameter} mm: coverage at k=2 {:.3}", within(2.0));
}

#[test]
fn a_lesion_of_16_mm_drawn_on_ct() {
    check(16.0, 2.0, 0.0);
}

#[test]
fn a_lesion_of_30_mm_drawn_on_an_image_of_3_mm() {
    check(30.0, 2.0, 3.0);
}
