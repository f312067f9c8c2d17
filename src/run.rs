//! The whole job: images to time-integrated activity to dose to lesions to report.

mod conclude;
mod results;

use self::results::Results;
use crate::Error;
use crate::case::{Case, StopRule};
use crate::dose::{DoseMaps, compute_share};
use crate::folder::ResultFolder;
use crate::keep::{Origin, PartFile};
use crate::meter::Meter;
use crate::prepare::Prepared;
use crate::record::Record;
use iodose_physics::Library;
use iodose_report::Report;
use iodose_transport::{Measure, Reductions, Watch, with_threads};
use iodose_volume::Volume;
use std::path::Path;

/// What a caller decides rather than the case.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunOptions {
    /// Number of threads; `None` for all.
    pub threads: Option<usize>,
    /// In place of the case's seed.
    pub seed: Option<u64>,
    /// In place of the case's stop rule.
    pub stop: Option<StopRule>,
    /// In place of the case's ceiling in decays.
    pub max_histories: Option<u64>,
    /// In place of the case's ceiling in seconds.
    pub max_seconds: Option<f64>,
    /// In place of the case's goal.
    pub measure: Option<Measure>,
    /// In place of the case's variance reduction.
    pub reductions: Option<Reductions>,
    /// The report names the patient by PatientID beside the case's pseudonym; no other file does.
    pub identify: bool,
}

impl RunOptions {
    /// The case with what the caller decided in its place, so that the record shows what was done.
    pub(crate) fn apply(&self, case: &Case) -> Result<Case, Error> {
        let mut case = case.clone();
        let transport = &mut case.transport;
        transport.seed = self.seed.unwrap_or(transport.seed);
        transport.stop = self.stop.unwrap_or(transport.stop);
        transport.goal = self.measure.unwrap_or(transport.goal);
        transport.variance_reduction = self.reductions.unwrap_or(transport.variance_reduction);
        transport.max_seconds = self.max_seconds.or(transport.max_seconds);
        transport.max_histories = match (transport.stop, self.max_histories) {
            (StopRule::Histories(histories), Some(ceiling)) => {
                let found = format!("a ceiling of {ceiling} decays beside histories = {histories}");
                return Err(Error::input(
                    &case.file,
                    "transport.max_histories",
                    found,
                    "only one of the two",
                ));
            }
            // A number of decays needs no ceiling.
            (StopRule::Histories(_), None) => None,
            (StopRule::Uncertainty(_), ceiling) => ceiling.or(transport.max_histories),
        };
        Ok(case)
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
    let meter = Meter::start();
    let case = options.apply(case)?;
    let work = || Prepared::read(&case, library)?.simulate(library, &Origin::Nothing, watch, &meter);
    with_threads(options.threads, work)?
}

/// Runs a case and writes its results into a folder, which is made where it does not exist. Inputs are read and checked
/// before the folder is touched, and the files appear in it together, at the end.
///
/// # Errors
/// Everything that [`Error`] names; a folder with results of an earlier run that the new ones would not replace.
pub fn run_into(
    case: &Case,
    options: &RunOptions,
    folder: &Path,
    library: &Library,
    watch: &dyn Watch,
) -> Result<Outcome, Error> {
    run_from(case, options, &Origin::Nothing, folder, library, watch)
}

/// [`run_into`] that begins with what was found before.
///
/// # Errors
/// Those of [`run_into`]; a checkpoint or parts of another run.
pub fn run_from(
    case: &Case,
    options: &RunOptions,
    origin: &Origin<'_>,
    folder: &Path,
    library: &Library,
    watch: &dyn Watch,
) -> Result<Outcome, Error> {
    let meter = Meter::start();
    let case = options.apply(case)?;
    let work = || {
        let mut prepared = Prepared::read(&case, library)?;
        let results = Results::of(&mut prepared, options)?;
        let folder = ResultFolder::prepare(folder)?;
        folder.refuse_results_beside(&results.names())?;
        let mut outcome = prepared.simulate(library, origin, watch, &meter)?;
        folder.write(|folder| results.write(folder, &mut outcome, &meter))?;
        origin.done();
        Ok(outcome)
    };
    with_threads(options.threads, work)?
}

/// Simulates a share of a case's decays and writes its sums into a file, for [`run_from`] to put together.
///
/// # Errors
/// Those of [`run`]; a case or options that do not say how many decays there are.
pub fn run_share(
    case: &Case,
    options: &RunOptions,
    part: &PartFile,
    library: &Library,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let case = options.apply(case)?;
    let work = || {
        let ready = Prepared::read(&case, library)?;
        compute_share(&ready.dose_input(), &ready.dose_settings(), library, part, watch)
    };
    with_threads(options.threads, work)?
}
