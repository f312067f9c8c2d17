//! The whole job: images to time-integrated activity to dose to lesions to report.

use crate::activity::{Activity, ActivityImages};
use crate::case::{Case, DoseGrid, Purpose, StopRule};
use crate::dose::{DoseInput, DoseMaps, DoseSettings, compute_dose};
use crate::folder::{DOSE, DOSE_PER_ACTIVITY, ResultFolder};
use crate::inputs::{Inputs, require_overlap};
use crate::judge::Evidence;
use crate::lesions::Lesions;
use crate::meter::Meter;
use crate::record::{Circumstances, Record};
use crate::tissue::{TissueImages, TissueMaps};
use crate::{Error, methods};
use iodose_physics::Library;
use iodose_report::{
    Background, DoseBasis, PartialVolumeRule, Pictures, Report, ResponseLimits, Settings, csv, html, json,
};
use iodose_transport::{Stop, Watch};
use iodose_volume::{Grid, Volume, resample_extensive};
use std::path::Path;

/// The largest share of the time-integrated activity that may lie outside the dose grid or the CT.
const MOST_ACTIVITY_OUTSIDE: f64 = 0.5;
/// From this share on it is worth a warning.
const NOTABLE_ACTIVITY_OUTSIDE: f64 = 0.001;

/// What a caller decides rather than the case.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunOptions {
    /// Number of threads; `None` for all.
    pub threads: Option<usize>,
    /// In place of the case's seed.
    pub seed: Option<u64>,
    /// In place of the case's stop rule.
    pub stop: Option<StopRule>,
}

impl RunOptions {
    /// The case with what the caller decided in its place, so that the record shows what was done.
    fn apply(&self, case: &Case) -> Case {
        let mut case = case.clone();
        case.transport.seed = self.seed.unwrap_or(case.transport.seed);
        if let Some(stop) = self.stop {
            case.transport.stop = stop;
            if matches!(stop, StopRule::Histories(_)) {
                // A number of decays needs no ceiling.
                (case.transport.max_histories, case.transport.max_seconds) = (None, None);
            }
        }
        case
    }
}

/// Everything a run found.
#[derive(Debug)]
pub struct Outcome {
    /// Dose and uncertainty on the dose grid, Gy (Gy/GBq where the basis is per activity).
    pub maps: DoseMaps,
    /// Lesion labels on the dose grid, where the case has lesions.
    pub labels: Option<Volume<u16>>,
    /// Lesions, pictures and all that the report shows.
    pub report: Report,
    /// What was done.
    pub record: Record,
}

/// Runs a case without touching the disk beyond its inputs.
///
/// # Errors
/// Everything that [`Error`] names; nothing is written.
pub fn run(
    case: &Case,
    options: &RunOptions,
    library: &Library,
    watch: &dyn Watch,
) -> Result<Outcome, Error> {
    Prepared::read(&options.apply(case), library)?.simulate(options.threads, library, watch)
}

/// Runs a case and writes its results into a folder, which is made where it does not exist. Inputs are read and checked
/// before the folder is touched; each file appears only when it is whole, `run.json` and `report.html` last.
///
/// # Errors
/// Everything that [`Error`] names.
pub fn run_into(
    case: &Case,
    options: &RunOptions,
    folder: &Path,
    library: &Library,
    watch: &dyn Watch,
) -> Result<Outcome, Error> {
    let case = options.apply(case);
    let prepared = Prepared::read(&case, library)?;
    let dose_name = match prepared.settings.basis {
        DoseBasis::PerActivity => DOSE_PER_ACTIVITY,
        DoseBasis::Planned { .. } | DoseBasis::Delivered { .. } => DOSE,
    };
    let folder = ResultFolder::prepare(folder)?;
    folder.refuse_other_dose(dose_name)?;
    let meter = Meter::start();
    let mut outcome = prepared.simulate(options.threads, library, watch)?;
    let failed = |error: &dyn std::fmt::Display| Error::Report(error.to_string());
    let report = &outcome.report;
    folder.write_text("lesions.csv", &csv::lesions_csv(&report.lesions).map_err(|error| failed(&error))?)?;
    folder.write_text("dvh.csv", &csv::dvh_csv(&report.lesions).map_err(|error| failed(&error))?)?;
    folder.write_text("lesions.json", &json::lesions_json(report).map_err(|error| failed(&error))?)?;
    folder.write(dose_name, &outcome.maps, &mut outcome.record, &meter)?;
    folder.write_text("report.html", &html::render(report))?;
    Ok(outcome)
}

