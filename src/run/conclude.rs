//! From what was read to what is known: dose, lesions, prescription, report, record.

use super::Outcome;
use crate::Error;
use crate::case::{Case, Purpose};
use crate::convergence::Looks;
use crate::curves::fitted_curves;
use crate::dose::{DoseInput, DoseSettings, compute_dose_from};
use crate::judge::{Evidence, emissions};
use crate::keep::Origin;
use crate::meter::Meter;
use crate::methods;
use crate::organs::OrganEvidence;
use crate::prepare::Prepared;
use crate::prescribe::Prescribing;
use crate::record::{Circumstances, Record};
use crate::time_activity::time_activity;
use iodose_physics::Library;
use iodose_report::{PictureSource, Pictures, Projections, Report, Viewer, html};
use iodose_transport::Watch;

impl Prepared<'_> {
    pub(super) fn dose_input(&self) -> DoseInput<'_> {
        self.tissue.dose_input(&self.decays, &self.case.therapy.nuclide, self.labels.as_ref())
    }

    /// In the pool that the caller runs in.
    pub(super) fn dose_settings(&self) -> DoseSettings {
        let transport = &self.case.transport;
        DoseSettings {
            seed: transport.seed,
            stop: transport.stop.with_ceilings(transport.max_histories, transport.max_seconds),
            threads: None,
            measure: transport.goal,
            reductions: transport.variance_reduction,
        }
    }

    pub(super) fn simulate(
        mut self,
        library: &Library,
        origin: &Origin<'_>,
        watch: &dyn Watch,
        meter: &Meter,
    ) -> Result<Outcome, Error> {
        let case = self.case;
        let transport = &case.transport;
        let settings = self.dose_settings();
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
        let source = PictureSource {
            dose: &maps.dose,
            uncertainty: Some(&maps.uncertainty),
            background: Some(self.images.background()),
            labels: self.labels.as_ref(),
        };
        let pictures = Pictures::draw(&source, None, None).map_err(|error| failed(&error))?;
        let projections = Projections::draw(&source, pictures.full_scale).map_err(|error| failed(&error))?;
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
        report.viewer = Viewer::pack(&source, html::room(&report)).map_err(|error| failed(&error))?;
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
