//! A case with its files read, checked against each other and brought onto the dose grid.

use crate::Error;
use crate::activity::{self, Activity, ActivityImages};
use crate::blood::BloodFindings;
use crate::case::{Case, DoseGrid, Modality, Purpose};
use crate::frames::Frames;
use crate::inputs::{Inputs, require_overlap};
use crate::lesions::Lesions;
use crate::organs::{OrganMasks, Organs};
use crate::recover::{self, Recovered};
use crate::rtdose::DoseRecord;
use crate::tissue::{TissueImages, TissueMaps};
use crate::{overlay, positions};
use iodose_dicom::Private;
use iodose_physics::{Library, PhysicsError};
use iodose_report::{DoseBasis, LesionPositions, Overlays, PartialVolumeRule, ResponseLimits, Settings};
use iodose_volume::{Grid, Volume, resample_extensive};
use std::collections::BTreeMap;

/// The largest share of the time-integrated activity that may lie outside the dose grid or the CT.
pub(crate) const MOST_ACTIVITY_OUTSIDE: f64 = 0.5;
/// From this share on it is worth a warning.
pub(crate) const NOTABLE_ACTIVITY_OUTSIDE: f64 = 0.001;
/// Some 20 GB of maps and tallies; a spacing that asks for more is a slip of the hand.
const MOST_DOSE_VOXELS: usize = 300_000_000;

/// Everything that the Monte Carlo and the report need.
pub(crate) struct Prepared<'a> {
    pub(crate) case: &'a Case,
    pub(crate) inputs: Inputs,
    pub(crate) settings: Settings,
    pub(crate) images: TissueImages,
    pub(crate) tissue: TissueMaps,
    pub(crate) activity: Activity,
    /// Lesion labels on the grid of the activity images.
    pub(crate) image_labels: Volume<u16>,
    /// What lesions truly hold, where it could be found.
    pub(crate) recovered: BTreeMap<u16, Recovered>,
    /// Decays (Bq.s) of each voxel of the dose grid.
    pub(crate) decays: Volume<f32>,
    pub(crate) lesions: Option<Lesions>,
    /// Lesion labels on the dose grid.
    pub(crate) labels: Option<Volume<u16>>,
    /// Lesions that got the one voxel at their centre.
    pub(crate) kept: Vec<u16>,
    /// Share of each lesion's dose voxels that were taken out because the CT or density map does not show them.
    pub(crate) without_tissue: BTreeMap<u16, f64>,
    pub(crate) organs: Organs<'a>,
    /// What samples of blood and whole body say.
    pub(crate) blood: BloodFindings,
    /// Hours from administration to each image.
    pub(crate) times_h: Vec<f64>,
    /// Where each lesion's activity lies in each image.
    pub(crate) positions: Vec<LesionPositions>,
    /// The images over the anatomy, for the report.
    pub(crate) overlays: Overlays,
    /// The patient's record that the dose belongs to, where the inputs say it.
    pub(crate) dose_record: Option<DoseRecord>,
    /// PatientID of the images that the dose belongs to, where they state one.
    pub(crate) patient: Option<Private>,
}

