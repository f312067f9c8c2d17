//! From dose maps to the record of each lesion.

use crate::Error;
use crate::dose::DoseMaps;
use crate::lesions::{Lesion, Lesions};
use crate::own_dose::CorrectedDose;
use crate::prepare::Prepared;
use iodose_kinetics::{Fit, Model};
use iodose_physics::{LineKind, Nuclide};
use iodose_report::second_check::{Emissions, Sphere};
use iodose_report::uncertainty::{
    Budget, CALIBRATION, DELINEATION, KINETICS, MONTE_CARLO, RECOVERY, corrected_volume_effect,
    delineation_relative_u, relative_volume_u,
};
use iodose_report::{LesionInput, LesionResult, SecondCheck, partial_volume::equivalent_diameter_mm};
use iodose_volume::{Grid, Volume};
use std::collections::BTreeMap;

/// What a lesion's result is made from, on the dose grid.
pub(crate) struct Evidence<'a> {
    pub(crate) prepared: &'a Prepared<'a>,
    pub(crate) lesions: &'a Lesions,
    /// Lesion labels on the dose grid.
    pub(crate) labels: &'a Volume<u16>,
    pub(crate) corrected: &'a BTreeMap<u16, CorrectedDose>,
    pub(crate) maps: &'a DoseMaps,
    /// Of the therapy nuclide.
    pub(crate) emissions: Emissions,
}

