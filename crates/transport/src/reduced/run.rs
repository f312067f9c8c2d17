//! The run: batches until enough is known.

use super::batch_tally::{BatchTally, MOST_BATCHES, Moments, Region};
use super::electron_spectrum::ElectronSpectrum;
use super::electrons::{Electrons, TrackLibrary, USES};
use super::importance::neighbourhood;
use super::known::Known;
use super::low_discrepancy::PointSet;
use super::photons::Photons;
use crate::history::{Part, Walker, World};
use crate::medium::{Medium, VoxelMedium};
use crate::random::Stream;
use crate::{Emitter, EngineError, Estimate, Goal, Plan, Progress, Regions, Scores, Stop, Tables, Watch};
use iodose_volume::Volume;
use rayon::prelude::*;
use std::time::Instant;

/// Starts of electrons for each decay whose photons are followed.
const ELECTRONS: u64 = 8;
/// The fewest decays of a batch.
const DECAYS: u64 = 1 << 11;
/// Cells for each decay of a batch at most: adding up a batch takes time with every cell.
const CELLS: usize = 64;
/// Histories of one task.
const TASK: u64 = 512;
/// Batches before the uncertainty is first looked at, and between two looks.
const LOOK: u32 = 16;
/// Photons of less energy (MeV) score kerma: their electrons get 2 mm far in water at most, and not a tenth of that as a rule.
const KERMA_BELOW: f64 = 0.75;
/// Streams of random numbers set aside for each decay of a batch.
const STREAMS: u64 = 1 + 2 * ELECTRONS;

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
    /// Runs the plan; `Scores::histories` counts the decays whose photons are followed.
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
        let decays = self.decays.data();
        let total: f64 = decays.iter().map(|&d| f64::from(d)).sum();
        let world = World::new(self.medium, self.emitter, self.tables);
        let goal = self.goal_cells(&plan.goal);
        let spectrum = ElectronSpectrum::new(self.emitter.electron_pieces());
        let known = Known::new(self.tables, self.emitter.local_energy(), |function| {
            spectrum.as_ref().map_or(0.0, |spectrum| spectrum.mean(function))
        });
        let electrons =
            spectrum.map(|spectrum| Electrons::new(self.medium, decays, self.tables, spectrum, &goal));
        let photons = Photons::new(self.medium, decays, &goal);
        let largest = electrons.as_ref().map_or(0.0, Electrons::largest_score).max(photons.largest_score());
        let mut run = Run {
            of: self,
            world: &world,
            seed: plan.seed,
            tally: BatchTally::new(self.medium.cells(), 2.0 * largest),
            regions: self.regions.map_or(Vec::new(), |regions| self.score_regions(regions)),
            known,
            total,
            electrons,
            photons,
            library: TrackLibrary::default(),
            batches: 0,
            histories: 0,
        };
        let usual = DECAYS.max((self.medium.cells() / CELLS).next_power_of_two() as u64);
        let start = Instant::now();
        match plan.stop {
            Stop::Histories(histories) => {
                let batches =
                    (histories / usual).clamp(histories.min(u64::from(LOOK)), u64::from(MOST_BATCHES));
                for batch in 1..=batches {
                    // Equal to within one decay.
                    let end = (u128::from(histories) * u128::from(batch) / u128::from(batches)) as u64;
                    run.batch(end - run.histories, watch)?;
                    watch.progress(Progress {
                        histories: run.histories,
                        expected: histories,
                        uncertainty: None,
                    });
                }
            }
            Stop::Uncertainty { target, max_histories, max_seconds } => {
                let most = max_histories
                    .map_or(MOST_BATCHES, |n| (n / usual).clamp(2, u64::from(MOST_BATCHES)) as u32);
                loop {
                    run.batch(usual, watch)?;
                    let late = max_seconds.is_some_and(|seconds| start.elapsed().as_secs_f64() >= seconds);
                    let ends = run.batches >= most || (late && run.batches >= LOOK);
                    if run.batches.is_multiple_of(LOOK) {
                        let reached = mean(&run.uncertainties(&goal));
                        let needed = run.histories as f64 * (reached / target).powi(2);
                        let expected = (needed as u64).clamp(run.histories, u64::from(most) * usual);
                        watch.progress(Progress {
                            histories: run.histories,
                            expected,
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
            }
        }
        Ok(run.finish(&goal))
    }

    fn goal_cells(&self, goal: &Goal) -> Vec<u32> {
        match goal {
            Goal::Cells(cells) => cells.clone(),
            Goal::AboveHalfMaximum => {
                let around =
                    |cell: u32| neighbourhood(self.medium, self.decays.data(), self.medium.voxel_of(cell));
                let all: Vec<f64> = (0..self.medium.cells() as u32).into_par_iter().map(around).collect();
                let half = 0.5 * all.iter().copied().fold(0.0, f64::max);
                (0..all.len() as u32).filter(|&cell| all[cell as usize] > half).collect()
            }
        }
    }

    /// Mean doses of regions: sums over cells with factors that grow with the inverse of their mass.
    fn score_regions(&self, regions: &Regions) -> Vec<Region> {
        let of_cells = |cells: Vec<u32>| {
            let lightest = self.lightest(&cells);
            let factor = |&cell: &u32| (cell, lightest / self.medium.cell_mass(cell) / cells.len() as f64);
            Region { cells: cells.iter().map(factor).collect(), moments: Moments::default() }
        };
        regions.cells_by_region().into_iter().map(of_cells).collect()
    }

    fn lightest(&self, cells: &[u32]) -> f64 {
        cells.iter().map(|&cell| self.medium.cell_mass(cell)).fold(f64::INFINITY, f64::min)
    }
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 1.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The state of a run.
struct Run<'a> {
    of: &'a ReducedSimulation<'a>,
    world: &'a World<'a, VoxelMedium>,
    seed: u64,
    known: Known,
    /// All decays of the source.
    total: f64,
    electrons: Option<Electrons<'a>>,
    photons: Photons<'a>,
    library: TrackLibrary,
    regions: Vec<Region>,
    tally: BatchTally,
    batches: u32,
    histories: u64,
}

impl Run<'_> {
    /// Follows the photons of so many decays, and electrons to match.
    fn batch(&mut self, decays: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        // Shifts come from streams that no history has.
        let mut shifts = Stream::new(self.seed, u64::MAX - u64::from(self.batches));
        let first = self.histories * STREAMS;
        let starts = decays * ELECTRONS;
        let electron_points = PointSet::new(starts, &mut shifts);
        let photon_points = PointSet::new(decays, &mut shifts);
        let tracks = starts.div_ceil(USES);
        if let Some(electrons) = &self.electrons {
            electrons.record(&mut self.library, tracks, self.seed, first, shifts.uniform());
        }
        let this = &*self;
        let done = |part: Part, count: u64, history: &(dyn Fn(&mut Walker<'_, VoxelMedium>, u64) + Sync)| {
            let follow = |walker: &mut Walker<'_, VoxelMedium>, task: u64| {
                if watch.cancelled() {
                    return false;
                }
                (task * TASK..count.min((task + 1) * TASK)).for_each(|index| history(walker, index));
                true
            };
            let tasks = (0..count.div_ceil(TASK)).into_par_iter();
            tasks.map_init(|| Walker::new(this.world, part), follow).all(|whole| whole)
        };
        let mut whole = true;
        if let Some(electrons) = &this.electrons {
            whole &= done(Part::Electrons, starts, &|walker, index| {
                walker.random = Stream::new(this.seed, first + tracks + index);
                let point = electron_points.point(index);
                electrons.follow(&this.library, walker, point, starts, |cell, e| this.tally.add(cell, e));
            });
        }
        whole &= done(Part::Photons { kerma_below: KERMA_BELOW }, decays, &|walker, index| {
            let random = Stream::new(this.seed, first + tracks + starts + index);
            this.photons.follow(walker, photon_points.point(index), decays, random, |cell, e| {
                this.tally.add(cell, e);
            });
        });
        if !whole {
            return Err(EngineError::Cancelled);
        }
        self.tally.end_batch(&mut self.regions);
        self.batches += 1;
        self.histories += decays;
        Ok(())
    }

    /// Mean dose of a cell, MeV/g per decay.
    fn estimate(&self, cell: u32) -> Estimate {
        let scale = 1.0 / (self.of.medium.cell_mass(cell) * self.total);
        let (mean, u) = self.tally.mean(cell, self.batches);
        Estimate { mean: (self.known_energy(cell) + mean) * scale, u: u * scale }
    }

    fn known_energy(&self, cell: u32) -> f64 {
        self.known.energy(self.of.medium, self.of.decays.data(), cell)
    }

    fn uncertainties(&self, goal: &[u32]) -> Vec<f64> {
        goal.iter()
            .map(|&cell| {
                let relative = self.estimate(cell).relative();
                if relative.is_finite() && relative >= 0.0 { relative } else { 1.0 }
            })
            .collect()
    }

    fn finish(&self, goal: &[u32]) -> Scores {
        let cells: Vec<Estimate> =
            (0..self.of.medium.cells() as u32).map(|cell| self.estimate(cell)).collect();
        let mass = |cell: usize| self.of.medium.cell_mass(cell as u32);
        let scored: f64 = cells.iter().enumerate().map(|(cell, estimate)| estimate.mean * mass(cell)).sum();
        let regions = self.regions.iter().map(|region| {
            let count = region.cells.len() as f64;
            let known = |&(cell, _): &(u32, f64)| self.known_energy(cell) / mass(cell as usize);
            let known = region.cells.iter().map(known).sum::<f64>() / count;
            let (mean, u) = self.tally.mean_of_region(region, self.batches);
            let lightest =
                region.cells.iter().map(|&(cell, _)| mass(cell as usize)).fold(f64::INFINITY, f64::min);
            Estimate { mean: (known + mean / lightest) / self.total, u: u / lightest / self.total }
        });
        let emitted = self.of.emitter.mean_energy();
        Scores {
            histories: self.histories,
            regions: regions.collect(),
            goal_uncertainties: self.uncertainties(goal),
            cells,
            emitted,
            scored,
            escaped: emitted - scored,
        }
    }
}
