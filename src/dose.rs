//! From decays and densities on one grid to absorbed dose: the engine behind a plain interface.

use crate::Error;
use iodose_physics::{Library, Material};
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Goal, GoalCells, Measure, Plan, ReducedSimulation, Reductions, Regions,
    Simulation, Source, Stop, Tables, VoxelMedium, Watch,
};
use iodose_volume::Volume;

/// What to simulate; all volumes lie on one grid, the dose grid.
#[derive(Clone, Copy, Debug)]
pub struct DoseInput<'a> {
    /// Time-integrated activity of each voxel, Bq.s (decays).
    pub decays: &'a Volume<f32>,
    /// Mass density, g/cm3.
    pub density: &'a Volume<f32>,
    /// Material of each voxel, a position in `material_names`.
    pub materials: &'a Volume<u8>,
    /// Names of materials in the library.
    pub material_names: &'a [&'a str],
    /// The nuclide that decays, "I-131".
    pub nuclide: &'a str,
    /// Lesions: labels above 0. Their voxels are the goal of a target uncertainty; without them it is the voxels
    /// above half the largest dose.
    pub labels: Option<&'a Volume<u16>>,
}

/// How to simulate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoseSettings {
    /// Seed of the random numbers: the same seed gives the same bytes on any number of threads.
    pub seed: u64,
    /// When to stop.
    pub stop: Stop,
    /// Number of threads; `None` for all of the caller's pool.
    pub threads: Option<usize>,
    /// The uncertainty that a target is about.
    pub measure: Measure,
    /// How time is saved; [`Reductions::NONE`] is analog transport.
    pub reductions: Reductions,
}

impl DoseSettings {
    /// Until `stop`, with seed 1, all threads, all reductions, and the mean uncertainty of the goal voxels as what a target is
    /// about.
    pub fn until(stop: Stop) -> Self {
        Self { seed: 1, stop, threads: None, measure: Measure::default(), reductions: Reductions::ALL }
    }
}

/// Absorbed dose with its Monte Carlo uncertainty.
#[derive(Clone, Debug)]
pub struct DoseMaps {
    /// Absorbed dose, Gy.
    pub dose: Volume<f32>,
    /// Its Monte Carlo standard uncertainty (k = 1), Gy; NaN where nothing was scored.
    pub uncertainty: Volume<f32>,
    /// Mean over each lesion, by label, ascending.
    pub regions: Vec<RegionDose>,
    /// The numbers of the run.
    pub statistics: Statistics,
}

/// Mean absorbed dose over the voxels of a label.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct RegionDose {
    /// The label.
    pub label: u16,
    /// Mean over its voxels, Gy.
    #[serde(rename = "dose_mean_Gy")]
    pub mean: f64,
    /// Monte Carlo standard uncertainty (k = 1) of the mean, Gy, with the correlation of its voxels.
    #[serde(rename = "dose_mean_u_mc_Gy")]
    pub u: f64,
}

/// The numbers of a Monte Carlo run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Decays simulated.
    pub decays: u64,
    /// Mean of u/D over the goal voxels; an unhit one counts as 1.
    pub mean_rel_uncertainty: f64,
    /// The uncertainty that the goal names: the mean above, or what was asked for in its place.
    pub goal_uncertainty: f64,
    /// Largest u/D over the goal voxels.
    pub max_rel_uncertainty: f64,
    /// Goal voxels never hit.
    pub unhit_goal_voxels: usize,
    /// Energy per decay, MeV: emitted, scored in the grid, escaped from it.
    pub energy: [f64; 3],
}

/// Above this mean uncertainty of the goal voxels, histograms and extreme doses are mostly noise.
const NOISY: f64 = 0.05;

impl Statistics {
    /// What a reader must know of a run with few decays.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.mean_rel_uncertainty > NOISY {
            warnings.push(format!(
                "few decays: the Monte Carlo uncertainty of a voxel is {:.0} % on average, which widens histograms and moves \
                 D98, D95 and D2",
                100.0 * self.mean_rel_uncertainty
            ));
        }
        if self.unhit_goal_voxels > 0 {
            warnings.push(format!(
                "{} voxels were reached by no decay and count as 0 Gy",
                self.unhit_goal_voxels
            ));
        }
        warnings
    }
}

/// Runs the Monte Carlo.
///
/// # Errors
/// Volumes on different grids, axes not at right angles, impossible densities or activities, unknown names, a stop
/// rule out of range, cancellation by `watch`.
pub fn compute_dose(
    input: &DoseInput<'_>,
    settings: &DoseSettings,
    library: &Library,
    watch: &dyn Watch,
) -> Result<DoseMaps, Error> {
    let grid = *input.decays.grid();
    if !grid.matches(input.density.grid(), 1e-3) {
        return Err(iodose_transport::EngineError::GridMismatch("density", "time-integrated activity").into());
    }
    let materials: Vec<&Material> =
        input.material_names.iter().map(|name| library.material(name)).collect::<Result<_, _>>()?;
    let nuclide = library.nuclide(input.nuclide)?;
    let medium = VoxelMedium::new(input.density, input.materials)?;
    let tables = Tables::new(&materials, library, Accuracy::default())?;
    let source = Source::from_decays(input.decays)?;
    let decays = source.total_decays();
    let emitter = Emitter::new(nuclide, EmissionSet::ALL)?;
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
    let (medium, emitter, tables, regions) = (&medium, &emitter, &tables, regions.as_ref());
    let scores = if settings.reductions == Reductions::NONE {
        Simulation { medium, source: &source, emitter, tables, regions }.run(&plan, watch)?
    } else {
        // Its memory is not needed.
        drop(source);
        let reductions = settings.reductions;
        ReducedSimulation { medium, decays: input.decays, emitter, tables, regions, reductions }
            .run(&plan, watch)?
    };
    let volume = |value: &dyn Fn((f64, f64)) -> f64| {
        Volume::from_fn(grid, |index| value(scores.cells[grid.offset(index)].gray(decays)) as f32)
    };
    let labels = regions.map_or(&[][..], Regions::labels);
    let regions = labels.iter().zip(&scores.regions).map(|(&label, estimate)| {
        let (mean, u) = estimate.gray(decays);
        RegionDose { label, mean, u }
    });
    Ok(DoseMaps {
        dose: volume(&|(dose, _)| dose),
        uncertainty: volume(&|(_, u)| u),
        regions: regions.collect(),
        statistics: Statistics {
            decays: scores.histories,
            mean_rel_uncertainty: scores.mean_uncertainty(),
            goal_uncertainty: scores.reached,
            max_rel_uncertainty: scores.largest_uncertainty(),
            unhit_goal_voxels: goal_cells
                .iter()
                .filter(|&&cell| scores.cells[cell as usize].mean == 0.0)
                .count(),
            energy: [scores.emitted, scores.scored, scores.escaped],
        },
    })
}
