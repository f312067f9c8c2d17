use super::*;
use crate::conversion::tests::{iodine_131, per_gbq};
use approx::assert_relative_eq;
use proptest::prelude::*;

const TIMES_H: [f64; 5] = [4.0, 24.0, 48.0, 72.0, 120.0];

fn values(amplitude: f64, washout_h: f64, uptake_h: f64, times: &[f64]) -> Vec<f64> {
    let value = |t: &f64| amplitude * (-LN_2 * t / washout_h).exp() * (1.0 - (-LN_2 * t / uptake_h).exp());
    times.iter().map(value).collect()
}

fn fit(times: &[f64], values: &[f64]) -> Fit {
    let curve = RegionCurve::with_relative_uncertainty(times, values, 0.05).unwrap();
    fit_uptake_washout(&curve, &per_gbq(), &UptakePrior::default()).unwrap()
}

proptest! {
    #[test]
    fn exact_curves_are_recovered(
        washout in 20.0f64..95.0, uptake in 2.0f64..15.0, amplitude in 1.0f64..1e6, images in 3usize..=5,
    ) {
        let times = &TIMES_H[..images];
        let fit = fit(times, &values(amplitude, washout, uptake, times));
        let life = |half_life: f64| {
            1.0 / (LN_2 / half_life - per_gbq().imaged().per_hour() + per_gbq().therapy().per_hour())
        };
        let both = 1.0 / (1.0 / washout + 1.0 / uptake);
        let expected = per_gbq().activity_ratio() * amplitude * (life(washout) - life(both));
        assert_relative_eq!(fit.tia_bq_h_per_ml, expected, max_relative = 1e-5);
        prop_assert_eq!(fit.model, Model::UptakeWashout);
        prop_assert_eq!(fit.tia_u_uptake_bq_h_per_ml, 0.0);
    }

    #[test]
    fn no_input_panics_or_gives_a_negative_integral(values in proptest::collection::vec(0.0f64..1e6, 3..=5)) {
        let fit = fit(&TIMES_H[..values.len()], &values);
        prop_assert!(fit.tia_bq_h_per_ml >= 0.0 && fit.tia_u_bq_h_per_ml >= 0.0);
        prop_assert!((-1e-9..=1.0).contains(&fit.share_after_last), "{:?}", fit);
    }
}

/// No pair of rates on a fine scan, each with its best amplitude, is better.
#[test]
fn the_minimum_is_the_global_one() {
    let curve = RegionCurve::new(&TIMES_H, &[30.0, 55.0, 60.0, 35.0, 20.0], &[4.0; 5]).unwrap();
    let conversion = Conversion::delivered(iodine_131());
    let fit = fit_uptake_washout(&curve, &conversion, &UptakePrior::default()).unwrap();
    assert_eq!(fit.model, Model::UptakeWashout);
    for washout in spread(conversion.imaged().per_hour(), 1.0, 200) {
        for uptake in spread(1e-3, 2.0, 200) {
            let (_, chi_square) = best_amplitude(&curve, washout, uptake);
            assert!(chi_square.is_nan() || chi_square >= fit.chi_square - 1e-9, "{washout} {uptake}");
        }
    }
}

#[test]
fn without_uptake_in_the_points_one_exponential_is_fitted() {
    let washout: Vec<f64> = TIMES_H.iter().map(|t| 1e4 * (-LN_2 * t / 50.0).exp()).collect();
    let fit = fit(&TIMES_H, &washout);
    assert_eq!(fit.model, Model::Mono);
    let asked = Model::UptakeWashout;
    assert_eq!(fit.warnings[0], Warning::SimplerModel { asked, lacking: "uptake" });
    assert!(fit.tia_u_uptake_bq_h_per_ml > 0.0, "the prior stands in for what the points do not show");
}

#[test]
fn a_washout_slower_than_physical_decay_is_capped() {
    let fit = fit(&TIMES_H, &values(1e4, 140.0, 6.0, &TIMES_H));
    assert_eq!(fit.model, Model::UptakeWashout);
    let Warning::SlowerThanPhysicalDecay { fitted_half_life_h, .. } = fit.warnings[0] else {
        panic!("{fit:?}")
    };
    assert_relative_eq!(fitted_half_life_h, 140.0, max_relative = 1e-3);
    let (half_life, _) = fit.effective_half_life_h().unwrap();
    assert_relative_eq!(half_life, iodine_131().half_life_h(), max_relative = 1e-12);
}

#[test]
fn zero_is_zero_and_two_points_are_too_few() {
    let zero = fit(&TIMES_H, &[0.0; 5]);
    assert_eq!((zero.tia_bq_h_per_ml, &zero.warnings[..]), (0.0, &[Warning::NoActivity][..]));
    let two = RegionCurve::with_relative_uncertainty(&[4.0, 24.0], &[1.0, 2.0], 0.1).unwrap();
    assert_eq!(
        fit_uptake_washout(&two, &per_gbq(), &UptakePrior::default()),
        Err(KineticsError::TooFewImages { model: "uptake-washout", found: 2, expected: 3 })
    );
}
