//! The run: batches until enough is known, (N1) in two parts. Equations: `docs/methods/variance-reduction.md`.

use super::batch_tally::BatchTally;
use super::beside_voids::uncertainty_beside_voids;
use super::electron_shifts::ElectronShifts;
use super::electron_spectrum::ElectronSpectrum;
use super::electrons::Electrons;
use super::known::Known;
use super::low_discrepancy::PointSet;
use super::photons::Photons;
use super::reductions::Reduction;
use super::region::Region;
use super::schedule::{Course, Schedule};
use super::simulation::ReducedSimulation;
use super::track_library::{TrackLibrary, USES};
use crate::drive::Rounds;
use crate::goal::{Estimates, Goal};
use crate::history::{Part, Walker, World};
use crate::keep::{Share, Sums, require_next};
use crate::medium::{Medium, VoxelMedium};
use crate::plan::Plan;
use crate::random::Stream;
use crate::{CellEstimates, EngineError, Estimate, Regions, Scores, Watch};
use rayon::prelude::*;
use std::io::{self, Read, Write};
use std::ops::Range;

/// Starts of electrons for each decay whose photons are followed, where few of the voxels are asked for, and where most are: of these,
/// most lie far from what electrons change, and photons bring the variance. From the times and variances of runs with 1, 4 and
/// 8; both optima are flat (docs/performance.md).
const ELECTRONS: [u64; 2] = [8, 4];
/// Histories of one task.
const TASK: u64 = 512;
/// Decays of a batch for each shift of a row of photon energies.
const SHIFTED: u64 = 256;
/// Streams of random numbers set aside for each decay of a batch.
const STREAMS: u64 = 1 + 2 * ELECTRONS[0];

/// The state of a run.
pub(crate) struct Run<'a> {
    of: &'a ReducedSimulation<'a>,
    world: &'a World<'a, VoxelMedium>,
    seed: u64,
    known: Known,
    /// All decays of the source.
    total: f64,
    electrons: Option<Electrons<'a>>,
    electrons_per_decay: u64,
    photons: Photons<'a>,
    library: TrackLibrary,
    shifts: ElectronShifts,
    regions: Vec<Region>,
    tally: BatchTally,
    course: Course,
}

impl<'a> Run<'a> {
    /// A run that has found nothing yet.
    pub(super) fn new(
        of: &'a ReducedSimulation<'a>,
        world: &'a World<'a, VoxelMedium>,
        plan: &Plan,
        watch: &dyn Watch,
    ) -> Result<Self, EngineError> {
        let decays = of.decays.data();
        let total: f64 = decays.iter().map(|&d| f64::from(d)).sum();
        let goal = of.goal_cells(&plan.goal, watch)?;
        let spectrum = ElectronSpectrum::new(of.emitter.electron_pieces());
        let known = Known::new(of.tables, of.emitter.local_energy(), |function| {
            spectrum.as_ref().map_or(0.0, |spectrum| spectrum.mean(function))
        });
        let electrons = spectrum
            .map(|spectrum| {
                Electrons::new(of.medium, decays, of.tables, spectrum, &goal, of.reductions, watch)
            })
            .transpose()?;
        let most = 2 * goal.len() >= decays.len();
        // Where most voxels are asked for, there is nothing to choose.
        let choose = !most && of.reductions.contains(Reduction::Importance);
        let photons = Photons::new(of.medium, decays, if choose { &goal } else { &[] });
        let largest = electrons.as_ref().map_or(0.0, Electrons::largest_score).max(photons.largest_score());
        Ok(Self {
            of,
            world,
            seed: plan.seed,
            tally: BatchTally::new(of.medium.cells(), 2.0 * largest),
            regions: of.regions.map_or(Vec::new(), |regions| Region::of(regions, of.medium)),
            known,
            total,
            electrons,
            electrons_per_decay: ELECTRONS[usize::from(most)],
            photons,
            library: TrackLibrary::default(),
            shifts: ElectronShifts::new(of.medium, of.tables, of.emitter.highest_photon_energy()),
            course: Course::new(Schedule::new(plan.stop, of.medium.cells())),
        })
    }

