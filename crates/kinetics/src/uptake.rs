//! The uptake before the first image, which no image shows. Equations: `docs/methods/kinetics.md`.

use crate::{Conversion, Fit, KineticsError, RegionCurve};
use std::f64::consts::LN_2;

/// What is known beforehand of the uptake: up to the time t, `1 - 2^(-t / half time)` of it has happened (K7).
///
/// The default is uptake at once, the largest integral a washout allows, with a standard uncertainty of 3.5 h: the
/// uptake cannot be slower than the blood is cleared, with a half-time of 6 h (ICRP Publication 67, 1993), and a half-time
/// anywhere between 0 and 6 h lies 6 h / sqrt 3 from 0 in root mean square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UptakePrior {
    half_time_h: f64,
    standard_uncertainty_h: f64,
}

impl Default for UptakePrior {
    fn default() -> Self {
        Self { half_time_h: 0.0, standard_uncertainty_h: 3.5 }
    }
}

impl UptakePrior {
    /// Uptake at once, taken for certain.
    pub const IMMEDIATE: Self = Self { half_time_h: 0.0, standard_uncertainty_h: 0.0 };

    /// The longest half-time taken, h: two weeks, in which radioiodine is gone.
    pub const LONGEST_H: f64 = 336.0;

    /// Half-time of the uptake without physical decay, and its standard uncertainty (k=1), both in h, from 0.
    ///
    /// # Errors
    /// [`KineticsError::OutOfRange`] for numbers that are negative, above [`Self::LONGEST_H`] or none.
    pub fn new(half_time_h: f64, standard_uncertainty_h: f64) -> Result<Self, KineticsError> {
        let fields = [("uptake_half_time_h", half_time_h), ("uptake_u_h", standard_uncertainty_h)];
        for (field, found) in fields {
            if !(0.0..=Self::LONGEST_H).contains(&found) {
                let (from, to) = (0.0, Self::LONGEST_H);
                return Err(KineticsError::OutOfRange { field, found, from, to });
            }
        }
        Ok(Self { half_time_h, standard_uncertainty_h })
    }

    /// h; 0 is uptake at once.
    pub fn half_time_h(&self) -> f64 {
        self.half_time_h
    }

    /// Of the half-time, h (k=1).
    pub fn standard_uncertainty_h(&self) -> f64 {
        self.standard_uncertainty_h
    }

    /// Fits with the half-time of the prior and adds what its uncertainty does to the integral: the change of the
    /// integral over one standard uncertainty to either side, the points being fitted anew (K9).
    pub(crate) fn propagate(
        &self,
        fit: impl Fn(Uptake) -> Result<Fit, KineticsError>,
    ) -> Result<Fit, KineticsError> {
        let mut result = fit(Uptake::of_half_time(self.half_time_h))?;
        if self.standard_uncertainty_h > 0.0 {
            let low = (self.half_time_h - self.standard_uncertainty_h).max(0.0);
            let high = self.half_time_h + self.standard_uncertainty_h;
            let tia = |half_time| Ok(fit(Uptake::of_half_time(half_time))?.tia_bq_h_per_ml);
            let slope = (tia(high)? - tia(low)?) / (high - low);
            let part = slope.abs() * self.standard_uncertainty_h;
            result.tia_u_uptake_bq_h_per_ml = part;
            result.tia_u_bq_h_per_ml = libm::hypot(result.tia_u_bq_h_per_ml, part);
        }
        Ok(result)
    }
}

/// One course of the uptake.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Uptake {
    /// 1/h; infinite for uptake at once.
    pub(crate) rate: f64,
}

impl Uptake {
    pub(crate) const IMMEDIATE: Self = Self { rate: f64::INFINITY };

    pub(crate) fn of_half_time(half_time_h: f64) -> Self {
        Self { rate: LN_2 / half_time_h }
    }

    /// Share of the uptake that has happened after `time_h` (K7).
    pub(crate) fn share_at(self, time_h: f64) -> f64 {
        if self.rate.is_infinite() { 1.0 } else { -libm::expm1(-self.rate * time_h) }
    }

    /// The curve as it would be had the uptake happened at once: each point and its uncertainty over the share taken up
    /// by then. A washout fitted to it has the same chi-square as the product of washout and uptake fitted to the points.
    pub(crate) fn removed_from(self, curve: &RegionCurve) -> Result<RegionCurve, KineticsError> {
        if self.rate.is_infinite() {
            return Ok(curve.clone());
        }
        let without = |list: &[f64]| -> Vec<f64> {
            list.iter().zip(curve.times_h()).map(|(x, &t)| x / self.share_at(t)).collect()
        };
        RegionCurve::new(
            curve.times_h(),
            &without(curve.concentrations_bq_per_ml()),
            &without(curve.standard_uncertainties_bq_per_ml()),
        )
    }

    /// The integral of `exp(-rate t)` times the uptake from the administration to infinity, h (K8).
    pub(crate) fn integral(self, rate: f64) -> f64 {
        // 1/rate - 1/(rate + k), without their cancellation.
        if self.rate.is_infinite() { 1.0 / rate } else { self.rate / (rate * (rate + self.rate)) }
    }
}

/// Tells how a fit turns what is imaged into the therapy nuclide: the conversion and the uptake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) conversion: &'a Conversion,
    pub(crate) uptake: Uptake,
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_share_halves_the_rest_every_half_time() {
        let uptake = Uptake::of_half_time(3.0);
        assert_relative_eq!(uptake.share_at(3.0), 0.5, max_relative = 1e-14);
        assert_relative_eq!(uptake.share_at(9.0), 0.875, max_relative = 1e-14);
        assert_eq!(Uptake::of_half_time(0.0), Uptake::IMMEDIATE);
        assert_eq!(Uptake::IMMEDIATE.share_at(1e-9), 1.0);
    }

    #[test]
    fn the_integral_is_that_of_two_exponentials() {
        let (washout, uptake) = (LN_2 / 60.0, Uptake::of_half_time(3.0));
        let expected = 1.0 / washout - 1.0 / (washout + LN_2 / 3.0);
        assert_relative_eq!(uptake.integral(washout), expected, max_relative = 1e-12);
        assert_relative_eq!(Uptake::IMMEDIATE.integral(washout), 1.0 / washout, max_relative = 1e-15);
    }

    #[test]
    fn impossible_half_times_are_refused_by_name() {
        for (half_time, u, name) in [
            (-1.0, 0.0, "uptake_half_time_h"),
            (f64::NAN, 0.0, "uptake_half_time_h"),
            (3.0, 1e3, "uptake_u_h"),
        ] {
            let text = UptakePrior::new(half_time, u).unwrap_err().to_string();
            assert!(text.starts_with(name), "{text}");
        }
    }
}
