//! Time-activity curves to time-integrated activity (TIA), and images of one nuclide to the TIA of another.
//!
//! The way through this crate:
//!
//! 1. [`check_activity`] refuses images that cannot be activity; [`region_curves`] takes the mean of each label.
//! 2. [`fit_auto`] chooses a model, or one is asked for: [`fit_mono_exponential`], [`fit_uptake_washout`],
//!    [`fit_bi_exponential`], [`fit_trapezoid`]; for one image [`fit_stated_half_life`] or [`fit_two_t_over_ln2`].
//!    Each turns a [`RegionCurve`] into a [`Fit`]: the curve of the *therapy* nuclide, its integral, the standard
//!    uncertainty with that of the uptake before the first image ([`UptakePrior`]), and every [`Warning`] a reader of the
//!    result must see.
//! 3. [`voxel_tia`] spreads the integral over the voxels: each keeps the shape of its region's curve, scaled to
//!    its own measured values. [`voxel_tia_fitted`] gives voxels above a noise floor a washout of their own.
//!
//! [`blood`] makes the absorbed dose to the blood and the allowed activities from the same fits.
//!
//! Units throughout: hours after administration, Bq/mL, Bq.h/mL for regions, Bq.s/mL for maps. This crate knows
//! no nuclide by name: physical half-lives are arguments ([`Conversion`]).
//!
//! A label like (K1) is that of an equation in `docs/methods/kinetics.md`.
//!
//! # What the conversion between nuclides assumes
//!
//! * Both nuclides are carried by the same molecule and follow the same biokinetics per administered activity,
//!   so that the curves differ by physical decay alone.
//! * The therapeutic activity does not change the uptake or the washout (no stunning, no early radiation damage),
//!   and the patient's state (TSH stimulation, iodine pool) is the same on both occasions.
//! * Images give the activity at their own time: not decay-corrected to the administration.
// What a test expects need not be the same to the last bit on every processor.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod auto;
mod bi_exponential;
pub mod blood;
mod check;
mod conversion;
mod curve;
mod decay;
mod error;
mod exponentials;
mod fit;
mod least_squares;
mod model;
mod mono_exponential;
#[cfg(test)]
mod replicas;
mod search;
mod stated;
mod trapezoid;
mod two_t_over_ln2;
mod uptake;
mod uptake_washout;
mod voxel;
mod voxel_fit;
mod warning;

pub use auto::{aicc, fit_auto, fit_model};
pub use bi_exponential::fit_bi_exponential;
pub use check::{check_activity, check_times};
pub use conversion::Conversion;
pub use curve::RegionCurve;
pub use decay::DecayConstant;
pub use error::KineticsError;
pub use exponentials::Exponentials;
pub use fit::{Candidate, Curve, Fit};
pub use model::Model;
pub use mono_exponential::fit_mono_exponential;
pub use stated::{StatedHalfLife, fit_stated_half_life};
pub use trapezoid::{Onset, Trapezoid, fit_trapezoid};
pub use two_t_over_ln2::{RULE_RANGE, RULE_RELATIVE_U, fit_two_t_over_ln2};
pub use uptake::UptakePrior;
pub use uptake_washout::fit_uptake_washout;
pub use voxel::{RegionMeans, TimedImage, VoxelTia, region_curves, region_means, voxel_tia};
pub use voxel_fit::{FittedVoxels, VoxelFitting, voxel_tia_fitted};
pub use warning::Warning;
