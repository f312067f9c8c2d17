//! The engine alone: one map of time-integrated activity in, dose out on its grid.

use crate::Error;
use crate::case::StopRule;
use crate::dose::{DoseInput, DoseMaps, DoseSettings, compute_dose_from, compute_share};
use crate::folder::{DOSE, RECORD, ResultFolder, UNCERTAINTY, write_maps, write_record};
use crate::inputs::{Inputs, require_overlap};
use crate::keep::{Origin, PartFile};
use crate::meter::Meter;
use crate::prepare::require_right_angles;
use crate::record::{Circumstances, Record};
use crate::tissue::{TissueImages, TissueMaps, read_ct};
use iodose_io::{HuCurve, label_sizes};
use iodose_physics::Library;
use iodose_transport::{Measure, Reductions, Watch};
use iodose_volume::{Grid, Volume, resample_labels};
use std::path::{Path, PathBuf};

/// Unit of a map of time-integrated activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TiaUnit {
    /// Bq.s/mL: decays per mL.
    BqSecondPerMl,
    /// MBq.h/mL.
    MbqHourPerMl,
    /// Bq.s in each voxel: decays per voxel.
    BqSecondPerVoxel,
}

impl TiaUnit {
    /// All units by the name they are called on the command line.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("Bq.s/mL", Self::BqSecondPerMl),
        ("MBq.h/mL", Self::MbqHourPerMl),
        ("Bq.s/voxel", Self::BqSecondPerVoxel),
    ];

    /// Decays (Bq.s) in a voxel of `voxel_ml` mL for a stored value of 1.
    pub fn decays_per_voxel(self, voxel_ml: f64) -> f64 {
        match self {
            Self::BqSecondPerMl => voxel_ml,
            Self::MbqHourPerMl => 3.6e9 * voxel_ml,
            Self::BqSecondPerVoxel => 1.0,
        }
    }
}

/// Where density and material come from.
#[derive(Clone, Debug, PartialEq)]
pub enum TissueChoice {
    /// A map in g/cm3, and optionally a label map of materials ([`crate::MATERIAL_LABELS`]).
    Density {
        /// NIfTI or MetaImage file, g/cm3.
        path: PathBuf,
        /// NIfTI or MetaImage file of labels.
        materials: Option<PathBuf>,
    },
    /// A CT in HU.
    Ct {
        /// NIfTI or MetaImage file, or DICOM folder, HU.
        path: PathBuf,
        /// Its curve.
        curve: HuCurve,
    },
    /// Water of 1 g/cm3 everywhere.
    Water,
}

/// What to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulateRequest {
    /// NIfTI or MetaImage file of time-integrated activity; its grid is the dose grid.
    pub tia: PathBuf,
    /// Its unit.
    pub unit: TiaUnit,
    /// Density and material.
    pub tissue: TissueChoice,
    /// Label map of the voxels whose uncertainty counts.
    pub roi: Option<PathBuf>,
    /// The nuclide.
    pub nuclide: String,
    /// Seed.
    pub seed: u64,
    /// When to stop.
    pub stop: StopRule,
    /// Ceiling in decays, beside a target uncertainty.
    pub max_histories: Option<u64>,
    /// Ceiling in seconds of wall time.
    pub max_seconds: Option<f64>,
    /// Number of threads; `None` for all.
    pub threads: Option<usize>,
    /// The uncertainty that a target is about.
    pub measure: Measure,
    /// How time is saved.
    pub reductions: Reductions,
}

/// Simulates and writes dose, uncertainty and record into a folder. Inputs are read and checked before the folder is
/// touched, and the files appear in it together, at the end.
///
/// # Errors
/// Everything that [`Error`] names; a folder with results of an earlier run that the new ones would not replace.
pub fn simulate_into(
    request: &SimulateRequest,
    folder: &Path,
    library: &Library,
    watch: &dyn Watch,
) -> Result<(DoseMaps, Record), Error> {
    simulate_from(request, &Origin::Nothing, folder, library, watch)
}

