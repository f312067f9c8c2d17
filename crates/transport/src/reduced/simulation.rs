//! The engine with variance reduction, as others see it. Equations: `docs/methods/variance-reduction.md`.

use super::importance::neighbourhood;
use super::reductions::Reductions;
use super::run::Run;
use crate::drive::Engine;
use crate::goal::{Goal, GoalCells};
use crate::history::World;
use crate::keep::{Keeper, Share, Unkept};
use crate::medium::{Medium, VoxelMedium};
use crate::plan::Plan;
use crate::watch::go_on;
use crate::{Emitter, EngineError, Regions, Scores, Tables, Watch};
use iodose_volume::Volume;
use rayon::prelude::*;

/// Cells that are looked at between two looks at the watch.
const SELDOM: u32 = 1 << 12;

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
    pub(super) fn goal_cells(&self, goal: &Goal, watch: &dyn Watch) -> Result<Vec<u32>, EngineError> {
        Ok(match &goal.cells {
            GoalCells::Cells(cells) => cells.clone(),
            GoalCells::AboveHalfMaximum => {
                let around = |cell: u32| {
                    if cell.is_multiple_of(SELDOM) {
                        go_on(watch)?;
                    }
                    Ok(neighbourhood(self.medium, self.decays.data(), self.medium.voxel_of(cell)))
                };
                let cells = (0..self.medium.cells() as u32).into_par_iter();
                let all: Vec<f64> = cells.map(around).collect::<Result<_, EngineError>>()?;
                let half = 0.5 * all.iter().copied().fold(0.0, f64::max);
                (0..all.len() as u32).filter(|&cell| all[cell as usize] > half).collect()
            }
        })
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

    fn begin<'a>(
        &'a self,
        world: &'a World<'a, VoxelMedium>,
        plan: &Plan,
        watch: &dyn Watch,
    ) -> Result<Run<'a>, EngineError> {
        Run::new(self, world, plan, watch)
    }

    fn finish(run: Run<'_>, goal: &Goal) -> Scores {
        run.finish(goal)
    }
}
