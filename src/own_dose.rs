//! The mean dose of a lesion with the activity that it truly holds. Equations: `docs/methods/recovery.md`.
//!
//! Blur moves activity to where its energy counts differently: out of the lesion, and in lung into voxels so light that
//! they send it back. So the lesion's own activity is simulated twice, within its outline and as the images show it, and
//! the difference corrects the mean; the dose from everything else stays as it is.

use crate::Error;
use crate::dose::{DoseInput, DoseMaps, DoseSettings, compute_dose_with, tables_of};
use crate::prepare::Prepared;
use crate::quiet::Quiet;
use crate::recover::{Recovered, Seen};
use crate::tissue::TissueImages;
use iodose_kinetics::Fit;
use iodose_physics::Library;
use iodose_transport::{EngineError, Measure, Stop, Tables, Watch};
use iodose_volume::{Affine, Grid, Volume, resample_extensive};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Tissue around the lesion that is simulated with it (mm): beyond the blur and the longest beta of 131I in lung (13 mm).
const MARGIN_MM: f64 = 30.0;
/// Goal for the mean of a lesion (k=1, relative), below everything else in its budget.
const GOAL: f64 = 0.005;
/// Decays that reach it where the lesion is not very small.
const USUALLY_ENOUGH: u64 = 8192;
const MOST_DECAYS: u64 = 2_000_000;
const SECONDS_PER_HOUR: f64 = 3600.0;

/// The mean dose of a lesion with its true activity, in the unit of the maps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CorrectedDose {
    pub(crate) mean: f64,
    /// Monte Carlo standard uncertainty (k = 1).
    pub(crate) u: f64,
}

/// What the two runs of every lesion share.
struct Running<'a> {
    settings: DoseSettings,
    library: &'a Library,
    tables: Tables,
    watch: Quiet<'a>,
}

/// Energy over mass of a lesion and its standard uncertainty.
struct MassMean {
    mean: f64,
    u: f64,
}

impl Prepared<'_> {
    /// The corrected mean of every lesion whose activity was corrected and that has a dose (RC10).
    pub(crate) fn correct(
        &self,
        maps: &DoseMaps,
        settings: &DoseSettings,
        library: &Library,
        watch: &dyn Watch,
    ) -> Result<BTreeMap<u16, CorrectedDose>, Error> {
        let Some(labels) = &self.labels else { return Ok(BTreeMap::new()) };
        if self.recovered.is_empty() {
            return Ok(BTreeMap::new());
        }
        // Lesions side by side: each of these runs is too short to keep many threads busy.
        let running = Running {
            settings: DoseSettings { measure: Measure::RegionMean, ..*settings },
            library,
            tables: tables_of(self.tissue.names, library)?,
            watch: Quiet(watch),
        };
        let of_lesion = |(&label, recovered): (&u16, &Recovered)| {
            let Some(image) = mass_mean(maps, labels, &self.tissue.density, label) else { return Ok(None) };
            let blurred = self.blurred(label, recovered, &running)?;
            let within = self.within(label, recovered, &running)?;
            let (Some(blurred), Some(within)) = (blurred, within) else { return Ok(None) };
            let mean = (within.mean + image.mean - blurred.mean).max(0.0);
            let u = (within.u.powi(2) + image.u.powi(2) + blurred.u.powi(2)).sqrt();
            Ok(Some((label, CorrectedDose { mean, u })))
        };
        self.recovered.par_iter().map(of_lesion).filter_map(Result::transpose).collect()
    }

    /// The lesion's dose from its own activity within its outline, on the grid it was drawn on.
    fn within(
        &self,
        label: u16,
        recovered: &Recovered,
        running: &Running<'_>,
    ) -> Result<Option<MassMean>, Error> {
        let Some(lesions) = &self.lesions else { return Ok(None) };
        let Some((grid, first)) = around(&lesions.labels, label)? else { return Ok(None) };
        let labels = cut(&lesions.labels, &grid, first, label);
        let per_voxel = recovered.fit.tia_bq_h_per_ml * SECONDS_PER_HOUR * grid.voxel_volume_ml();
        let decays = labels.map(|&found| if found == label { per_voxel as f32 } else { 0.0 });
        self.dose_of(label, &decays, &labels, running)
    }

    /// Its dose from its own activity as the images show it, on the dose grid: (RC11).
    fn blurred(
        &self,
        label: u16,
        recovered: &Recovered,
        running: &Running<'_>,
    ) -> Result<Option<MassMean>, Error> {
        let Some(labels) = &self.labels else { return Ok(None) };
        let Some((grid, first)) = around(labels, label)? else { return Ok(None) };
        let image_grid = *self.image_labels.grid();
        let mut shown = Volume::filled(image_grid, 0.0_f64);
        for (offset, _) in recovered.images.iter().flat_map(|seen| &seen.outline.blurred) {
            let region = self.image_labels.data()[*offset];
            if let Some(fit) = self.activity.fits.get(&region) {
                let shows = |seen: &Seen| {
                    let (share, solved) = (seen.outline.blurred_at(*offset), seen.solved);
                    let spilled_in = if region == label { solved.background * (1.0 - share) } else { 0.0 };
                    solved.concentration * share + spilled_in
                };
                let per_ml = integrated(fit, recovered.images.iter().map(shows));
                shown.data_mut()[*offset] =
                    (per_ml * SECONDS_PER_HOUR * image_grid.voxel_volume_ml()).max(0.0);
            }
        }
        let on_dose_grid = resample_extensive(&shown, &grid).volume;
        let decays = on_dose_grid.map(|&value| value as f32);
        self.dose_of(label, &decays, &cut(labels, &grid, first, label), running)
    }

    fn dose_of(
        &self,
        label: u16,
        decays: &Volume<f32>,
        labels: &Volume<u16>,
        running: &Running<'_>,
    ) -> Result<Option<MassMean>, Error> {
        // Asked here too: what comes before the first decay takes its time.
        if running.watch.cancelled() {
            return Err(EngineError::Cancelled.into());
        }
        if !decays.data().iter().any(|&n| n > 0.0) {
            return Ok(None);
        }
        let tissue = TissueImages::on_grid(&self.images, decays.grid());
        let input = DoseInput {
            decays,
            density: &tissue.density,
            materials: &tissue.materials,
            material_names: tissue.names,
            nuclide: &self.case.therapy.nuclide,
            labels: Some(labels),
        };
        let Running { library, tables, watch, .. } = running;
        let run = |stop| {
            let settings = DoseSettings { stop, ..running.settings };
            let maps = compute_dose_with(&input, &settings, library, tables, watch)?;
            Ok::<_, Error>(mass_mean(&maps, labels, &tissue.density, label))
        };
        match run(Stop::Histories(USUALLY_ENOUGH))? {
            Some(found) if found.u > GOAL * found.mean => {
                run(Stop::Uncertainty { target: GOAL, max_histories: Some(MOST_DECAYS), max_seconds: None })
            }
            found => Ok(found),
        }
    }
}