impl<'a> Prepared<'a> {
    pub(crate) fn read(case: &'a Case, library: &Library) -> Result<Self, Error> {
        let settings = settings(case)?;
        require_nuclide(case, "image[0].nuclide", &case.images[0].nuclide, library)?;
        require_nuclide(case, "therapy.nuclide", &case.therapy.nuclide, library)?;
        let mut inputs = Inputs::default();
        let blood = BloodFindings::read(case, library, &mut inputs)?;
        let mut frames = Frames::of_case(case);
        let activity_files = activity::read_files(case, library, &mut inputs)?;
        let images = TissueImages::of_case(case, &mut frames, &mut inputs)?;
        let activity_images = ActivityImages::align(case, activity_files, &mut frames, &mut inputs)?;
        let activity_file = &case.images[0].path.resolved;
        require_overlap(activity_file, activity_images.grid(), "the CT or density map", images.grid())?;
        let mut lesions = match &case.lesions {
            Some(section) => {
                let tissue = images.grid();
                Some(Lesions::read(case, section, &activity_images, tissue, &mut frames, &mut inputs)?)
            }
            None => None,
        };
        let masks =
            OrganMasks::read(case, &mut lesions, &activity_images, images.grid(), &mut frames, &mut inputs)?;

        if lesions.is_some() {
            warn_without_resolution(case, &mut inputs);
            warn_of_assumed_repeatability(case, &mut inputs);
        }
        let grid = dose_grid(case, activity_images.grid(), images.grid())?;
        let dose_record = DoseRecord::of(case, &settings.basis, &grid, &frames, &mut inputs)?;
        let patient = frames.record().map(|origin| origin.patient.clone());
        let patient = patient.filter(|patient| !patient.reveal().is_empty());
        let image_labels = match &lesions {
            Some(lesions) => lesions.on_grid(activity_images.grid(), &activity_images).0,
            None => Volume::filled(*activity_images.grid(), 0),
        };
        let fitted = masks.beside(&image_labels, lesions.as_ref());
        let activity = activity_images.integrate(
            &masks.case_with_half_lives(case),
            &fitted.labels,
            Some(&fitted),
            library,
            &mut inputs,
        )?;
        let positions = match &lesions {
            Some(lesions) => positions::locate(case, &activity_images, &image_labels, lesions, &mut inputs),
            None => Vec::new(),
        };
        let overlays = overlay::draw(case, &activity_images, &images, lesions.as_ref(), &positions)?;
        let recovered = match &lesions {
            Some(lesions) => {
                recover::recover(case, &activity_images, lesions, &activity, library, &mut inputs)?
            }
            None => BTreeMap::new(),
        };
        let decays = decays_on_grid(case, &activity.tia, &grid, &mut inputs)?;
        let tissue = images.on_grid(&grid);
        tissue.check_coverage(&case.images[0].path.resolved, &decays, &mut inputs)?;
        let mut without_tissue = BTreeMap::new();
        let (labels, kept) = match &lesions {
            Some(lesions) => {
                let (mut labels, kept) = lesions.on_grid(&grid, &activity_images);
                without_tissue = tissue.clear_uncovered(&mut labels);
                lesions.warn_of_the_lost(&labels, &mut inputs);
                (Some(labels), kept)
            }
            None => (None, Vec::new()),
        };
        for (label, share) in &without_tissue {
            let named =
                lesions.iter().flat_map(|lesions| &lesions.list).find(|lesion| lesion.label == *label);
            let name = named.map_or("lesion", |lesion| lesion.name.as_str());
            inputs.warn(format!(
                "{name}: {:.0} % of the lesion lies outside the CT or density map; no dose is known there",
                100.0 * share
            ));
        }
        let organs = masks.on_grid(&grid, &activity_images, &tissue, &mut inputs);
        Ok(Self {
            case,
            organs,
            blood,
            inputs,
            settings,
            images,
            tissue,
            activity,
            image_labels,
            recovered,
            decays,
            lesions,
            labels,
            kept,
            without_tissue,
            times_h: activity_images.times_h(),
            positions,
            overlays,
            dose_record,
            patient,
        })
    }
}

fn require_nuclide(case: &Case, key: &str, name: &str, library: &Library) -> Result<(), Error> {
    match library.nuclide(name) {
        Ok(_) => Ok(()),
        Err(PhysicsError::UnknownNuclide { found, known }) => {
            Err(Error::input(&case.file, key, format!("{found:?}"), format!("one of {known}")))
        }
        Err(other) => Err(other.into()),
    }
}

/// A scanner's repeatability is known for PET and for phantoms in SPECT, not for a patient after a therapy.
fn warn_of_assumed_repeatability(case: &Case, inputs: &mut Inputs) {
    if case.images[0].modality == Modality::Spect && case.kinetics.image_u.is_none() {
        inputs.warn(format!(
            "kinetics.image_u is not stated: {:.1} % is taken, measured on SPECT of phantoms; dead time, scatter and noise of \
             these images are not in it, and not in the uncertainty of the lesions' doses",
            100.0 * case.kinetics.image_u(Modality::Spect)
        ));
    }
}