/// A case with its files read, checked and brought onto the dose grid.
struct Prepared<'a> {
    case: &'a Case,
    meter: Meter,
    inputs: Inputs,
    settings: Settings,
    tissue: TissueImages,
    on_grid: TissueMaps,
    activity: Activity,
    decays: Volume<f32>,
    lesions: Option<Lesions>,
    labels: Option<Volume<u16>>,
    kept: Vec<u16>,
}

impl<'a> Prepared<'a> {
    fn read(case: &'a Case, library: &Library) -> Result<Self, Error> {
        let meter = Meter::start();
        let settings = settings(case)?;
        library.nuclide(&case.therapy.nuclide)?;
        library.nuclide(&case.images[0].nuclide)?;
        let mut inputs = Inputs::default();
        let images = ActivityImages::read(case, &mut inputs)?;
        let tissue = TissueImages::of_case(case, &mut inputs)?;
        require_overlap(
            &case.images[0].path.resolved,
            images.grid(),
            "the CT or density map",
            tissue.grid(),
        )?;
        let lesions = case.lesions.as_ref().map(|section| Lesions::read(section, images.grid(), &mut inputs));
        let lesions = lesions.transpose()?;

        let image_labels = match &lesions {
            Some(lesions) => lesions.on_grid(images.grid()).0,
            None => Volume::filled(*images.grid(), 0),
        };
        let activity = images.integrate(case, &image_labels, lesions.as_ref(), library, &mut inputs)?;
        let grid = dose_grid(case, images.grid(), tissue.grid())?;
        let decays = decays_on_grid(&activity.tia, &grid, &mut inputs)?;
        let on_grid = tissue.on_grid(&grid);
        check_coverage(case, &decays, &on_grid, &mut inputs)?;
        let (labels, kept) = match &lesions {
            Some(lesions) => {
                let (labels, kept) = lesions.on_grid(&grid);
                (Some(labels), kept)
            }
            None => (None, Vec::new()),
        };
        for lesion in
            lesions.iter().flat_map(|lesions| &lesions.list).filter(|lesion| lesion.fraction_outside > 0.0)
        {
            inputs.warn(format!(
                "{}: {:.0} % of the lesion lies outside the activity image",
                lesion.name,
                100.0 * lesion.fraction_outside
            ));
        }
        Ok(Self { case, meter, inputs, settings, tissue, on_grid, activity, decays, lesions, labels, kept })
    }

    fn simulate(
        mut self,
        threads: Option<usize>,
        library: &Library,
        watch: &dyn Watch,
    ) -> Result<Outcome, Error> {
        let case = self.case;
        let seed = case.transport.seed;
        let input = DoseInput {
            decays: &self.decays,
            density: &self.on_grid.density,
            materials: &self.on_grid.materials,
            material_names: self.on_grid.names,
            nuclide: &case.therapy.nuclide,
            labels: self.labels.as_ref(),
        };
        let maps = compute_dose(&input, &DoseSettings { seed, stop: stop(case), threads }, library, watch)?;
        warn_of_a_missed_goal(case, &maps, &mut self.inputs);

        let lesions = match (&self.lesions, &self.labels) {
            (Some(lesions), Some(labels)) => Evidence {
                case,
                settings: &self.settings,
                lesions,
                labels,
                kept: &self.kept,
                activity: &self.activity,
                decays: &self.decays,
                maps: &maps,
            }
            .judge_all()?,
            _ => Vec::new(),
        };
        let background = match &self.tissue.ct {
            Some(ct) => Background::ct(ct),
            None => Background::density(self.tissue.density()),
        };
        let pictures = Pictures::draw(&maps.dose, Some(background), self.labels.as_ref(), None, None)
            .map_err(|error| Error::Report(error.to_string()))?;
        let report = Report {
            case_id: case.header.id.clone(),
            purpose: purpose(case).into(),
            nuclide: case.therapy.nuclide.clone(),
            settings: self.settings,
            lesions,
            pictures: Some(pictures),
            inputs: self.inputs.files.clone(),
            parameters: methods::parameters(case, self.decays.grid(), seed, &maps.statistics),
            warnings: self.inputs.warnings.clone(),
            methods: methods::paragraphs(case),
            version: crate::VERSION.into(),
        };
        let settings = serde_json::to_value(case).map_err(|error| Error::Report(error.to_string()))?;
        let circumstances = Circumstances {
            dose_basis: self.settings.basis.describe(),
            seed,
            settings,
            inputs: self.inputs.files,
            warnings: self.inputs.warnings,
            time_integrated_activity: self.decays.data().iter().map(|&value| f64::from(value)).sum(),
        };
        let record = Record::new(circumstances, &maps.statistics, &maps.regions, &self.meter);
        Ok(Outcome { maps, labels: self.labels, report, record })
    }
}

