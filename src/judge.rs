//! From dose maps to the record of each lesion.

use crate::Error;
use crate::activity::Activity;
use crate::case::Case;
use crate::dose::DoseMaps;
use crate::lesions::{Lesion, Lesions};
use iodose_kinetics::{Fit, Model};
use iodose_report::uncertainty::{Budget, CALIBRATION, DELINEATION, KINETICS, delineation_relative_u};
use iodose_report::{LesionInput, LesionResult, Settings, partial_volume::equivalent_diameter_mm};
use iodose_volume::{Grid, Volume};

/// What a lesion's result is made from, on the dose grid.
pub(crate) struct Evidence<'a> {
    pub(crate) case: &'a Case,
    pub(crate) settings: &'a Settings,
    pub(crate) lesions: &'a Lesions,
    /// Lesion labels on the dose grid.
    pub(crate) labels: &'a Volume<u16>,
    /// Lesions that got the one voxel at their centre.
    pub(crate) kept: &'a [u16],
    /// Share of each lesion that the CT or density map does not show.
    pub(crate) without_tissue: &'a std::collections::BTreeMap<u16, f64>,
    pub(crate) activity: &'a Activity,
    /// Decays (Bq.s) of each voxel of the dose grid.
    pub(crate) decays: &'a Volume<f32>,
    pub(crate) maps: &'a DoseMaps,
}

impl Evidence<'_> {
    pub(crate) fn judge_all(&self) -> Result<Vec<LesionResult>, Error> {
        self.lesions.list.iter().map(|lesion| Ok(self.input(lesion).judge(self.settings)?)).collect()
    }

    fn input(&self, lesion: &Lesion) -> LesionInput {
        let voxels =
            || (0..self.labels.data().len()).filter(|&offset| self.labels.data()[offset] == lesion.label);
        let fit = self.activity.fits.get(&lesion.label);
        let resolution_mm = self.resolution_mm();
        let decays: f64 = voxels().map(|offset| f64::from(self.decays.data()[offset])).sum();
        LesionInput {
            label: lesion.label.into(),
            name: lesion.name.clone(),
            doses: voxels().map(|offset| self.maps.dose.data()[offset]).collect(),
            volume_ml: lesion.volume_ml,
            mean_u_mc: self
                .maps
                .regions
                .iter()
                .find(|region| region.label == lesion.label)
                .map(|region| region.u),
            budget: self.budget(lesion, fit),
            resolution_mm,
            fraction_outside_activity_image: Some(lesion.fraction_outside),
            time_integrated_activity_mbq_h: fit.map(|_| decays / 3.6e9),
            effective_half_life_h: fit.and_then(Fit::effective_half_life_h).map(|(half_life, _)| half_life),
            notes: self.notes(lesion, fit),
            ..LesionInput::default()
        }
    }

    /// The coarsest of the images decides.
    fn resolution_mm(&self) -> Option<f64> {
        let stated: Option<Vec<f64>> = self.case.images.iter().map(|image| image.resolution_mm).collect();
        stated.map(|all| all.into_iter().fold(0.0, f64::max))
    }

    fn budget(&self, lesion: &Lesion, fit: Option<&Fit>) -> Budget {
        // One camera, one calibration: common to all images.
        let calibration: Option<Vec<f64>> =
            self.case.images.iter().map(|image| image.calibration_u).collect();
        let calibration = calibration.map(|all| all.into_iter().fold(0.0, f64::max));
        let diameter = equivalent_diameter_mm(lesion.volume_ml);
        let delineation = self
            .resolution_mm()
            .map(|fwhm| delineation_relative_u(diameter, voxel_mm(self.lesions.labels.grid()), Some(fwhm)));
        let without_u =
            |fit: &Fit| fit.model == Model::SingleTime && self.case.kinetics.effective_half_life_u.is_none();
        let kinetics = fit.filter(|fit| !without_u(fit) && fit.tia_bq_h_per_ml > 0.0);
        Budget::new()
            .with(CALIBRATION, calibration)
            .with(DELINEATION, delineation)
            .with(KINETICS, kinetics.map(|fit| fit.tia_u_bq_h_per_ml / fit.tia_bq_h_per_ml))
    }

    fn notes(&self, lesion: &Lesion, fit: Option<&Fit>) -> Vec<String> {
        let mut notes: Vec<String> =
            fit.iter().flat_map(|fit| &fit.warnings).map(ToString::to_string).collect();
        if self.kept.contains(&lesion.label) {
            notes.push(
                "smaller than a voxel of the dose grid: its dose is that of the one voxel at its centre"
                    .into(),
            );
        }
        if let Some(share) = self.without_tissue.get(&lesion.label) {
            notes.push(format!(
                "{:.0} % of the lesion lies outside the CT or density map; no dose is known there",
                100.0 * share
            ));
        }
        notes
    }
}

/// Side of the cube of a voxel's volume, mm.
fn voxel_mm(grid: &Grid) -> f64 {
    libm::cbrt(grid.voxel_volume_ml() * 1e3)
}