/// [`simulate_into`] that begins with what was found before.
///
/// # Errors
/// Those of [`simulate_into`]; a checkpoint or parts of another run.
pub fn simulate_from(
    request: &SimulateRequest,
    origin: &Origin<'_>,
    folder: &Path,
    library: &Library,
    watch: &dyn Watch,
) -> Result<(DoseMaps, Record), Error> {
    let meter = Meter::start();
    let ready = Ready::read(request, library)?;
    let folder = ResultFolder::prepare(folder)?;
    folder.refuse_results_beside(&[DOSE, UNCERTAINTY, RECORD])?;
    let maps = compute_dose_from(&ready.dose_input(), &request.dose_settings(), library, origin, watch)?;
    let Ready { mut inputs, decays, .. } = ready;
    let statistics = &maps.statistics;
    if let Some(warning) = request.stop.shortfall(statistics.decays, statistics.goal_uncertainty) {
        inputs.warn(warning);
    }
    statistics.warnings().into_iter().for_each(|warning| inputs.warn(warning));
    let circumstances = Circumstances {
        dose_basis: "absorbed dose of the time-integrated activity given".into(),
        seed: request.seed,
        settings: settings_json(request),
        inputs: inputs.files,
        conversions: inputs.conversions,
        warnings: inputs.warnings,
        time_integrated_activity: decays.data().iter().map(|&value| f64::from(value)).sum(),
    };
    let mut record = Record::new(circumstances, statistics, &maps.regions, &meter);
    folder.write(|folder| {
        write_maps(folder, DOSE, &maps)?;
        record.measure(&meter);
        write_record(folder, &record)
    })?;
    origin.done();
    Ok((maps, record))
}

/// Simulates a share of the decays and writes its sums into a file, for [`simulate_from`] to put together.
///
/// # Errors
/// Those of [`simulate_into`]; a request that does not say how many decays there are.
pub fn simulate_share(
    request: &SimulateRequest,
    part: &PartFile,
    library: &Library,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let ready = Ready::read(request, library)?;
    compute_share(&ready.dose_input(), &request.dose_settings(), library, part, watch)
}

impl SimulateRequest {
    fn dose_settings(&self) -> DoseSettings {
        DoseSettings {
            seed: self.seed,
            stop: self.stop.with_ceilings(self.max_histories, self.max_seconds),
            threads: self.threads,
            measure: self.measure,
            reductions: self.reductions,
        }
    }
}

/// A request with its files read and checked against each other.
struct Ready<'a> {
    request: &'a SimulateRequest,
    inputs: Inputs,
    decays: Volume<f32>,
    tissue: TissueMaps,
    labels: Option<Volume<u16>>,
}

impl<'a> Ready<'a> {
    fn read(request: &'a SimulateRequest, library: &Library) -> Result<Self, Error> {
        library.nuclide(&request.nuclide)?;
        let mut inputs = Inputs::default();
        let decays = read_decays(request, &mut inputs)?;
        let tissue = read_tissue(request, decays.grid(), &mut inputs)?;
        tissue.check_coverage(&request.tia, &decays, &mut inputs)?;
        let labels =
            request.roi.as_deref().map(|path| read_roi(path, decays.grid(), &mut inputs)).transpose()?;
        Ok(Self { request, inputs, decays, tissue, labels })
    }

    fn dose_input(&self) -> DoseInput<'_> {
        DoseInput {
            decays: &self.decays,
            density: &self.tissue.density,
            materials: &self.tissue.materials,
            material_names: self.tissue.names,
            nuclide: &self.request.nuclide,
            labels: self.labels.as_ref(),
        }
    }
}

