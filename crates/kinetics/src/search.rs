//! The rate of the exponential that describes a curve best. Equations: `docs/methods/kinetics.md`.
//!
//! The amplitude is linear given the rate, so the fit is a search over the rate alone (variable projection: Golub
//! and Pereyra 1973, SIAM J Numer Anal 10:413-432). One dimension allows what a general solver does not promise: a
//! scan of every rate the points can tell apart finds the valley of the global minimum without an initial guess,
//! and a golden section goes down in it.

use crate::RegionCurve;

pub(crate) enum Rate {
    /// The best rate is below all that the points can tell: the curve rises steeply.
    Lowest,
    Inner(f64),
    /// The best rate is above all that the points can tell: only the first points hold activity.
    Highest,
}

/// A change by more than this factor between two images cannot be told from zero.
const MEASURABLE_CHANGE: f64 = 1e6;
/// Steps of the scan; neighbours differ by less than the width of the valley around a minimum.
const SCAN_STEPS: usize = 400;

/// The rate (1/h) with the least chi-square (K3), each rate with its own best amplitude.
pub(crate) fn best_rate(curve: &RegionCurve) -> Rate {
    let times = curve.times_h();
    let span = curve.last_time_h() - curve.first_time_h();
    let shortest = times.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    let highest = libm::log(MEASURABLE_CHANGE) / shortest;
    let lowest = -libm::log(MEASURABLE_CHANGE) / span;
    // Even steps of asinh(rate * span): linear around zero, logarithmic for fast washout.
    let (from, to) = (libm::asinh(lowest * span), libm::asinh(highest * span));
    let rate_at = |step: usize| libm::sinh(from + (to - from) * step as f64 / SCAN_STEPS as f64) / span;

    let misfit = |rate: f64| misfit(curve, rate);
    let mut best = (0, f64::INFINITY);
    for step in 0..=SCAN_STEPS {
        let value = misfit(rate_at(step));
        if value < best.1 {
            best = (step, value);
        }
    }
    match best.0 {
        0 => Rate::Lowest,
        SCAN_STEPS => Rate::Highest,
        step => Rate::Inner(golden_section(misfit, rate_at(step - 1), rate_at(step + 1))),
    }
}

/// Chi-square (K3) at a rate with the best amplitude (K4). Times count from the first image to keep the exponentials in range.
pub(crate) fn misfit(curve: &RegionCurve, rate: f64) -> f64 {
    let first = curve.first_time_h();
    let shape = |time: f64| libm::exp(-rate * (time - first));
    let points = || {
        let values = curve.concentrations_bq_per_ml().iter().zip(curve.standard_uncertainties_bq_per_ml());
        curve.times_h().iter().zip(values).map(|(&t, (c, u))| (shape(t) / u, c / u))
    };
    let (projection, norm) =
        points().fold((0.0, 0.0), |(projection, norm), (s, c)| (projection + s * c, norm + s * s));
    points().map(|(s, c)| (c - projection / norm * s).powi(2)).sum()
}

/// The place of the minimum of a function with one valley between `low` and `high` (Kiefer 1953, Proc AMS 4:502-506).
fn golden_section(function: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let section = 0.5 * (5f64.sqrt() - 1.0);
    let mut left = high - section * (high - low);
    let mut right = low + section * (high - low);
    let (mut at_left, mut at_right) = (function(left), function(right));
    // 80 sections shrink the interval by 2e-17: down to the last digit.
    for _ in 0..80 {
        if at_left < at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - section * (high - low);
            at_left = function(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + section * (high - low);
            at_right = function(right);
        }
    }
    0.5 * (low + high)
}
