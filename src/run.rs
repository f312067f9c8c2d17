//! The whole job: images to time-integrated activity to dose to lesions to report.

use crate::case::{Case, Purpose, StopRule};
use crate::convergence::Looks;
use crate::curves::fitted_curves;
use crate::dose::{DoseInput, DoseMaps, DoseSettings, compute_dose_from, compute_share};
use crate::folder::{
    DOSE, DOSE_DICOM, DOSE_PER_ACTIVITY, DVH, LESIONS_CSV, LESIONS_JSON, ORGANS_CSV, ORGANS_DVH,
    PRESCRIPTION_CSV, PRESCRIPTION_JSON, RECORD, REPORT, REPORT_JSON, ResultFolder, UNCERTAINTY,
    UNCERTAINTY_DICOM, write_maps, write_record, write_text,
};
use crate::judge::{Evidence, emissions};
use crate::keep::{Origin, PartFile};
use crate::meter::Meter;
use crate::organs::OrganEvidence;
use crate::prepare::Prepared;
use crate::prescribe::Prescribing;
use crate::record::{Circumstances, Record};
use crate::rtdose::DoseRecord;
use crate::time_activity::time_activity;
use crate::{Error, methods};
use iodose_dicom::Private;
use iodose_physics::Library;
use iodose_report::{
    DoseBasis, Pictures, Projections, Report, Viewer, ViewerSource, csv, html, json, stored,
};
use iodose_transport::{Measure, Reductions, Watch};
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
    Prepared::read(&case, library)?.simulate(options.threads, library, &Origin::Nothing, watch, &meter)
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
    let mut prepared = Prepared::read(&case, library)?;
    let patient = prepared.patient.take().filter(|_| options.identify);
    if options.identify && patient.is_none() {
        let expected = "a DICOM image in the patient space of the dose that states one";
        return Err(Error::input("--identify", "(0010,0020) PatientID", "none in the inputs", expected));
    }
    let dose_name = match prepared.settings.basis {
        DoseBasis::PerActivity => DOSE_PER_ACTIVITY,
        DoseBasis::Planned { .. } | DoseBasis::Delivered { .. } => DOSE,
    };
    let folder = ResultFolder::prepare(folder)?;
    let mut names = vec![dose_name, UNCERTAINTY, RECORD, LESIONS_CSV, LESIONS_JSON, DVH, REPORT, REPORT_JSON];
    if prepared.lesions.is_some() {
        names.extend([PRESCRIPTION_JSON, PRESCRIPTION_CSV]);
    }
    if !case.organs.is_empty() {
        names.extend([ORGANS_CSV, ORGANS_DVH]);
    }
    let dose_record = prepared.dose_record.take();
    if dose_record.is_some() {
        names.extend([DOSE_DICOM, UNCERTAINTY_DICOM]);
    }
    folder.refuse_results_beside(&names)?;
    let mut outcome = prepared.simulate(options.threads, library, origin, watch, &meter)?;
    if dose_record.is_some() {
        outcome.record.conversions.extend(DoseRecord::note(&outcome.maps));
    }
    let failed = |error: &dyn std::fmt::Display| Error::Report(error.to_string());
    folder.write(|folder| {
        let report = &outcome.report;
        let lesions = &report.lesions;
        write_maps(folder, dose_name, &outcome.maps)?;
        dose_record.iter().try_for_each(|record| record.write(folder, &outcome.maps))?;
        outcome.record.measure(&meter);
        write_record(folder, &outcome.record)?;
        write_text(folder, LESIONS_CSV, &csv::lesions_csv(lesions).map_err(|error| failed(&error))?)?;
        write_text(folder, LESIONS_JSON, &json::lesions_json(report).map_err(|error| failed(&error))?)?;
        write_text(folder, DVH, &csv::dvh_csv(lesions).map_err(|error| failed(&error))?)?;
        if let Some(table) = &report.prescription {
            write_text(folder, PRESCRIPTION_JSON, &table.json().map_err(|error| failed(&error))?)?;
            write_text(folder, PRESCRIPTION_CSV, &table.csv().map_err(|error| failed(&error))?)?;
        }
        if !report.organs.is_empty() {
            let organs = &report.organs;
            write_text(folder, ORGANS_CSV, &csv::lesions_csv(organs).map_err(|error| failed(&error))?)?;
            write_text(folder, ORGANS_DVH, &csv::dvh_csv(organs).map_err(|error| failed(&error))?)?;
        }
        write_text(folder, REPORT_JSON, &stored::report_json(report).map_err(|error| failed(&error))?)?;
        write_text(folder, REPORT, &rendered(&mut outcome.report, patient.as_ref()))
    })?;
    origin.done();
    Ok(outcome)
}

/// The report's page, which alone names a patient who is to be identified.
fn rendered(report: &mut Report, patient: Option<&Private>) -> String {
    let pseudonym = report.case_id.clone();
    if let Some(patient) = patient {
        report.case_id = format!("{pseudonym} (PatientID {})", patient.reveal());
    }
    let page = html::render(report);
    report.case_id = pseudonym;
    page
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
    let ready = Prepared::read(&case, library)?;
    compute_share(&ready.dose_input(), &ready.dose_settings(options.threads), library, part, watch)
}