/// A voxel's time-integrated activity from its concentrations, Bq.h/mL.
fn integrated(fit: &Fit, concentrations: impl Iterator<Item = f64>) -> f64 {
    fit.voxel_coefficients_h().iter().zip(concentrations).map(|(coefficient, c)| coefficient * c).sum()
}

/// Energy over mass; its relative uncertainty is taken as that of the mean over voxels, which the engine scores.
fn mass_mean(maps: &DoseMaps, labels: &Volume<u16>, density: &Volume<f32>, label: u16) -> Option<MassMean> {
    let (mut energy, mut mass) = (0.0, 0.0);
    for ((dose, found), density) in maps.dose.data().iter().zip(labels.data()).zip(density.data()) {
        if *found == label {
            energy += f64::from(*dose) * f64::from(*density);
            mass += f64::from(*density);
        }
    }
    let region = maps.regions.iter().find(|region| region.label == label)?;
    let mean = energy / mass;
    let relative = if region.mean > 0.0 { region.u / region.mean } else { 0.0 };
    (mass > 0.0 && mean.is_finite()).then_some(MassMean { mean, u: mean * relative })
}

/// The part of a grid around a label, and its first voxel.
fn around(labels: &Volume<u16>, label: u16) -> Result<Option<(Grid, [usize; 3])>, Error> {
    let grid = labels.grid();
    let Some((first, last)) = labels.bounds(|&found| found == label) else { return Ok(None) };
    let margin = grid.spacing().map(|spacing| (MARGIN_MM / spacing).ceil() as usize);
    let first: [usize; 3] = std::array::from_fn(|axis| first[axis].saturating_sub(margin[axis]));
    let size =
        std::array::from_fn(|axis| (last[axis] + margin[axis] + 1).min(grid.size()[axis]) - first[axis]);
    let affine =
        Affine { columns: grid.affine().columns, origin: grid.index_to_patient(first.map(|n| n as f64)) };
    Ok(Some((Grid::new(size, affine)?, first)))
}

/// One label on a part of its grid.
fn cut(labels: &Volume<u16>, part: &Grid, first: [usize; 3], label: u16) -> Volume<u16> {
    Volume::from_fn(*part, |index| {
        let found = labels[std::array::from_fn(|axis| first[axis] + index[axis])];
        if found == label { label } else { 0 }
    })
}

#[cfg(test)]
mod tests;
