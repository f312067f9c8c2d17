//! The run: batches until enough is known, (N1) in two parts. Equations: `docs/methods/variance-reduction.md`.

use super::batch_tally::{BatchTally, MOST_BATCHES, Moments, Region};
use super::electron_shifts::ElectronShifts;
use super::electron_spectrum::ElectronSpectrum;
use super::electrons::{Electrons, TrackLibrary, USES};
use super::importance::neighbourhood;
use super::known::Known;
use super::low_discrepancy::PointSet;
use super::photons::Photons;
use super::reductions::{Reduction, Reductions};
use crate::drive::{Engine, Rounds};
use crate::goal::{Estimates, Goal, GoalCells};
use crate::history::{Part, Walker, World};
use crate::keep::{Keeper, Share, Sums, Unkept, require_next};
use crate::medium::{Medium, VoxelMedium};
use crate::plan::{Plan, Stop};
use crate::random::Stream;
use crate::{CellEstimates, Emitter, EngineError, Estimate, Regions, Scores, Tables, Watch};
use iodose_volume::Volume;
use rayon::prelude::*;
use std::io::{self, Read, Write};
use std::ops::Range;

/// Starts of electrons for each decay whose photons are followed.
const ELECTRONS: u64 = 8;
/// The fewest decays of a batch.
const DECAYS: u64 = 1 << 11;
/// Cells for each decay of a batch at most: adding up a batch takes time with every cell.
const CELLS: usize = 256;
/// Histories of one task.
const TASK: u64 = 512;
/// Batches before the uncertainty is first looked at.
const LOOK: u64 = 16;
/// Relative systematic uncertainties of kerma beside a void, whence no electron comes back as the shifts have it: in air (below
/// this density, g/cm3), found up to 0.4 too high, and in voxels beside air or the end of the grid, found 0.012 of all too high
/// (`docs/methods/variance-reduction.md`).
const IN_AIR: f64 = 0.4;
const BESIDE_AIR: f64 = 0.03;
const AIR_BELOW: f64 = 0.05;
/// Decays of a batch for each shift of a row of photon energies.
const SHIFTED: u64 = 256;
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
    /// How time is saved.
    pub reductions: Reductions,
}

impl ReducedSimulation<'_> {
    /// Runs the plan; `Scores::histories` counts the decays whose photons are followed, beside which electrons are followed to
    /// match.
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

    /// The cells that histories are chosen for: those asked for, as far as is known before the run.
    fn goal_cells(&self, goal: &Goal) -> Vec<u32> {
        match &goal.cells {
            GoalCells::Cells(cells) => cells.clone(),
            GoalCells::AboveHalfMaximum => {
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

impl Engine for ReducedSimulation<'_> {
    type Medium = VoxelMedium;
    type Run<'a>
        = Run<'a>
    where
        Self: 'a;

    fn check(&self) -> Result<(), EngineError> {
        if self.decays.data().len() != self.medium.cells() {
            return Err(EngineError::GridMismatch("time-integrated activity", "density"));
        }
        self.tables.check(self.medium)?;
        self.regions.map_or(Ok(()), |regions| regions.check(self.medium))
    }

    fn world(&self) -> World<'_, VoxelMedium> {
        World::new(self.medium, self.emitter, self.tables)
    }

    fn begin<'a>(&'a self, world: &'a World<'a, VoxelMedium>, plan: &Plan) -> Run<'a> {
        let decays = self.decays.data();
        let total: f64 = decays.iter().map(|&d| f64::from(d)).sum();
        let goal = self.goal_cells(&plan.goal);
        let spectrum = ElectronSpectrum::new(self.emitter.electron_pieces());
        let known = Known::new(self.tables, self.emitter.local_energy(), |function| {
            spectrum.as_ref().map_or(0.0, |spectrum| spectrum.mean(function))
        });
        let electrons = spectrum.map(|spectrum| {
            Electrons::new(self.medium, decays, self.tables, spectrum, &goal, self.reductions)
        });
        let photons = Photons::new(self.medium, decays, &goal, self.reductions);
        let largest = electrons.as_ref().map_or(0.0, Electrons::largest_score).max(photons.largest_score());
        Run {
            of: self,
            world,
            seed: plan.seed,
            tally: BatchTally::new(self.medium.cells(), 2.0 * largest),
            regions: self.regions.map_or(Vec::new(), |regions| self.score_regions(regions)),
            known,
            total,
            electrons,
            photons,
            library: TrackLibrary::default(),
            shifts: ElectronShifts::new(self.medium, self.tables, self.emitter.highest_photon_energy()),
            batches: 0,
            done: 0..0,
            schedule: Schedule::new(plan.stop, self.medium.cells()),
        }
    }

    fn finish(run: Run<'_>, goal: &Goal) -> Scores {
        run.finish(goal)
    }
}

