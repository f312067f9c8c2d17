//! The engine alone: one map of time-integrated activity in, dose out on its grid.

mod ready;
mod request;

pub use request::{SimulateRequest, TiaUnit, TissueChoice};

use crate::Error;
use crate::convergence::Looks;
use crate::dose::{DoseMaps, compute_dose_from, compute_share};
use crate::folder::{DOSE, RECORD, ResultFolder, UNCERTAINTY, write_maps, write_record};
use crate::keep::{Origin, PartFile, Parts};
use crate::meter::Meter;
use crate::record::{Circumstances, Record};
use iodose_physics::Library;
use iodose_transport::Watch;
use ready::Ready;
use std::path::Path;

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
    let (maps, mut record) = ready.compute(origin, library, watch, &meter)?;
    folder.write(|folder| {
        write_maps(folder, DOSE, &maps)?;
        record.measure(&meter);
        write_record(folder, &record)
    })?;
    origin.done();
    Ok((maps, record))
}

/// Simulates and writes nothing.
///
/// # Errors
/// Everything that [`Error`] names.
pub fn simulate(
    request: &SimulateRequest,
    library: &Library,
    watch: &dyn Watch,
) -> Result<(DoseMaps, Record), Error> {
    let meter = Meter::start();
    Ready::read(request, library)?.compute(&Origin::Nothing, library, watch, &meter)
}

/// [`simulate`] from the parts that [`simulate_share`] wrote: the result of the run that they are shares of.
///
/// # Errors
/// Those of [`simulate`]; parts of another run.
pub fn simulate_merged(
    request: &SimulateRequest,
    parts: &Parts,
    library: &Library,
    watch: &dyn Watch,
) -> Result<(DoseMaps, Record), Error> {
    let meter = Meter::start();
    Ready::read(request, library)?.compute(&Origin::Parts(parts), library, watch, &meter)
}

impl Ready<'_> {
    fn compute(
        self,
        origin: &Origin<'_>,
        library: &Library,
        watch: &dyn Watch,
        meter: &Meter,
    ) -> Result<(DoseMaps, Record), Error> {
        let request = self.request;
        let looks = Looks::new(watch);
        let maps = compute_dose_from(&self.dose_input(), &request.dose_settings(), library, origin, &looks)?;
        let Ready { mut inputs, decays, .. } = self;
        let statistics = &maps.statistics;
        if let Some(warning) = request.stop.shortfall(statistics.decays, statistics.goal_uncertainty) {
            inputs.warn(warning);
        }
        statistics.warnings().into_iter().for_each(|warning| inputs.warn(warning));
        let circumstances = Circumstances {
            dose_basis: "absorbed dose of the time-integrated activity given".into(),
            seed: request.seed,
            settings: request.json(),
            inputs: inputs.files,
            conversions: inputs.conversions,
            warnings: inputs.warnings,
            time_integrated_activity: decays.data().iter().map(|&value| f64::from(value)).sum(),
        };
        let mut record = Record::new(circumstances, statistics, &maps.regions, meter);
        record.convergence = looks.with_last(statistics.decays, statistics.goal_uncertainty);
        Ok((maps, record))
    }
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
