//! `iodose simulate`

use crate::arguments::Console;
use crate::checkpoint::{CheckpointOptions, origin};
use crate::console::{print, tell_warnings};
use crate::effort::Effort;
use crate::progress::Bar;
use clap::Args;
use iodose::io::HuCurve;
use iodose::physics::Library;
use iodose::{
    Error, Given, Origin, PartFile, SimulateRequest, TiaUnit, TissueChoice, simulate_from, simulate_share,
};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Where results go when nothing is said.
pub(crate) const DEFAULT_FOLDER: &str = "iodose-simulate";

#[derive(Debug, Args)]
#[group(id = "tissue", required = true, multiple = false, args = ["density", "ct", "water"])]
pub(crate) struct SimulateOptions {
    /// Map of time-integrated activity (NIfTI or MetaImage); its grid is the dose grid
    #[arg(long, value_name = "TIA")]
    tia: PathBuf,
    /// Unit of the map: Bq.s/mL, MBq.h/mL or Bq.s/voxel
    #[arg(long, value_name = "U", value_parser = unit)]
    unit: TiaUnit,
    /// Map of mass density in g/cm3 (NIfTI or MetaImage); materials by density: air < 0.05, lung < 0.7, soft-tissue < 1.2, bone-cortical
    #[arg(long, value_name = "RHO")]
    density: Option<PathBuf>,
    /// Label map of materials: 1 water, 2 soft-tissue, 3 lung, 4 adipose, 5 muscle, 6 blood, 7 bone-compact,
    /// 8 bone-cortical, 9 air; 0 by density
    #[arg(long, value_name = "LABELS", requires = "density", conflicts_with_all = ["ct", "water"])]
    materials: Option<PathBuf>,
    /// CT in HU (NIfTI, MetaImage or DICOM folder)
    #[arg(long, value_name = "CT")]
    ct: Option<PathBuf>,
    /// Curve from HU to density: default, schneider2000, or a CSV file of HU,g/cm3
    #[arg(long, value_name = "CURVE", conflicts_with_all = ["density", "water"], default_value = "default")]
    curve: String,
    /// Water of 1 g/cm3 everywhere
    #[arg(long)]
    water: bool,
    /// Nuclide
    #[arg(long, value_name = "NAME", default_value = "I-131")]
    nuclide: String,
    /// Label map of the voxels whose uncertainty counts; mean doses are written for each label
    #[arg(long, value_name = "LABELS")]
    roi: Option<PathBuf>,
    /// Folder for the results [default: iodose-simulate]
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    effort: Effort,
    #[command(flatten)]
    pub(crate) checkpoint: CheckpointOptions,
}

pub(crate) fn simulate(options: &SimulateOptions, console: &Console, library: &Library) -> Result<(), Error> {
    let checkpoint = options.checkpoint.checkpoint();
    let origin = origin(checkpoint.as_ref(), console.quiet);
    let folder = options.output.as_deref().unwrap_or(Path::new(DEFAULT_FOLDER));
    finish(options, &origin, folder, console, library)
}

/// Simulates a share.
pub(crate) fn share(
    options: &SimulateOptions,
    part: &PartFile,
    console: &Console,
    library: &Library,
) -> Result<(), Error> {
    let request = request(options)?;
    let bar = Bar::new(console);
    let result = simulate_share(&request, part, library, &bar);
    bar.finish();
    result
}

fn request(options: &SimulateOptions) -> Result<SimulateRequest, Error> {
    let effort = &options.effort;
    let request = SimulateRequest::new(options.tia.clone(), options.unit, tissue(options)?, &options.nuclide);
    Ok(SimulateRequest {
        roi: options.roi.clone().map(Given::File),
        seed: effort.seed.unwrap_or(request.seed),
        stop: effort.rule().unwrap_or(request.stop),
        max_histories: effort.max_histories,
        max_seconds: effort.max_seconds,
        threads: effort.threads(),
        measure: effort.goal.unwrap_or(request.measure),
        reductions: effort.variance_reduction.unwrap_or(request.reductions),
        ..request
    })
}

/// Simulates from what was found before.
pub(crate) fn finish(
    options: &SimulateOptions,
    origin: &Origin<'_>,
    folder: &Path,
    console: &Console,
    library: &Library,
) -> Result<(), Error> {
    let request = request(options)?;
    let bar = Bar::new(console);
    let result = simulate_from(&request, origin, folder, library, &bar);
    bar.finish();
    let (maps, record) = result?;
    if console.quiet {
        return Ok(());
    }
    tell_warnings(&record.warnings);
    let statistics = &maps.statistics;
    let mut text = format!(
        "{} decays, mean uncertainty {:.2} %\n",
        statistics.decays,
        100.0 * statistics.mean_rel_uncertainty
    );
    for region in &maps.regions {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "region {}: {:.5e} Gy, Monte Carlo uncertainty (k=1) {:.1e} Gy",
            region.label, region.mean, region.u
        );
    }
    let _ = writeln!(text, "dose: {}", folder.join(iodose::DOSE).display());
    print(&text)
}

fn tissue(options: &SimulateOptions) -> Result<TissueChoice, Error> {
    Ok(match (&options.density, &options.ct) {
        (Some(path), _) => TissueChoice::Density {
            density: path.clone().into(),
            materials: options.materials.clone().map(Given::File),
        },
        (None, Some(path)) => TissueChoice::Ct { ct: path.clone().into(), curve: curve(&options.curve)? },
        (None, None) => TissueChoice::Water,
    })
}

fn curve(text: &str) -> Result<HuCurve, Error> {
    Ok(match text {
        "default" => HuCurve::Default,
        "schneider2000" => HuCurve::Schneider2000,
        file => HuCurve::from_csv(Path::new(file))?,
    })
}

fn unit(text: &str) -> Result<TiaUnit, String> {
    let known = TiaUnit::NAMES.iter().find(|(name, _)| *name == text);
    known.map(|(_, unit)| *unit).ok_or_else(|| "expected Bq.s/mL, MBq.h/mL or Bq.s/voxel".into())
}