    /// Follows the photons of so many decays, and electrons to match.
    fn batch(&mut self, decays: u64, watch: &dyn Watch) -> Result<(), EngineError> {
        // From streams that no history has.
        let of_batch = u64::MAX - u64::from(self.course.batches) * (1 + ElectronShifts::STREAMS);
        let mut shifts = Stream::new(self.seed, of_batch);
        if self.has(Reduction::Kerma) {
            let stream = |row| Stream::new(self.seed, of_batch - 1 - row);
            self.shifts.record(self.of.tables, decays.div_ceil(SHIFTED) as usize, stream, watch)?;
        }
        let first = self.course.done.end * STREAMS;
        let starts = decays * self.electrons_per_decay;
        let electron_points = self.points(starts, &mut shifts);
        let photon_points = self.points(decays, &mut shifts);
        let tracks = starts.div_ceil(USES);
        if let Some(electrons) = &self.electrons {
            electrons.record(&mut self.library, tracks, self.seed, first, shifts.uniform(), watch)?;
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
        self.course.advance(decays);
        Ok(())
    }

    fn points(&self, count: u64, shifts: &mut Stream) -> PointSet {
        if self.has(Reduction::Lattice) {
            PointSet::even(count, shifts)
        } else {
            PointSet::independent(shifts)
        }
    }

    /// Relative standard uncertainty of what is simulated of a dose, beside that of statistics.
    fn systematic(&self, cell: u32) -> f64 {
        if self.has(Reduction::Kerma) { uncertainty_beside_voids(self.of.medium, cell) } else { 0.0 }
    }

    fn has(&self, reduction: Reduction) -> bool {
        self.of.reductions.contains(reduction)
    }

    fn known_energy(&self, cell: u32) -> f64 {
        let knows = self.electrons.as_ref().is_some_and(|electrons| electrons.knows(cell));
        self.known.energy(self.of.medium, self.of.decays.data(), cell, knows)
    }

    pub(super) fn finish(mut self, goal: &Goal) -> Scores {
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
        let (simulated, u) = self.tally.mean(cell, self.course.batches);
        let mean = self.known_energy(cell) + simulated;
        Estimate { mean: mean * scale, u: libm::hypot(u, self.systematic(cell) * simulated) * scale }
    }

    fn region(&self, region: usize) -> Estimate {
        let region = &self.regions[region];
        let mean_of = |of: &dyn Fn(u32) -> f64| {
            let sum: f64 =
                region.cells.iter().map(|&(cell, _)| of(cell) / self.of.medium.cell_mass(cell)).sum();
            sum / region.cells.len() as f64
        };
        let known = mean_of(&|cell| self.known_energy(cell));
        // The same cause in all cells: what it does to them adds up.
        let systematic = mean_of(&|cell| match self.systematic(cell) {
            0.0 => 0.0,
            share => share * self.tally.mean(cell, self.course.batches).0,
        });
        let (simulated, u) = self.tally.mean_of_region(region, self.course.batches);
        Estimate {
            mean: (known + simulated / region.lightest) / self.total,
            u: libm::hypot(u / region.lightest, systematic) / self.total,
        }
    }

    fn regions(&self) -> Option<&Regions> {
        self.of.regions
    }
}

impl Sums for Run<'_> {
    fn range(&self) -> Range<u64> {
        self.course.done.clone()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.tally.write(&self.regions, out)
    }

    fn absorb(&mut self, range: Range<u64>, from: &mut dyn Read) -> io::Result<()> {
        require_next(&self.course.done, &range)?;
        self.tally.absorb(&mut self.regions, from)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{MOST_HISTORIES, Stop};

    #[test]
    fn no_stream_of_the_longest_run_serves_twice() {
        for cells in [1, 1_000_000, 300_000_000] {
            let mut course = Course::new(Schedule::new(Stop::Histories(MOST_HISTORIES), cells));
            let largest = (0..).map_while(|_| {
                let decays = course.next();
                (decays > 0).then(|| course.advance(decays)).map(|()| decays)
            });
            let largest = largest.max().unwrap_or(0);
            assert_eq!(course.done.end, MOST_HISTORIES);
            // Within a batch: tracks, starts of electrons and decays, each with a stream.
            for electrons in ELECTRONS {
                for decays in [1, 2, 2047, 2048, largest] {
                    let starts = decays * electrons;
                    assert!(starts.div_ceil(USES) + starts + decays <= decays * STREAMS);
                }
            }
            // Those of batches count down from the end.
            let of_batches = u64::from(course.batches) * (1 + ElectronShifts::STREAMS);
            let of_histories = MOST_HISTORIES.checked_mul(STREAMS).unwrap();
            assert!(of_histories < u64::MAX - of_batches, "{cells} cells");
        }
    }
}
