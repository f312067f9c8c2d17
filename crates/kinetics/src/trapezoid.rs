//! Straight lines between the images and physical decay after the last. Equations: `docs/methods/kinetics.md`.

use crate::fit::amplitude_coefficients;
use crate::uptake::{Setting, Uptake};
use crate::{Conversion, Curve, Fit, KineticsError, Model, RegionCurve, UptakePrior, Warning};

/// What a curve of straight lines does between the administration and the first image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Onset {
    /// It rises linearly from 0 at the administration.
    FromZero,
    /// It is the first point with physical decay taken back to the administration, no washout, and the uptake of the
    /// given rate (1/h; infinite for uptake at once).
    PhysicalDecay {
        /// 1/h.
        uptake_rate_per_h: f64,
    },
}

/// Straight lines between the points, physical decay of the therapy nuclide after the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Trapezoid {
    onset: Onset,
    times_h: Vec<f64>,
    values: Vec<f64>,
    uncertainties: Vec<f64>,
    decay_per_h: f64,
}

impl Trapezoid {
    /// Concentration of the therapy nuclide, Bq/mL, `time_h` after administration.
    pub fn value_at(&self, time_h: f64) -> f64 {
        self.parts_at(time_h).iter().map(|&(i, share)| share * self.values[i]).sum()
    }

    /// Its standard uncertainty (k=1) from those of the points, Bq/mL.
    pub fn value_u_at(&self, time_h: f64) -> f64 {
        self.parts_at(time_h)
            .iter()
            .map(|&(i, share)| (share * self.uncertainties[i]).powi(2))
            .sum::<f64>()
            .sqrt()
    }

    /// The points a value is made of: their places and shares.
    fn parts_at(&self, time_h: f64) -> Vec<(usize, f64)> {
        let decay = |from: f64| libm::exp(-self.decay_per_h * (time_h - from));
        let next = self.times_h.partition_point(|&t| t <= time_h);
        match (next.checked_sub(1), self.times_h.get(next)) {
            (Some(before), Some(&t1)) => {
                let share = (time_h - self.times_h[before]) / (t1 - self.times_h[before]);
                vec![(before, 1.0 - share), (next, share)]
            }
            (Some(last), None) => vec![(last, decay(self.times_h[last]))],
            (None, Some(&first)) => vec![match self.onset {
                Onset::FromZero => (0, time_h / first),
                Onset::PhysicalDecay { uptake_rate_per_h } => {
                    let uptake = Uptake { rate: uptake_rate_per_h };
                    (0, decay(first) * uptake.share_at(time_h) / uptake.share_at(first))
                }
            }],
            (None, None) => vec![],
        }
    }
}

