//! From decays and densities on one grid to absorbed dose: the engine behind a plain interface.

mod engine;

use crate::Error;
use crate::convergence::{Looks, SharedLooks};
use crate::keep::{FileKeeper, Header, Identity, Origin, PartFile, Save};
use engine::Engine;
pub(crate) use engine::tables_of;
use iodose_physics::Library;
use iodose_transport::{EngineError, Measure, Reductions, Stop, Tables, Unkept, Watch};
use iodose_volume::Volume;
use std::time::Duration;

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
    compute_dose_from(input, settings, library, &Origin::Nothing, &Looks::new(watch))
}

/// [`compute_dose`] with tables of the input's materials that many runs share ([`tables_of`]).
pub(crate) fn compute_dose_with(
    input: &DoseInput<'_>,
    settings: &DoseSettings,
    library: &Library,
    tables: &Tables,
    watch: &dyn Watch,
) -> Result<DoseMaps, Error> {
    let engine = Engine::new(input, settings, library, tables)?;
    let scores = engine.run(&mut Unkept, watch)?;
    Ok(engine.maps(input, scores))
}

/// [`compute_dose`] with what was found before.
pub(crate) fn compute_dose_from(
    input: &DoseInput<'_>,
    settings: &DoseSettings,
    library: &Library,
    origin: &Origin<'_>,
    watch: &Looks<'_>,
) -> Result<DoseMaps, Error> {
    // Inputs were read before, tables are made next: neither listens.
    if watch.cancelled() {
        return Err(EngineError::Cancelled.into());
    }
    let tables = tables_of(input.material_names, library)?;
    compute_dose_at(input, settings, library, &tables, origin, watch)
}

/// [`compute_dose_from`] with tables of the input's materials.
pub(crate) fn compute_dose_at(
    input: &DoseInput<'_>,
    settings: &DoseSettings,
    library: &Library,
    tables: &Tables,
    origin: &Origin<'_>,
    watch: &Looks<'_>,
) -> Result<DoseMaps, Error> {
    let engine = Engine::new(input, settings, library, tables)?;
    let scores = match origin {
        Origin::Nothing => engine.run(&mut Unkept, watch)?,
        Origin::Checkpoint(checkpoint) => {
            let identity = Identity::of(input, settings, library)?;
            let begun = checkpoint.open()?;
            begun.iter().try_for_each(|file| file.require(&identity, "as this run has it"))?;
            let save = Save::new(checkpoint.path.clone(), Header::new(identity), checkpoint.interval);
            let mut keeper = FileKeeper::new(begun.into_iter().collect(), Some(save), watch.shared());
            let result = engine.run(&mut keeper, watch);
            keeper.result(result)?
        }
        Origin::Parts(parts) => {
            let identity = Identity::of(input, settings, library)?;
            let now = "as the inputs have it now";
            parts.files().iter().try_for_each(|file| file.require(&identity, now))?;
            let mut keeper = FileKeeper::new(parts.files().to_vec(), None, watch.shared());
            let result = engine.run(&mut keeper, watch);
            keeper.result(result)?
        }
    };
    Ok(engine.maps(input, scores))
}

/// Runs a share of the Monte Carlo and writes its sums.
pub(crate) fn compute_share(
    input: &DoseInput<'_>,
    settings: &DoseSettings,
    library: &Library,
    part: &PartFile,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let Stop::Histories(histories) = settings.stop else {
        return Err(EngineError::OpenShare.into());
    };
    part.try_place()?;
    let mut header = Header::new(Identity::of(input, settings, library)?);
    header.share = Some((part.share.number(), part.share.of(), histories));
    header.note.clone_from(&part.note);
    let tables = tables_of(input.material_names, library)?;
    let engine = Engine::new(input, settings, library, &tables)?;
    let mut keeper = FileKeeper::new(
        Vec::new(),
        Some(Save::new(part.path.clone(), header, Duration::ZERO)),
        SharedLooks::default(),
    );
    let result = engine.run_share(part.share, &mut keeper, watch);
    keeper.result(result)
}
