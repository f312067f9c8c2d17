//! Sums of exponentials: value, integral and their uncertainties. Equations: `docs/methods/kinetics.md`.

use crate::uptake::{Setting, Uptake};
use std::f64::consts::LN_2;

/// One term of a washout: `sign * amplitude * exp(-(sum of rates) t)`, amplitude and rates by their place among the
/// parameters.
#[derive(Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) sign: f64,
    pub(crate) amplitude: usize,
    pub(crate) rates: &'static [usize],
}

/// A washout as a sum of terms over parameters of the imaged nuclide (amplitudes in Bq/mL, rates in 1/h).
#[derive(Debug, PartialEq)]
pub(crate) struct Form {
    pub(crate) terms: &'static [Term],
    pub(crate) parameters: usize,
}

/// `A exp(-r t)` over (A, r).
pub(crate) static MONO: Form =
    Form { terms: &[Term { sign: 1.0, amplitude: 0, rates: &[1] }], parameters: 2 };

impl Form {
    /// The sum of `at(rate)` over the terms, each times its amplitude: the value for `exp(-rate t)`, the integral for
    /// `1 / rate`, anything linear in the curve.
    pub(crate) fn sum(&self, parameters: &[f64], at: impl Fn(f64) -> f64) -> f64 {
        self.terms.iter().map(|term| term.sign * parameters[term.amplitude] * at(term.rate(parameters))).sum()
    }

    /// Derivatives of [`Self::sum`] with respect to the parameters; `slope` is the derivative of `at`.
    pub(crate) fn gradient(
        &self,
        parameters: &[f64],
        at: impl Fn(f64) -> f64,
        slope: impl Fn(f64) -> f64,
    ) -> Vec<f64> {
        let mut gradient = vec![0.0; self.parameters];
        for term in self.terms {
            let rate = term.rate(parameters);
            gradient[term.amplitude] += term.sign * at(rate);
            for &place in term.rates {
                gradient[place] += term.sign * parameters[term.amplitude] * slope(rate);
            }
        }
        gradient
    }

    /// The washout at a time (h).
    pub(crate) fn value_at(&self, parameters: &[f64], time_h: f64) -> f64 {
        self.sum(parameters, |rate| libm::exp(-rate * time_h))
    }

    /// Its derivatives with respect to the parameters.
    pub(crate) fn gradient_at(&self, parameters: &[f64], time_h: f64) -> Vec<f64> {
        let value = |rate: f64| libm::exp(-rate * time_h);
        self.gradient(parameters, value, |rate| -time_h * value(rate))
    }
}

impl Term {
    fn rate(&self, parameters: &[f64]) -> f64 {
        self.rates.iter().map(|&place| parameters[place]).sum()
    }
}

/// The concentration of the therapy nuclide over time as a sum of exponentials, with the covariance of its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Exponentials {
    form: &'static Form,
    parameters: Vec<f64>,
    covariance: Vec<Vec<f64>>,
    activity_ratio: f64,
    /// Rate of the therapy nuclide less that of the imaged one, 1/h.
    rate_shift: f64,
    uptake: Uptake,
}

impl Exponentials {
    /// Of parameters and covariance of the imaged nuclide.
    pub(crate) fn new(
        form: &'static Form,
        parameters: Vec<f64>,
        covariance: Vec<Vec<f64>>,
        setting: Setting<'_>,
    ) -> Self {
        Self {
            form,
            parameters,
            covariance,
            activity_ratio: setting.conversion.activity_ratio(),
            rate_shift: setting.conversion.therapy_rate_per_h(0.0),
            uptake: setting.uptake,
        }
    }

    /// Bq/mL, `time_h` after administration.
    pub fn value_at(&self, time_h: f64) -> f64 {
        self.factor_at(time_h) * self.form.value_at(&self.parameters, time_h)
    }

    /// Standard uncertainty (k=1) of [`Self::value_at`] from the covariance of the parameters, Bq/mL. That of the
    /// uptake is not in it.
    pub fn value_u_at(&self, time_h: f64) -> f64 {
        self.factor_at(time_h) * self.u_of(&self.form.gradient_at(&self.parameters, time_h))
    }

    /// Integral from the administration to infinity, Bq.h/mL (K8).
    pub fn integral(&self) -> f64 {
        self.activity_ratio * self.form.sum(&self.parameters, |rate| self.uptake.integral(self.therapy(rate)))
    }

    /// Its standard uncertainty (k=1) from the covariance of the parameters, Bq.h/mL (K18).
    pub fn integral_u(&self) -> f64 {
        let integral = |rate: f64| self.uptake.integral(self.therapy(rate));
        let slope = |rate: f64| {
            let rate = self.therapy(rate);
            let fast = rate + self.uptake.rate;
            (if fast.is_infinite() { 0.0 } else { fast.powi(-2) }) - rate.powi(-2)
        };
        self.activity_ratio * self.u_of(&self.form.gradient(&self.parameters, integral, slope))
    }

    /// Integral from `time_h` to infinity, Bq.h/mL.
    pub fn integral_after(&self, time_h: f64) -> f64 {
        let tail = |rate: f64| libm::exp(-rate * time_h) / rate;
        self.activity_ratio
            * self.form.sum(&self.parameters, |rate| {
                let rate = self.therapy(rate);
                let fast = rate + self.uptake.rate;
                tail(rate) - if fast.is_infinite() { 0.0 } else { tail(fast) }
            })
    }

    /// The slowest effective half-life (h) of the therapy nuclide and its standard uncertainty (k=1).
    pub fn half_life_h(&self) -> (f64, f64) {
        // Only rates that are parameters by themselves are those of a washout; the first among equals.
        let washout = self.form.terms.iter().filter_map(|term| match term.rates {
            [only] => Some(*only),
            _ => None,
        });
        let slowest = washout.min_by(|a, b| self.parameters[*a].total_cmp(&self.parameters[*b])).unwrap_or(0);
        let rate = self.therapy(self.parameters[slowest]);
        (LN_2 / rate, LN_2 / rate.powi(2) * self.covariance[slowest][slowest].sqrt())
    }

    fn therapy(&self, rate: f64) -> f64 {
        rate + self.rate_shift
    }

    fn factor_at(&self, time_h: f64) -> f64 {
        self.activity_ratio * libm::exp(-self.rate_shift * time_h) * self.uptake.share_at(time_h)
    }

    /// Standard uncertainty of what has this gradient (K18).
    fn u_of(&self, gradient: &[f64]) -> f64 {
        let row = |i: usize| (0..gradient.len()).map(|j| self.covariance[i][j] * gradient[j]).sum::<f64>();
        let variance: f64 = (0..gradient.len()).map(|i| gradient[i] * row(i)).sum();
        variance.max(0.0).sqrt()
    }
}

#[cfg(test)]
mod tests;