fn read_decays(request: &SimulateRequest, inputs: &mut Inputs) -> Result<Volume<f32>, Error> {
    let path = &request.tia;
    let stored = inputs.image("time-integrated activity", &path.to_string_lossy(), path)?;
    let scale = request.unit.decays_per_voxel(stored.grid().voxel_volume_ml());
    let wrong = stored.data().iter().position(|value| !(value.is_finite() && *value >= 0.0));
    if let Some(offset) = wrong {
        let found = format!("{} at voxel {:?}", stored.data()[offset], stored.grid().index(offset));
        return Err(Error::input(
            path.display(),
            "time-integrated activity",
            found,
            "finite numbers of at least 0",
        ));
    }
    if stored.data().iter().all(|&value| value == 0.0) {
        let found = "0 in every voxel";
        return Err(Error::input(
            path.display(),
            "time-integrated activity",
            found,
            "at least one voxel above 0",
        ));
    }
    require_right_angles(path, stored.grid())?;
    Ok(stored.map(|&value| (f64::from(value) * scale) as f32))
}

fn read_tissue(request: &SimulateRequest, grid: &Grid, inputs: &mut Inputs) -> Result<TissueMaps, Error> {
    let images = match &request.tissue {
        TissueChoice::Water => return Ok(TissueMaps::water(*grid)),
        TissueChoice::Ct { path, curve } => {
            let written = path.to_string_lossy();
            let (ct, _) = read_ct(&written, path, None, inputs)?;
            TissueImages::from_ct(&written, path, ct, curve, inputs)?
        }
        TissueChoice::Density { path, materials } => {
            let written = materials.as_ref().map(|path| path.to_string_lossy().into_owned());
            let materials = written.as_deref().zip(materials.as_deref());
            TissueImages::from_density(&path.to_string_lossy(), path, materials, inputs)?
        }
    };
    require_overlap(&request.tia, grid, "the CT or density map", images.grid())?;
    if !grid.matches(images.grid(), 1e-2) {
        inputs.warn(
            "the CT or density map lies on another grid; its density was averaged over the dose voxels"
                .into(),
        );
    }
    Ok(images.on_grid(grid))
}

fn read_roi(path: &Path, grid: &Grid, inputs: &mut Inputs) -> Result<Volume<u16>, Error> {
    let written = path.to_string_lossy().into_owned();
    let labels = inputs.labels("regions", &written, path)?;
    if labels.grid().matches(grid, 1e-2) {
        return Ok(Volume::from_fn(*grid, |index| labels[index]));
    }
    inputs.warn(format!("{written}: lies on another grid than the activity; resampled by largest share"));
    let resampled = resample_labels(&labels, grid);
    if resampled.data().iter().all(|&label| label == 0) {
        return Err(Error::input(
            path.display(),
            "position",
            "no label in the activity's grid",
            "labels that overlap with it",
        ));
    }
    for size in label_sizes(&labels).unwrap_or_default() {
        if !resampled.data().contains(&size.label) {
            inputs.warn(format!("{written}: label {} has no voxel on the activity's grid", size.label));
        }
    }
    Ok(resampled)
}

fn settings_json(request: &SimulateRequest) -> serde_json::Value {
    let unit = TiaUnit::NAMES.iter().find(|(_, unit)| *unit == request.unit).map(|(name, _)| *name);
    let tissue = match &request.tissue {
        TissueChoice::Water => serde_json::json!("water"),
        TissueChoice::Ct { path, curve } => serde_json::json!({ "ct": path, "curve": curve.points() }),
        TissueChoice::Density { path, materials } => {
            serde_json::json!({ "density": path, "materials": materials })
        }
    };
    serde_json::json!({
        "tia": request.tia,
        "unit": unit,
        "tissue": tissue,
        "roi": request.roi,
        "nuclide": request.nuclide,
        "stop": request.stop,
        "max_histories": request.max_histories,
        "max_seconds": request.max_seconds,
        "goal": request.measure.to_string(),
        "variance_reduction": request.reductions.to_string(),
    })
}
