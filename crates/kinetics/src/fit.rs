//! What a fit returns. Equations: `docs/methods/kinetics.md`.

use crate::exponentials::{Exponentials, Form};
use crate::trapezoid::Trapezoid;
use crate::uptake::Setting;
use crate::{KineticsError, Model, RegionCurve, Warning};

/// The concentration of the therapy nuclide over time.
#[derive(Clone, Debug, PartialEq)]
pub enum Curve {
    /// A sum of exponentials, from the administration on.
    Exponentials(Exponentials),
    /// Straight lines between the images and physical decay after the last.
    Trapezoid(Trapezoid),
}

impl Curve {
    /// Concentration of the therapy nuclide, Bq/mL, `time_h` (at least 0) after administration.
    pub fn value_at(&self, time_h: f64) -> f64 {
        match self {
            Self::Exponentials(curve) => curve.value_at(time_h),
            Self::Trapezoid(curve) => curve.value_at(time_h),
        }
    }

    /// Its standard uncertainty (k=1) from those of the points and of a stated half-life, Bq/mL.
    pub fn value_u_at(&self, time_h: f64) -> f64 {
        match self {
            Self::Exponentials(curve) => curve.value_u_at(time_h),
            Self::Trapezoid(curve) => curve.value_u_at(time_h),
        }
    }
}

/// A model that was tried, for the choice between models.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The model.
    pub model: Model,
    /// Its sum of squared deviations over the points' variances.
    pub chi_square: f64,
    /// Akaike's criterion for small samples; the lowest is chosen.
    pub aicc: f64,
    /// Its share of the evidence, Akaike's weight (K19); those of all candidates add up to 1.
    pub weight: f64,
    /// Its time-integrated activity concentration of the therapy nuclide, Bq.h/mL.
    pub tia_bq_h_per_ml: f64,
}

/// The curve of one region and its integral.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The model of the curve. It is another than the one asked for where a warning says so.
    pub model: Model,
    /// Concentration of the therapy nuclide over time.
    pub curve: Curve,
    /// Time-integrated activity concentration of the therapy nuclide from the administration to infinity, Bq.h/mL.
    pub tia_bq_h_per_ml: f64,
    /// Its standard uncertainty (k=1) from those of the points, of a stated half-life, of the uptake before the first
    /// image and of the choice between `candidates`, Bq.h/mL. That of the activities is not in it.
    pub tia_u_bq_h_per_ml: f64,
    /// The part of it that comes from the prior of the uptake, Bq.h/mL.
    pub tia_u_uptake_bq_h_per_ml: f64,
    /// The part of it that comes from the choice between `candidates`, Bq.h/mL (K20); 0 where there was none.
    pub tia_u_model_bq_h_per_ml: f64,
    /// Share of the integral before the first image.
    pub share_before_first: f64,
    /// Share of the integral after the last image.
    pub share_after_last: f64,
    /// Sum of the squared deviations in units of the points' standard uncertainties.
    pub chi_square: f64,
    /// Points less fitted parameters.
    pub degrees_of_freedom: usize,
    /// The models compared by AICc, the chosen one among them; none where the points allow no choice.
    pub candidates: Vec<Candidate>,
    /// What a reader must know.
    pub warnings: Vec<Warning>,
    pub(crate) voxel_coefficients_h: Vec<f64>,
}

impl Fit {
    /// One coefficient (h) per image, kappa of (K16): the sum of coefficient times imaged concentration is a voxel's TIA
    /// (of the therapy nuclide) when it follows this curve's shape with its own least-squares amplitude, weighted as the
    /// region's points are. The estimate being linear, the mean over the region's voxels is the region's TIA.
    pub fn voxel_coefficients_h(&self) -> &[f64] {
        &self.voxel_coefficients_h
    }

    /// The effective half-life of the therapy nuclide and its standard uncertainty (k=1), h: that of the slowest washout
    /// where there are several. `None` where the curve has none, or none that was measured or stated.
    pub fn effective_half_life_h(&self) -> Option<(f64, f64)> {
        match &self.curve {
            Curve::Exponentials(curve) if self.model != Model::TwoTOverLn2 => Some(curve.half_life_h()),
            _ => None,
        }
    }

