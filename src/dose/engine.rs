//! The transport engine made ready for one input, and its scores as maps.

use super::{DoseInput, DoseMaps, DoseSettings, RegionDose, Statistics};
use crate::Error;
use iodose_physics::{Library, Material};
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, EngineError, Goal, GoalCells, Keeper, Plan, ReducedSimulation,
    Reductions, Regions, Scores, Share, Simulation, Source, Tables, VoxelMedium, Watch,
};
use iodose_volume::Volume;

/// All that the engine needs.
pub(super) struct Engine<'a> {
    settings: &'a DoseSettings,
    decays: &'a Volume<f32>,
    total_decays: f64,
    /// For analog transport.
    source: Option<Source>,
    medium: VoxelMedium,
    tables: &'a Tables,
    emitter: Emitter,
    regions: Option<Regions>,
    goal_cells: Vec<u32>,
    plan: Plan,
}

/// Tables of materials for any number of runs.
pub(crate) fn tables_of(names: &[&str], library: &Library) -> Result<Tables, Error> {
    let materials: Vec<&Material> =
        names.iter().map(|name| library.material(name)).collect::<Result<_, _>>()?;
    Ok(Tables::new(&materials, library, Accuracy::default())?)
}

impl<'a> Engine<'a> {
    /// `tables` are those of the input's materials.
    pub(super) fn new(
        input: &DoseInput<'a>,
        settings: &'a DoseSettings,
        library: &Library,
        tables: &'a Tables,
    ) -> Result<Self, Error> {
        if !input.decays.grid().matches(input.density.grid(), 1e-3) {
            return Err(EngineError::GridMismatch("density", "time-integrated activity").into());
        }
        let nuclide = library.nuclide(input.nuclide)?;
        let medium = VoxelMedium::new(input.density, input.materials)?;
        let source = Source::from_decays(input.decays)?;
        let total_decays = source.total_decays();
        let emitter = Emitter::new(nuclide, EmissionSet::ALL)?;
        let analog = settings.reductions == Reductions::NONE;
        let source = analog.then_some(source);
        let regions = input.labels.map(Regions::from_labels);
        let goal_cells = regions.as_ref().map(Regions::all_cells).unwrap_or_default();
        if goal_cells.is_empty() && settings.measure.needs_regions() {
            let found = format!("{} without lesions", settings.measure);
            return Err(Error::input(
                "the Monte Carlo run",
                "goal",
                found,
                "lesions, or the goal voxels or voxel-max",
            ));
        }
        let cells = match goal_cells.is_empty() {
            false => GoalCells::Cells(goal_cells.clone()),
            true => GoalCells::AboveHalfMaximum,
        };
        let goal = Goal { cells, measure: settings.measure };
        let plan = Plan { seed: settings.seed, stop: settings.stop, goal, threads: settings.threads };
        let decays = input.decays;
        Ok(Self {
            settings,
            decays,
            total_decays,
            source,
            medium,
            tables,
            emitter,
            regions,
            goal_cells,
            plan,
        })
    }

    pub(super) fn run(&self, keeper: &mut dyn Keeper, watch: &dyn Watch) -> Result<Scores, EngineError> {
        match &self.source {
            Some(source) => self.analog(source).run_kept(&self.plan, keeper, watch),
            None => self.reduced().run_kept(&self.plan, keeper, watch),
        }
    }

    pub(super) fn run_share(
        &self,
        share: Share,
        keeper: &mut dyn Keeper,
        watch: &dyn Watch,
    ) -> Result<(), EngineError> {
        match &self.source {
            Some(source) => self.analog(source).run_share(&self.plan, share, keeper, watch),
            None => self.reduced().run_share(&self.plan, share, keeper, watch),
        }
    }

    fn analog<'s>(&'s self, source: &'s Source) -> Simulation<'s, VoxelMedium> {
        let Self { medium, emitter, tables, regions, .. } = self;
        Simulation { medium, source, emitter, tables, regions: regions.as_ref() }
    }

    fn reduced(&self) -> ReducedSimulation<'_> {
        let Self { medium, decays, emitter, tables, regions, settings, .. } = self;
        let reductions = settings.reductions;
        ReducedSimulation { medium, decays, emitter, tables, regions: regions.as_ref(), reductions }
    }

    pub(super) fn maps(&self, input: &DoseInput<'_>, scores: Scores) -> DoseMaps {
        let (grid, decays) = (*input.decays.grid(), self.total_decays);
        let regions = self.regions.as_ref();
        let volume = |value: &dyn Fn((f64, f64)) -> f64| {
            Volume::from_fn(grid, |index| value(scores.cells.get(grid.offset(index)).gray(decays)) as f32)
        };
        let labels = regions.map_or(&[][..], Regions::labels);
        let regions = labels.iter().zip(&scores.regions).map(|(&label, estimate)| {
            let (mean, u) = estimate.gray(decays);
            RegionDose { label, mean, u }
        });
        DoseMaps {
            dose: volume(&|(dose, _)| dose),
            uncertainty: volume(&|(_, u)| u),
            regions: regions.collect(),
            statistics: Statistics {
                decays: scores.histories,
                mean_rel_uncertainty: scores.mean_uncertainty(),
                goal_uncertainty: scores.reached,
                max_rel_uncertainty: scores.largest_uncertainty(),
                unhit_goal_voxels: self
                    .goal_cells
                    .iter()
                    .filter(|&&cell| scores.cells.get(cell as usize).mean == 0.0)
                    .count(),
                energy: [scores.emitted, scores.scored, scores.escaped],
            },
        }
    }
}
