//! The run: histories in numbered batches over all threads, until enough is known. Equations: `docs/methods/tally.md`.

use crate::EngineError;
use crate::drive::{Rounds, drive};
use crate::emission::Emitter;
use crate::goal::{Estimates, Goal};
use crate::history::{EnergyBalance, Part, Walker, World};
use crate::medium::Medium;
use crate::plan::Plan;
use crate::regions::{RegionScore, Regions};
use crate::scores::{Estimate, Scores};
use crate::source::Source;
use crate::tables::Tables;
use crate::tally::Tally;
use crate::watch::Watch;
use rayon::prelude::*;
use std::hint::black_box;

/// Histories in a batch, the unit of work. Sums that depend on order are made within a batch and added in its number.
const BATCH: u64 = 2048;
/// Histories whose starts are drawn together. A power of two that keeps them and their voxels in a first-level cache.
const AHEAD: u64 = 32;
/// Batches between two looks at the clock, the progress and the cancellation.
const CHUNK: u64 = 128;
/// Histories before the uncertainty is first looked at.
const PILOT: u64 = 32 * BATCH;

/// What to simulate.
#[derive(Debug)]
pub struct Simulation<'a, M> {
    /// Densities and materials.
    pub medium: &'a M,
    /// Where decays happen.
    pub source: &'a Source,
    /// What they emit.
    pub emitter: &'a Emitter,
    /// Tables for the materials of the medium.
    pub tables: &'a Tables,
    /// Groups of cells whose mean is wanted.
    pub regions: Option<&'a Regions>,
}

impl<M: Medium> Simulation<'_, M> {
    /// Runs the plan. The result depends on the plan's seed, and on one machine not on the number of threads.
    pub fn run(&self, plan: &Plan, watch: &dyn Watch) -> Result<Scores, EngineError> {
        self.check(plan)?;
        plan.with_threads(|| self.run_here(plan, watch))
    }

    fn check(&self, plan: &Plan) -> Result<(), EngineError> {
        plan.check()?;
        let found = self.medium.largest_densities().len();
        if found > self.tables.materials.len() {
            return Err(EngineError::Material { found: found - 1, known: self.tables.materials.len() });
        }
        self.regions.map_or(Ok(()), |regions| regions.check(self.medium))
    }

    fn run_here(&self, plan: &Plan, watch: &dyn Watch) -> Result<Scores, EngineError> {
        let world = World::new(self.medium, self.emitter, self.tables);
        let mut run = Run {
            world: &world,
            source: self.source,
            regions: self.regions,
            seed: plan.seed,
            tally: Tally::new(self.medium.cells()),
            region_sums: RegionScore::new(self.regions).take(),
            balance: EnergyBalance::default(),
            histories: 0,
        };
        drive(&mut run, plan, watch)?;
        Ok(run.finish(&plan.goal))
    }
}

/// The state of a run.
struct Run<'a, M> {
    world: &'a World<'a, M>,
    source: &'a Source,
    regions: Option<&'a Regions>,
    seed: u64,
    tally: Tally,
    region_sums: Vec<[f64; 2]>,
    balance: EnergyBalance,
    histories: u64,
}

/// Sums of a batch that depend on the order of addition.
struct BatchSums {
    balance: EnergyBalance,
    regions: Vec<[f64; 2]>,
}

impl<M: Medium> Run<'_, M> {
    fn chunk(&mut self, start: u64, end: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        let batches = (end - start).div_ceil(BATCH);
        let sums: Option<Vec<BatchSums>> = (0..batches)
            .into_par_iter()
            .map_init(
                || (Walker::new(self.world, Part::Whole), RegionScore::new(self.regions)),
                |(walker, regions), batch| {
                    let first = start + batch * BATCH;
                    (!watch.cancelled()).then(|| self.batch(walker, regions, first, end.min(first + BATCH)))
                },
            )
            .collect();
        for batch in sums.ok_or(EngineError::Cancelled)? {
            self.balance.emitted += batch.balance.emitted;
            self.balance.escaped += batch.balance.escaped;
            for (total, sum) in self.region_sums.iter_mut().zip(batch.regions) {
                total[0] += sum[0];
                total[1] += sum[1];
            }
        }
        Ok(())
    }

    fn batch(
        &self,
        walker: &mut Walker<'_, M>,
        regions: &mut RegionScore,
        start: u64,
        end: u64,
    ) -> BatchSums {
        let mut starts = Vec::with_capacity(AHEAD as usize);
        for first in (start..end).step_by(AHEAD as usize) {
            let numbers = first..end.min(first + AHEAD);
            self.source.starts(self.world.lattice.sides, self.seed, numbers, &mut starts);
            for start in &starts {
                black_box(self.world.medium.substance(start.voxel));
            }
            for start in starts.drain(..) {
                walker.start(start);
                match self.regions {
                    None => self.tally.add(&mut walker.score, |_, _| {}),
                    Some(map) => {
                        self.tally.add(&mut walker.score, |cell, energy| {
                            regions.add(map, cell, || energy / self.world.medium.cell_mass(cell));
                        });
                        regions.end_history();
                    }
                }
            }
        }
        self.tally.collect(&mut walker.score);
        BatchSums { balance: std::mem::take(&mut walker.balance), regions: regions.take() }
    }

    /// Means and uncertainties of cells (T2) and regions (T3), and the energies of (T5).
    fn finish(self, goal: &Goal) -> Scores {
        let cells = (0..self.cells()).map(|cell| self.cell(cell)).collect();
        let n = self.histories as f64;
        let regions = (0..self.region_sums.len()).map(|region| self.region(region)).collect();
        Scores {
            histories: self.histories,
            cells,
            regions,
            goal_uncertainties: goal.uncertainties(&self),
            reached: goal.reached(&self),
            emitted: self.balance.emitted / n,
            scored: self.tally.total() / n,
            escaped: self.balance.escaped / n,
        }
    }
}

impl<M: Medium> Estimates for Run<'_, M> {
    fn cells(&self) -> u32 {
        self.world.medium.cells() as u32
    }

    fn cell(&self, cell: u32) -> Estimate {
        let (mean, u) = self.tally.mean(cell as usize, self.histories);
        let mass = self.world.medium.cell_mass(cell);
        Estimate { mean: mean / mass, u: u / mass }
    }

    fn region(&self, region: usize) -> Estimate {
        let [sum, squares] = self.region_sums[region];
        let n = self.histories as f64;
        let mean = sum / n;
        let variance = (squares / n - mean * mean).max(0.0) / (n - 1.0).max(1.0);
        Estimate { mean, u: if mean > 0.0 { variance.sqrt() } else { f64::NAN } }
    }

    fn regions(&self) -> Option<&Regions> {
        self.regions
    }
}

impl<M: Medium> Rounds for Run<'_, M> {
    fn histories(&self) -> u64 {
        self.histories
    }

    fn pilot(&self) -> u64 {
        PILOT
    }

    fn unit(&self) -> u64 {
        BATCH
    }

    fn round(&mut self, end: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        let end = end.min(self.histories + CHUNK * BATCH);
        self.chunk(self.histories, end, watch)?;
        self.histories = end;
        Ok(())
    }
}
