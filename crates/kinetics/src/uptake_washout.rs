//! Uptake and washout, both fitted. Equations: `docs/methods/kinetics.md`.

use crate::exponentials::{Form, Term};
use crate::fit::Solution;
use crate::least_squares::{amplitudes, covariance, refine, spread, valleys};
use crate::mono_exponential::{mono, slower_than_decay};
use crate::stated::no_activity;
use crate::uptake::{Setting, Uptake};
use crate::{Conversion, Fit, KineticsError, Model, RegionCurve, UptakePrior, Warning};
use std::f64::consts::LN_2;

/// `A (exp(-a t) - exp(-(a + k) t))` over (A, a, k): washout at the rate a of what was taken up at the rate k (K5).
static UPTAKE_WASHOUT: Form = Form {
    terms: &[
        Term { sign: 1.0, amplitude: 0, rates: &[1] },
        Term { sign: -1.0, amplitude: 0, rates: &[1, 2] },
    ],
    parameters: 3,
};

/// Rates of the scan in each direction.
const SCAN: usize = 40;
/// Valleys of the scan from which the solver goes down.
const STARTS: usize = 5;
/// An uptake this complete at the first image cannot be told from one at once.
const UNSEEN: f64 = 1e-4;

/// Fits `A (exp(-a t) - exp(-b t))` with b > a to three or more points (K5). Where the points show no uptake (they lie on
/// a washout alone), a mono-exponential with the uptake of the prior is fitted instead, and a warning says so. A washout
/// slower than physical decay is capped at it, with a warning, the other parameters being fitted to that.
///
/// # Errors
/// [`KineticsError::TooFewImages`] for fewer than three points, [`KineticsError::NotFinite`] for an overflow.
pub fn fit_uptake_washout(
    curve: &RegionCurve,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Result<Fit, KineticsError> {
    curve.require_images(Model::UptakeWashout)?;
    let measured = Setting { conversion, uptake: Uptake::IMMEDIATE };
    if curve.is_zero() {
        return no_activity(curve, measured, Model::UptakeWashout);
    }
    match solve(curve, conversion.imaged().per_hour()) {
        Some((solution, warning)) => {
            let warnings = warning.into_iter().collect();
            Fit::of_exponentials(Model::UptakeWashout, curve, solution, measured, warnings)
        }
        None => {
            let mut fit = prior.propagate(|uptake| mono(curve, Setting { conversion, uptake }))?;
            let asked = Model::UptakeWashout;
            fit.warnings.insert(0, Warning::SimplerModel { asked, lacking: "uptake" });
            Ok(fit)
        }
    }
}

/// The least squares with an uptake that the points show; `physical` in 1/h.
fn solve(curve: &RegionCurve, physical: f64) -> Option<(Solution, Option<Warning>)> {
    let (first, last) = (curve.first_time_h(), curve.last_time_h());
    let fastest = -libm::log(UNSEEN) / first;
    let slowest = 0.01 / last;
    let washouts = spread(physical, (10.0 / first).max(10.0 * physical), SCAN);
    let uptakes = spread(slowest, fastest, SCAN);
    let scanned: Vec<(f64, f64)> =
        washouts.iter().flat_map(|&a| uptakes.iter().map(move |&k| best_amplitude(curve, a, k))).collect();
    let misfits: Vec<f64> = scanned.iter().map(|(_, chi_square)| *chi_square).collect();
    let starts = valleys(&misfits, SCAN, STARTS)
        .into_iter()
        .map(|(i, j)| vec![scanned[i * SCAN + j].0, washouts[i], uptakes[j]]);
    let candidates = starts.filter_map(|start| descend(curve, &start, physical));
    let (parameters, chi_square, warning) = candidates
        .filter(|(p, _, _)| p[0] > 0.0 && (slowest..fastest).contains(&p[2]))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    let covariance = covariance(&UPTAKE_WASHOUT, &parameters, curve)?;
    Some((Solution { form: &UPTAKE_WASHOUT, parameters, covariance, chi_square }, warning))
}

/// The least squares from a start; where it has a washout slower than physical decay, the one with that.
fn descend(curve: &RegionCurve, start: &[f64], physical: f64) -> Option<(Vec<f64>, f64, Option<Warning>)> {
    let (free, chi_square) = refine(&UPTAKE_WASHOUT, curve, start, &[0, 1, 2])?;
    match slower_than_decay(free[1], physical) {
        None => Some((free, chi_square, None)),
        warning => {
            let (capped, chi_square) =
                refine(&UPTAKE_WASHOUT, curve, &[start[0], physical, start[2]], &[0, 2])?;
            Some((capped, chi_square, warning))
        }
    }
}

/// The amplitude for two rates and its chi-square; NaN where there is none above 0.
fn best_amplitude(curve: &RegionCurve, washout: f64, uptake: f64) -> (f64, f64) {
    let course = Uptake::of_half_time(LN_2 / uptake);
    let shape = curve.times_h().iter().map(|&t| libm::exp(-washout * t) * course.share_at(t)).collect();
    match amplitudes(curve, &[shape]) {
        Some(([amplitude], chi_square)) if amplitude > 0.0 => (amplitude, chi_square),
        _ => (f64::NAN, f64::NAN),
    }
}

#[cfg(test)]
mod tests;
