//! Hänscheid's rule for a single image. Equations: `docs/methods/kinetics.md`.

use crate::exponentials::MONO;
use crate::fit::Solution;
use crate::uptake::{Setting, Uptake};
use crate::{Conversion, Fit, KineticsError, Model, RegionCurve, Warning};
use std::f64::consts::LN_2;

/// Earliest and latest time of the image for which the rule holds, in effective half-lives (Hänscheid et al. 2018).
pub const RULE_RANGE: [f64; 2] = [0.75, 2.5];

/// Relative standard uncertainty of the rule within [`RULE_RANGE`]: the integral over the rule's, `2^x / (2 x)` for an
/// image after x half-lives, lies between e ln 2 / 2 = 0.942 (at x = 1 / ln 2) and 1.131 (at x = 2.5); half of that range
/// over the square root of 3 (rectangular distribution, JCGM 100:2008, 4.3.7) (K12).
pub const RULE_RELATIVE_U: f64 = 0.0546;

/// The integral of one exponential from a single image without a half-life: `2 t / ln 2` times the activity at the image
/// (K12), right to +6 / -12 % where the image was taken 0.75 to 2.5 effective half-lives after administration (Hänscheid et
/// al. 2018, J. Nucl. Med. 59, 75). It is applied to the curve of the therapy nuclide.
///
/// `expected_half_life_h`, the effective half-life of the *imaged* nuclide known from elsewhere, serves to check that range
/// and for nothing else; without it a warning says for which half-lives the result holds, and the only check is that
/// physical decay allows one.
///
/// # Errors
/// Several images ([`KineticsError::Length`]), an impossible half-life, an image outside the range
/// ([`KineticsError::RuleDoesNotHold`]).
pub fn fit_two_t_over_ln2(
    curve: &RegionCurve,
    expected_half_life_h: Option<f64>,
    conversion: &Conversion,
) -> Result<Fit, KineticsError> {
    let (&[time], &[u]) = (curve.times_h(), curve.standard_uncertainties_bq_per_ml()) else {
        let found = curve.times_h().len();
        return Err(KineticsError::Length { field: "images for the rule 2t/ln 2", found, expected: 1 });
    };
    let warnings = checked_range(time, expected_half_life_h, conversion)?;
    // The rule is exact for the exponential that halves in the time of the image.
    let rate = LN_2 / time + conversion.imaged().per_hour() - conversion.therapy().per_hour();
    let back = libm::exp(rate * time);
    let solution = Solution {
        form: &MONO,
        parameters: vec![curve.concentrations_bq_per_ml()[0] * back, rate],
        covariance: vec![vec![(u * back).powi(2), 0.0], vec![0.0, 0.0]],
        chi_square: 0.0,
    };
    let setting = Setting { conversion, uptake: Uptake::IMMEDIATE };
    let mut fit = Fit::of_exponentials(Model::TwoTOverLn2, curve, solution, setting, warnings)?;
    // What lies before and after the image is not known: that is the rule's point.
    fit.warnings.retain(|warning| matches!(warning, Warning::RuleNotChecked { .. }));
    fit.tia_u_bq_h_per_ml = libm::hypot(fit.tia_u_bq_h_per_ml, RULE_RELATIVE_U * fit.tia_bq_h_per_ml);
    Ok(fit)
}