impl Evidence<'_> {
    pub(crate) fn judge_all(&self) -> Result<Vec<LesionResult>, Error> {
        let settings = &self.prepared.settings;
        self.lesions.list.iter().map(|lesion| Ok(self.input(lesion).judge(settings)?)).collect()
    }

    fn input(&self, lesion: &Lesion) -> LesionInput {
        let voxels =
            || (0..self.labels.data().len()).filter(|&offset| self.labels.data()[offset] == lesion.label);
        let fit = self.prepared.activity.fits.get(&lesion.label);
        let recovered = self.prepared.recovered.get(&lesion.label);
        let corrected = self.corrected.get(&lesion.label);
        let best_fit = recovered.map(|recovered| &recovered.fit).or(fit);
        let decays: f64 = voxels().map(|offset| f64::from(self.prepared.decays.data()[offset])).sum();
        let region = self.maps.regions.iter().find(|region| region.label == lesion.label);
        LesionInput {
            label: lesion.label.into(),
            name: lesion.name.clone(),
            doses: voxels().map(|offset| self.maps.dose.data()[offset]).collect(),
            volume_ml: lesion.volume_ml,
            mean_u_mc: region.map(|region| region.u),
            budget: self.budget(lesion, fit),
            resolution_mm: self.resolution_mm(),
            recovery_coefficient: corrected.and(recovered).map(|recovered| recovered.integrated.recovery),
            mean_corrected: corrected.map(|dose| dose.mean),
            corrected_budget: corrected.map(|dose| self.corrected_budget(lesion, dose)),
            second_check: region.and_then(|region| self.second_check(lesion, decays, region.mean, region.u)),
            fraction_outside_activity_image: Some(lesion.fraction_outside),
            time_integrated_activity_mbq_h: fit.map(|_| decays / 3.6e9),
            effective_half_life_h: best_fit
                .and_then(Fit::effective_half_life_h)
                .map(|(half_life, _)| half_life),
            notes: self.notes(lesion, fit, voxels().count()),
            ..LesionInput::default()
        }
    }

    /// The coarsest of the images decides.
    fn resolution_mm(&self) -> Option<f64> {
        let stated: Option<Vec<f64>> =
            self.prepared.case.images.iter().map(|image| image.resolution_mm).collect();
        stated.map(|all| all.into_iter().fold(0.0, f64::max))
    }

    /// What is common to both means: one camera, one calibration for all images.
    fn calibration(&self) -> Option<f64> {
        let stated: Option<Vec<f64>> =
            self.prepared.case.images.iter().map(|image| image.calibration_u).collect();
        stated.map(|all| all.into_iter().fold(0.0, f64::max))
    }

    fn kinetics(&self, fit: Option<&Fit>) -> Option<f64> {
        let without_u = |fit: &Fit| {
            fit.model == Model::SingleTime && self.prepared.case.kinetics.effective_half_life_u.is_none()
        };
        let fit = fit.filter(|fit| !without_u(fit) && fit.tia_bq_h_per_ml > 0.0)?;
        Some(fit.tia_u_bq_h_per_ml / fit.tia_bq_h_per_ml)
    }

    /// Of the outline, by the image it was drawn on.
    fn volume_u(&self, lesion: &Lesion) -> Option<f64> {
        let drawn_on = self.lesions.labels.grid();
        let on_tissue = drawn_on.matches(self.prepared.images.grid(), SAME_GRID);
        let on_activity = drawn_on.matches(self.prepared.image_labels.grid(), SAME_GRID);
        let outline_fwhm = match self.prepared.case.recovery.outline_resolution_mm {
            Some(stated) => stated,
            None if on_tissue && !on_activity => 0.0,
            None => self.resolution_mm()?,
        };
        Some(relative_volume_u(equivalent_diameter_mm(lesion.volume_ml), voxel_mm(drawn_on), outline_fwhm))
    }

    fn budget(&self, lesion: &Lesion, fit: Option<&Fit>) -> Budget {
        let diameter = equivalent_diameter_mm(lesion.volume_ml);
        let delineation = self
            .volume_u(lesion)
            .zip(self.resolution_mm())
            .map(|(volume_u, fwhm)| delineation_relative_u(diameter, volume_u, fwhm));
        Budget::new()
            .with(CALIBRATION, self.calibration())
            .with(DELINEATION, delineation)
            .with(KINETICS, self.kinetics(fit))
    }

    fn corrected_budget(&self, lesion: &Lesion, dose: &CorrectedDose) -> Budget {
        let recovered = self.prepared.recovered.get(&lesion.label);
        let diameter = equivalent_diameter_mm(lesion.volume_ml);
        let delineation = self.volume_u(lesion).zip(recovered).map(|(volume_u, recovered)| {
            volume_u * corrected_volume_effect(diameter, recovered.fwhm_mm).abs()
        });
        let monte_carlo = (dose.mean > 0.0).then(|| dose.u / dose.mean);
        Budget::new()
            .with(MONTE_CARLO, monte_carlo)
            .with(CALIBRATION, self.calibration())
            .with(RECOVERY, recovered.map(|recovered| recovered.integrated.relative_u))
            .with(DELINEATION, delineation)
            .with(KINETICS, self.kinetics(recovered.map(|recovered| &recovered.fit)))
    }

    fn second_check(&self, lesion: &Lesion, decays: f64, mean: f64, u: f64) -> Option<SecondCheck> {
        let tissue = &self.prepared.tissue.density;
        let (mut mass_g, mut volume_ml) = (0.0, 0.0);
        for (found, density) in self.labels.data().iter().zip(tissue.data()) {
            if *found == lesion.label {
                volume_ml += tissue.grid().voxel_volume_ml();
                mass_g += f64::from(*density) * tissue.grid().voxel_volume_ml();
            }
        }
        let sphere = Sphere { decays, mass_g, density_g_per_cm3: mass_g / volume_ml };
        SecondCheck::new(mean, u, &sphere, &self.emissions)
    }

    fn notes(&self, lesion: &Lesion, fit: Option<&Fit>, voxels: usize) -> Vec<String> {
        let mut notes: Vec<String> =
            fit.iter().flat_map(|fit| &fit.warnings).map(ToString::to_string).collect();
        if self.prepared.kept.contains(&lesion.label) {
            notes.push(
                "smaller than a voxel of the dose grid: its dose is that of the one voxel at its centre"
                    .into(),
            );
        }
        let used_ml = voxels as f64 * self.labels.grid().voxel_volume_ml();
        if voxels > 0 && (used_ml / lesion.volume_ml - 1.0).abs() > NOTABLE_VOLUME {
            notes.push(format!(
                "drawn with {:.3} mL, but the {voxels} voxels of the dose grid that count as it hold {used_ml:.3} mL: doses and \
                 time-integrated activity are those of the voxels",
                lesion.volume_ml
            ));
        }
        if let Some(share) = self.prepared.without_tissue.get(&lesion.label) {
            notes.push(format!(
                "{:.0} % of the lesion lies outside the CT or density map; no dose is known there",
                100.0 * share
            ));
        }
        notes
    }
}

/// From this difference on, as a part, the volume of a lesion's dose voxels is told beside that of its outline.
const NOTABLE_VOLUME: f64 = 0.1;

/// How far grids may lie apart to be the same, in voxels.
const SAME_GRID: f64 = 1e-2;

/// What a nuclide emits, for the second check.
pub(crate) fn emissions(nuclide: &Nuclide) -> Emissions {
    let lines = |kinds: &[LineKind]| -> Vec<[f64; 2]> {
        let all = kinds.iter().flat_map(|&kind| nuclide.lines(kind));
        all.map(|line| [line.energy, line.energy * line.particles]).collect()
    };
    let mut electrons = lines(&[LineKind::Conversion, LineKind::Auger]);
    for beta in &nuclide.betas {
        electrons.extend(beta.branches.iter().filter_map(|branch| {
            let (energy, particles) = (branch.first()?, branch.get(1)?);
            Some([*energy, energy * particles])
        }));
    }
    Emissions { electrons, photons: lines(&[LineKind::Gamma, LineKind::X, LineKind::Annihilation]) }
}

/// Side of the cube of a voxel's volume, mm.
fn voxel_mm(grid: &Grid) -> f64 {
    libm::cbrt(grid.voxel_volume_ml() * 1e3)
}
