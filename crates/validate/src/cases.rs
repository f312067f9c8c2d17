//! The comparisons, by group.

mod brick;
mod fano;
mod photon;
mod point_kernel;
mod same_answer;
mod slab;
mod sphere;
mod stopping;
mod voxel_s;

use crate::{Expected, Options, Subject, Validation, ValidationError};

/// A group of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Collision stopping powers and CSDA ranges.
    Stopping,
    /// Photon coefficients.
    Photon,
    /// Point kernels of electrons.
    PointKernel,
    /// Voxel S values.
    VoxelS,
    /// Electrons in voxels of three different sides.
    Brick,
    /// Spheres against energy balance.
    Sphere,
    /// Fano's theorem.
    Fano,
    /// Symmetry, reciprocity, and a kernel against a simulation of it.
    SameAnswer,
    /// Lung, water and bone against the engine's most detailed mode.
    Slab,
}

impl Group {
    /// In the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Stopping,
        Self::Photon,
        Self::PointKernel,
        Self::VoxelS,
        Self::Brick,
        Self::Sphere,
        Self::Fano,
        Self::SameAnswer,
        Self::Slab,
    ];

    pub(crate) fn run(
        self,
        subject: &dyn Subject,
        expected: &Expected,
        options: &Options,
    ) -> Result<Validation, ValidationError> {
        match self {
            Self::Stopping => stopping::run(subject, expected),
            Self::Photon => photon::run(subject, expected),
            Self::PointKernel => point_kernel::run(subject, expected, options),
            Self::VoxelS => voxel_s::run(subject, expected, options),
            Self::Brick => brick::run(subject, expected, options),
            Self::Sphere => sphere::run(subject, expected, options),
            Self::Fano => fano::run(subject, expected, options),
            Self::SameAnswer => same_answer::run(subject, expected, options),
            Self::Slab => slab::run(subject, expected, options),
        }
    }
}

/// Decays to simulate: a full number, or one in sixteen of it where time is short.
fn histories(options: &Options, full: u64) -> u64 {
    if options.quick { full / 16 } else { full }
}
