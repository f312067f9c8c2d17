//! Two exponentials. Equations: `docs/methods/kinetics.md`.

use crate::exponentials::{Form, Term};
use crate::fit::Solution;
use crate::least_squares::{amplitudes, covariance, refine, spread, valleys};
use crate::mono_exponential::{mono, slower_than_decay};
use crate::stated::no_activity;
use crate::uptake::Setting;
use crate::{Conversion, Fit, KineticsError, Model, RegionCurve, UptakePrior, Warning};

/// `A exp(-r t) + B exp(-s t)` over (A, B, r, s), r < s (K6).
static BI_EXPONENTIAL: Form = Form {
    terms: &[Term { sign: 1.0, amplitude: 0, rates: &[2] }, Term { sign: 1.0, amplitude: 1, rates: &[3] }],
    parameters: 4,
};

/// Rates of the scan in each direction.
const SCAN: usize = 40;
/// Valleys of the scan from which the solver goes down.
const STARTS: usize = 5;
/// Rates nearer than this to each other are one.
const LEAST_RATIO: f64 = 1.05;

/// Fits `A exp(-r t) + B exp(-s t)` with positive amplitudes, times the uptake of the prior, to four or more points (K6).
/// Where the points show no second phase, a mono-exponential is fitted instead, and a warning says so. A slow phase slower
/// than physical decay is capped at it, with a warning, the other parameters being fitted to that.
///
/// # Errors
/// [`KineticsError::TooFewImages`] for fewer than four points, [`KineticsError::NotFinite`] for an overflow.
pub fn fit_bi_exponential(
    curve: &RegionCurve,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Result<Fit, KineticsError> {
    curve.require_images(Model::BiExponential)?;
    prior.propagate(|uptake| bi(curve, Setting { conversion, uptake }))
}

fn bi(curve: &RegionCurve, setting: Setting<'_>) -> Result<Fit, KineticsError> {
    if curve.is_zero() {
        return no_activity(curve, setting, Model::BiExponential);
    }
    let washout = setting.uptake.removed_from(curve)?;
    match solve(&washout, setting.conversion.imaged().per_hour()) {
        Some((solution, warning)) => {
            let warnings = warning.into_iter().collect();
            Fit::of_exponentials(Model::BiExponential, curve, solution, setting, warnings)
        }
        None => {
            let mut fit = mono(curve, setting)?;
            let asked = Model::BiExponential;
            fit.warnings.insert(0, Warning::SimplerModel { asked, lacking: "second phase" });
            Ok(fit)
        }
    }
}

/// The least squares with two phases that the points show; `physical` in 1/h.
fn solve(curve: &RegionCurve, physical: f64) -> Option<(Solution, Option<Warning>)> {
    // A phase that has fallen by e^-10 at the first image is not seen.
    let rates = spread(physical, (10.0 / curve.first_time_h()).max(10.0 * physical), SCAN);
    let shapes: Vec<Vec<f64>> =
        rates.iter().map(|rate| curve.times_h().iter().map(|t| libm::exp(-rate * t)).collect()).collect();
    let at = |slow: usize, fast: usize| match amplitudes(curve, &[shapes[slow].clone(), shapes[fast].clone()])
    {
        Some(([a, b], chi_square)) if slow < fast && a > 0.0 && b > 0.0 => ([a, b], chi_square),
        _ => ([f64::NAN; 2], f64::NAN),
    };
    let scanned: Vec<([f64; 2], f64)> = (0..SCAN)
        .flat_map(|slow| (0..SCAN).map(move |fast| (slow, fast)))
        .map(|(slow, fast)| at(slow, fast))
        .collect();
    let misfits: Vec<f64> = scanned.iter().map(|(_, chi_square)| *chi_square).collect();
    let starts = valleys(&misfits, SCAN, STARTS).into_iter().map(|(slow, fast)| {
        let [a, b] = scanned[slow * SCAN + fast].0;
        vec![a, b, rates[slow], rates[fast]]
    });
    let candidates = starts.filter_map(|start| descend(curve, &start, physical));
    let (parameters, chi_square, warning) = candidates
        .filter(|(p, _, _)| p[0] > 0.0 && p[1] > 0.0 && p[3] > LEAST_RATIO * p[2])
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    let covariance = covariance(&BI_EXPONENTIAL, &parameters, curve)?;
    Some((Solution { form: &BI_EXPONENTIAL, parameters, covariance, chi_square }, warning))
}

/// The least squares from a start, the slow phase first; where that is slower than physical decay, the one with decay.
fn descend(curve: &RegionCurve, start: &[f64], physical: f64) -> Option<(Vec<f64>, f64, Option<Warning>)> {
    let (mut free, chi_square) = refine(&BI_EXPONENTIAL, curve, start, &[0, 1, 2, 3])?;
    if free[2] > free[3] {
        free.swap(0, 1);
        free.swap(2, 3);
    }
    match slower_than_decay(free[2], physical) {
        None => Some((free, chi_square, None)),
        warning => {
            let start = [start[0], start[1], physical, start[3]];
            let (capped, chi_square) = refine(&BI_EXPONENTIAL, curve, &start, &[0, 1, 3])?;
            Some((capped, chi_square, warning))
        }
    }
}

#[cfg(test)]
mod tests;
