//! What can be wrong with a request to the engine.

use iodose_physics::PhysicsError;
use thiserror::Error;

/// Why the engine does not start, or stopped.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum EngineError {
    /// Two volumes that must share a grid do not.
    #[error("{0}: lies on another grid than {1}; resample it first")]
    GridMismatch(&'static str, &'static str),
    /// The voxel axes are not at right angles.
    #[error(
        "density: the voxel axes are not at right angles, expected an affine without shear; resample it first"
    )]
    Sheared,
    /// A density that cannot be.
    #[error("density: found {found} g/cm3 at voxel {index:?}, expected a positive number")]
    Density {
        /// The value found.
        found: f32,
        /// Its voxel.
        index: [usize; 3],
    },
    /// More voxels than the tally can number.
    #[error("grid: found {0} voxels, expected at most 4294967295")]
    TooLarge(usize),
    /// A time-integrated activity that cannot be.
    #[error(
        "time-integrated activity: found {found} Bq.s at voxel {index:?}, expected a non-negative number"
    )]
    Activity {
        /// The value found.
        found: f64,
        /// Its voxel.
        index: [usize; 3],
    },
    /// Nothing to simulate.
    #[error("time-integrated activity: found no voxel above zero, expected at least one")]
    NoActivity,
    /// Nothing is emitted.
    #[error("emissions: {0} emits none of the kinds asked for")]
    NoEmission(String),
    /// A number of decays that is out of range.
    #[error("histories: found {0}, expected 1 to 10000000000")]
    Histories(u64),
    /// More decays than the sums have room for.
    #[error(
        "histories: found {found}, expected at most {most}, since the sums of a voxel have room for the energy of no more decays of this nuclide"
    )]
    NoRoom {
        /// The number found.
        found: u64,
        /// The most there is room for.
        most: u64,
    },
    /// Emissions of so much energy that the sums of a voxel have no room for them.
    #[error("emissions: found {0} MeV per decay in the mean, expected at most 10 MeV")]
    TooEnergetic(f64),
    /// A share of a run whose length is not known.
    #[error(
        "share: found a run whose end is not known beforehand, expected a number of decays and no ceiling in seconds"
    )]
    OpenShare,
    /// A target uncertainty that is out of range.
    #[error("uncertainty: found {0}, expected a relative uncertainty above 0 and below 1")]
    Uncertainty(f64),
    /// More materials than a voxel can name.
    #[error("materials: found index {found}, expected below {known}, the number of materials given")]
    Material {
        /// The index found.
        found: usize,
        /// Number of materials.
        known: usize,
    },
    /// Shells of a point kernel that cannot be.
    #[error(
        "shells: found edges that do not ascend from 0, expected at least two, finite, each above the last"
    )]
    Shells,
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The worker threads could not be started.
    #[error("threads: {0}")]
    Threads(String),
    /// The physical data do not serve.
    #[error(transparent)]
    Physics(#[from] PhysicsError),
}