/// What blur does to a lesion cannot be judged without its width.
fn warn_without_resolution(case: &Case, inputs: &mut Inputs) {
    for image in case.images.iter().filter(|image| image.resolution_mm.is_none()) {
        inputs.warn(format!(
            "{}: no resolution_mm is stated: the uncertainty of the lesions' doses lacks the part of outline and partial \
             volume, and small lesions are flagged by their diameter alone",
            image.path.written
        ));
    }
}

fn settings(case: &Case) -> Result<Settings, Error> {
    let basis = match (case.header.purpose, case.therapy.activity_gbq) {
        (Purpose::PreTherapy, Some(activity_gbq)) => DoseBasis::Planned { activity_gbq },
        (Purpose::PreTherapy, None) => DoseBasis::PerActivity,
        (Purpose::PostTherapy, activity_gbq) => DoseBasis::Delivered { activity_gbq },
    };
    let in_report = |error: &dyn std::fmt::Display| {
        Error::input(&case.file, "report", error, "limits as documented for the case file")
    };
    let [low, high] = case.report.response_limits_gy;
    Ok(Settings {
        basis,
        partial_volume: PartialVolumeRule::new(
            case.report.partial_volume_mm,
            case.report.partial_volume_fwhm_factor,
        )
        .map_err(|error| in_report(&error))?,
        response: ResponseLimits::new(low, high).map_err(|error| in_report(&error))?,
    })
}

fn dose_grid(case: &Case, activity: &Grid, tissue: &Grid) -> Result<Grid, Error> {
    let (grid, file) = match case.transport.grid {
        DoseGrid::Activity => (*activity, &case.images[0].path.resolved),
        DoseGrid::Ct => (*tissue, case.tissue.path()),
        DoseGrid::Spacing(spacing) => (activity.with_spacing(spacing)?, &case.images[0].path.resolved),
    };
    if grid.len() > MOST_DOSE_VOXELS {
        let found = format!("a dose grid of {:?} voxels", grid.size());
        let expected = format!("at most {MOST_DOSE_VOXELS} voxels in all");
        return Err(Error::input(&case.file, "transport.grid", found, expected));
    }
    require_right_angles(file, &grid)?;
    Ok(grid)
}

/// Particles are followed through boxes.
pub(crate) fn require_right_angles(file: &std::path::Path, grid: &Grid) -> Result<(), Error> {
    if grid.is_orthogonal() {
        return Ok(());
    }
    let expected = "axes at right angles for the dose grid; resample the image";
    Err(Error::input(file.display(), "affine", "sheared voxel axes", expected))
}

/// Decays (Bq.s) of each voxel of the dose grid from a map in Bq.s/mL; the total is kept but for what lies outside.
fn decays_on_grid(
    case: &Case,
    tia: &Volume<f32>,
    grid: &Grid,
    inputs: &mut Inputs,
) -> Result<Volume<f32>, Error> {
    let voxel_ml = tia.grid().voxel_volume_ml();
    let per_voxel: Volume<f64> = tia.map(|&value| f64::from(value) * voxel_ml);
    let total: f64 = per_voxel.data().iter().sum();
    if total <= 0.0 {
        let file = case.images[0].path.resolved.display();
        return Err(Error::input(file, "activity", "none in any voxel", "at least one voxel above 0"));
    }
    let resampled = resample_extensive(&per_voxel, grid);
    let outside = resampled.outside / total;
    if outside > MOST_ACTIVITY_OUTSIDE {
        let found =
            format!("a grid with {:.0} % of the time-integrated activity outside it", 100.0 * outside);
        return Err(Error::input(&case.file, "transport.grid", found, "at most 50 %"));
    }
    if outside > NOTABLE_ACTIVITY_OUTSIDE {
        inputs.warn(format!(
            "{:.1} % of the time-integrated activity lies outside the dose grid and is not simulated",
            100.0 * outside
        ));
    }
    Ok(resampled.volume.map(|&value| value as f32))
}