fn checked_range(
    time: f64,
    expected_half_life_h: Option<f64>,
    conversion: &Conversion,
) -> Result<Vec<Warning>, KineticsError> {
    let [from, to] = RULE_RANGE;
    let physical = conversion.therapy().half_life_h();
    let refused = |half_life_h: f64| {
        Err(KineticsError::RuleDoesNotHold { found: time / half_life_h, half_life_h, from, to })
    };
    match expected_half_life_h {
        Some(imaged) => {
            let half_life = conversion.therapy_effective_half_life_h(imaged)?;
            if (from..=to).contains(&(time / half_life)) { Ok(vec![]) } else { refused(half_life) }
        }
        // Even the longest half-life is too short for so late an image.
        None if time / physical > to => refused(physical),
        None => {
            let (shortest_h, longest_h) = (time / to, (time / from).min(physical));
            Ok(vec![Warning::RuleNotChecked { shortest_h, longest_h }])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversion::tests::{iodine_131, per_gbq};
    use crate::{StatedHalfLife, UptakePrior, fit_stated_half_life};
    use approx::assert_relative_eq;

    fn image(time: f64) -> RegionCurve {
        RegionCurve::new(&[time], &[100.0], &[3.0]).unwrap()
    }

    #[test]
    fn the_rule_is_two_t_over_ln_2() {
        let delivered = Conversion::delivered(iodine_131());
        let fit = fit_two_t_over_ln2(&image(96.0), Some(80.0), &delivered).unwrap();
        assert_relative_eq!(fit.tia_bq_h_per_ml, 100.0 * 2.0 * 96.0 / LN_2, max_relative = 1e-12);
        assert_relative_eq!(
            fit.tia_u_bq_h_per_ml / fit.tia_bq_h_per_ml,
            0.03f64.hypot(RULE_RELATIVE_U),
            max_relative = 1e-12
        );
        let converted = fit_two_t_over_ln2(&image(96.0), Some(70.0), &per_gbq()).unwrap();
        let at_image = 100.0 * per_gbq().factor_at(96.0);
        assert_relative_eq!(converted.tia_bq_h_per_ml, at_image * 192.0 / LN_2, max_relative = 1e-12);
        assert_relative_eq!(
            converted.voxel_coefficients_h()[0] * 100.0,
            converted.tia_bq_h_per_ml,
            max_relative = 1e-12
        );
        assert_eq!(fit.effective_half_life_h(), None);
    }

    /// The stated bounds and u are those of the exact integrals over the whole range.
    #[test]
    fn the_rule_is_as_good_as_it_says() {
        let delivered = Conversion::delivered(iodine_131());
        let ratio = |x: f64| {
            let half_life = 60.0;
            let curve = image(x * half_life);
            let rule = fit_two_t_over_ln2(&curve, Some(half_life), &delivered).unwrap();
            let stated = StatedHalfLife { effective_half_life_h: half_life, standard_uncertainty_h: 0.0 };
            let exact = fit_stated_half_life(&curve, stated, &delivered, &UptakePrior::IMMEDIATE).unwrap();
            exact.tia_bq_h_per_ml / rule.tia_bq_h_per_ml
        };
        let all: Vec<f64> = (0..=1750).map(|i| ratio(0.75 + 1e-3 * f64::from(i))).collect();
        let (low, high) = all.iter().fold((f64::MAX, 0f64), |(low, high), &x| (low.min(x), high.max(x)));
        assert_relative_eq!(low, 0.942, epsilon = 5e-4);
        assert_relative_eq!(high, 1.131, epsilon = 5e-4);
        assert_relative_eq!(0.5 * (high - low) / 3f64.sqrt(), RULE_RELATIVE_U, epsilon = 5e-5);
    }

    #[test]
    fn an_image_outside_the_range_is_refused() {
        let delivered = Conversion::delivered(iodine_131());
        for (time, half_life) in [(24.0, 60.0), (160.0, 60.0)] {
            let refused = fit_two_t_over_ln2(&image(time), Some(half_life), &delivered);
            assert!(matches!(refused, Err(KineticsError::RuleDoesNotHold { .. })), "{refused:?}");
        }
        assert!(fit_two_t_over_ln2(&image(500.0), None, &delivered).is_err());
        let unchecked = fit_two_t_over_ln2(&image(96.0), None, &delivered).unwrap();
        assert_eq!(unchecked.warnings.len(), 1);
        let Warning::RuleNotChecked { shortest_h, longest_h } = unchecked.warnings[0] else {
            panic!("{unchecked:?}")
        };
        assert_relative_eq!(shortest_h, 38.4, max_relative = 1e-12);
        assert_relative_eq!(longest_h, 128.0, max_relative = 1e-12);
        let several = RegionCurve::new(&[24.0, 48.0], &[2.0, 1.0], &[0.1; 2]).unwrap();
        assert!(fit_two_t_over_ln2(&several, None, &delivered).is_err());
    }
}
