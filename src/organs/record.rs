//! The record of an organ, which is that of a lesion without partial-volume correction.

use super::{Organs, Region};
use crate::Error;
use crate::activity::Activity;
use crate::case::Case;
use crate::dose::DoseMaps;
use iodose_kinetics::{Fit, Model};
use iodose_report::uncertainty::{
    Budget, CALIBRATION, DELINEATION, KINETICS, delineation_relative_u, relative_volume_u,
};
use iodose_report::{LesionInput, LesionResult, Settings, partial_volume::equivalent_diameter_mm};
use iodose_volume::Volume;

/// What organs' records are made from.
pub(crate) struct OrganEvidence<'a> {
    pub(crate) case: &'a Case,
    pub(crate) settings: &'a Settings,
    pub(crate) activity: &'a Activity,
    /// Decays (Bq.s) of each voxel of the dose grid.
    pub(crate) decays: &'a Volume<f32>,
    pub(crate) maps: &'a DoseMaps,
}

impl Organs<'_> {
    /// The record of each organ, in the order of the case.
    pub(crate) fn judge(&self, evidence: &OrganEvidence<'_>) -> Result<Vec<LesionResult>, Error> {
        let judged = |region: &Region<'_>| Ok(evidence.input(region).judge(evidence.settings)?);
        self.regions.iter().map(judged).collect()
    }
}

impl OrganEvidence<'_> {
    fn input(&self, region: &Region<'_>) -> LesionInput {
        let mask = region.on_dose_grid.data();
        let within = |values: &Volume<f32>| -> Vec<f32> {
            values.data().iter().zip(mask).filter(|(_, label)| **label > 0).map(|(value, _)| *value).collect()
        };
        let doses = within(&self.maps.dose);
        let decays: f64 = within(self.decays).into_iter().map(f64::from).sum();
        let drawn = region.mask.list.first();
        let volume_ml = drawn.map_or(0.0, |drawn| drawn.volume_ml);
        let fit = self.activity.fits.get(&region.label);
        let mut notes: Vec<String> =
            fit.iter().flat_map(|fit| &fit.warnings).map(ToString::to_string).collect();
        if region.without_tissue > 0.0 {
            notes.push(format!(
                "{:.0} % lies outside the CT or density map; no dose is known there",
                100.0 * region.without_tissue
            ));
        }
        LesionInput {
            label: region.number,
            name: region.organ.name.clone(),
            mean_u_mc: largest_mean_u(&within(&self.maps.uncertainty)),
            doses,
            volume_ml,
            budget: self.budget(region, volume_ml, fit),
            resolution_mm: self.resolution_mm(),
            fraction_outside_activity_image: drawn.map(|drawn| drawn.fraction_outside),
            time_integrated_activity_mbq_h: fit.map(|_| decays / 3.6e9),
            effective_half_life_h: fit.and_then(Fit::effective_half_life_h).map(|(half_life, _)| half_life),
            notes,
            ..LesionInput::default()
        }
    }

    /// The coarsest of the images decides.
    fn resolution_mm(&self) -> Option<f64> {
        let stated: Option<Vec<f64>> = self.case.images.iter().map(|image| image.resolution_mm).collect();
        stated.map(|all| all.into_iter().fold(0.0, f64::max))
    }

    fn budget(&self, region: &Region<'_>, volume_ml: f64, fit: Option<&Fit>) -> Budget {
        let calibration: Option<Vec<f64>> =
            self.case.images.iter().map(|image| image.calibration_u).collect();
        let voxel_mm = libm::cbrt(region.mask.labels.grid().voxel_volume_ml() * 1e3);
        // As if drawn on the blurred image, which is the most that the outline can be off by.
        let diameter = equivalent_diameter_mm(volume_ml);
        let delineation = self
            .resolution_mm()
            .map(|fwhm| delineation_relative_u(diameter, relative_volume_u(diameter, voxel_mm, fwhm), fwhm));
        let is_stated =
            |fit: &Fit| fit.model != Model::SingleTime || self.case.kinetics.effective_half_life_u.is_some();
        let kinetics = fit.filter(|fit| fit.tia_bq_h_per_ml > 0.0 && is_stated(fit));
        Budget::new()
            .with(CALIBRATION, calibration.map(|all| all.into_iter().fold(0.0, f64::max)))
            .with(DELINEATION, delineation)
            .with(KINETICS, kinetics.map(|fit| fit.tia_u_bq_h_per_ml / fit.tia_bq_h_per_ml))
    }
}

/// The most that the Monte Carlo uncertainty of a mean can be, which it is where all voxels err together: the mean of
/// theirs (L1). Voxels that nothing reached have none.
fn largest_mean_u(uncertainties: &[f32]) -> Option<f64> {
    let known = uncertainties.iter().filter(|u| u.is_finite()).map(|&u| f64::from(u));
    let sum = known.fold(None, |sum: Option<f64>, u| Some(sum.unwrap_or(0.0) + u));
    sum.map(|sum| sum / uncertainties.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uncertainty_of_a_mean_is_at_most_the_mean_uncertainty() {
        assert_eq!(largest_mean_u(&[0.5, 1.5, f32::NAN, 2.0]), Some(1.0));
        assert_eq!(largest_mean_u(&[f32::NAN]), None);
        assert_eq!(largest_mean_u(&[]), None);
    }
}
