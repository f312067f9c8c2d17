//! The run: histories in numbered batches over all threads, until enough is known. Equations: `docs/methods/tally.md`.

use crate::EngineError;
use crate::drive::{Engine, Rounds};
use crate::emission::Emitter;
use crate::fixed::FixedSum;
use crate::goal::{Estimates, Goal};
use crate::history::{EnergyBalance, Part, Walker, World};
use crate::keep::{Keeper, Share, Sums, Unkept, require_next};
use crate::medium::Medium;
use crate::plan::{MOST_HISTORIES, Plan};
use crate::regions::{RegionScore, RegionSums, Regions};
use crate::scores::{Estimate, Scores};
use crate::source::Source;
use crate::tables::Tables;
use crate::tally::Tally;
use crate::watch::Watch;
use rayon::prelude::*;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::ops::Range;

/// Histories in a batch, the unit of work. Sums that depend on order are made within a batch and added as integers.
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
        self.run_kept(plan, &mut Unkept, watch)
    }

    /// [`Self::run`] that begins with what the keeper loads and shows it the sums on the way.
    pub fn run_kept(
        &self,
        plan: &Plan,
        keeper: &mut dyn Keeper,
        watch: &dyn Watch,
    ) -> Result<Scores, EngineError> {
        self.drive(plan, keeper, watch)
    }

    /// Runs a share of a plan for a number of decays, the sums of which the keeper gets at the end. A run that loads those of all
    /// shares, in their order, has the same result as one without shares, to the last bit.
    pub fn run_share(
        &self,
        plan: &Plan,
        share: Share,
        keeper: &mut dyn Keeper,
        watch: &dyn Watch,
    ) -> Result<(), EngineError> {
        self.drive_share(plan, share, keeper, watch)
    }
}

impl<M: Medium> Engine for Simulation<'_, M> {
    type Medium = M;
    type Run<'a>
        = Run<'a, M>
    where
        Self: 'a;

    fn check(&self) -> Result<(), EngineError> {
        self.tables.check(self.medium)?;
        self.regions.map_or(Ok(()), |regions| regions.check(self.medium))
    }

    fn world(&self) -> World<'_, M> {
        World::new(self.medium, self.emitter, self.tables)
    }

    fn begin<'a>(
        &'a self,
        world: &'a World<'a, M>,
        plan: &Plan,
        _watch: &dyn Watch,
    ) -> Result<Run<'a, M>, EngineError> {
        Ok(Run {
            world,
            source: self.source,
            regions: self.regions,
            seed: plan.seed,
            tally: Tally::new(self.medium.cells()),
            region_sums: RegionSums::new(self.regions, self.medium),
            emitted: FixedSum::default(),
            escaped: FixedSum::default(),
            done: 0..0,
        })
    }

    fn finish(run: Run<'_, M>, goal: &Goal) -> Scores {
        run.finish(goal)
    }
}

/// The state of a run.
pub(crate) struct Run<'a, M> {
    world: &'a World<'a, M>,
    source: &'a Source,
    regions: Option<&'a Regions>,
    seed: u64,
    tally: Tally,
    region_sums: RegionSums,
    emitted: FixedSum,
    escaped: FixedSum,
    /// Histories in the sums.
    done: Range<u64>,
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
            self.emitted.add(batch.balance.emitted);
            self.escaped.add(batch.balance.escaped);
            self.region_sums.add(&batch.regions);
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
        let n = self.histories() as f64;
        let regions = (0..self.region_sums.len()).map(|region| self.region(region)).collect();
        Scores {
            histories: self.histories(),
            cells,
            regions,
            goal_uncertainties: goal.uncertainties(&self),
            reached: goal.reached(&self),
            emitted: self.emitted.value() / n,
            scored: self.tally.total() / n,
            escaped: self.escaped.value() / n,
        }
    }
}

impl<M: Medium> Estimates for Run<'_, M> {
    fn cells(&self) -> u32 {
        self.world.medium.cells() as u32
    }

    fn cell(&self, cell: u32) -> Estimate {
        let (mean, u) = self.tally.mean(cell as usize, self.histories());
        let mass = self.world.medium.cell_mass(cell);
        Estimate { mean: mean / mass, u: u / mass }
    }

    fn region(&self, region: usize) -> Estimate {
        self.region_sums.mean(region, self.histories())
    }

    fn regions(&self) -> Option<&Regions> {
        self.regions
    }
}

impl<M: Medium> Sums for Run<'_, M> {
    fn range(&self) -> Range<u64> {
        self.done.clone()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.emitted.write(out)?;
        self.escaped.write(out)?;
        self.region_sums.write(out)?;
        self.tally.write(out)
    }

    fn absorb(&mut self, range: Range<u64>, from: &mut dyn Read) -> io::Result<()> {
        require_next(&self.done, &range)?;
        self.emitted.absorb(from)?;
        self.escaped.absorb(from)?;
        self.region_sums.absorb(from)?;
        self.tally.absorb(from)?;
        self.done.end = range.end;
        Ok(())
    }
}

impl<M: Medium> Rounds for Run<'_, M> {
    fn pilot(&self) -> u64 {
        PILOT
    }

    fn unit(&self) -> u64 {
        BATCH
    }

    fn most(&self) -> u64 {
        MOST_HISTORIES.min(Tally::room(self.world.emitter.mean_energy()))
    }

    fn round(&mut self, end: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        let start = self.done.end;
        let end = end.min(start + CHUNK * BATCH);
        self.chunk(start, end, watch)?;
        self.done.end = end;
        Ok(())
    }

    fn begin_share(&mut self, share: Share, histories: u64) -> Range<u64> {
        let batches = share.range(histories.div_ceil(BATCH));
        // The last batch ends with the last history.
        let border = |batch: u64| (batch * BATCH).min(histories);
        let share = border(batches.start)..border(batches.end);
        self.done = share.start..share.start;
        share
    }
}
