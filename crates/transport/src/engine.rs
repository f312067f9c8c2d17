//! The run: histories in numbered batches over all threads, until enough is known. Equations: `docs/methods/tally.md`.

use crate::EngineError;
use crate::emission::Emitter;
use crate::history::{EnergyBalance, Part, Walker, World};
use crate::medium::Medium;
use crate::regions::{RegionScore, Regions};
use crate::scores::{Estimate, Scores};
use crate::source::Source;
use crate::tables::Tables;
use crate::tally::Tally;
use crate::watch::{Progress, Watch};
use rayon::prelude::*;
use std::hint::black_box;
use std::time::Instant;

/// Histories in a batch, the unit of work. Sums that depend on order are made within a batch and added in its number.
const BATCH: u64 = 2048;
/// Histories whose starts are drawn together. A power of two that keeps them and their voxels in a first-level cache.
const AHEAD: u64 = 32;
/// Batches between two looks at the clock, the progress and the cancellation.
const CHUNK: u64 = 128;
/// Histories before the uncertainty is first looked at.
const PILOT: u64 = 32 * BATCH;
/// The most decays that the tally has room for.
const MOST_HISTORIES: u64 = 10_000_000_000;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// After this many decays.
    Histories(u64),
    /// When the mean of u/D over the goal cells is at most `target`, or a ceiling is reached.
    Uncertainty {
        /// Relative standard uncertainty, k = 1.
        target: f64,
        /// Ceiling in decays.
        max_histories: Option<u64>,
        /// Ceiling in seconds of wall time. Ends the run after a number of decays that depends on the machine; that
        /// number is reported, and asking for it gives the same result again.
        max_seconds: Option<f64>,
    },
}

/// The cells whose uncertainty counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// These; one that was never hit counts as a relative uncertainty of 1.
    Cells(Vec<u32>),
    /// All with more than half the largest dose.
    AboveHalfMaximum,
}

/// How to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Seed of all random numbers.
    pub seed: u64,
    /// When to stop.
    pub stop: Stop,
    /// What the uncertainty is about.
    pub goal: Goal,
    /// Number of threads; `None` for the pool that the caller runs in.
    pub threads: Option<usize>,
}

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
        match plan.threads {
            None => self.run_here(plan, watch),
            Some(threads) => {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                pool.map_err(|error| EngineError::Threads(error.to_string()))?
                    .install(|| self.run_here(plan, watch))
            }
        }
    }

    fn check(&self, plan: &Plan) -> Result<(), EngineError> {
        let histories = match plan.stop {
            Stop::Histories(histories) => histories,
            Stop::Uncertainty { target, max_histories, .. } => {
                if !(target > 0.0 && target < 1.0) {
                    return Err(EngineError::Uncertainty(target));
                }
                max_histories.unwrap_or(MOST_HISTORIES)
            }
        };
        if !(1..=MOST_HISTORIES).contains(&histories) {
            return Err(EngineError::Histories(histories));
        }
        let found = self.medium.largest_densities().len();
        if found > self.tables.materials.len() {
            return Err(EngineError::Material { found: found - 1, known: self.tables.materials.len() });
        }
        self.regions.map_or(Ok(()), |regions| regions.check(self.medium))
    }

    /// Runs in the pool of the caller; each next stop follows from (T4).
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
        match plan.stop {
            Stop::Histories(histories) => {
                run.until(histories, None, None, watch)?;
            }
            Stop::Uncertainty { target, max_histories, max_seconds } => {
                let ceiling = max_histories.unwrap_or(MOST_HISTORIES);
                let deadline = max_seconds.map(|seconds| (Instant::now(), seconds));
                run.until(PILOT.min(ceiling), None, deadline, watch)?;
                loop {
                    let reached = run.uncertainty(&plan.goal);
                    let in_time =
                        deadline.is_none_or(|(start, seconds)| start.elapsed().as_secs_f64() < seconds);
                    if reached <= target || run.histories >= ceiling || !in_time {
                        break;
                    }
                    // The uncertainty falls with the square root of the histories; growth is bounded, since an early
                    // estimate is rough, and whole batches keep the stopping points few and fixed.
                    let needed = run.histories as f64 * (reached / target).powi(2) * 1.01;
                    let next = needed.clamp(1.1 * run.histories as f64, 4.0 * run.histories as f64) as u64;
                    run.until(next.next_multiple_of(BATCH).min(ceiling), Some(reached), deadline, watch)?;
                }
            }
        }
        let goal = run.uncertainties(&plan.goal);
        Ok(run.finish(goal))
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
    /// Simulates up to history number `end`, or until the deadline (start, seconds) has passed.
    fn until(
        &mut self,
        end: u64,
        uncertainty: Option<f64>,
        deadline: Option<(Instant, f64)>,
        watch: &dyn Watch,
    ) -> Result<(), EngineError> {
        while self.histories < end {
            let chunk_end = end.min(self.histories + CHUNK * BATCH);
            self.chunk(self.histories, chunk_end, watch)?;
            self.histories = chunk_end;
            watch.progress(Progress { histories: self.histories, expected: end, uncertainty });
            if deadline.is_some_and(|(start, seconds)| start.elapsed().as_secs_f64() >= seconds) {
                return Ok(());
            }
        }
        Ok(())
    }

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

    /// Relative uncertainties of the goal cells; 1 for those never hit.
    fn uncertainties(&self, goal: &Goal) -> Vec<f64> {
        let relative = |cell: u32| {
            let (mean, u) = self.tally.mean(cell as usize, self.histories);
            if mean > 0.0 && u.is_finite() { u / mean } else { 1.0 }
        };
        match goal {
            Goal::Cells(cells) => cells.iter().map(|&cell| relative(cell)).collect(),
            Goal::AboveHalfMaximum => {
                let dose = |cell: u32| {
                    self.tally.mean(cell as usize, self.histories).0 / self.world.medium.cell_mass(cell)
                };
                let cells = 0..self.world.medium.cells() as u32;
                let half = 0.5 * cells.clone().map(dose).fold(0.0, f64::max);
                cells.filter(|&cell| dose(cell) > half).map(relative).collect()
            }
        }
    }

    /// Mean relative uncertainty of the goal.
    fn uncertainty(&self, goal: &Goal) -> f64 {
        let all = self.uncertainties(goal);
        if all.is_empty() { 1.0 } else { all.iter().sum::<f64>() / all.len() as f64 }
    }

    /// Means and uncertainties of cells (T2) and regions (T3), and the energies of (T5).
    fn finish(self, goal: Vec<f64>) -> Scores {
        let cells = (0..self.world.medium.cells())
            .map(|cell| {
                let (mean, u) = self.tally.mean(cell, self.histories);
                let mass = self.world.medium.cell_mass(cell as u32);
                Estimate { mean: mean / mass, u: u / mass }
            })
            .collect();
        let n = self.histories as f64;
        let regions = self
            .region_sums
            .iter()
            .map(|[sum, squares]| {
                let mean = sum / n;
                let variance = (squares / n - mean * mean).max(0.0) / (n - 1.0).max(1.0);
                Estimate { mean, u: if mean > 0.0 { variance.sqrt() } else { f64::NAN } }
            })
            .collect();
        Scores {
            histories: self.histories,
            cells,
            regions,
            goal_uncertainties: goal,
            emitted: self.balance.emitted / n,
            scored: self.tally.total() / n,
            escaped: self.balance.escaped / n,
        }
    }
}