    /// The fit of a sum of exponentials; `parameters` of the imaged nuclide with uptake at once.
    pub(crate) fn of_exponentials(
        model: Model,
        curve: &RegionCurve,
        solution: Solution,
        setting: Setting<'_>,
        mut warnings: Vec<Warning>,
    ) -> Result<Self, KineticsError> {
        let Solution { form, parameters, covariance, chi_square } = solution;
        // A curve of zeros has no shape of its own; its voxels, zeros as well, follow that of unit amplitude.
        let mut shape_parameters = parameters.clone();
        if form.value_at(&parameters, curve.first_time_h()) == 0.0 {
            form.terms.iter().for_each(|term| shape_parameters[term.amplitude] = 1.0);
        }
        let shape_of = |parameters: &[f64]| -> Vec<f64> {
            let value = |&time| form.value_at(parameters, time) * setting.uptake.share_at(time);
            curve.times_h().iter().map(value).collect()
        };
        let shape = shape_of(&shape_parameters);
        let unit = Exponentials::new(form, shape_parameters, covariance.clone(), setting);
        let voxel_coefficients_h = amplitude_coefficients(&shape, &curve.weights(), unit.integral());
        let degrees_of_freedom = curve.times_h().len().saturating_sub(model.parameters());
        if chi_square > chi_square_quantile_99(degrees_of_freedom) {
            warnings.push(Warning::PoorFit { chi_square, degrees_of_freedom });
        }
        let exponentials = Exponentials::new(form, parameters, covariance, setting);
        let tia = exponentials.integral();
        let share_after = |time| if tia > 0.0 { exponentials.integral_after(time) / tia } else { 0.0 };
        Self {
            model,
            tia_bq_h_per_ml: tia,
            tia_u_bq_h_per_ml: exponentials.integral_u(),
            tia_u_uptake_bq_h_per_ml: 0.0,
            tia_u_model_bq_h_per_ml: 0.0,
            share_before_first: if tia > 0.0 { 1.0 - share_after(curve.first_time_h()) } else { 0.0 },
            share_after_last: share_after(curve.last_time_h()),
            chi_square,
            degrees_of_freedom,
            candidates: vec![],
            warnings,
            voxel_coefficients_h,
            curve: Curve::Exponentials(exponentials),
        }
        .checked()
    }

    /// Refuses an integral that left the range of numbers (absurd times or half-lives); adds the warnings of the shares.
    pub(crate) fn checked(mut self) -> Result<Self, KineticsError> {
        let numbers = [self.tia_bq_h_per_ml, self.tia_u_bq_h_per_ml];
        if let Some(&found) = numbers.iter().chain(&self.voxel_coefficients_h).find(|x| !x.is_finite()) {
            return Err(KineticsError::NotFinite { found });
        }
        if self.share_before_first > 0.5 {
            self.warnings.push(Warning::MostlyBeforeFirstImage { share: self.share_before_first });
        }
        self.warnings.extend(Warning::of_tail(self.share_after_last));
        Ok(self)
    }
}

/// Parameters of a washout that fit a curve from which the uptake was removed.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    pub(crate) form: &'static Form,
    pub(crate) parameters: Vec<f64>,
    pub(crate) covariance: Vec<Vec<f64>>,
    pub(crate) chi_square: f64,
}

/// The coefficients of [`Fit::voxel_coefficients_h`] for a shape (imaged nuclide) at the image times whose integral
/// (therapy nuclide) is `integral_h` (K16).
pub(crate) fn amplitude_coefficients(shape: &[f64], weights: &[f64], integral_h: f64) -> Vec<f64> {
    let norm: f64 = shape.iter().zip(weights).map(|(s, w)| w * s * s).sum();
    shape.iter().zip(weights).map(|(s, w)| integral_h * w * s / norm).collect()
}

/// What a chi-square exceeds with a probability of 1 % (Wilson and Hilferty 1931, Proc. Natl. Acad. Sci. 17, 684); infinite
/// without degrees of freedom.
fn chi_square_quantile_99(degrees_of_freedom: usize) -> f64 {
    const NORMAL_QUANTILE: f64 = 2.326_348;
    if degrees_of_freedom == 0 {
        return f64::INFINITY;
    }
    let n = degrees_of_freedom as f64;
    let spread = 2.0 / (9.0 * n);
    n * (1.0 - spread + NORMAL_QUANTILE * spread.sqrt()).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_quantile_of_chi_square_is_that_of_the_tables() {
        for (n, table) in [(1, 6.635), (2, 9.210), (3, 11.345), (10, 23.209)] {
            assert_relative_eq!(chi_square_quantile_99(n), table, max_relative = 0.011);
        }
        assert!(chi_square_quantile_99(0).is_infinite());
    }
}
