use super::*;
use crate::Warning;
use crate::conversion::tests::per_gbq;
use approx::assert_relative_eq;
use proptest::prelude::*;
use std::f64::consts::LN_2;

const TIMES_H: [f64; 6] = [2.0, 6.0, 24.0, 48.0, 96.0, 144.0];

fn auto(values: &[f64]) -> Fit {
    let curve = RegionCurve::with_relative_uncertainty(&TIMES_H[..values.len()], values, 0.05).unwrap();
    fit_auto(&Model::CANDIDATES, &curve, &per_gbq(), &UptakePrior::IMMEDIATE).unwrap()
}

fn at(value: impl Fn(f64) -> f64) -> Vec<f64> {
    TIMES_H.iter().map(|&t| value(t)).collect()
}

fn decay(half_life: f64) -> impl Fn(f64) -> f64 {
    move |t| (-LN_2 * t / half_life).exp()
}

/// By hand: chi-square 3 with 2 parameters and 5 points: 3 + 4 + 12 / 2.
#[test]
fn the_criterion_by_hand() {
    assert_relative_eq!(aicc(3.0, 2, 5), 13.0, max_relative = 1e-15);
    assert_relative_eq!(aicc(0.0, 4, 6), 48.0, max_relative = 1e-15);
}

#[test]
fn each_model_is_chosen_for_its_own_curve() {
    let mono = auto(&at(|t| 1e4 * decay(50.0)(t)));
    assert_eq!(mono.model, Model::Mono);
    assert_eq!(mono.candidates[0].model, Model::Mono);
    let uptake = auto(&at(|t| 1e4 * decay(50.0)(t) * (1.0 - decay(8.0)(t))));
    assert_eq!(uptake.model, Model::UptakeWashout);
    let bi = auto(&at(|t| 1e4 * (0.3 * decay(80.0)(t) + 0.7 * decay(5.0)(t))));
    assert_eq!(bi.model, Model::BiExponential);
    assert_eq!(bi.candidates.len(), 2, "the points show no uptake: {:?}", bi.candidates);
}

/// Points between two models: the uncertainty grows by what the models differ.
#[test]
fn what_the_models_differ_by_is_in_the_uncertainty() {
    let fit = auto(&at(|t| 1e4 * decay(50.0)(t) * (1.0 - 0.75 * decay(1.0)(t))));
    let [mono, uptake] = fit.candidates.as_slice() else { panic!("{:?}", fit.candidates) };
    assert_relative_eq!(mono.weight + uptake.weight, 1.0, max_relative = 1e-12);
    assert_relative_eq!(
        mono.weight / uptake.weight,
        (0.5 * (uptake.aicc - mono.aicc)).exp(),
        max_relative = 1e-9
    );
    let other = if fit.model == Model::Mono { uptake } else { mono };
    let difference = other.tia_bq_h_per_ml - fit.tia_bq_h_per_ml;
    assert_relative_eq!(
        fit.tia_u_model_bq_h_per_ml,
        difference.abs() * other.weight.sqrt(),
        max_relative = 1e-9
    );
    let curve = RegionCurve::with_relative_uncertainty(
        &TIMES_H,
        &at(|t| 1e4 * decay(50.0)(t) * (1.0 - 0.75 * decay(1.0)(t))),
        0.05,
    )
    .unwrap();
    let alone =
        |model| fit_model(model, &curve, &per_gbq(), &UptakePrior::IMMEDIATE).unwrap().tia_u_bq_h_per_ml;
    let within =
        mono.weight * alone(Model::Mono).powi(2) + uptake.weight * alone(Model::UptakeWashout).powi(2);
    assert_relative_eq!(
        fit.tia_u_bq_h_per_ml,
        (within + fit.tia_u_model_bq_h_per_ml.powi(2)).sqrt(),
        max_relative = 1e-9
    );
    assert_eq!(auto(&at(decay(50.0))[..3]).tia_u_model_bq_h_per_ml, 0.0);
}

#[test]
fn few_points_give_the_simplest() {
    let values = at(|t| 1e4 * (0.3 * decay(80.0)(t) + 0.7 * decay(5.0)(t)));
    for images in 2..=5 {
        let fit = auto(&values[..images]);
        assert_eq!(fit.model, Model::Mono);
        let compared = if images < 4 { 0 } else { 1 };
        assert_eq!(fit.candidates.len(), compared, "{images} images: {:?}", fit.candidates);
    }
    let poor = auto(&values[..5]);
    assert!(poor.warnings.iter().any(|warning| matches!(warning, Warning::PoorFit { .. })), "{poor:?}");
}

#[test]
fn what_fits_nothing_falls_back_on_straight_lines() {
    let rising = auto(&[1.0, 2.0, 3.0]);
    assert_eq!((rising.model, &rising.warnings[0]), (Model::Trapezoid, &Warning::Rising));
    assert_eq!(auto(&[0.0; 6]).warnings, [Warning::NoActivity]);
}

#[test]
fn a_model_that_is_not_fitted_is_refused() {
    let curve = RegionCurve::with_relative_uncertainty(&[24.0], &[1.0], 0.05).unwrap();
    for model in [Model::SingleTime, Model::TwoTOverLn2] {
        let refused = fit_model(model, &curve, &per_gbq(), &UptakePrior::IMMEDIATE);
        assert_eq!(refused, Err(KineticsError::NotFitted { model: model.name() }));
    }
    assert!(fit_auto(&[], &curve, &per_gbq(), &UptakePrior::IMMEDIATE).is_err());
}

proptest! {
    /// Times and values over the whole range of numbers: an error or a finite result, never a panic.
    #[test]
    fn absurd_curves_are_fitted_or_refused(
        exponents in proptest::collection::btree_set(-250i32..250, 2..8), values in proptest::collection::vec(-200.0f64..200.0, 8),
    ) {
        let times: Vec<f64> = exponents.iter().map(|e| 10f64.powi(*e)).collect();
        let values: Vec<f64> = values[..times.len()].iter().map(|e| 10f64.powf(*e)).collect();
        if let Ok(curve) = RegionCurve::with_relative_uncertainty(&times, &values, 0.05) {
            for model in [Model::Mono, Model::UptakeWashout, Model::BiExponential, Model::Trapezoid] {
                if let Ok(fit) = fit_model(model, &curve, &per_gbq(), &UptakePrior::default()) {
                    prop_assert!(fit.tia_bq_h_per_ml >= 0.0 && fit.tia_u_bq_h_per_ml.is_finite(), "{fit:?}");
                }
            }
            let _ = fit_auto(&Model::CANDIDATES, &curve, &per_gbq(), &UptakePrior::default());
        }
    }
}
