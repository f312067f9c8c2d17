//! What radiation does in matter: nuclides, materials, cross sections and stopping powers, 1 keV to 4 MeV.
//!
//! Energies are MeV, lengths that are independent of density are mass thicknesses in g/cm2, cross sections per mass
//! are cm2/g. All data are read from the tables under `data/`, each with its citation in its header.
//!
//! A stopping power or cross section *per mass* does not depend on the density of a voxel: the density effect is
//! evaluated at the material's nominal density, so that a medium of one composition and varying density obeys
//! Fano's theorem (Fano 1954, Radiat. Res. 1, 237) exactly.
//!
//! A label like (S1) is that of an equation on the page of `docs/methods` that the module names.
// What a test expects need not be the same to the last bit on every processor.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod constants;
mod csv;
mod density_effect;
mod elastic;
mod element;
mod error;
mod fluorescence;
mod incoherent_function;
mod library;
mod material;
mod moller;
mod monotone_cubic;
mod nuclide;
mod octave_grid;
mod photon;
pub mod quadrature;
mod radiative;
mod root;
mod stopping_power;

pub use density_effect::DensityEffect;
pub use elastic::{ElasticModel, ElasticMoments, WentzelDistribution};
pub use element::Element;
pub use error::PhysicsError;
pub use fluorescence::KFluorescence;
pub use incoherent_function::{CoherentFormFactor, ScatteringFunction};
pub use library::Library;
pub use material::{Constituent, Material};
pub use moller::HardCollisions;
pub use nuclide::{BetaSign, BetaSpectrum, Line, LineKind, Nuclide};
pub use octave_grid::OctaveGrid;
pub use photon::{PhotonCoefficients, PhotonProcess};
pub use radiative::Bremsstrahlung;
pub use stopping_power::{Charge, CollisionLosses, DeflectionMoments, LossMoments, StoppingPower};
