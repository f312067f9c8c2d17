//! A mono-exponential whose rate is known from elsewhere: the model for a single image. Equations: `docs/methods/kinetics.md`.

use crate::exponentials::MONO;
use crate::fit::Solution;
use crate::uptake::Setting;
use crate::{Conversion, Fit, KineticsError, Model, RegionCurve, UptakePrior, Warning};
use std::f64::consts::LN_2;

/// An effective half-life given by the user.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatedHalfLife {
    /// Effective half-life of the **imaged** nuclide (biological washout and its own physical decay), h.
    pub effective_half_life_h: f64,
    /// Its standard uncertainty (k=1), h; 0 where none is known.
    pub standard_uncertainty_h: f64,
}

/// The curve through one or more points with a stated effective half-life of the imaged nuclide.
///
/// The curve is taken back to the administration as the same exponential: (K10) with one point. With several points the
/// amplitude is the weighted least-squares one (K4). The uncertainty is that of the points and of the half-life to first
/// order, taken as independent (K11), and that of the prior of the uptake.
///
/// # Errors
/// A half-life that is not positive or above the physical one, an uncertainty that is negative, an overflow.
pub fn fit_stated_half_life(
    curve: &RegionCurve,
    stated: StatedHalfLife,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Result<Fit, KineticsError> {
    let u_half_life = stated.standard_uncertainty_h;
    if !(u_half_life.is_finite() && u_half_life >= 0.0) {
        let field = "effective_half_life_u_h";
        return Err(KineticsError::Negative { field, position: 0, found: u_half_life });
    }
    let rate = conversion.checked_imaged_rate_per_h(stated.effective_half_life_h)?;
    let u_rate = LN_2 / stated.effective_half_life_h.powi(2) * u_half_life;
    prior.propagate(|uptake| {
        let setting = Setting { conversion, uptake };
        if curve.is_zero() {
            return no_activity(curve, setting, Model::SingleTime);
        }
        let line = fixed_rate(&uptake.removed_from(curve)?, rate);
        let warnings = if line.amplitude > 0.0 { vec![] } else { vec![Warning::NoActivity] };
        Fit::of_exponentials(Model::SingleTime, curve, line.solution(rate, u_rate), setting, warnings)
    })
}

/// A curve of zeros: zero, with the shape of physical decay.
pub(crate) fn no_activity(
    curve: &RegionCurve,
    setting: Setting<'_>,
    model: Model,
) -> Result<Fit, KineticsError> {
    let rate = setting.conversion.imaged().per_hour();
    let line = fixed_rate(&setting.uptake.removed_from(curve)?, rate);
    Fit::of_exponentials(model, curve, line.solution(rate, 0.0), setting, vec![Warning::NoActivity])
}

/// Weighted least squares of `amplitude * exp(-rate t)` with the rate fixed (K4); all of the imaged nuclide.
pub(crate) struct FixedRate {
    /// At the administration, Bq/mL.
    pub amplitude: f64,
    pub amplitude_variance: f64,
    /// d ln(amplitude) / d rate, h.
    pub log_amplitude_slope_h: f64,
    pub chi_square: f64,
}

/// The least squares at `rate` (1/h) (K4).
pub(crate) fn fixed_rate(curve: &RegionCurve, rate: f64) -> FixedRate {
    let weights = curve.weights();
    let values = curve.concentrations_bq_per_ml();
    let times = curve.times_h();
    let shape: Vec<f64> = times.iter().map(|t| libm::exp(-rate * t)).collect();
    let sum = |term: &dyn Fn(usize) -> f64| (0..times.len()).map(|i| weights[i] * term(i)).sum::<f64>();
    let norm = sum(&|i| shape[i] * shape[i]);
    let projection = sum(&|i| shape[i] * values[i]);
    let amplitude = projection / norm;
    let slope_of_norm = 2.0 * sum(&|i| times[i] * shape[i] * shape[i]) / norm;
    let slope_of_projection =
        if projection > 0.0 { sum(&|i| times[i] * shape[i] * values[i]) / projection } else { 0.0 };
    FixedRate {
        amplitude,
        amplitude_variance: 1.0 / norm,
        log_amplitude_slope_h: slope_of_norm - slope_of_projection,
        chi_square: sum(&|i| (values[i] - amplitude * shape[i]).powi(2)),
    }
}

impl FixedRate {
    /// Amplitude and rate with their covariance, the amplitude depending on the uncertain rate (K11).
    fn solution(&self, rate: f64, u_rate: f64) -> Solution {
        let slope = self.amplitude * self.log_amplitude_slope_h;
        let (of_rate, of_both) = (u_rate.powi(2), slope * u_rate.powi(2));
        Solution {
            form: &MONO,
            parameters: vec![self.amplitude, rate],
            covariance: vec![
                vec![self.amplitude_variance + slope * of_both, of_both],
                vec![of_both, of_rate],
            ],
            chi_square: self.chi_square,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversion::tests::{iodine_131, per_gbq};
    use approx::assert_relative_eq;

    fn stated(effective_half_life_h: f64, standard_uncertainty_h: f64) -> StatedHalfLife {
        StatedHalfLife { effective_half_life_h, standard_uncertainty_h }
    }

    #[test]
    fn one_image_gives_the_textbook_integral() {
        let curve = RegionCurve::new(&[24.0], &[5e4], &[5e3]).unwrap();
        let fit = fit_stated_half_life(
            &curve,
            stated(60.0, 0.0),
            &Conversion::delivered(iodine_131()),
            &UptakePrior::IMMEDIATE,
        )
        .unwrap();
        let rate = LN_2 / 60.0;
        assert_relative_eq!(fit.tia_bq_h_per_ml, 5e4 * (rate * 24.0).exp() / rate, max_relative = 1e-12);
        assert_relative_eq!(fit.tia_u_bq_h_per_ml / fit.tia_bq_h_per_ml, 0.1, max_relative = 1e-12);
        assert_relative_eq!(fit.share_before_first + fit.share_after_last, 1.0, max_relative = 1e-12);
        assert_relative_eq!(fit.voxel_coefficients_h()[0] * 5e4, fit.tia_bq_h_per_ml, max_relative = 1e-12);
        assert_eq!(fit.degrees_of_freedom, 0);
    }

    #[test]
    fn conversion_to_131i_keeps_the_biology() {
        let curve = RegionCurve::new(&[24.0], &[5e4], &[5e3]).unwrap();
        let conversion = per_gbq();
        let fit =
            fit_stated_half_life(&curve, stated(60.0, 0.0), &conversion, &UptakePrior::IMMEDIATE).unwrap();
        let therapy_rate = LN_2 * (1.0 / 60.0 - 1.0 / (4.176 * 24.0) + 1.0 / (8.0207 * 24.0));
        let at_scan = 5e4 * conversion.factor_at(24.0);
        assert_relative_eq!(
            fit.tia_bq_h_per_ml,
            at_scan * (therapy_rate * 24.0).exp() / therapy_rate,
            max_relative = 1e-12
        );
        assert_relative_eq!(fit.curve.value_at(24.0), at_scan, max_relative = 1e-12);
    }

    #[test]
    fn the_uncertainty_of_the_half_life_is_the_slope_of_the_integral() {
        let curve = RegionCurve::new(&[24.0, 90.0], &[5e4, 3e4], &[1e-6, 1e-6]).unwrap();
        let tia = |t| {
            fit_stated_half_life(&curve, stated(t, 0.0), &per_gbq(), &UptakePrior::IMMEDIATE)
                .unwrap()
                .tia_bq_h_per_ml
        };
        let slope = (tia(60.001) - tia(59.999)) / 0.002;
        let fit =
            fit_stated_half_life(&curve, stated(60.0, 6.0), &per_gbq(), &UptakePrior::IMMEDIATE).unwrap();
        assert_relative_eq!(fit.tia_u_bq_h_per_ml, slope.abs() * 6.0, max_relative = 1e-5);
    }

    #[test]
    fn no_activity_gives_zero_and_says_so() {
        let curve = RegionCurve::with_relative_uncertainty(&[24.0], &[0.0], 0.1).unwrap();
        let fit =
            fit_stated_half_life(&curve, stated(60.0, 0.0), &per_gbq(), &UptakePrior::IMMEDIATE).unwrap();
        assert_eq!(fit.tia_bq_h_per_ml, 0.0);
        assert_eq!(fit.warnings, [Warning::NoActivity]);
    }

    #[test]
    fn impossible_half_lives_are_refused() {
        let curve = RegionCurve::new(&[24.0], &[5e4], &[5e3]).unwrap();
        for bad in [stated(0.0, 0.0), stated(101.0, 0.0), stated(60.0, -1.0), stated(60.0, f64::NAN)] {
            assert!(
                fit_stated_half_life(&curve, bad, &per_gbq(), &UptakePrior::IMMEDIATE).is_err(),
                "{bad:?}"
            );
        }
        let absurd = fit_stated_half_life(&curve, stated(1e-3, 0.0), &per_gbq(), &UptakePrior::IMMEDIATE);
        assert!(matches!(absurd, Err(KineticsError::NotFinite { .. })), "{absurd:?}");
    }
}
