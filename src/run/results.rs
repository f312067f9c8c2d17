//! The files of a run.

use super::{Outcome, RunOptions};
use crate::Error;
use crate::folder::{
    DOSE, DOSE_DICOM, DOSE_PER_ACTIVITY, DVH, LESIONS_CSV, LESIONS_JSON, ORGANS_CSV, ORGANS_DVH,
    PRESCRIPTION_CSV, PRESCRIPTION_JSON, RECORD, REPORT, REPORT_JSON, UNCERTAINTY, UNCERTAINTY_DICOM,
    write_maps, write_record, write_text,
};
use crate::meter::Meter;
use crate::prepare::Prepared;
use crate::rtdose::DoseRecord;
use iodose_dicom::Private;
use iodose_report::{DoseBasis, Report, csv, html, json, stored};
use std::fmt::Display;
use std::path::Path;

/// Which files a run writes, and what only they hold.
pub(super) struct Results {
    dose_name: &'static str,
    has_lesions: bool,
    has_organs: bool,
    /// For doses as DICOM.
    dose_record: Option<DoseRecord>,
    /// Whom the report names.
    patient: Option<Private>,
}

impl Results {
    /// Takes out of what was read what only the files need.
    ///
    /// # Errors
    /// A patient who is to be identified and whom no input names.
    pub(super) fn of(prepared: &mut Prepared<'_>, options: &RunOptions) -> Result<Self, Error> {
        let patient = prepared.patient.take().filter(|_| options.identify);
        if options.identify && patient.is_none() {
            let expected = "a DICOM image in the patient space of the dose that states one";
            return Err(Error::input("--identify", "(0010,0020) PatientID", "none in the inputs", expected));
        }
        let dose_name = match prepared.settings.basis {
            DoseBasis::PerActivity => DOSE_PER_ACTIVITY,
            DoseBasis::Planned { .. } | DoseBasis::Delivered { .. } => DOSE,
        };
        let dose_record = prepared.dose_record.take();
        let has_organs = !prepared.case.organs.is_empty();
        Ok(Self { dose_name, has_lesions: prepared.lesions.is_some(), has_organs, dose_record, patient })
    }

    pub(super) fn names(&self) -> Vec<&'static str> {
        let mut names =
            vec![self.dose_name, UNCERTAINTY, RECORD, LESIONS_CSV, LESIONS_JSON, DVH, REPORT, REPORT_JSON];
        if self.has_lesions {
            names.extend([PRESCRIPTION_JSON, PRESCRIPTION_CSV]);
        }
        if self.has_organs {
            names.extend([ORGANS_CSV, ORGANS_DVH]);
        }
        if self.dose_record.is_some() {
            names.extend([DOSE_DICOM, UNCERTAINTY_DICOM]);
        }
        names
    }

    /// Writes them all; the record gets the time it took.
    pub(super) fn write(&self, folder: &Path, outcome: &mut Outcome, meter: &Meter) -> Result<(), Error> {
        write_maps(folder, self.dose_name, &outcome.maps)?;
        if let Some(record) = &self.dose_record {
            record.write(folder, &outcome.maps)?;
            outcome.record.conversions.extend(DoseRecord::note(&outcome.maps));
        }
        outcome.record.measure(meter);
        write_record(folder, &outcome.record)?;
        write_tables(folder, &outcome.report)?;
        write_text(folder, REPORT, &page(&mut outcome.report, self.patient.as_ref()))
    }
}

fn write_tables(folder: &Path, report: &Report) -> Result<(), Error> {
    let Report { lesions, organs, .. } = report;
    write_text(folder, LESIONS_CSV, &made(csv::lesions_csv(lesions))?)?;
    write_text(folder, LESIONS_JSON, &made(json::lesions_json(report))?)?;
    write_text(folder, DVH, &made(csv::dvh_csv(lesions))?)?;
    if let Some(table) = &report.prescription {
        write_text(folder, PRESCRIPTION_JSON, &made(table.json())?)?;
        write_text(folder, PRESCRIPTION_CSV, &made(table.csv())?)?;
    }
    if !organs.is_empty() {
        write_text(folder, ORGANS_CSV, &made(csv::lesions_csv(organs))?)?;
        write_text(folder, ORGANS_DVH, &made(csv::dvh_csv(organs))?)?;
    }
    write_text(folder, REPORT_JSON, &made(stored::report_json(report))?)
}

fn made<E: Display>(text: Result<String, E>) -> Result<String, Error> {
    text.map_err(|error| Error::Report(error.to_string()))
}

/// The report's page, which alone names a patient who is to be identified.
fn page(report: &mut Report, patient: Option<&Private>) -> String {
    let pseudonym = report.case_id.clone();
    if let Some(patient) = patient {
        report.case_id = format!("{pseudonym} (PatientID {})", patient.reveal());
    }
    let page = html::render(report);
    report.case_id = pseudonym;
    page
}
