use super::*;
use crate::conversion::tests::{iodine_131, per_gbq};
use approx::assert_relative_eq;
use proptest::prelude::*;
use std::f64::consts::LN_2;

const TIMES_H: [f64; 6] = [2.0, 6.0, 24.0, 48.0, 96.0, 144.0];

fn values(slow: (f64, f64), fast: (f64, f64), times: &[f64]) -> Vec<f64> {
    let term = |(amplitude, half_life): (f64, f64), t: &f64| amplitude * (-LN_2 * t / half_life).exp();
    times.iter().map(|t| term(slow, t) + term(fast, t)).collect()
}

fn fit(times: &[f64], values: &[f64]) -> Fit {
    let curve = RegionCurve::with_relative_uncertainty(times, values, 0.05).unwrap();
    fit_bi_exponential(&curve, &per_gbq(), &UptakePrior::IMMEDIATE).unwrap()
}

proptest! {
    #[test]
    fn exact_curves_are_recovered(
        slow in 40.0f64..95.0, fast in 3.0f64..15.0, share in 0.2f64..0.8, images in 4usize..=6,
    ) {
        let times = &TIMES_H[..images];
        let fit = fit(times, &values((1e4 * share, slow), (1e4 * (1.0 - share), fast), times));
        let life = |half_life: f64| per_gbq().therapy_effective_half_life_h(half_life).unwrap() / LN_2;
        let expected = 1e4 * (share * life(slow) + (1.0 - share) * life(fast)) * per_gbq().activity_ratio();
        assert_relative_eq!(fit.tia_bq_h_per_ml, expected, max_relative = 1e-4);
        prop_assert_eq!(fit.model, Model::BiExponential);
    }

    #[test]
    fn no_input_panics_or_gives_a_negative_integral(values in proptest::collection::vec(0.0f64..1e6, 4..=6)) {
        let fit = fit(&TIMES_H[..values.len()], &values);
        prop_assert!(fit.tia_bq_h_per_ml >= 0.0 && fit.tia_u_bq_h_per_ml >= 0.0);
        prop_assert!((0.0..=1.0).contains(&fit.share_before_first));
        prop_assert!((0.0..=1.0).contains(&fit.share_after_last));
    }
}

/// No pair of rates on a fine scan, each with its best amplitudes, is better.
#[test]
fn the_minimum_is_the_global_one() {
    let points = [95.0, 80.0, 45.0, 30.0, 13.0, 9.0];
    let curve = RegionCurve::new(&TIMES_H, &points, &[4.0, 4.0, 3.0, 2.0, 1.0, 1.0]).unwrap();
    let conversion = Conversion::delivered(iodine_131());
    let fit = fit_bi_exponential(&curve, &conversion, &UptakePrior::IMMEDIATE).unwrap();
    assert_eq!(fit.model, Model::BiExponential);
    let rates = spread(conversion.imaged().per_hour(), 2.0, 300);
    let shape = |rate: f64| TIMES_H.iter().map(|t| (-rate * t).exp()).collect::<Vec<f64>>();
    for (i, &slow) in rates.iter().enumerate() {
        for &fast in &rates[i + 1..] {
            let Some(([a, b], chi_square)) = amplitudes(&curve, &[shape(slow), shape(fast)]) else {
                continue;
            };
            assert!(a < 0.0 || b < 0.0 || chi_square >= fit.chi_square - 1e-9, "{slow} {fast}");
        }
    }
}

#[test]
fn one_phase_is_fitted_as_one() {
    let points = values((1e4, 50.0), (0.0, 5.0), &TIMES_H);
    let fit = fit(&TIMES_H, &points);
    assert_eq!(fit.model, Model::Mono);
    let asked = Model::BiExponential;
    assert_eq!(fit.warnings[0], Warning::SimplerModel { asked, lacking: "second phase" });
}

#[test]
fn a_slow_phase_slower_than_physical_decay_is_capped() {
    let fit = fit(&TIMES_H, &values((5e3, 200.0), (5e3, 6.0), &TIMES_H));
    assert!(matches!(fit.warnings[0], Warning::SlowerThanPhysicalDecay { .. }), "{fit:?}");
    let (half_life, _) = fit.effective_half_life_h().unwrap();
    assert_relative_eq!(half_life, iodine_131().half_life_h(), max_relative = 1e-12);
}

#[test]
fn zero_is_zero_and_three_points_are_too_few() {
    let zero = fit(&TIMES_H, &[0.0; 6]);
    assert_eq!((zero.tia_bq_h_per_ml, &zero.warnings[..]), (0.0, &[Warning::NoActivity][..]));
    let three = RegionCurve::with_relative_uncertainty(&TIMES_H[..3], &[3.0, 2.0, 1.0], 0.1).unwrap();
    assert_eq!(
        fit_bi_exponential(&three, &per_gbq(), &UptakePrior::IMMEDIATE),
        Err(KineticsError::TooFewImages { model: "bi", found: 3, expected: 4 })
    );
}
