//! From activity images at points in time to time-integrated activity.

use crate::Error;
use crate::activity_file::ActivityFile;
use crate::case::{Case, KineticsModel, KineticsVoxels, Purpose};
use crate::frames::Frames;
use crate::inputs::{Inputs, require_overlap};
use crate::lesions::Lesions;
use iodose_kinetics::{
    Conversion, DecayConstant, Fit, KineticsError, Model, RegionCurve, StatedHalfLife, TimedImage,
    UptakePrior, VoxelFitting, fit_auto, fit_model, fit_stated_half_life, fit_two_t_over_ln2, region_curves,
    voxel_tia, voxel_tia_fitted,
};
use iodose_physics::Library;
use iodose_volume::{Grid, Volume, resample_mean};
use std::collections::BTreeMap;

/// The activity images of a case on the grid of the first, Bq/mL at their times.
#[derive(Debug)]
pub(crate) struct ActivityImages {
    images: Vec<(f64, Volume<f32>)>,
    /// Where each image was taken.
    fields_of_view: Vec<Grid>,
}

/// Time-integrated activity of the therapy nuclide and the curves behind it.
#[derive(Debug)]
pub(crate) struct Activity {
    /// Bq.s/mL on the grid of the first image.
    pub(crate) tia: Volume<f32>,
    /// By label; 0 is the background.
    pub(crate) fits: BTreeMap<u16, Fit>,
    /// What the images show, of the imaged nuclide; by label.
    pub(crate) measured: BTreeMap<u16, RegionCurve>,
    /// From the imaged nuclide to the therapy's.
    pub(crate) conversion: Conversion,
}

/// Reads the images of a case, which must be in order of time.
pub(crate) fn read_files(
    case: &Case,
    library: &Library,
    inputs: &mut Inputs,
) -> Result<Vec<ActivityFile>, Error> {
    let given_mbq = case.imaged_activity_mbq();
    let mut files: Vec<ActivityFile> = Vec::new();
    for image in &case.images {
        let file = ActivityFile::read(image, given_mbq, library, inputs)?;
        if let Some(before) = files.last()
            && file.time_h <= before.time_h
        {
            let found = format!("{} h after an image at {} h", file.time_h, before.time_h);
            return Err(Error::input(
                image.path.resolved.display(),
                "time_h",
                found,
                "images in order of time",
            ));
        }
        files.push(file);
    }
    Ok(files)
}

impl ActivityImages {
    /// Brings the images of a case to the reference and onto the grid of the first.
    pub(crate) fn align(
        case: &Case,
        files: Vec<ActivityFile>,
        frames: &mut Frames,
        inputs: &mut Inputs,
    ) -> Result<Self, Error> {
        let mut images: Vec<(f64, Volume<f32>)> = Vec::new();
        let mut fields_of_view = Vec::new();
        for (image, ActivityFile { volume, time_h, origin }) in case.images.iter().zip(files) {
            let path = &image.path.resolved;
            let mut volume =
                frames.place(&image.path, origin.as_ref(), &image.registration, volume, inputs)?;
            fields_of_view.push(*volume.grid());
            if let Some((_, first)) = images.first()
                && !first.grid().matches(volume.grid(), 1e-2)
            {
                require_overlap(path, volume.grid(), "the first activity image", first.grid())?;
                let resampled = resample_mean(&volume, first.grid(), 0.0);
                inputs.warn(format!(
                    "{}: lies on another grid than the first activity image; resampled, {} voxels of that grid are \
                     not covered and hold no activity",
                    image.path.written,
                    resampled.mostly_uncovered()
                ));
                volume = resampled.volume;
            }
            images.push((time_h, volume));
        }
        Ok(Self { images, fields_of_view })
    }

    pub(crate) fn grid(&self) -> &Grid {
        // A case has at least one image; `Case` cannot be made without.
        self.images[0].1.grid()
    }

    /// Bq/mL on the grid of the first, in order of time.
    pub(crate) fn volumes(&self) -> impl Iterator<Item = &Volume<f32>> {
        self.images.iter().map(|(_, volume)| volume)
    }

