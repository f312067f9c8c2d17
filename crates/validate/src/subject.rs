//! What is asked of the engine under test.

use crate::ValidationError;
use iodose_physics::PhotonProcess;
use iodose_transport::{Estimate, Shell, VoxelS};
use iodose_volume::Volume;
use std::collections::BTreeMap;

/// What each decay emits.
#[derive(Clone, Debug, PartialEq)]
pub enum Emission {
    /// Some emissions of a nuclide.
    Nuclide {
        /// In the form "I-131".
        name: String,
        /// "all", or kinds separated by commas: beta, gamma, x, ce, auger, annihilation.
        kinds: String,
    },
    /// One electron of this energy, MeV.
    Electron(f64),
}

/// How much is simulated, and with which random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Decays.
    pub histories: u64,
    /// Seed.
    pub seed: u64,
}

/// A voxel kernel in a medium without end.
#[derive(Clone, Debug)]
pub struct KernelRequest {
    /// What is emitted, uniformly in voxel (0, 0, 0).
    pub emission: Emission,
    /// Material by name.
    pub material: String,
    /// g/cm3
    pub density: f64,
    /// Sides along i, j, k, mm.
    pub sides_mm: [f64; 3],
    /// Largest index asked for.
    pub extent: usize,
    /// Statistics.
    pub run: Run,
}

/// A point kernel in a medium without end.
#[derive(Clone, Debug)]
pub struct PointRequest {
    /// What is emitted.
    pub emission: Emission,
    /// Material by name.
    pub material: String,
    /// g/cm3
    pub density: f64,
    /// Radii between which energy is scored, cm, from 0 on.
    pub edges: Vec<f64>,
    /// Statistics.
    pub run: Run,
}

/// Dose in voxels with vacuum around them.
#[derive(Clone, Debug)]
pub struct DoseRequest {
    /// What is emitted.
    pub emission: Emission,
    /// g/cm3
    pub density: Volume<f32>,
    /// Index into `materials`.
    pub material: Volume<u8>,
    /// Materials by name.
    pub materials: Vec<String>,
    /// Decays per voxel, Bq.s; only their ratios matter.
    pub decays: Volume<f32>,
    /// Groups of voxels whose mean is asked for; label 0 for none.
    pub regions: Volume<u16>,
    /// In the most detailed mode of the engine.
    pub detailed: bool,
    /// Energy of bremsstrahlung stays where it is made.
    pub local_bremsstrahlung: bool,
    /// Statistics.
    pub run: Run,
}

/// Answer to a [`DoseRequest`]: MeV/g per decay.
#[derive(Clone, Debug)]
pub struct Dose {
    /// By voxel, i fastest.
    pub voxels: Vec<Estimate>,
    /// Mean over each label above 0, ascending.
    pub regions: Vec<Estimate>,
}

/// An engine that can be judged.
pub trait Subject {
    /// Collision stopping power of electrons, MeV cm2/g, at an energy in MeV.
    fn collision_stopping_power(&self, material: &str, energy: f64) -> Result<f64, ValidationError>;

    /// CSDA ranges of electrons, g/cm2, from energies in MeV.
    fn csda_ranges(&self, material: &str, energies: &[f64]) -> Result<Vec<f64>, ValidationError>;

    /// Photon coefficient, cm2/g, of one process (`None`: of all) in a composition by weight, at an energy in MeV.
    fn photon(
        &self,
        weights: &BTreeMap<String, f64>,
        process: Option<PhotonProcess>,
        energy: f64,
    ) -> Result<f64, ValidationError>;

    /// Voxel S values.
    fn voxel_kernel(&self, request: &KernelRequest) -> Result<Vec<VoxelS>, ValidationError>;

    /// Energy in shells around a point.
    fn point_kernel(&self, request: &PointRequest) -> Result<Vec<Shell>, ValidationError>;

    /// Dose in voxels.
    fn dose(&self, request: &DoseRequest) -> Result<Dose, ValidationError>;
}
