//! The run: batches until enough is known.

use super::allocation::Allocation;
use super::batch_tally::{BatchTally, mean_of_batches};
use super::electron_spectrum::ElectronSpectrum;
use super::equilibrium::Equilibrium;
use super::importance::{electron_weights, neighbourhood, photon_weights};
use super::low_discrepancy::PointSet;
use crate::history::{Part, Walker, World};
use crate::lattice::Lattice;
use crate::medium::{Medium, Voxel, VoxelMedium};
use crate::particle::{Particle, Species};
use crate::photon::Majorant;
use crate::random::Stream;
use crate::vector::Vector;
use crate::{Emitter, EngineError, Estimate, Goal, Plan, Progress, Regions, Scores, Stop, Tables, Watch};
use iodose_volume::Volume;
use rayon::prelude::*;
use std::f64::consts::TAU;
use std::time::Instant;

/// Electrons of a batch.
const ELECTRONS: u64 = 1 << 15;
/// Decays of a batch whose photons are followed.
const DECAYS: u64 = 1 << 12;
/// Histories of one task.
const TASK: u64 = 512;
/// Batches before the uncertainty is first looked at, and between two looks.
const LOOK: u32 = 16;

/// What to simulate with variance reduction.
#[derive(Debug)]
pub struct ReducedSimulation<'a> {
    /// Densities and materials.
    pub medium: &'a VoxelMedium,
    /// Time-integrated activity of each voxel, Bq.s (decays).
    pub decays: &'a Volume<f32>,
    /// What they emit.
    pub emitter: &'a Emitter,
    /// Tables for the materials of the medium.
    pub tables: &'a Tables,
    /// Groups of cells whose mean is wanted.
    pub regions: Option<&'a Regions>,
}