/// The state of a run.
pub(crate) struct Run<'a> {
    of: &'a ReducedSimulation<'a>,
    world: &'a World<'a, VoxelMedium>,
    seed: u64,
    known: Known,
    /// All decays of the source.
    total: f64,
    electrons: Option<Electrons<'a>>,
    photons: Photons<'a>,
    library: TrackLibrary,
    shifts: ElectronShifts,
    regions: Vec<Region>,
    tally: BatchTally,
    /// Number of the next batch.
    batches: u32,
    /// Decays in the sums.
    done: Range<u64>,
    schedule: Schedule,
}

/// How many decays each batch has: the first batches of a longer run are those of a shorter one.
#[derive(Clone, Copy, Debug)]
struct Schedule {
    usual: u64,
    /// The most decays, where they are limited.
    limit: Option<u64>,
}

impl Schedule {
    fn new(stop: Stop, cells: usize) -> Self {
        let usual = DECAYS.max((cells / CELLS).next_power_of_two() as u64);
        let limit = match stop {
            Stop::Histories(histories) => Some(histories),
            Stop::Uncertainty { max_histories, .. } => max_histories,
        };
        let usual = match stop {
            // A very long run has larger batches.
            Stop::Histories(histories) => usual.max(histories.div_ceil(u64::from(MOST_BATCHES))),
            // One that may end early has those of the shorter run that it then is.
            Stop::Uncertainty { .. } => usual,
        };
        Self { usual, limit }
    }

    /// The number of decays after `batches` of them.
    fn after(&self, batches: u32) -> u64 {
        let batches = u64::from(batches);
        match self.limit {
            // Few decays are shared by as many batches as an uncertainty needs.
            Some(limit) if limit < LOOK * self.usual => {
                let count = LOOK.min(limit);
                if batches < count { limit * batches / count } else { limit }
            }
            // The last batch takes what is left over.
            Some(limit) if limit < (batches + 1) * self.usual => limit,
            _ => self.usual * batches,
        }
    }

    /// The number of batches that begin before so many decays.
    fn batches(&self, decays: u64) -> u32 {
        let (mut low, mut high) = (0, MOST_BATCHES);
        while low < high {
            let middle = (low + high) / 2;
            if self.after(middle) < decays { low = middle + 1 } else { high = middle }
        }
        low
    }
}

impl Run<'_> {
    /// Follows the photons of so many decays, and electrons to match.
    fn batch(&mut self, decays: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        // From streams that no history has.
        let of_batch = u64::MAX - u64::from(self.batches) * (1 + ElectronShifts::STREAMS);
        let mut shifts = Stream::new(self.seed, of_batch);
        if self.has(Reduction::Kerma) {
            let stream = |row| Stream::new(self.seed, of_batch - 1 - row);
            self.shifts.record(self.of.tables, decays.div_ceil(SHIFTED) as usize, stream);
        }
        let first = self.done.end * STREAMS;
        let starts = decays * ELECTRONS;
        let electron_points = self.points(starts, &mut shifts);
        let photon_points = self.points(decays, &mut shifts);
        let tracks = starts.div_ceil(USES);
        if let Some(electrons) = &self.electrons {
            electrons.record(&mut self.library, tracks, self.seed, first, shifts.uniform());
        }
        let this = &*self;
        let done =
            |part: Part<'_>, count: u64, history: &(dyn Fn(&mut Walker<'_, VoxelMedium>, u64) + Sync)| {
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
        whole &= done(
            Part::Photons { shifts: this.has(Reduction::Kerma).then_some(&this.shifts) },
            decays,
            &|walker, index| {
                let random = Stream::new(this.seed, first + tracks + starts + index);
                this.photons.follow(walker, photon_points.point(index), decays, random, |cell, e| {
                    this.tally.add(cell, e);
                });
            },
        );
        if !whole {
            return Err(EngineError::Cancelled);
        }
        self.tally.end_batch(&mut self.regions);
        self.batches += 1;
        self.done.end += decays;
        Ok(())
    }

    fn points(&self, count: u64, shifts: &mut Stream) -> PointSet {
        if self.has(Reduction::Lattice) {
            PointSet::even(count, shifts)
        } else {
            PointSet::independent(shifts)
        }
    }

    /// Relative standard uncertainty of taking shifted kerma for the dose of photons.
    fn systematic(&self, cell: u32) -> f64 {
        let medium = self.of.medium;
        let is_void = |voxel| medium.substance(voxel).is_none_or(|here| here.density < AIR_BELOW);
        let voxel = medium.voxel_of(cell);
        let beside = |axis: usize| {
            [-1, 1].into_iter().any(|step| {
                let mut other = voxel;
                other[axis] += step;
                is_void(other)
            })
        };
        if !self.has(Reduction::Kerma) {
            0.0
        } else if is_void(voxel) {
            IN_AIR
        } else if (0..3).any(beside) {
            BESIDE_AIR
        } else {
            0.0
        }
    }

    fn has(&self, reduction: Reduction) -> bool {
        self.of.reductions.contains(reduction)
    }

    fn known_energy(&self, cell: u32) -> f64 {
        let knows = self.electrons.as_ref().is_some_and(|electrons| electrons.knows(cell));
        self.known.energy(self.of.medium, self.of.decays.data(), cell, knows)
    }

    fn finish(mut self, goal: &Goal) -> Scores {
        self.tally.end();
        self.library = TrackLibrary::default();
        let cells: CellEstimates = (0..self.cells()).map(|cell| self.cell(cell)).collect();
        let mass = |cell: usize| self.of.medium.cell_mass(cell as u32);
        let scored: f64 = cells.iter().enumerate().map(|(cell, dose)| dose.mean * mass(cell)).sum();
        let emitted = self.of.emitter.mean_energy();
        Scores {
            histories: self.histories(),
            regions: (0..self.regions.len()).map(|region| self.region(region)).collect(),
            goal_uncertainties: goal.uncertainties(&self),
            reached: goal.reached(&self),
            cells,
            emitted,
            scored,
            escaped: emitted - scored,
        }
    }
}

