//! Weighted least squares of a mono-exponential to two or more points. Equations: `docs/methods/kinetics.md`.

use crate::exponentials::MONO;
use crate::fit::Solution;
use crate::least_squares::covariance;
use crate::search::{Rate, best_rate};
use crate::stated::{fixed_rate, no_activity};
use crate::trapezoid::{Onset, trapezoid};
use crate::uptake::Setting;
use crate::{Conversion, Fit, KineticsError, Model, RegionCurve, UptakePrior, Warning};
use std::f64::consts::LN_2;

/// Fits `A exp(-r t)` times the uptake of the prior to the curve (not to its logarithm, which would weigh the faint points
/// up) and integrates it for the therapy nuclide from the administration to infinity: (K3), (K8), (K18).
///
/// What happens to curves that no washout can explain, each with its [`Warning`]:
/// * falling more slowly than physical decay: the rate is the physical one, the amplitude fitted to it;
/// * rising: straight lines from 0 through the points, physical decay after the last;
/// * next to nothing left after the first points: straight lines, physical decay before the first and after the last;
/// * zero throughout: zero, with the shape of physical decay.
///
/// The uncertainty comes from the covariance of (A, r) to first order, both taken as free, at the returned curve, and from
/// the prior of the uptake.
///
/// # Errors
/// [`KineticsError::TooFewImages`] for a single point, [`KineticsError::NotFinite`] for an overflow.
pub fn fit_mono_exponential(
    curve: &RegionCurve,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Result<Fit, KineticsError> {
    curve.require_images(Model::Mono)?;
    prior.propagate(|uptake| mono(curve, Setting { conversion, uptake }))
}

/// The fit for one course of the uptake.
pub(crate) fn mono(curve: &RegionCurve, setting: Setting<'_>) -> Result<Fit, KineticsError> {
    if curve.is_zero() {
        return no_activity(curve, setting, Model::Mono);
    }
    let washout = setting.uptake.removed_from(curve)?;
    let physical = setting.conversion.imaged().per_hour();
    let straight_lines = |onset, warning| trapezoid(curve, setting, onset, vec![warning]);
    let falls_too_fast = || {
        let onset = Onset::PhysicalDecay { uptake_rate_per_h: setting.uptake.rate };
        straight_lines(onset, Warning::FallsTooFast)
    };
    let (rate, warnings) = match best_rate(&washout) {
        Rate::Highest => return falls_too_fast(),
        Rate::Lowest => return straight_lines(Onset::FromZero, Warning::Rising),
        Rate::Inner(rate) if rate <= 0.0 => return straight_lines(Onset::FromZero, Warning::Rising),
        Rate::Inner(rate) => (rate.max(physical), slower_than_decay(rate, physical)),
    };
    let line = fixed_rate(&washout, rate);
    let parameters = vec![line.amplitude, rate];
    let Some(covariance) = covariance(&MONO, &parameters, &washout) else {
        return falls_too_fast();
    };
    let solution = Solution { form: &MONO, parameters, covariance, chi_square: line.chi_square };
    Fit::of_exponentials(Model::Mono, curve, solution, setting, warnings.into_iter().collect())
}

/// The warning for a rate (1/h) below that of physical decay. A curve of pure physical decay must not warn because of the
/// last digit of a search.
pub(crate) fn slower_than_decay(rate: f64, physical: f64) -> Option<Warning> {
    (rate < physical * (1.0 - 1e-6)).then(|| Warning::SlowerThanPhysicalDecay {
        fitted_half_life_h: if rate > 0.0 { LN_2 / rate } else { f64::INFINITY },
        physical_half_life_h: LN_2 / physical,
    })
}

#[cfg(test)]
mod tests;