/// Straight lines through the points (converted to the therapy nuclide), physical decay of the therapy nuclide after the
/// last image, and before the first physical decay taken back to the administration with the uptake of the prior: (K13),
/// (K14). Physical decay is the longest tail there can be.
///
/// # Errors
/// [`KineticsError::NotFinite`] for an overflow.
pub fn fit_trapezoid(
    curve: &RegionCurve,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Result<Fit, KineticsError> {
    prior.propagate(|uptake| {
        let onset = Onset::PhysicalDecay { uptake_rate_per_h: uptake.rate };
        let warnings = if curve.is_zero() { vec![Warning::NoActivity] } else { vec![] };
        trapezoid(curve, Setting { conversion, uptake }, onset, warnings)
    })
}

/// The trapezoid with a given onset.
pub(crate) fn trapezoid(
    curve: &RegionCurve,
    setting: Setting<'_>,
    onset: Onset,
    warnings: Vec<Warning>,
) -> Result<Fit, KineticsError> {
    let times = curve.times_h();
    let conversion = setting.conversion;
    let converted = |list: &[f64]| -> Vec<f64> {
        list.iter().zip(times).map(|(x, &time)| x * conversion.factor_at(time)).collect()
    };
    let values = converted(curve.concentrations_bq_per_ml());
    let uncertainties = converted(curve.standard_uncertainties_bq_per_ml());
    let decay = conversion.therapy().per_hour();
    let (first, last) = (0, times.len() - 1);

    let before_h = match onset {
        Onset::FromZero => 0.5 * times[first],
        Onset::PhysicalDecay { uptake_rate_per_h } => before_first_h(times[first], decay, uptake_rate_per_h),
    };
    let after_h = 1.0 / decay;
    let mut coefficients_h = vec![0.0; times.len()];
    coefficients_h[first] += before_h;
    coefficients_h[last] += after_h;
    for i in 1..times.len() {
        let half = 0.5 * (times[i] - times[i - 1]);
        coefficients_h[i - 1] += half;
        coefficients_h[i] += half;
    }
    let tia: f64 = coefficients_h.iter().zip(&values).map(|(k, v)| k * v).sum();
    let variance: f64 = coefficients_h.iter().zip(&uncertainties).map(|(k, u)| (k * u).powi(2)).sum();
    let share = |part: f64| if tia > 0.0 { part / tia } else { 0.0 };
    let voxel_coefficients_h = if tia > 0.0 {
        amplitude_coefficients(curve.concentrations_bq_per_ml(), &curve.weights(), tia)
    } else {
        vec![0.0; times.len()]
    };
    Fit {
        model: Model::Trapezoid,
        tia_bq_h_per_ml: tia,
        tia_u_bq_h_per_ml: variance.sqrt(),
        tia_u_uptake_bq_h_per_ml: 0.0,
        tia_u_model_bq_h_per_ml: 0.0,
        share_before_first: share(before_h * values[first]),
        share_after_last: share(after_h * values[last]),
        chi_square: 0.0,
        degrees_of_freedom: 0,
        candidates: vec![],
        warnings,
        voxel_coefficients_h,
        curve: Curve::Trapezoid(Trapezoid {
            onset,
            times_h: times.to_vec(),
            values,
            uncertainties,
            decay_per_h: decay,
        }),
    }
    .checked()
}

/// Integral of physical decay times uptake up to the first image, for a value of 1 at it, h (K13).
fn before_first_h(first_h: f64, decay: f64, uptake_rate: f64) -> f64 {
    let at_once = libm::expm1(decay * first_h) / decay;
    if uptake_rate.is_infinite() {
        return at_once;
    }
    let missing = (libm::exp(decay * first_h) - libm::exp(-uptake_rate * first_h)) / (decay + uptake_rate);
    (at_once - missing) / Uptake { rate: uptake_rate }.share_at(first_h)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversion::tests::{iodine_131, per_gbq};
    use approx::assert_relative_eq;

    #[test]
    fn areas_add_up_by_hand() {
        let curve = RegionCurve::new(&[10.0, 20.0, 40.0], &[1.0, 3.0, 4.0], &[0.1, 0.2, 0.3]).unwrap();
        let conversion = Conversion::delivered(iodine_131());
        let setting = Setting { conversion: &conversion, uptake: Uptake::IMMEDIATE };
        let fit = trapezoid(&curve, setting, Onset::FromZero, vec![Warning::Rising]).unwrap();
        let life = 1.0 / iodine_131().per_hour();
        let expected = 5.0 + 20.0 + 70.0 + 4.0 * life;
        assert_relative_eq!(fit.tia_bq_h_per_ml, expected, max_relative = 1e-12);
        assert_relative_eq!(fit.share_before_first, 5.0 / expected, max_relative = 1e-12);
        assert_relative_eq!(fit.share_after_last, 4.0 * life / expected, max_relative = 1e-12);
        let u = (0.1f64 * 10.0).hypot(0.2 * 15.0).hypot(0.3 * (10.0 + life));
        assert_relative_eq!(fit.tia_u_bq_h_per_ml, u, max_relative = 1e-12);
        assert!(matches!(fit.warnings[1], Warning::MostlyAfterLastImage { .. }));
        assert_relative_eq!(fit.curve.value_u_at(15.0), 0.05f64.hypot(0.1), max_relative = 1e-12);
    }

    #[test]
    fn the_curve_integrates_to_its_tia() {
        let curve = RegionCurve::new(&[10.0, 20.0, 40.0], &[5.0, 3.0, 0.5], &[0.1; 3]).unwrap();
        let late = Onset::PhysicalDecay { uptake_rate_per_h: 0.3 };
        for onset in [Onset::FromZero, Onset::PhysicalDecay { uptake_rate_per_h: f64::INFINITY }, late] {
            let conversion = per_gbq();
            let setting = Setting { conversion: &conversion, uptake: Uptake::IMMEDIATE };
            let fit = trapezoid(&curve, setting, onset, vec![]).unwrap();
            let step = 0.05;
            let sum: f64 = (0..80_000).map(|i| fit.curve.value_at((f64::from(i) + 0.5) * step) * step).sum();
            assert_relative_eq!(sum, fit.tia_bq_h_per_ml, max_relative = 1e-5);
        }
    }

    #[test]
    fn a_late_uptake_takes_from_the_integral_and_its_prior_adds_to_u() {
        let curve = RegionCurve::new(&[24.0, 48.0, 96.0], &[5.0, 3.0, 1.0], &[0.1; 3]).unwrap();
        let tia = |half_time, u| {
            fit_trapezoid(&curve, &per_gbq(), &UptakePrior::new(half_time, u).unwrap()).unwrap()
        };
        let (at_once, late) = (tia(0.0, 0.0), tia(6.0, 0.0));
        assert!(late.tia_bq_h_per_ml < at_once.tia_bq_h_per_ml);
        let spread = at_once.tia_bq_h_per_ml - late.tia_bq_h_per_ml;
        assert_relative_eq!(tia(0.0, 6.0).tia_u_uptake_bq_h_per_ml, spread, max_relative = 1e-12);
    }

    #[test]
    fn no_activity_is_zero() {
        let curve = RegionCurve::with_relative_uncertainty(&[24.0, 48.0], &[0.0, 0.0], 0.1).unwrap();
        let fit = fit_trapezoid(&curve, &per_gbq(), &UptakePrior::default()).unwrap();
        assert_eq!((fit.tia_bq_h_per_ml, &fit.warnings[..]), (0.0, &[Warning::NoActivity][..]));
    }
}
