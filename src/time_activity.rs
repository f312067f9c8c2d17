//! The fitted curves with their points, for the report.

use crate::activity::Activity;
use iodose_kinetics::{Conversion, Fit, RegionCurve};
use iodose_report::{TimeActivity, TimePoint};

/// Curves run on after the last image for this part of its time, to show where the extrapolation goes.
const BEYOND_LAST: f64 = 0.5;
/// Points of a curve after the administration.
const STEPS: usize = 90;

/// Points and curves of the lesions with these labels; those without a fit are left out.
pub(crate) fn time_activity(activity: &Activity, labels: impl Iterator<Item = u16>) -> Vec<TimeActivity> {
    let of = |label| {
        let (fit, measured) = (activity.fits.get(&label)?, activity.measured.get(&label)?);
        Some(one(label, fit, measured, &activity.conversion))
    };
    labels.filter_map(of).collect()
}

fn one(label: u16, fit: &Fit, measured: &RegionCurve, conversion: &Conversion) -> TimeActivity {
    let points: Vec<TimePoint> = measured
        .times_h()
        .iter()
        .zip(measured.concentrations_bq_per_ml())
        .zip(measured.standard_uncertainties_bq_per_ml())
        .map(|((&time_h, &value), &u)| {
            let factor = conversion.factor_at(time_h);
            TimePoint { time_h, measured: factor * value, u: factor * u, fitted: fit.curve.value_at(time_h) }
        })
        .collect();
    let end_h = (1.0 + BEYOND_LAST) * points.last().map_or(0.0, |point| point.time_h);
    let mut times: Vec<f64> = (0..=STEPS).map(|step| end_h * step as f64 / STEPS as f64).collect();
    // The curve passes from seen to extrapolated at the last point itself.
    times.extend(points.iter().map(|point| point.time_h));
    times.sort_by(f64::total_cmp);
    times.dedup();
    TimeActivity {
        label: label.into(),
        model: fit.model.name().into(),
        curve: times.into_iter().map(|time_h| [time_h, fit.curve.value_at(time_h)]).collect(),
        points,
        effective_half_life_h: fit.effective_half_life_h().map(|(value, u)| [value, u]),
        share_before_first: fit.share_before_first,
        share_after_last: fit.share_after_last,
        chi_square: fit.chi_square,
        degrees_of_freedom: fit.degrees_of_freedom,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_kinetics::{DecayConstant, Model, UptakePrior, fit_model};
    use iodose_volume::{Grid, Volume};
    use std::collections::BTreeMap;

    #[test]
    fn points_and_curve_are_of_the_therapy_nuclide() {
        // 100 h of I-124 without washout: the therapy nuclide decays by itself.
        let imaged = DecayConstant::from_half_life_h(100.0).unwrap();
        let therapy = DecayConstant::from_half_life_h(192.5).unwrap();
        let conversion = Conversion::predicted(imaged, therapy, 74.0, 7400.0).unwrap();
        let times = [24.0, 48.0, 96.0];
        let values = times.map(|time: f64| 1000.0 * libm::exp2(-(time / 100.0)));
        let measured = RegionCurve::with_relative_uncertainty(&times, &values, 0.05).unwrap();
        let prior = UptakePrior::new(1.0, 0.5).unwrap();
        let fit = fit_model(Model::Mono, &measured, &conversion, &prior).unwrap();
        let grid = Grid::axis_aligned([1; 3], [1.0; 3], [0.0; 3]).unwrap();
        let activity = Activity {
            tia: Volume::filled(grid, 1.0),
            fits: BTreeMap::from([(4, fit)]),
            measured: BTreeMap::from([(4, measured)]),
            conversion,
        };
        let curves = time_activity(&activity, [3, 4].into_iter());
        assert_eq!(curves.len(), 1);
        let TimeActivity { label, model, points, curve, .. } = &curves[0];
        assert_eq!((*label, model.as_str(), points.len()), (4, "mono", 3));
        let expected = 1e5 * libm::exp2(-(48.0 / 192.5));
        assert!((points[1].measured / expected - 1.0).abs() < 1e-9);
        assert!((points[1].u / expected - 0.05).abs() < 1e-9);
        assert!(points[1].residual().unwrap().abs() < 0.5);
        assert!(curve.contains(&[96.0, points[2].fitted]) && curve[curve.len() - 1][0] == 144.0);
        assert!(curve.windows(2).all(|pair| pair[0][0] < pair[1][0]));
    }
}