impl Estimates for Run<'_> {
    fn cells(&self) -> u32 {
        self.of.medium.cells() as u32
    }

    fn cell(&self, cell: u32) -> Estimate {
        let scale = 1.0 / (self.of.medium.cell_mass(cell) * self.total);
        let (simulated, u) = self.tally.mean(cell, self.batches);
        let mean = self.known_energy(cell) + simulated;
        Estimate { mean: mean * scale, u: libm::hypot(u, self.systematic(cell) * simulated) * scale }
    }

    fn region(&self, region: usize) -> Estimate {
        let region = &self.regions[region];
        let mass = |cell: u32| self.of.medium.cell_mass(cell);
        let known: f64 = region.cells.iter().map(|&(cell, _)| self.known_energy(cell) / mass(cell)).sum();
        let known = known / region.cells.len() as f64;
        let (mean, u) = self.tally.mean_of_region(region, self.batches);
        let lightest = region.cells.iter().map(|&(cell, _)| mass(cell)).fold(f64::INFINITY, f64::min);
        Estimate { mean: (known + mean / lightest) / self.total, u: u / lightest / self.total }
    }

    fn regions(&self) -> Option<&Regions> {
        self.of.regions
    }
}

impl Sums for Run<'_> {
    fn range(&self) -> Range<u64> {
        self.done.clone()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.tally.write(&self.regions, out)
    }

    fn absorb(&mut self, range: Range<u64>, from: &mut dyn Read) -> io::Result<()> {
        require_next(&self.done, &range)?;
        self.tally.absorb(&mut self.regions, from)?;
        self.batches = self.schedule.batches(range.end);
        self.done.end = range.end;
        Ok(())
    }
}

impl Rounds for Run<'_> {
    fn pilot(&self) -> u64 {
        LOOK * self.schedule.usual
    }

    fn unit(&self) -> u64 {
        self.schedule.usual
    }

    fn most(&self) -> u64 {
        u64::from(MOST_BATCHES) * self.schedule.usual
    }

    fn round(&mut self, _end: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        let decays = self.schedule.after(self.batches + 1) - self.done.end;
        self.batch(decays, watch)
    }

    fn begin_share(&mut self, share: Share, histories: u64) -> Range<u64> {
        let batches = share.range(self.schedule.batches(histories).into());
        // A schedule has far fewer batches than 32 bits can number.
        self.batches = batches.start as u32;
        let share = self.schedule.after(batches.start as u32)..self.schedule.after(batches.end as u32);
        self.done = share.start..share.start;
        share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_end_with_the_last_decay_and_a_longer_run_begins_like_a_shorter_one() {
        let schedule = |limit| Schedule::new(Stop::Histories(limit), 1000);
        let usual = schedule(1).usual;
        for limit in [1, 7, 16, 5000, LOOK * usual - 1, LOOK * usual, 20 * usual + 1, 21 * usual - 1] {
            let ends: Vec<u64> = (0..100).map(|batch| schedule(limit).after(batch)).collect();
            let batches = ends.iter().take_while(|&&end| end < limit).count() as u64;
            assert!(ends.is_sorted() && ends[0] == 0 && ends[99] == limit);
            assert!(batches >= LOOK.min(limit), "{limit}: {batches}");
            assert!(
                (0..=batches).all(|batch| u64::from(schedule(limit).batches(ends[batch as usize])) == batch)
            );
            assert!(ends.windows(2).all(|ends| ends[1] > ends[0] || ends[0] == limit), "{ends:?}");
        }
        for batch in 0..30 {
            assert_eq!(schedule(30 * usual).after(batch), schedule(300 * usual + 5).after(batch));
        }
    }
}
