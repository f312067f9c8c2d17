//! The engine as a subject of validation.

use crate::ValidationError;
use crate::subject::{Dose, DoseRequest, Emission, KernelRequest, PointRequest, Subject};
use iodose_physics::{Charge, Library, Material, Nuclide, PhotonCoefficients, PhotonProcess, StoppingPower};
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Goal, Plan, PointKernel, Reductions, Regions, Shell, Simulation, Source,
    Stop, Tables, VoxelKernel, VoxelMedium, VoxelS, Watch,
};
use std::collections::BTreeMap;

/// The engine with its own tables.
pub struct Engine<'a> {
    /// Elements, materials and nuclides.
    pub library: &'a Library,
    /// Number of threads; `None` for the pool that the caller runs in.
    pub threads: Option<usize>,
    /// Told how each run goes; may stop it.
    pub watch: &'a dyn Watch,
}

impl Engine<'_> {
    fn emitter(&self, emission: &Emission) -> Result<Emitter, ValidationError> {
        match emission {
            Emission::Nuclide { name, kinds } => {
                Ok(Emitter::new(self.library.nuclide(name)?, emission_set(kinds)?)?)
            }
            Emission::Electron(energy) => Emitter::monoenergetic_electrons(*energy)
                .filter(|_| *energy <= Nuclide::HIGHEST_ENERGY)
                .ok_or_else(|| ValidationError::Missing(format!("electrons of {energy} MeV"))),
        }
    }
}

/// The kinds of a list such as "beta,gamma,x".
fn emission_set(kinds: &str) -> Result<EmissionSet, ValidationError> {
    kinds.parse().map_err(|problem| ValidationError::Expected(format!("emissions: {problem}")))
}

impl Subject for Engine<'_> {
    fn collision_stopping_power(&self, material: &str, energy: f64) -> Result<f64, ValidationError> {
        let stopping = StoppingPower::new(self.library.material(material)?, self.library)?;
        Ok(stopping.collision(Charge::Electron, energy))
    }

    fn csda_ranges(&self, material: &str, energies: &[f64]) -> Result<Vec<f64>, ValidationError> {
        let material = self.library.material(material)?;
        let tables = Tables::new(&[material], self.library, Accuracy::default())?;
        Ok(energies.iter().map(|&energy| tables.csda_range(0, energy)).collect())
    }

    fn photon(
        &self,
        weights: &BTreeMap<String, f64>,
        process: Option<PhotonProcess>,
        energy: f64,
    ) -> Result<f64, ValidationError> {
        // Only the composition counts for photon coefficients.
        let material = Material {
            name: String::new(),
            nominal_density: 1.0,
            density_effect_density: None,
            mean_excitation_energy: 75.0,
            source: String::new(),
            weights: weights.clone(),
        };
        let coefficients = PhotonCoefficients::new(&material, self.library)?;
        Ok(match process {
            Some(process) => coefficients.coefficient(process, energy),
            None => coefficients.total(energy),
        })
    }

    fn voxel_kernel(&self, request: &KernelRequest) -> Result<Vec<VoxelS>, ValidationError> {
        let material = self.library.material(&request.material)?;
        let kernel = VoxelKernel {
            emitter: &self.emitter(&request.emission)?,
            material,
            density: request.density,
            sides_mm: request.sides_mm,
            extent: request.extent,
        };
        let stop = Stop::Histories(request.run.histories);
        let tables = Tables::new(&[material], self.library, Accuracy::default())?;
        // As `iodose kernel voxel` makes them; `same_answer` holds them against analog transport.
        let (reductions, seed) = (Reductions::ALL, request.run.seed);
        Ok(kernel.compute_reduced(&tables, reductions, seed, stop, self.threads, self.watch)?.0)
    }

    fn point_kernel(&self, request: &PointRequest) -> Result<Vec<Shell>, ValidationError> {
        let kernel = PointKernel {
            emitter: &self.emitter(&request.emission)?,
            material: self.library.material(&request.material)?,
            density: request.density,
            edges: request.edges.clone(),
        };
        let (accuracy, histories) = (Accuracy::default(), request.run.histories);
        Ok(kernel.compute(self.library, accuracy, request.run.seed, histories, self.threads, self.watch)?.0)
    }

    fn dose(&self, request: &DoseRequest) -> Result<Dose, ValidationError> {
        let materials: Vec<&Material> =
            request.materials.iter().map(|name| self.library.material(name)).collect::<Result<_, _>>()?;
        let mut accuracy = if request.detailed { Accuracy::detailed() } else { Accuracy::default() };
        if request.local_bremsstrahlung {
            accuracy.bremsstrahlung_cut = Nuclide::HIGHEST_ENERGY;
        }
        let regions = Regions::from_labels(&request.regions);
        let simulation = Simulation {
            medium: &VoxelMedium::new(&request.density, &request.material)?,
            source: &Source::from_decays(&request.decays)?,
            emitter: &self.emitter(&request.emission)?,
            tables: &Tables::new(&materials, self.library, accuracy)?,
            regions: Some(&regions),
        };
        let plan = Plan {
            seed: request.run.seed,
            stop: Stop::Histories(request.run.histories),
            goal: Goal::above_half_maximum(),
            threads: self.threads,
        };
        let scores = simulation.run(&plan, self.watch)?;
        Ok(Dose { voxels: scores.cells.iter().collect(), regions: scores.regions })
    }
}
