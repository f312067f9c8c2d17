//! Voxel S values with variance reduction. Equations: `docs/methods/variance-reduction.md`.

use super::batch_tally::BatchTally;
use super::electron_shifts::ElectronShifts;
use super::kernel_electrons::{KernelElectrons, Scratch};
use super::low_discrepancy::PointSet;
use super::reductions::{Reduction, Reductions};
use super::schedule::{Course, Schedule};
use crate::drive::{Engine, Rounds};
use crate::goal::{Estimates, Goal};
use crate::history::{Part, Walker, World};
use crate::keep::{Share, Sums, require_next};
use crate::medium::{Medium, UniformMedium};
use crate::plan::Plan;
use crate::random::Stream;
use crate::tally::HistoryScore;
use crate::{CellEstimates, Emitter, EngineError, Estimate, Regions, Scores, Tables, Watch};
use rayon::prelude::*;
use std::io::{self, Read, Write};
use std::ops::Range;

/// Decays, and tracks, of one task.
const TASK: u64 = 64;
/// Decays of a batch for each shift of a row of photon energies.
const SHIFTED: u64 = 256;
/// More than the photons of a decay bring to a cell, MeV.
const MOST_ENERGY: f64 = 30.0;
/// Streams of random numbers for each decay: one for its photons, one for a track of an electron.
const STREAMS: u64 = 2;

/// A voxel kernel to be simulated with variance reduction; `Scores::histories` counts the decays whose photons are followed, beside
/// which electrons are followed to match.
pub(crate) struct ReducedKernel<'a> {
    pub(crate) medium: &'a UniformMedium,
    pub(crate) emitter: &'a Emitter,
    /// Tables for the material of the medium.
    pub(crate) tables: &'a Tables,
    pub(crate) reductions: Reductions,
}

impl Engine for ReducedKernel<'_> {
    type Medium = UniformMedium;
    type Run<'a>
        = Run<'a>
    where
        Self: 'a;

    fn check(&self) -> Result<(), EngineError> {
        self.tables.check(self.medium)
    }

    fn world(&self) -> World<'_, UniformMedium> {
        World::new(self.medium, self.emitter, self.tables)
    }

    fn begin<'a>(
        &'a self,
        world: &'a World<'a, UniformMedium>,
        plan: &Plan,
        _watch: &dyn Watch,
    ) -> Result<Run<'a>, EngineError> {
        let pieces = self.emitter.electron_pieces();
        let electrons = KernelElectrons::new(self.medium, self.tables, pieces, self.reductions);
        let largest = electrons.as_ref().map_or(0.0, KernelElectrons::largest_score).max(MOST_ENERGY);
        let known = electrons.as_ref().map_or(0.0, KernelElectrons::known);
        Ok(Run {
            of: self,
            world,
            seed: plan.seed,
            known: known + self.emitter.local_energy(),
            electrons,
            shifts: ElectronShifts::in_material(0, self.tables, self.emitter.highest_photon_energy()),
            tally: BatchTally::new(self.medium.cells(), 2.0 * largest),
            course: Course::new(Schedule::new(plan.stop, self.medium.cells())),
        })
    }

    fn finish(run: Run<'_>, goal: &Goal) -> Scores {
        run.finish(goal)
    }
}

/// The state of a run.
pub(crate) struct Run<'a> {
    of: &'a ReducedKernel<'a>,
    world: &'a World<'a, UniformMedium>,
    seed: u64,
    /// Energy (MeV per decay) that the source voxel gets without simulation.
    known: f64,
    electrons: Option<KernelElectrons<'a>>,
    shifts: ElectronShifts,
    tally: BatchTally,
    course: Course,
}

