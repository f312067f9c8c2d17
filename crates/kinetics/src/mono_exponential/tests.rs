use super::*;
use crate::conversion::tests::{iodine_124, iodine_131, per_gbq};
use crate::search::misfit;
use approx::assert_relative_eq;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

const TIMES_H: [f64; 3] = [24.0, 48.0, 96.0];

fn decaying(amplitude: f64, half_life_h: f64, times_h: &[f64]) -> Vec<f64> {
    times_h.iter().map(|t| amplitude * (-LN_2 * t / half_life_h).exp()).collect()
}

fn curve(values: &[f64]) -> RegionCurve {
    RegionCurve::with_relative_uncertainty(&TIMES_H[..values.len()], values, 0.05).unwrap()
}

proptest! {
    #[test]
    fn exact_exponentials_are_recovered(
        half_life in 2.0f64..100.0,
        amplitude in 1.0f64..1e6,
        first in 0.5f64..30.0,
        gaps in proptest::collection::vec(2.0f64..60.0, 1..5),
    ) {
        let times: Vec<f64> = std::iter::once(first)
            .chain(gaps.iter().scan(first, |t, gap| { *t += gap; Some(*t) }))
            .collect();
        let values = decaying(amplitude, half_life, &times);
        // Points far below the first are at the mercy of its rounding.
        prop_assume!(values[1] > 1e-4 * values[0]);
        let points = RegionCurve::with_relative_uncertainty(&times, &values, 0.05).unwrap();
        let fit = fit_mono_exponential(&points, &per_gbq(), &UptakePrior::IMMEDIATE).unwrap();
        let therapy_half_life = per_gbq().therapy_effective_half_life_h(half_life).unwrap();
        let expected = amplitude * 1000.0 / 74.0 * therapy_half_life / LN_2;
        assert_relative_eq!(fit.tia_bq_h_per_ml, expected, max_relative = 1e-6);
        let (effective_half_life_h, _) = fit.effective_half_life_h().unwrap();
        assert_relative_eq!(effective_half_life_h, therapy_half_life, max_relative = 1e-6);
        prop_assert!(fit.chi_square < 1e-10);
    }

    #[test]
    fn no_input_panics_or_gives_a_negative_integral(values in proptest::collection::vec(0.0f64..1e6, 3)) {
        let fit = fit_mono_exponential(&curve(&values), &per_gbq(), &UptakePrior::IMMEDIATE).unwrap();
        prop_assert!(fit.tia_bq_h_per_ml >= 0.0 && fit.tia_u_bq_h_per_ml >= 0.0);
        prop_assert!((0.0..=1.0).contains(&fit.share_before_first));
        prop_assert!((0.0..=1.0).contains(&fit.share_after_last));
    }
}

#[test]
fn the_minimum_is_the_global_one() {
    let points =
        RegionCurve::new(&[2.0, 5.0, 30.0, 70.0, 120.0], &[9.0, 7.0, 6.5, 1.0, 0.8], &[1.0; 5]).unwrap();
    let fit =
        fit_mono_exponential(&points, &Conversion::delivered(iodine_131()), &UptakePrior::IMMEDIATE).unwrap();
    for step in -2000..20_000 {
        assert!(misfit(&points, f64::from(step) * 1e-4) >= fit.chi_square - 1e-12);
    }
}

#[test]
fn physical_decay_alone_is_no_reason_to_warn() {
    let values = decaying(3e4, iodine_124().half_life_h(), &TIMES_H);
    let fit = fit_mono_exponential(&curve(&values), &per_gbq(), &UptakePrior::IMMEDIATE).unwrap();
    assert!(!fit.warnings.iter().any(|w| matches!(w, Warning::SlowerThanPhysicalDecay { .. })), "{fit:?}");
    let (effective_half_life_h, _) = fit.effective_half_life_h().unwrap();
    assert_relative_eq!(effective_half_life_h, iodine_131().half_life_h(), max_relative = 1e-6);
}

