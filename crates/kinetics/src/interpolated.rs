//! Straight lines between the images: where a mono-exponential does not describe the curve.
//! Equations: `docs/methods/kinetics.md`.

use crate::fit::{amplitude_coefficients, finite};
use crate::{Conversion, Curve, Fit, KineticsError, Onset, RegionCurve, Warning};
use std::f64::consts::LN_2;

/// The trapezoid curve through the points (converted to the therapy nuclide), with physical decay of the therapy
/// nuclide after the last and `onset` before the first: (K7), (K11). `warning` says why no exponential was used.
pub(crate) fn interpolate(
    curve: &RegionCurve,
    conversion: &Conversion,
    onset: Onset,
    warning: Warning,
) -> Result<Fit, KineticsError> {
    let times = curve.times_h();
    let factors: Vec<f64> = times.iter().map(|&t| conversion.factor_at(t)).collect();
    let values: Vec<f64> =
        curve.concentrations_bq_per_ml().iter().zip(&factors).map(|(c, factor)| c * factor).collect();
    let physical = conversion.therapy().per_hour();
    let (first, last) = (0, times.len() - 1);

    let before_h = match onset {
        Onset::FromZero => 0.5 * times[first],
        Onset::PhysicalDecay => libm::expm1(physical * times[first]) / physical,
    };
    let after_h = 1.0 / physical;
    let mut coefficients_h = vec![0.0; times.len()];
    coefficients_h[first] += before_h;
    coefficients_h[last] += after_h;
    for i in 1..times.len() {
        let half = 0.5 * (times[i] - times[i - 1]);
        coefficients_h[i - 1] += half;
        coefficients_h[i] += half;
    }
    let tia: f64 = coefficients_h.iter().zip(&values).map(|(k, v)| k * v).sum();
    let variance: f64 = curve
        .standard_uncertainties_bq_per_ml()
        .iter()
        .zip(&factors)
        .zip(&coefficients_h)
        .map(|((u, factor), k)| (k * factor * u).powi(2))
        .sum();
    Ok(finite(Fit {
        tia_bq_h_per_ml: tia,
        tia_u_bq_h_per_ml: variance.sqrt(),
        share_before_first: before_h * values[first] / tia,
        share_after_last: after_h * values[last] / tia,
        chi_square: 0.0,
        degrees_of_freedom: 0,
        warnings: vec![warning],
        voxel_coefficients_h: amplitude_coefficients(curve.concentrations_bq_per_ml(), &curve.weights(), tia),
        curve: Curve::Interpolated {
            onset,
            times_h: times.to_vec(),
            values_bq_per_ml: values,
            physical_half_life_h: LN_2 / physical,
        },
    })?
    .with_extrapolation_warnings())
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
        let fit = interpolate(&curve, &conversion, Onset::FromZero, Warning::Rising).unwrap();
        let life = 1.0 / iodine_131().per_hour();
        let expected = 5.0 + 20.0 + 70.0 + 4.0 * life;
        assert_relative_eq!(fit.tia_bq_h_per_ml, expected, max_relative = 1e-12);
        assert_relative_eq!(fit.share_before_first, 5.0 / expected, max_relative = 1e-12);
        assert_relative_eq!(fit.share_after_last, 4.0 * life / expected, max_relative = 1e-12);
        let u = (0.1f64 * 10.0).hypot(0.2 * 15.0).hypot(0.3 * (10.0 + life));
        assert_relative_eq!(fit.tia_u_bq_h_per_ml, u, max_relative = 1e-12);
        assert!(matches!(fit.warnings[1], Warning::MostlyAfterLastImage { .. }));
    }

    #[test]
    fn the_curve_integrates_to_its_tia() {
        let curve = RegionCurve::new(&[10.0, 20.0, 40.0], &[5.0, 3.0, 0.5], &[0.1; 3]).unwrap();
        for onset in [Onset::FromZero, Onset::PhysicalDecay] {
            let fit = interpolate(&curve, &per_gbq(), onset, Warning::FallsTooFast).unwrap();
            let step = 0.05;
            let sum: f64 = (0..80_000).map(|i| fit.curve.value_at((f64::from(i) + 0.5) * step) * step).sum();
            assert_relative_eq!(sum, fit.tia_bq_h_per_ml, max_relative = 1e-5);
        }
    }
}