impl Run<'_> {
    /// Follows the photons of so many decays and as many tracks of electrons.
    fn batch(&mut self, decays: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        // From streams that no history has.
        let of_batch = u64::MAX - u64::from(self.course.batches) * (1 + ElectronShifts::STREAMS);
        let mut random = Stream::new(self.seed, of_batch);
        if self.has(Reduction::Kerma) {
            let stream = |row| Stream::new(self.seed, of_batch - 1 - row);
            self.shifts.record(self.of.tables, decays.div_ceil(SHIFTED) as usize, stream, watch)?;
        }
        let tasks = decays.div_ceil(TASK);
        let decays_of = |task: u64| task * TASK..decays.min((task + 1) * TASK);
        let whole = self.electrons(tasks, decays_of, decays, &mut random, watch)
            && self.photons(tasks, decays_of, decays, &mut random, watch);
        if !whole {
            return Err(EngineError::Cancelled);
        }
        self.tally.end_batch(&mut []);
        self.course.advance(decays);
        Ok(())
    }

    fn electrons(
        &self,
        tasks: u64,
        tracks_of: impl Fn(u64) -> Range<u64> + Sync,
        tracks: u64,
        random: &mut Stream,
        watch: &dyn Watch,
    ) -> bool {
        let Some(electrons) = &self.electrons else { return true };
        let starts = electrons.starts(tracks, random);
        let first = self.course.done.end * STREAMS;
        let follow = |(scratch, score): &mut (Scratch, HistoryScore), task: u64| {
            for track in tracks_of(task) {
                let random = Stream::new(self.seed, first + track);
                electrons.follow(&starts, track, random, scratch, score);
                score.drain(|cell, energy| self.tally.add(cell, energy));
            }
            !watch.cancelled()
        };
        let new = || (Scratch::default(), HistoryScore::new());
        (0..tasks).into_par_iter().map_init(new, follow).all(|whole| whole)
    }

    fn photons(
        &self,
        tasks: u64,
        decays_of: impl Fn(u64) -> Range<u64> + Sync,
        decays: u64,
        random: &mut Stream,
        watch: &dyn Watch,
    ) -> bool {
        let points = if self.has(Reduction::Lattice) {
            PointSet::even(decays, random)
        } else {
            PointSet::independent(random)
        };
        let part = Part::Photons { shifts: self.has(Reduction::Kerma).then_some(&self.shifts) };
        let first = self.course.done.end * STREAMS + decays;
        let sides = self.of.medium.sides();
        let follow = |walker: &mut Walker<'_, UniformMedium>, task: u64| {
            for index in decays_of(task) {
                let [x, y, z, ..] = points.point(index);
                walker.random = Stream::new(self.seed, first + index);
                walker.decay([0; 3], [x * sides[0], y * sides[1], z * sides[2]]);
                walker.score.drain(|cell, energy| self.tally.add(cell, energy / decays as f64));
            }
            !watch.cancelled()
        };
        (0..tasks).into_par_iter().map_init(|| Walker::new(self.world, part), follow).all(|whole| whole)
    }

    fn has(&self, reduction: Reduction) -> bool {
        self.of.reductions.contains(reduction)
    }

    fn finish(self, goal: &Goal) -> Scores {
        let cells: CellEstimates = (0..self.cells()).map(|cell| self.cell(cell)).collect();
        let mass = |cell: usize| self.of.medium.cell_mass(cell as u32);
        let scored: f64 = cells.iter().enumerate().map(|(cell, estimate)| estimate.mean * mass(cell)).sum();
        let emitted = self.of.emitter.mean_energy();
        Scores {
            histories: self.histories(),
            cells,
            regions: Vec::new(),
            goal_uncertainties: goal.uncertainties(&self),
            reached: goal.reached(&self),
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
        let scale = 1.0 / self.of.medium.cell_mass(cell);
        let (mean, u) = self.tally.mean(cell, self.course.batches);
        let known = if self.of.medium.cell([0; 3]) == Some(cell) { self.known } else { 0.0 };
        Estimate { mean: (known + mean) * scale, u: u * scale }
    }

    fn region(&self, _: usize) -> Estimate {
        Estimate { mean: 0.0, u: f64::NAN }
    }

    fn regions(&self) -> Option<&Regions> {
        None
    }
}

impl Sums for Run<'_> {
    fn range(&self) -> Range<u64> {
        self.course.done.clone()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.tally.write(&[], out)
    }

    fn absorb(&mut self, range: Range<u64>, from: &mut dyn Read) -> io::Result<()> {
        require_next(&self.course.done, &range)?;
        self.tally.absorb(&mut [], from)?;
        self.course.jump(range.end);
        Ok(())
    }
}

impl Rounds for Run<'_> {
    fn pilot(&self) -> u64 {
        self.course.pilot()
    }

    fn unit(&self) -> u64 {
        self.course.unit()
    }

    fn most(&self) -> u64 {
        self.course.most()
    }

    fn round(&mut self, _end: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        self.batch(self.course.next(), watch)
    }

    fn begin_share(&mut self, share: Share, histories: u64) -> Range<u64> {
        self.course.begin_share(share, histories)
    }
}
