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

use crate::bench::Bench;
use crate::{Validation, ValidationError};

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
    /// Spheres against published kernels and energy balance.
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

    pub(crate) fn run(self, bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
        match self {
            Self::Stopping => stopping::run(bench),
            Self::Photon => photon::run(bench),
            Self::PointKernel => point_kernel::run(bench),
            Self::VoxelS => voxel_s::run(bench),
            Self::Brick => brick::run(bench),
            Self::Sphere => sphere::run(bench),
            Self::Fano => fano::run(bench),
            Self::SameAnswer => same_answer::run(bench),
            Self::Slab => slab::run(bench),
        }
    }
}
