//! The engine with variance reduction (`docs/methods/variance-reduction.md`): the same dose as analog transport, sooner.
//!
//! Electrons and photons are simulated apart, each from where it matters most, in batches of evenly spread starting values.
//! The dose of electrons is what is known without simulation plus a simulated difference; photons score along their way.
//! The spread of batches is the uncertainty.

mod allocation;
mod batch_tally;
mod beside_voids;
mod cell_set;
mod electron_shifts;
mod electron_spectrum;
mod electron_starts;
mod electrons;
mod exchange;
mod importance;
mod kernel;
mod kernel_electrons;
mod known;
mod low_discrepancy;
mod mass_distance;
mod photons;
mod position;
mod reductions;
mod region;
mod replay;
mod run;
mod schedule;
mod simulation;
mod surroundings;
mod track;
mod track_library;

pub(crate) use electron_shifts::ElectronShifts;
pub(crate) use kernel::ReducedKernel;
pub use reductions::{Reduction, Reductions, UnknownReduction};
pub use simulation::ReducedSimulation;
