//! What can be wrong with the input.

use thiserror::Error;

/// Why a curve or an image cannot be turned into time-integrated activity.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum KineticsError {
    /// A number that must be positive is not.
    #[error("{field}: found {found}, expected a finite number above 0")]
    NotPositive {
        /// Name of the quantity, with its unit.
        field: &'static str,
        /// What was given.
        found: f64,
    },
    /// A number that must not be negative is, or is not a number.
    #[error("{field}: found {found} at position {position}, expected a finite number of at least 0")]
    Negative {
        /// Name of the quantity, with its unit.
        field: &'static str,
        /// Place in the list, from 0.
        position: usize,
        /// What was given.
        found: f64,
    },
    /// A number is outside the range in which it makes sense.
    #[error("{field}: found {found}, expected a number from {from} to {to}")]
    OutOfRange {
        /// Name of the quantity, with its unit.
        field: &'static str,
        /// What was given.
        found: f64,
        /// Lowest value taken.
        from: f64,
        /// Highest value taken.
        to: f64,
    },
    /// The image was taken too early or too late for the rule 2t/ln 2.
    #[error(
        "time_h: found an image {found:.2} effective half-lives after administration, expected from {from} to {to}, \
         where the rule 2t/ln 2 holds (half-life of the therapy nuclide {half_life_h:.1} h)"
    )]
    RuleDoesNotHold {
        /// Time of the image in effective half-lives of the therapy nuclide.
        found: f64,
        /// That half-life, h.
        half_life_h: f64,
        /// Earliest time, in half-lives.
        from: f64,
        /// Latest time, in half-lives.
        to: f64,
    },
    /// A model that needs more than the points was asked for as a fit.
    #[error("model: found {model}, expected one that is fitted: mono, uptake-washout, bi or trapezoid")]
    NotFitted {
        /// Its name.
        model: &'static str,
    },
    /// The times of the images do not increase.
    #[error("time_h: found {later} h after {earlier} h (position {position}), expected times that increase")]
    TimesNotIncreasing {
        /// Place of the later image in the list, from 0.
        position: usize,
        /// Time of the image before it, h.
        earlier: f64,
        /// Its own time, h.
        later: f64,
    },
    /// The lists of one curve have different lengths.
    #[error("{field}: found {found} values, expected {expected}, one per image")]
    Length {
        /// Name of the list.
        field: &'static str,
        /// Values given.
        found: usize,
        /// Number of images.
        expected: usize,
    },
    /// Too few images for the model.
    #[error(
        "image: found {found}, expected at least {expected} at different times for the model {model} \
         (with a single image give kinetics.effective_half_life_h)"
    )]
    TooFewImages {
        /// Name of the model.
        model: &'static str,
        /// Images given.
        found: usize,
        /// Images needed.
        expected: usize,
    },
    /// A stated effective half-life is longer than physical decay allows.
    #[error(
        "effective_half_life_h: found {found} h, expected at most the physical half-life {physical} h \
         of the imaged nuclide"
    )]
    LongerThanPhysical {
        /// The stated effective half-life, h.
        found: f64,
        /// The physical half-life of the imaged nuclide, h.
        physical: f64,
    },
    /// Voxels hold values that no activity concentration can have.
    #[error(
        "activity: found {count} voxel(s) that are negative or not finite, the first {value} at voxel {index:?}, \
         expected finite values of at least 0"
    )]
    Activity {
        /// Number of such voxels.
        count: usize,
        /// Index (i, j, k) of the first.
        index: [usize; 3],
        /// Its value.
        value: f32,
    },
    /// An image or the label map lies on another grid.
    #[error(
        "{field}: found a grid of {found:?} voxels that is not the first image's ({expected:?}), expected all on one grid"
    )]
    Grid {
        /// Which volume.
        field: String,
        /// Its size.
        found: [usize; 3],
        /// Size of the first image.
        expected: [usize; 3],
    },
    /// The integral left the range of floating-point numbers.
    #[error(
        "time-integrated activity: found {found}, expected a finite number: the times and half-lives are too far apart"
    )]
    NotFinite {
        /// What came out.
        found: f64,
    },
    /// A label of the map has no curve.
    #[error(
        "fits: found no curve for label {label} ({voxels} voxels), expected one for every label of the map, 0 included"
    )]
    NoFit {
        /// The label.
        label: u16,
        /// How many voxels bear it.
        voxels: usize,
    },
    /// A curve was fitted to another set of images.
    #[error("fits: found a curve over {found} images for label {label}, expected {expected}")]
    FitOfOtherImages {
        /// The label.
        label: u16,
        /// Images of the fit.
        found: usize,
        /// Images given.
        expected: usize,
    },
}
