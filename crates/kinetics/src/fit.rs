//! What a fit returns. Equations: `docs/methods/kinetics.md`.

use crate::KineticsError;
use std::f64::consts::LN_2;
use std::fmt;

/// What a curve does between the administration and the first image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onset {
    /// It rises linearly from 0 at the administration.
    FromZero,
    /// It is the first point with physical decay taken back to the administration: uptake at once, no washout.
    PhysicalDecay,
}

/// The concentration of the therapy nuclide over time.
#[derive(Clone, Debug, PartialEq)]
pub enum Curve {
    /// `amplitude * exp(-ln2 t / T_eff)` from the administration on: uptake is taken as immediate.
    MonoExponential {
        /// Concentration of the therapy nuclide extrapolated to the administration, Bq/mL.
        amplitude_bq_per_ml: f64,
        /// Effective half-life of the therapy nuclide, h.
        effective_half_life_h: f64,
        /// Its standard uncertainty (k=1), h.
        effective_half_life_u_h: f64,
    },
    /// Straight lines between the images and physical decay after the last.
    Interpolated {
        /// Before the first image.
        onset: Onset,
        /// Image times, h.
        times_h: Vec<f64>,
        /// Concentration of the therapy nuclide at these, Bq/mL.
        values_bq_per_ml: Vec<f64>,
        /// Physical half-life of the therapy nuclide, h.
        physical_half_life_h: f64,
    },
}

impl Curve {
    /// Concentration of the therapy nuclide, Bq/mL, `time_h` (at least 0) after administration.
    pub fn value_at(&self, time_h: f64) -> f64 {
        match self {
            Self::MonoExponential { amplitude_bq_per_ml, effective_half_life_h, .. } => {
                amplitude_bq_per_ml * libm::exp(-LN_2 * time_h / effective_half_life_h)
            }
            Self::Interpolated { onset, times_h, values_bq_per_ml, physical_half_life_h } => {
                let decay_from =
                    |t: f64, value: f64| value * libm::exp(-LN_2 * (time_h - t) / physical_half_life_h);
                let points = || times_h.iter().copied().zip(values_bq_per_ml.iter().copied());
                let before = points().take_while(|&(t, _)| t <= time_h).last();
                let after = points().find(|&(t, _)| t > time_h);
                match (before, after) {
                    (Some((t0, v0)), Some((t1, v1))) => v0 + (v1 - v0) * (time_h - t0) / (t1 - t0),
                    (Some((t, v)), None) => decay_from(t, v),
                    (None, Some((t, v))) => match onset {
                        Onset::FromZero => v * time_h / t,
                        Onset::PhysicalDecay => decay_from(t, v),
                    },
                    (None, None) => 0.0,
                }
            }
        }
    }
}

/// What a reader of the result must know about a fit.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// The measured activity falls more slowly than physical decay, which no washout can do. The physical
    /// half-life was used; the amplitude is the weighted best for it.
    SlowerThanPhysicalDecay {
        /// Effective half-life of the imaged nuclide the free fit asked for, h.
        fitted_half_life_h: f64,
        /// The physical half-life used instead (of the imaged nuclide), h.
        physical_half_life_h: f64,
    },
    /// The measured activity rises: still uptake. Linear interpolation from 0 at the administration through the
    /// images, then physical decay.
    Rising,
    /// The last images hold next to nothing, so a rate cannot be told. Linear interpolation through the images,
    /// physical decay before the first and after the last.
    FallsTooFast,
    /// The region holds no activity at any time.
    NoActivity,
    /// More than half of the integral lies before the first image.
    MostlyBeforeFirstImage {
        /// That share.
        share: f64,
    },
    /// More than half of the integral lies after the last image.
    MostlyAfterLastImage {
        /// That share.
        share: f64,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SlowerThanPhysicalDecay { fitted_half_life_h, physical_half_life_h } => write!(
                f,
                "the fit asks for an effective half-life of {fitted_half_life_h:.1} h, longer than the physical \
                 {physical_half_life_h:.1} h; the physical half-life was used"
            ),
            Self::Rising => write!(
                f,
                "the activity still rises; interpolated linearly from 0, physical decay after the last image"
            ),
            Self::FallsTooFast => write!(
                f,
                "the activity vanishes after the first images; interpolated linearly, physical decay outside them"
            ),
            Self::NoActivity => write!(f, "no activity at any time"),
            Self::MostlyBeforeFirstImage { share } => {
                write!(
                    f,
                    "{:.0} % of the time-integrated activity lies before the first image",
                    100.0 * share
                )
            }
            Self::MostlyAfterLastImage { share } => {
                write!(f, "{:.0} % of the time-integrated activity lies after the last image", 100.0 * share)
            }
        }
    }
}

/// The curve of one region and its integral.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Concentration of the therapy nuclide over time.
    pub curve: Curve,
    /// Time-integrated activity concentration of the therapy nuclide from the administration to infinity, Bq.h/mL.
    pub tia_bq_h_per_ml: f64,
    /// Its standard uncertainty (k=1) from those of the points (and of a stated half-life), Bq.h/mL. The choice of
    /// the model and of the activities is not in it.
    pub tia_u_bq_h_per_ml: f64,
    /// Share of the integral before the first image.
    pub share_before_first: f64,
    /// Share of the integral after the last image.
    pub share_after_last: f64,
    /// Sum of the squared deviations in units of the points' standard uncertainties.
    pub chi_square: f64,
    /// Points less fitted parameters.
    pub degrees_of_freedom: usize,
    /// What a reader must know.
    pub warnings: Vec<Warning>,
    pub(crate) voxel_coefficients_h: Vec<f64>,
}

impl Fit {
    /// One coefficient (h) per image, kappa of (K8): the sum of coefficient times imaged concentration is a voxel's TIA (of the
    /// therapy nuclide) when it follows this curve's shape with its own least-squares amplitude, weighted as the
    /// region's points are. The estimate being linear, the mean over the region's voxels is the region's TIA.
    pub fn voxel_coefficients_h(&self) -> &[f64] {
        &self.voxel_coefficients_h
    }

    pub(crate) fn with_extrapolation_warnings(mut self) -> Self {
        if self.share_before_first > 0.5 {
            self.warnings.push(Warning::MostlyBeforeFirstImage { share: self.share_before_first });
        }
        if self.share_after_last > 0.5 {
            self.warnings.push(Warning::MostlyAfterLastImage { share: self.share_after_last });
        }
        self
    }
}

/// The coefficients of [`Fit::voxel_coefficients_h`] for a shape (imaged nuclide) at the image times whose integral
/// (therapy nuclide) is `integral_h` (K8).
pub(crate) fn amplitude_coefficients(shape: &[f64], weights: &[f64], integral_h: f64) -> Vec<f64> {
    let norm: f64 = shape.iter().zip(weights).map(|(s, w)| w * s * s).sum();
    shape.iter().zip(weights).map(|(s, w)| integral_h * w * s / norm).collect()
}

/// Refuses an integral that left the range of numbers (absurd times or half-lives).
pub(crate) fn finite(fit: Fit) -> Result<Fit, KineticsError> {
    let numbers = [fit.tia_bq_h_per_ml, fit.tia_u_bq_h_per_ml];
    match numbers.iter().chain(&fit.voxel_coefficients_h).find(|x| !x.is_finite()) {
        None => Ok(fit),
        Some(&found) => Err(KineticsError::NotFinite { found }),
    }
}
