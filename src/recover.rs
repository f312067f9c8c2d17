//! What lesions truly hold, from images that blur them. Equations: `docs/methods/recovery.md`.

mod spheres;

use crate::Error;
use crate::activity::{Activity, ActivityImages};
use crate::case::{Case, RecoveryMethod};
use crate::inputs::Inputs;
use crate::lesions::Lesions;
use iodose_kinetics::Fit;
use iodose_physics::Library;
use iodose_report::partial_volume::equivalent_diameter_mm;
use iodose_report::recovery::{Integrated, Outline, PhantomSphere, RecoveryCurve, Solved, Transfer};
use std::collections::BTreeMap;

/// What recovery found of one lesion.
#[derive(Debug)]
pub(crate) struct Recovered {
    /// The images together.
    pub(crate) integrated: Integrated,
    /// Width of the blur, FWHM in mm: the largest of the images'.
    pub(crate) fwhm_mm: f64,
    /// The curve through the corrected concentrations.
    pub(crate) fit: Fit,
    /// The images one by one.
    pub(crate) images: Vec<Seen>,
}

/// One image of a lesion.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) outline: Outline,
    pub(crate) solved: Solved,
}

/// How wide the blur is.
enum Widths {
    Phantom(RecoveryCurve),
    /// One width per image, mm, and their relative standard uncertainty.
    Stated(Vec<f64>, f64),
}

impl Widths {
    fn of_case(case: &Case, inputs: &mut Inputs) -> Result<Option<Self>, Error> {
        let recovery = &case.recovery;
        if recovery.method == RecoveryMethod::None {
            return Ok(None);
        }
        let (spheres, file, key) = match &recovery.spheres_file {
            Some(path) => (spheres::read(path, inputs)?, path.resolved.display().to_string(), "spheres"),
            None => (recovery.spheres.clone(), case.file.clone(), "recovery.spheres"),
        };
        if !spheres.is_empty() {
            let sphere = |&[diameter_mm, recovery, u]: &[f64; 3]| PhantomSphere { diameter_mm, recovery, u };
            let spheres: Vec<PhantomSphere> = spheres.iter().map(sphere).collect();
            let curve = RecoveryCurve::fit(&spheres).map_err(|error| {
                Error::input(file, format!("{key}, {}", error.field), error.found, error.expected)
            })?;
            return Ok(Some(Self::Phantom(curve)));
        }
        let stated: Option<Vec<f64>> = case.images.iter().map(|image| image.resolution_mm).collect();
        Ok(stated.map(|widths| Self::Stated(widths, recovery.resolution_u)))
    }

    /// FWHM and its standard uncertainty for a lesion of this diameter on an image, mm.
    fn at(&self, image: usize, diameter_mm: f64) -> (f64, f64) {
        match self {
            Self::Phantom(curve) => curve.width_mm(diameter_mm),
            Self::Stated(widths, u) => (widths[image], widths[image] * u),
        }
    }
}

/// One image seen through the blur and through one wider by its uncertainty.
struct Image {
    outlines: Vec<Outline>,
    solved: Vec<Solved>,
    wider: Vec<Solved>,
}

/// Corrects the activity of every lesion that all images show whole, where the blur is known.
pub(crate) fn recover(
    case: &Case,
    images: &ActivityImages,
    lesions: &Lesions,
    activity: &Activity,
    library: &Library,
    inputs: &mut Inputs,
) -> Result<BTreeMap<u16, Recovered>, Error> {
    let mut found = BTreeMap::new();
    let Some(widths) = Widths::of_case(case, inputs)? else { return Ok(found) };
    let seen: Option<Vec<Image>> =
        images.volumes().enumerate().map(|(n, image)| Image::solve(n, image, lesions, &widths)).collect();
    let Some(seen) = seen else {
        inputs.warn("no mean is corrected for blur: the lesions cannot be told apart in the images".into());
        return Ok(found);
    };
    for lesion in &lesions.list {
        let place = seen[0].outlines.iter().position(|outline| outline.label == lesion.label);
        let (Some(place), true) =
            (place, lesion.fraction_outside == 0.0 && activity.fits.contains_key(&lesion.label))
        else {
            continue;
        };
        let concentrations: Vec<f64> = seen.iter().map(|image| image.solved[place].concentration).collect();
        if concentrations.iter().any(|c| *c <= 0.0) {
            inputs.warn(format!(
                "{}: the images show no more activity in it than around it; its mean is not corrected for blur",
                lesion.name
            ));
            continue;
        }
        let fit = images.fit_lesion(case, lesion.label, &lesion.name, &concentrations, library)?;
        let of_lesion = |of: fn(&Image) -> &[Solved]| -> Vec<Solved> {
            seen.iter().map(|image| of(image)[place]).collect()
        };
        let (solved, wider) = (of_lesion(|image| &image.solved), of_lesion(|image| &image.wider));
        let Some(integrated) = Integrated::new(fit.voxel_coefficients_h(), &solved, &wider) else {
            continue;
        };
        let diameter = equivalent_diameter_mm(lesion.volume_ml);
        let fwhm_mm = (0..seen.len()).map(|n| widths.at(n, diameter).0).fold(0.0, f64::max);
        let images = seen.iter().zip(solved);
        let images = images.map(|(image, solved)| Seen { outline: image.outlines[place].clone(), solved });
        let recovered = Recovered { integrated, fwhm_mm, fit, images: images.collect() };
        found.insert(lesion.label, recovered);
    }
    Ok(found)
}

impl Image {
    fn solve(
        number: usize,
        image: &iodose_volume::Volume<f32>,
        lesions: &Lesions,
        widths: &Widths,
    ) -> Option<Self> {
        let through = |excess: f64| {
            let outlines = lesions.list.iter().filter_map(|lesion| {
                let (width, u) = widths.at(number, equivalent_diameter_mm(lesion.volume_ml));
                let outline = Outline::new(&lesions.labels, lesion.label, image.grid(), width + excess * u)?;
                outline.mean(|_| 0.0).is_some().then_some(outline)
            });
            let transfer = Transfer::new(outlines.collect());
            let solved = transfer.solve(image)?;
            Some((transfer.outlines().to_vec(), solved))
        };
        let (outlines, solved) = through(0.0)?;
        let (_, wider) = through(1.0)?;
        Some(Self { outlines, solved, wider })
    }
}