    /// The fit of a lesion's curve with other concentrations (Bq/mL, one per image) than the images show.
    pub(crate) fn fit_lesion(
        &self,
        case: &Case,
        label: u16,
        name: &str,
        concentrations: &[f64],
        library: &Library,
    ) -> Result<Fit, Error> {
        let in_region = |source| Error::Kinetics { context: name.into(), source };
        let kinetics = &case.kinetics;
        let prior = UptakePrior::new(kinetics.uptake_half_time_h, kinetics.uptake_u_h).map_err(in_region)?;
        let image_u = kinetics.image_u(case.images[0].modality);
        let curve = RegionCurve::with_relative_uncertainty(&self.times_h(), concentrations, image_u)
            .map_err(in_region)?;
        fit(case, label, name, &curve, &conversion(case, library)?, &prior)
    }

    /// The grid of each image in the reference's patient space, before it was brought onto that of the first.
    pub(crate) fn fields_of_view(&self) -> &[Grid] {
        &self.fields_of_view
    }

    pub(crate) fn times_h(&self) -> Vec<f64> {
        self.images.iter().map(|(time_h, _)| *time_h).collect()
    }

    /// Whether all images show a place (LPS mm).
    pub(crate) fn show(&self, point: [f64; 3]) -> bool {
        self.fields_of_view.iter().all(|grid| grid.voxel_at(point).is_some())
    }

    /// Fits every lesion and the background, and spreads the integrals over the voxels.
    pub(crate) fn integrate(
        &self,
        case: &Case,
        labels: &Volume<u16>,
        lesions: Option<&Lesions>,
        library: &Library,
        inputs: &mut Inputs,
    ) -> Result<Activity, Error> {
        let conversion = conversion(case, library)?;
        let timed: Vec<TimedImage<'_>> =
            self.images.iter().map(|(time_h, volume)| TimedImage { volume, time_h: *time_h }).collect();
        let images = |source| Error::Kinetics { context: "activity images".into(), source };
        let image_u = case.kinetics.image_u(case.images[0].modality);
        let curves = region_curves(&timed, labels, image_u).map_err(images)?;
        let kinetics = &case.kinetics;
        let prior = UptakePrior::new(kinetics.uptake_half_time_h, kinetics.uptake_u_h).map_err(images)?;
        let mut fits = BTreeMap::new();
        for (&label, curve) in &curves {
            let name = region_name(label, lesions);
            let fit = fit(case, label, &name, curve, &conversion, &prior)?;
            for warning in fit.warnings.iter().filter(|warning| !warning.is_note()) {
                inputs.warn(format!("{name}: {warning}"));
            }
            if let Some(stated) = stated_beside_images(case, label, curve, &conversion, &prior) {
                inputs.warn(format!("{name}: {stated}"));
            }
            fits.insert(label, fit);
        }
        let map = match kinetics.voxels {
            KineticsVoxels::Shape => voxel_tia(&timed, labels, &fits).map_err(images)?,
            KineticsVoxels::Fit => {
                let noise_floor = kinetics.voxel_noise_floor;
                let how = VoxelFitting { conversion: &conversion, prior: &prior, noise_floor };
                let fitted = voxel_tia_fitted(&timed, labels, &curves, &fits, how).map_err(images)?;
                for (&label, &factor) in
                    fitted.factors.iter().filter(|(_, factor)| (*factor - 1.0).abs() > 0.1)
                {
                    inputs.warn(format!(
                        "{}: the voxels' own washouts add up to {:.0} % of the lesion's, which they were brought to; \
                         parts with other kinetics, or noise",
                        region_name(label, lesions),
                        100.0 / factor
                    ));
                }
                fitted.map
            }
        };
        if map.clipped > 0 {
            inputs.warn(format!("{} voxels with a negative fitted activity were set to 0", map.clipped));
        }
        Ok(Activity { tia: map.tia_bq_s_per_ml, fits, measured: curves, conversion })
    }
}

#[cfg(test)]
impl ActivityImages {
    /// Images without activity on these grids.
    pub(crate) fn empty(grids: &[Grid]) -> Self {
        let images = grids.iter().enumerate().map(|(n, grid)| (n as f64 + 1.0, Volume::filled(*grid, 0.0)));
        Self { images: images.collect(), fields_of_view: grids.to_vec() }
    }
}