impl Prepared<'_> {
    fn dose_input(&self) -> DoseInput<'_> {
        self.tissue.dose_input(&self.decays, &self.case.therapy.nuclide, self.labels.as_ref())
    }

    fn dose_settings(&self, threads: Option<usize>) -> DoseSettings {
        let transport = &self.case.transport;
        DoseSettings {
            seed: transport.seed,
            stop: transport.stop.with_ceilings(transport.max_histories, transport.max_seconds),
            threads,
            measure: transport.goal,
            reductions: transport.variance_reduction,
        }
    }

    fn simulate(
        mut self,
        threads: Option<usize>,
        library: &Library,
        origin: &Origin<'_>,
        watch: &dyn Watch,
        meter: &Meter,
    ) -> Result<Outcome, Error> {
        let case = self.case;
        let transport = &case.transport;
        let settings = self.dose_settings(threads);
        let looks = Looks::new(watch);
        let maps = compute_dose_from(&self.dose_input(), &settings, library, origin, &looks)?;
        let statistics = &maps.statistics;
        let looks = looks.with_last(statistics.decays, statistics.goal_uncertainty);
        if let Some(warning) = transport.stop.shortfall(statistics.decays, statistics.goal_uncertainty) {
            self.inputs.warn(warning);
        }
        statistics.warnings().into_iter().for_each(|warning| self.inputs.warn(warning));
        let corrected = self.correct(&maps, &settings, library, watch)?;
        let mut lesions = match (&self.lesions, &self.labels) {
            (Some(lesions), Some(labels)) => {
                let emissions = emissions(library.nuclide(&case.therapy.nuclide)?);
                let (prepared, corrected, maps) = (&self, &corrected, &maps);
                Evidence { prepared, lesions, labels, corrected, maps, emissions }.judge_all()?
            }
            _ => Vec::new(),
        };
        let organs = self.organs.judge(&OrganEvidence {
            case,
            settings: &self.settings,
            activity: &self.activity,
            decays: &self.decays,
            maps: &maps,
        })?;
        let prescribing = Prescribing {
            case,
            basis: self.settings.basis,
            lesions: &lesions,
            organs: &organs,
            blood: &self.blood,
            labels: self.labels.as_ref(),
            dose: &maps.dose,
        };
        prescribing.warnings().into_iter().for_each(|warning| self.inputs.warn(warning));
        let prescription = self.lesions.is_some().then(|| prescribing.table());
        if let Some(table) = &prescription {
            table.mark(&mut lesions);
        }
        let failed = |error: &dyn std::fmt::Display| Error::Report(error.to_string());
        let background = Some(self.images.background());
        let labels = self.labels.as_ref();
        let pictures =
            Pictures::draw(&maps.dose, background, labels, None, None).map_err(|error| failed(&error))?;
        let projections = Projections::draw(&maps.dose, Some(&maps.uncertainty), labels, pictures.full_scale)
            .map_err(|error| failed(&error))?;
        let lesion_labels = self.lesions.iter().flat_map(|lesions| &lesions.list).map(|lesion| lesion.label);
        let mut report = Report {
            case_id: case.header.id.clone(),
            purpose: purpose(case).into(),
            nuclide: case.therapy.nuclide.clone(),
            settings: self.settings,
            lesions,
            organs,
            prescription,
            pictures: Some(pictures),
            viewer: None,
            projections: Some(projections),
            time_activity: time_activity(&self.activity, lesion_labels),
            overlays: Some(self.overlays),
            positions: self.positions,
            inputs: self.inputs.files.clone(),
            parameters: methods::parameters(
                case,
                &self.times_h,
                self.decays.grid(),
                transport.seed,
                statistics,
            ),
            warnings: self.inputs.warnings.clone(),
            methods: methods::paragraphs(case),
            version: crate::VERSION.into(),
        };
        let volumes =
            ViewerSource { dose: &maps.dose, uncertainty: Some(&maps.uncertainty), background, labels };
        report.viewer = Viewer::pack(&volumes, html::room(&report)).map_err(|error| failed(&error))?;
        let circumstances = Circumstances {
            dose_basis: self.settings.basis.describe(),
            seed: transport.seed,
            settings: serde_json::to_value(case).map_err(|error| Error::Report(error.to_string()))?,
            inputs: self.inputs.files,
            conversions: self.inputs.conversions,
            warnings: self.inputs.warnings,
            time_integrated_activity: self.decays.data().iter().map(|&value| f64::from(value)).sum(),
        };
        let mut record = Record::new(circumstances, statistics, &maps.regions, meter);
        record.convergence = looks;
        record.kinetics = fitted_curves(&self.activity, self.lesions.as_ref());
        for curve in &mut record.kinetics {
            if let Some(name) = self.organs.name_of(curve.label) {
                curve.name = name.to_owned();
            }
        }
        record.verdict = report.prescription.as_ref().map(|table| table.verdict.clone());
        Ok(Outcome { maps, labels: self.labels, report, record })
    }
}

fn purpose(case: &Case) -> &'static str {
    match case.header.purpose {
        Purpose::PreTherapy => "pre-therapy",
        Purpose::PostTherapy => "post-therapy",
    }
}