#[test]
fn slower_than_physical_decay_is_capped() {
    let values = decaying(3e4, 150.0, &TIMES_H);
    let fit = fit_mono_exponential(&curve(&values), &per_gbq(), &UptakePrior::IMMEDIATE).unwrap();
    let Warning::SlowerThanPhysicalDecay { fitted_half_life_h, physical_half_life_h } = fit.warnings[0]
    else {
        panic!("{fit:?}")
    };
    assert_relative_eq!(fitted_half_life_h, 150.0, max_relative = 1e-6);
    assert_relative_eq!(physical_half_life_h, 100.224, max_relative = 1e-12);
    assert_relative_eq!(
        fit.curve.value_at(0.0) / fit.curve.value_at(iodine_131().half_life_h()),
        2.0,
        max_relative = 1e-12
    );
    // The amplitude is the best for that rate: the curve crosses the points.
    let residuals: Vec<f64> = TIMES_H
        .iter()
        .zip(&values)
        .map(|(&t, v)| per_gbq().factor_at(t) * v - fit.curve.value_at(t))
        .collect();
    assert!(residuals[0] < 0.0 && residuals[2] > 0.0, "{residuals:?}");
}

#[test]
fn odd_curves_fall_back_as_documented() {
    let fit =
        |values: &[f64]| fit_mono_exponential(&curve(values), &per_gbq(), &UptakePrior::IMMEDIATE).unwrap();
    assert_eq!(fit(&[1e4, 2e4, 3e4]).warnings[0], Warning::Rising);
    assert_eq!(fit(&[0.0, 0.0, 3e4]).warnings[0], Warning::Rising);
    assert_eq!(fit(&[1e4, 0.0, 0.0]).warnings[0], Warning::FallsTooFast);
    let zero = fit(&[0.0, 0.0]);
    assert_eq!((zero.tia_bq_h_per_ml, &zero.warnings[..]), (0.0, &[Warning::NoActivity][..]));
    let steep = fit(&decaying(1e9, 3.0, &TIMES_H));
    assert!(matches!(steep.warnings[0], Warning::MostlyBeforeFirstImage { share } if share > 0.9));
}

#[test]
fn a_single_point_is_not_enough() {
    assert_eq!(
        fit_mono_exponential(&curve(&[1e4]), &per_gbq(), &UptakePrior::IMMEDIATE),
        Err(KineticsError::TooFewImages { model: "mono", found: 1, expected: 2 })
    );
}

/// The stated u (k=1) must be the spread of the result when the points scatter by their stated u.
#[test]
fn the_uncertainty_is_the_spread_over_replicas() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    let exact = decaying(5e4, 50.0, &TIMES_H);
    let sigma: Vec<f64> = exact.iter().map(|c| 0.04 * c).collect();
    let replicas = 4000;
    let (mut sum, mut sum_of_squares, mut stated, mut half_lives) = (0.0, 0.0, 0.0, vec![]);
    let mut stated_half_life = 0.0;
    for _ in 0..replicas {
        let noisy: Vec<f64> = exact
            .iter()
            .zip(&sigma)
            .map(|(c, s)| c + s * Distribution::<f64>::sample(&StandardNormal, &mut random))
            .collect();
        let points = RegionCurve::new(&TIMES_H, &noisy, &sigma).unwrap();
        let fit = fit_mono_exponential(&points, &per_gbq(), &UptakePrior::IMMEDIATE).unwrap();
        sum += fit.tia_bq_h_per_ml;
        sum_of_squares += fit.tia_bq_h_per_ml.powi(2);
        stated += fit.tia_u_bq_h_per_ml;
        let (effective_half_life_h, effective_half_life_u_h) = fit.effective_half_life_h().unwrap();
        half_lives.push(effective_half_life_h);
        stated_half_life += effective_half_life_u_h;
    }
    let n = f64::from(replicas);
    let spread = (sum_of_squares / n - (sum / n).powi(2)).sqrt();
    assert_relative_eq!(spread, stated / n, max_relative = 0.1);
    let mean = half_lives.iter().sum::<f64>() / n;
    let spread = (half_lives.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / n).sqrt();
    assert_relative_eq!(spread, stated_half_life / n, max_relative = 0.1);
}
