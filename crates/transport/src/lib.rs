//! Coupled photon-electron Monte Carlo in voxels.
//!
//! Knows no file format and no patient: densities, materials and decays per voxel go in, absorbed dose per decay with
//! its standard uncertainty comes out. The methods are described page by page under `docs/methods`;
//! a label like (E3) is that of an equation on the page that the module names.
//!
//! Everything is deterministic: histories are numbered, each has a random stream of its own, and sums are either
//! integers or made in a fixed order, so that a seed gives the same bits on any number of threads.
// What a test expects need not be the same to the last bit on every processor.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod accuracy;
mod alias;
#[doc(hidden)]
pub mod bench;
mod circle;
mod drive;
mod electron;
mod emission;
mod engine;
mod error;
mod fixed;
mod goal;
mod history;
mod keep;
mod kernel;
mod lattice;
#[cfg(test)]
mod laws;
mod medium;
mod particle;
mod photon;
mod plan;
mod point_kernel;
mod random;
mod reduced;
mod regions;
mod scores;
mod source;
mod tables;
mod tally;
mod vector;
mod wander;
mod watch;
mod ziggurat;

pub use accuracy::Accuracy;
pub use emission::{EmissionSet, Emitter};
pub use engine::Simulation;
pub use error::EngineError;
pub use goal::{Goal, GoalCells, Measure};
pub use history::EnergyBalance;
pub use keep::{Keeper, Share, Sums, Unkept};
pub use kernel::{VoxelKernel, VoxelS};
pub use medium::{Medium, Substance, UniformMedium, Voxel, VoxelMedium};
pub use plan::{Plan, Stop, with_threads};
pub use point_kernel::{PointKernel, RadialDose, ScaledShell, Shell};
pub use reduced::{ReducedSimulation, Reduction, Reductions, UnknownReduction};
pub use regions::Regions;
pub use scores::{CellEstimates, Estimate, Scores};
pub use source::Source;
pub use tables::Tables;
pub use watch::{Progress, Unwatched, Watch};