impl ReducedSimulation<'_> {
    /// Runs the plan; `Scores::histories` counts electrons and decays followed for their photons.
    pub fn run(&self, plan: &Plan, watch: &dyn Watch) -> Result<Scores, EngineError> {
        match plan.threads {
            None => self.run_here(plan, watch),
            Some(threads) => {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                pool.map_err(|error| EngineError::Threads(error.to_string()))?
                    .install(|| self.run_here(plan, watch))
            }
        }
    }

    fn run_here(&self, plan: &Plan, watch: &dyn Watch) -> Result<Scores, EngineError> {
        let total: f64 = self.decays.data().iter().map(|&d| f64::from(d)).sum();
        let share: Vec<f64> = self.decays.data().iter().map(|&d| f64::from(d) / total).collect();
        let world = World {
            medium: self.medium,
            lattice: Lattice::new(self.medium.sides()),
            emitter: self.emitter,
            tables: self.tables,
            majorant: Majorant::new(self.medium, self.tables),
        };
        let goal = self.goal_cells(&plan.goal, &share);
        let electrons = ElectronSpectrum::new(self.emitter.electron_pieces())
            .and_then(|spectrum| ElectronPart::new(self, spectrum, &share, &goal));
        let photons = Allocation::new(self.medium.size(), &photon_weights(&share, &goal));
        let photons = photons.ok_or(EngineError::NoActivity)?;
        let largest = electrons.as_ref().map_or(0.0, ElectronPart::largest_score);
        let photon_weight = photons
            .voxels()
            .map(|(offset, probability)| share[offset as usize] / probability)
            .fold(0.0, f64::max);
        // No decay gives more to a voxel than three times what any emits.
        let room = (ELECTRONS as f64 * largest).max(DECAYS as f64 * photon_weight * 30.0);
        let mut run = Run {
            world: &world,
            share: &share,
            seed: plan.seed,
            regions: self.regions.map_or(Vec::new(), Regions::cells_by_region),
            region_sums: vec![[0.0; 2]; self.regions.map_or(0, |regions| regions.labels().len())],
            tally: BatchTally::new(self.medium.cells(), 2.0 * room),
            known: known_dose(self, &share, electrons.as_ref()),
            electrons,
            photons,
            batches: 0,
        };
        let (target, ceiling, deadline) = match plan.stop {
            Stop::Histories(histories) => (0.0, histories, None),
            Stop::Uncertainty { target, max_histories, max_seconds } => {
                (target, max_histories.unwrap_or(u64::MAX), max_seconds)
            }
        };
        let start = Instant::now();
        loop {
            run.batch(watch)?;
            let histories = run.histories();
            let ends = histories >= ceiling || deadline.is_some_and(|s| start.elapsed().as_secs_f64() >= s);
            if run.batches.is_multiple_of(LOOK) {
                let reached = mean(&run.uncertainties(&goal));
                watch.progress(Progress {
                    histories,
                    expected: ceiling.min(histories * 2),
                    uncertainty: Some(reached),
                });
                if reached <= target {
                    break;
                }
            }
            if ends {
                break;
            }
        }
        Ok(run.finish(&goal, self.emitter.mean_energy()))
    }

    fn goal_cells(&self, goal: &Goal, share: &[f64]) -> Vec<u32> {
        match goal {
            Goal::Cells(cells) => cells.clone(),
            Goal::AboveHalfMaximum => {
                let [nx, ny, _] = self.medium.size().map(|n| n as usize);
                let around = |cell: usize| {
                    let voxel = [cell % nx, cell / nx % ny, cell / nx / ny].map(|n| n as i32);
                    neighbourhood(self.medium, share, voxel)
                };
                let all: Vec<f64> = (0..self.medium.cells()).map(around).collect();
                let half = 0.5 * all.iter().copied().fold(0.0, f64::max);
                (0..all.len() as u32).filter(|&cell| all[cell as usize] > half).collect()
            }
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 1.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// Dose per decay (MeV/g) that needs no simulation, by cell.
fn known_dose(of: &ReducedSimulation<'_>, share: &[f64], electrons: Option<&ElectronPart>) -> Vec<f32> {
    let local = of.emitter.local_energy();
    let per_material: Vec<f64> = of
        .tables
        .materials
        .iter()
        .map(|tables| {
            electrons.map_or(0.0, |part| {
                part.spectrum.mean(|energy| energy - tables.electron.radiated_until_rest(energy))
            })
        })
        .collect();
    (0..share.len())
        .map(|cell| {
            let level = electrons.map_or(0.0, |part| f64::from(part.equilibrium.level[cell]));
            let equilibrium = level * per_material[usize::from(of.medium.voxel(cell).material)];
            (share[cell] * local / of.medium.cell_mass(cell as u32) + equilibrium) as f32
        })
        .collect()
}

/// The electrons of all decays.
struct ElectronPart {
    spectrum: ElectronSpectrum,
    equilibrium: Equilibrium,
    allocation: Allocation,
    largest: f64,
}

impl ElectronPart {
    fn new(
        of: &ReducedSimulation<'_>,
        spectrum: ElectronSpectrum,
        share: &[f64],
        goal: &[u32],
    ) -> Option<Self> {
        let equilibrium = Equilibrium::new(of.medium, of.tables, share, spectrum.highest());
        let weights = electron_weights(of.medium, share, &equilibrium, goal);
        let allocation = Allocation::new(of.medium.size(), &weights)?;
        let level = equilibrium.level.iter().copied().fold(0f32, f32::max);
        let largest = allocation
            .voxels()
            .map(|(offset, probability)| {
                (share[offset as usize] + f64::from(level) * of.medium.cell_mass(offset)) / probability
            })
            .fold(0.0, f64::max);
        Some(Self { spectrum, equilibrium, allocation, largest })
    }

    /// The most that one electron can score, MeV.
    fn largest_score(&self) -> f64 {
        self.largest * self.spectrum.largest_carried()
    }
}

/// The state of a run.
struct Run<'a> {
    world: &'a World<'a, VoxelMedium>,
    share: &'a [f64],
    seed: u64,
    electrons: Option<ElectronPart>,
    photons: Allocation,
    /// Cells of each region.
    regions: Vec<Vec<u32>>,
    region_sums: Vec<[f64; 2]>,
    tally: BatchTally,
    known: Vec<f32>,
    batches: u32,
}

impl Run<'_> {
    fn histories(&self) -> u64 {
        u64::from(self.batches) * (ELECTRONS + DECAYS)
    }

    fn batch(&mut self, watch: &dyn Watch) -> Result<(), EngineError> {
        let first = self.histories();
        // Shifts come from streams that no history has.
        let mut shifts = Stream::new(self.seed, u64::MAX - u64::from(self.batches));
        let electron_points = PointSet::new(ELECTRONS.ilog2(), &mut shifts);
        let photon_points = PointSet::new(DECAYS.ilog2(), &mut shifts);
        let this = &*self;
        let done = |part: Part, count: u64, history: &(dyn Fn(&mut Walker<'_, VoxelMedium>, u64) + Sync)| {
            (0..count.div_ceil(TASK))
                .into_par_iter()
                .map_init(
                    || Walker::new(this.world, part),
                    |walker, task| {
                        if watch.cancelled() {
                            return false;
                        }
                        (task * TASK..count.min((task + 1) * TASK)).for_each(|index| history(walker, index));
                        true
                    },
                )
                .all(|whole| whole)
        };
        let mut whole = true;
        if let Some(part) = &this.electrons {
            whole &= done(Part::Electrons, ELECTRONS, &|walker, index| {
                this.electron(part, walker, electron_points.point(index), first + index);
            });
        }
        whole &= done(Part::Photons, DECAYS, &|walker, index| {
            this.decay(walker, photon_points.point(index), first + ELECTRONS + index);
        });
        if !whole {
            return Err(EngineError::Cancelled);
        }
        for (cells, [sum, square]) in self.regions.iter().zip(&mut self.region_sums) {
            let dose = |&cell: &u32| self.tally.running(cell) / self.world.medium.cell_mass(cell);
            let mean = cells.iter().map(dose).sum::<f64>() / cells.len() as f64;
            *sum += mean;
            *square += mean * mean;
        }
        self.tally.end_batch();
        self.batches += 1;
        Ok(())
    }

    /// One electron: scores what it brings as a difference from the level of each cell.
    fn electron(
        &self,
        part: &ElectronPart,
        walker: &mut Walker<'_, VoxelMedium>,
        point: [f64; 7],
        number: u64,
    ) {
        let [place, x, y, z, energy, cosine, azimuth] = point;
        let (voxel, offset, probability) = part.allocation.at(place);
        let electron = part.spectrum.at(energy);
        walker.random = Stream::new(self.seed, number);
        walker.queue(Particle {
            species: Species::Charged(electron.charge),
            energy: electron.energy,
            position: self.within(voxel, [x, y, z]),
            direction: direction(cosine, azimuth),
            voxel,
        });
        walker.follow_all();
        let weight = electron.weight / (probability * ELECTRONS as f64);
        let activity = weight * self.share[offset as usize];
        let mass = weight * self.world.medium.cell_mass(offset);
        walker.score.drain(|cell, energy| {
            let level = f64::from(part.equilibrium.level[cell as usize]);
            let factor = activity - level * mass;
            if factor != 0.0 {
                self.tally.add(cell, energy * factor);
            }
        });
    }

    /// The photons of one decay.
    fn decay(&self, walker: &mut Walker<'_, VoxelMedium>, point: [f64; 7], number: u64) {
        let [place, x, y, z, ..] = point;
        let (voxel, offset, probability) = self.photons.at(place);
        walker.random = Stream::new(self.seed, number);
        walker.decay(voxel, self.within(voxel, [x, y, z]));
        let weight = self.share[offset as usize] / (probability * DECAYS as f64);
        walker.score.drain(|cell, energy| self.tally.add(cell, energy * weight));
    }

    /// A position (cm) in a voxel.
    fn within(&self, voxel: Voxel, place: [f64; 3]) -> Vector {
        let sides = self.world.lattice.sides;
        std::array::from_fn(|axis| (f64::from(voxel[axis]) + place[axis]) * sides[axis])
    }

    fn estimate(&self, cell: u32) -> Estimate {
        let mass = self.world.medium.cell_mass(cell);
        let (mean, u) = self.tally.mean(cell);
        Estimate { mean: f64::from(self.known[cell as usize]) + mean / mass, u: u / mass }
    }

    fn uncertainties(&self, goal: &[u32]) -> Vec<f64> {
        goal.iter()
            .map(|&cell| {
                let relative = self.estimate(cell).relative();
                if relative.is_finite() && relative >= 0.0 { relative } else { 1.0 }
            })
            .collect()
    }

    fn finish(&self, goal: &[u32], emitted: f64) -> Scores {
        let cells: Vec<Estimate> = (0..self.known.len() as u32).map(|cell| self.estimate(cell)).collect();
        let scored: f64 = cells
            .iter()
            .enumerate()
            .map(|(cell, estimate)| estimate.mean * self.world.medium.cell_mass(cell as u32))
            .sum();
        let regions = self.regions.iter().zip(&self.region_sums).map(|(cells, &sums)| {
            let known = cells.iter().map(|&cell| f64::from(self.known[cell as usize])).sum::<f64>();
            let (mean, u) = mean_of_batches(sums, self.batches);
            Estimate { mean: known / cells.len() as f64 + mean, u }
        });
        Scores {
            histories: self.histories(),
            regions: regions.collect(),
            goal_uncertainties: self.uncertainties(goal),
            cells,
            emitted,
            scored,
            escaped: emitted - scored,
        }
    }
}

/// The direction with a cosine to the third axis and an azimuth given as numbers in [0, 1).
fn direction(cosine: f64, azimuth: f64) -> Vector {
    let cosine = 2.0 * cosine - 1.0;
    let sine = (1.0 - cosine * cosine).max(0.0).sqrt();
    let (y, x) = libm::sincos(TAU * azimuth);
    [sine * x, sine * y, cosine]
}