fn purpose(case: &Case) -> &'static str {
    match case.header.purpose {
        Purpose::PreTherapy => "pre-therapy",
        Purpose::PostTherapy => "post-therapy",
    }
}

fn settings(case: &Case) -> Result<Settings, Error> {
    let basis = match (case.header.purpose, case.therapy.activity_gbq) {
        (Purpose::PreTherapy, Some(activity_gbq)) => DoseBasis::Planned { activity_gbq },
        (Purpose::PreTherapy, None) => DoseBasis::PerActivity,
        (Purpose::PostTherapy, activity_gbq) => DoseBasis::Delivered { activity_gbq },
    };
    let in_report = |error: &dyn std::fmt::Display| {
        Error::input(&case.header.id, "report", error, "limits as documented for the case file")
    };
    let [low, high] = case.report.response_limits_gy;
    Ok(Settings {
        basis,
        partial_volume: PartialVolumeRule::new(
            case.report.partial_volume_mm,
            case.report.partial_volume_fwhm_factor,
        )
        .map_err(|error| in_report(&error))?,
        response: ResponseLimits::new(low, high).map_err(|error| in_report(&error))?,
    })
}

fn stop(case: &Case) -> Stop {
    match case.transport.stop {
        StopRule::Histories(histories) => Stop::Histories(histories),
        StopRule::Uncertainty(target) => Stop::Uncertainty {
            target,
            max_histories: case.transport.max_histories,
            max_seconds: case.transport.max_seconds,
        },
    }
}

fn dose_grid(case: &Case, activity: &Grid, tissue: &Grid) -> Result<Grid, Error> {
    Ok(match case.transport.grid {
        DoseGrid::Activity => *activity,
        DoseGrid::Ct => *tissue,
        DoseGrid::Spacing(spacing) => activity.with_spacing(spacing)?,
    })
}

/// Decays (Bq.s) of each voxel of the dose grid from a map in Bq.s/mL; the total is kept but for what lies outside.
fn decays_on_grid(tia: &Volume<f32>, grid: &Grid, inputs: &mut Inputs) -> Result<Volume<f32>, Error> {
    let voxel_ml = tia.grid().voxel_volume_ml();
    let per_voxel: Volume<f64> = tia.map(|&value| f64::from(value) * voxel_ml);
    let total: f64 = per_voxel.data().iter().sum();
    let resampled = resample_extensive(&per_voxel, grid);
    let outside = resampled.outside / total;
    if outside > MOST_ACTIVITY_OUTSIDE {
        let found = format!("{:.0} % of the time-integrated activity outside it", 100.0 * outside);
        return Err(Error::input("dose grid", "transport.grid", found, "at most 50 %"));
    }
    if outside > NOTABLE_ACTIVITY_OUTSIDE {
        inputs.warn(format!(
            "{:.1} % of the time-integrated activity lies outside the dose grid and is not simulated",
            100.0 * outside
        ));
    }
    Ok(resampled.volume.map(|&value| value as f32))
}

/// Activity where the CT says nothing would be simulated in air.
fn check_coverage(
    case: &Case,
    decays: &Volume<f32>,
    tissue: &TissueMaps,
    inputs: &mut Inputs,
) -> Result<(), Error> {
    let (mut total, mut uncovered) = (0.0, 0.0);
    for (&decays, &covered) in decays.data().iter().zip(tissue.covered.data()) {
        total += f64::from(decays);
        uncovered += f64::from(decays) * (1.0 - f64::from(covered));
    }
    let share = uncovered / total;
    if share > MOST_ACTIVITY_OUTSIDE {
        let found =
            format!("{:.0} % of the time-integrated activity outside the CT or density map", 100.0 * share);
        let file = case.images[0].path.resolved.display();
        return Err(Error::input(
            file,
            "position",
            found,
            "at most 50 %; are they in one frame of reference?",
        ));
    }
    if share > NOTABLE_ACTIVITY_OUTSIDE {
        inputs.warn(format!(
            "{:.1} % of the time-integrated activity lies outside the CT or density map and is simulated in air",
            100.0 * share
        ));
    }
    Ok(())
}

fn warn_of_a_missed_goal(case: &Case, maps: &DoseMaps, inputs: &mut Inputs) {
    let reached = maps.statistics.mean_rel_uncertainty;
    if let StopRule::Uncertainty(target) = case.transport.stop
        && reached > target
    {
        inputs.warn(format!(
            "the run ended at its ceiling with a mean voxel uncertainty of {:.2} %, above the {:.2} % asked for",
            100.0 * reached,
            100.0 * target
        ));
    }
}