/// How the activity of the imaged nuclide becomes that of the therapy.
fn conversion(case: &Case, library: &Library) -> Result<Conversion, Error> {
    let decay = |name: &str| -> Result<DecayConstant, Error> {
        let half_life_h = library.nuclide(name)?.half_life / 3600.0;
        DecayConstant::from_half_life_h(half_life_h)
            .map_err(|source| Error::Kinetics { context: name.into(), source })
    };
    let therapy = decay(&case.therapy.nuclide)?;
    match (case.header.purpose, &case.administration) {
        (Purpose::PreTherapy, Some(administration)) => {
            let imaged = decay(&case.images[0].nuclide)?;
            let therapy_mbq = case.therapy.activity_gbq.unwrap_or(1.0) * 1e3;
            Conversion::predicted(imaged, therapy, administration.activity_mbq, therapy_mbq)
                .map_err(|source| Error::Kinetics { context: "administration".into(), source })
        }
        _ => Ok(Conversion::delivered(therapy)),
    }
}

fn fit(
    case: &Case,
    label: u16,
    name: &str,
    curve: &RegionCurve,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Result<Fit, Error> {
    let in_region = |source| Error::Kinetics { context: format!("{}: {name}", case.file), source };
    let region = (label > 0).then_some(label);
    let half_life = case.kinetics.half_life_h(region);
    let is_overruled = case.images.len() > 1 && case.kinetics.own_half_life_h(region).is_some();
    match (case.kinetics.model, case.kinetics.model.fitted()) {
        _ if is_overruled => {}
        (_, Some(model)) => return fit_model(model, curve, conversion, prior).map_err(in_region),
        (KineticsModel::TwoTOverLn2, _) => {
            return fit_two_t_over_ln2(curve, half_life, conversion).map_err(in_region);
        }
        _ if case.images.len() > 1 => {
            return fit_auto(&Model::CANDIDATES, curve, conversion, prior).map_err(in_region);
        }
        _ => {}
    }
    let key = if label > 0 {
        format!("kinetics.lesion_half_life_h.{label}")
    } else {
        "kinetics.background_half_life_h".to_owned()
    };
    let half_life = half_life.ok_or_else(|| {
        Error::input(
            &case.file,
            &key,
            "none",
            format!("the effective half-life of {name} in hours, or kinetics.effective_half_life_h for all"),
        )
    })?;
    let stated = StatedHalfLife {
        effective_half_life_h: half_life,
        standard_uncertainty_h: half_life * case.kinetics.effective_half_life_u.unwrap_or(0.0),
    };
    fit_stated_half_life(curve, stated, conversion, prior).map_err(|source| match source {
        KineticsError::LongerThanPhysical { found, physical } => Error::input(
            &case.file,
            key,
            format!("{found} h for {name}"),
            format!("at most {physical:.4} h, the physical half-life of {}", case.images[0].nuclide),
        ),
        other => in_region(other),
    })
}

/// What to say of a half-life that is stated for a region though several images show it: it overrules them.
fn stated_beside_images(
    case: &Case,
    label: u16,
    curve: &RegionCurve,
    conversion: &Conversion,
    prior: &UptakePrior,
) -> Option<String> {
    let stated = case.kinetics.own_half_life_h((label > 0).then_some(label))?;
    if case.images.len() < 2 {
        return None;
    }
    let stated = conversion.therapy_effective_half_life_h(stated).ok()?;
    let fitted = fit_auto(&Model::CANDIDATES, curve, conversion, prior).ok();
    let found = match fitted.as_ref().and_then(Fit::effective_half_life_h) {
        Some((half_life, _)) => format!("{half_life:.1} h"),
        None => "none".to_owned(),
    };
    Some(format!(
        "its effective half-life is the stated one, {stated:.1} h for {}; the {} images alone give {found}",
        case.therapy.nuclide,
        case.images.len()
    ))
}

/// The name of a lesion, or of the background for 0.
pub(crate) fn region_name(label: u16, lesions: Option<&Lesions>) -> String {
    let named = lesions.and_then(|lesions| lesions.list.iter().find(|lesion| lesion.label == label));
    match named {
        Some(lesion) => lesion.name.clone(),
        None => "background".into(),
    }
}
