//! Weighted least squares of a mono-exponential to two or more points. Equations: `docs/methods/kinetics.md`.
//!
//! The amplitude is linear given the rate, so the fit is a search over the rate alone (variable projection: Golub
//! and Pereyra 1973, SIAM J Numer Anal 10:413-432). One dimension allows what a general solver does not promise: a
//! scan of every rate the points can tell apart finds the valley of the global minimum without an initial guess,
//! and a golden section goes down in it. That is a dozen lines and a few hundred exponentials per region, less than
//! any solver crate would bring with it.

use crate::fit::{amplitude_coefficients, finite};
use crate::interpolated::interpolate;
use crate::stated::{StatedHalfLife, fit_stated_half_life, fixed_rate};
use crate::{Conversion, Curve, Fit, KineticsError, Onset, RegionCurve, Warning};
use std::f64::consts::LN_2;

/// Fits `A exp(-r t)` to the curve (not to its logarithm, which would weigh the faint points up) and integrates it
/// for the therapy nuclide from the administration to infinity; uptake is taken as immediate: (K3), (K5), (K9).
///
/// What happens to curves that no washout can explain, each with its [`Warning`]:
/// * falling more slowly than physical decay: the rate is the physical one, the amplitude fitted to it;
/// * rising: straight lines from 0 through the points, physical decay after the last;
/// * next to nothing left after the first points: straight lines, physical decay before the first and after the last;
/// * zero throughout: zero, with the shape of physical decay.
///
/// The uncertainty comes from the covariance of (A, r) to first order, both taken as free, at the returned curve.
///
/// # Errors
/// [`KineticsError::TooFewImages`] for a single point, [`KineticsError::NotFinite`] for an overflow.
pub fn fit_mono_exponential(curve: &RegionCurve, conversion: &Conversion) -> Result<Fit, KineticsError> {
    let found = curve.times_h().len();
    if found < 2 {
        return Err(KineticsError::TooFewImages { found, expected: 2 });
    }
    let physical = conversion.imaged().per_hour();
    if curve.concentrations_bq_per_ml().iter().all(|&c| c == 0.0) {
        let decay = StatedHalfLife { effective_half_life_h: LN_2 / physical, standard_uncertainty_h: 0.0 };
        return fit_stated_half_life(curve, decay, conversion);
    }
    match best_rate(curve) {
        Rate::Highest => interpolate(curve, conversion, Onset::PhysicalDecay, Warning::FallsTooFast),
        Rate::Inner(rate) if rate <= 0.0 => interpolate(curve, conversion, Onset::FromZero, Warning::Rising),
        Rate::Lowest => interpolate(curve, conversion, Onset::FromZero, Warning::Rising),
        // A curve of pure physical decay must not warn because of the last digit of the search.
        Rate::Inner(rate) if rate < physical * (1.0 - 1e-6) => {
            let warning = Warning::SlowerThanPhysicalDecay {
                fitted_half_life_h: LN_2 / rate,
                physical_half_life_h: LN_2 / physical,
            };
            exponential(curve, conversion, physical, vec![warning])
        }
        Rate::Inner(rate) => exponential(curve, conversion, rate.max(physical), vec![]),
    }
}

/// The fit with a given rate (1/h, imaged nuclide): (K4), (K5), (K9).
fn exponential(
    curve: &RegionCurve,
    conversion: &Conversion,
    rate: f64,
    warnings: Vec<Warning>,
) -> Result<Fit, KineticsError> {
    let line = fixed_rate(curve, rate);
    let therapy_rate = conversion.therapy_rate_per_h(rate);
    let tia = conversion.activity_ratio() * line.amplitude / therapy_rate;

    // Information on ln(model) of each point. About their centroid in time the amplitude and the rate are
    // uncorrelated, and ln TIA = ln(value at the centroid) + rate * centroid - ln(therapy rate) + constant.
    let information: Vec<f64> = line
        .shape
        .iter()
        .zip(curve.weights())
        .map(|(shape, weight)| weight * (line.amplitude * shape).powi(2))
        .collect();
    let moment = |term: &dyn Fn(f64) -> f64| -> f64 {
        curve.times_h().iter().zip(&information).map(|(&time, i)| i * term(time)).sum()
    };
    let total = moment(&|_| 1.0);
    let centroid = moment(&|time| time) / total;
    let variance_of_rate = 1.0 / moment(&|time| (time - centroid).powi(2));
    let relative_variance = 1.0 / total + (centroid - 1.0 / therapy_rate).powi(2) * variance_of_rate;
    let half_life = LN_2 / therapy_rate;
    Ok(finite(Fit {
        curve: Curve::MonoExponential {
            amplitude_bq_per_ml: conversion.activity_ratio() * line.amplitude,
            effective_half_life_h: half_life,
            effective_half_life_u_h: half_life * variance_of_rate.sqrt() / therapy_rate,
        },
        tia_bq_h_per_ml: tia,
        tia_u_bq_h_per_ml: tia * relative_variance.sqrt(),
        share_before_first: -libm::expm1(-therapy_rate * curve.first_time_h()),
        share_after_last: libm::exp(-therapy_rate * curve.last_time_h()),
        chi_square: line.chi_square,
        degrees_of_freedom: curve.times_h().len() - 2,
        warnings,
        voxel_coefficients_h: amplitude_coefficients(
            &line.shape,
            &curve.weights(),
            conversion.activity_ratio() / therapy_rate,
        ),
    })?
    .with_extrapolation_warnings())
}

enum Rate {
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
fn best_rate(curve: &RegionCurve) -> Rate {
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
fn misfit(curve: &RegionCurve, rate: f64) -> f64 {
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

#[cfg(test)]
mod tests;
