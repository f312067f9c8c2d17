//! The engine with variance reduction (`docs/methods/variance-reduction.md`): the same dose as analog transport, sooner.
//!
//! Electrons and photons are simulated apart, each from where it matters most, in batches of evenly spread starting values.
//! The dose of electrons is the known one of charged-particle equilibrium plus a simulated difference; photons score along
//! their way. The spread of batches is the uncertainty.

mod allocation;
mod batch_tally;
mod electron_spectrum;
mod equilibrium;
mod importance;
mod low_discrepancy;
mod run;

pub use run::ReducedSimulation;
