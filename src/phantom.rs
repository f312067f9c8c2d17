//! Phantoms as files: images, labels, truth and a case that runs.

use crate::Error;
use crate::folder::{ResultFolder, write_text};
use iodose_io::{HuCurve, write_nifti_f32, write_nifti_u16};
use iodose_phantom::{CaseFiles, Phantom, RenderInput, Rendered, phantoms};
use iodose_physics::Library;
use std::path::{Path, PathBuf};

/// File name of a phantom's case.
const CASE: &str = "case.toml";

/// Writes the phantom of a name into a folder and returns the path of its case file.
///
/// `case.toml`, `ct.nii.gz` (HU), `density.nii.gz` (g/cm3), `lesions.nii.gz`, an image per time (Bq/mL),
/// `true_tia.nii.gz` (Bq.s/mL of the therapy nuclide, as it truly is) and `truth.json`.
///
/// # Errors
/// An unknown name, and what cannot be written.
pub fn write_phantom(name: &str, folder: &Path, library: &Library) -> Result<PathBuf, Error> {
    let text = phantoms::text(name).ok_or_else(|| {
        let known: Vec<&str> = phantoms::list().iter().map(|entry| entry.name).collect();
        Error::input("phantom", "name", format!("{name:?}"), format!("one of {}", known.join(", ")))
    })?;
    write_described_phantom(&Phantom::parse(text)?, folder, library)
}

/// [`write_phantom`] for a description of one's own.
///
/// # Errors
/// A nuclide that is not in the library, and what cannot be written.
pub fn write_described_phantom(
    phantom: &Phantom,
    folder: &Path,
    library: &Library,
) -> Result<PathBuf, Error> {
    let description = phantom.description();
    let half_life = |nuclide: &str| library.nuclide(nuclide).map(|nuclide| nuclide.half_life / 3600.0);
    let rendered = phantom.render(&RenderInput {
        imaged_half_life_h: half_life(&description.imaging.nuclide)?,
        therapy_half_life_h: half_life(&description.therapy.nuclide)?,
        hu_of_density: &|density| hu_of_density(&HuCurve::Default, density),
    })?;
    ResultFolder::prepare(folder)?.write(|staging| write_files(phantom, &rendered, staging))?;
    Ok(folder.join(CASE))
}

fn write_files(phantom: &Phantom, rendered: &Rendered, folder: &Path) -> Result<(), Error> {
    let path = |name: &str| folder.join(name);
    write_nifti_f32(&path("ct.nii.gz"), &rendered.hu, "CT number, HU")?;
    write_nifti_f32(&path("density.nii.gz"), &rendered.density, "mass density, g/cm3")?;
    write_nifti_u16(&path("lesions.nii.gz"), &rendered.labels, "lesion labels")?;
    write_nifti_f32(
        &path("true_tia.nii.gz"),
        &rendered.true_tia_bq_s_per_ml,
        "true time-integrated activity, Bq.s/mL",
    )?;
    let mut images = Vec::new();
    for (time_h, image) in &rendered.images {
        let name = format!("activity_{time_h:03}h.nii.gz");
        write_nifti_f32(&path(&name), image, "activity concentration at the time of the image, Bq/mL")?;
        images.push(name);
    }
    let truth =
        serde_json::to_string_pretty(&rendered.truth).map_err(|error| Error::Report(error.to_string()))?;
    write_text(folder, "truth.json", &truth)?;
    let files = CaseFiles { images, ct: "ct.nii.gz".into(), lesions: "lesions.nii.gz".into() };
    write_text(folder, CASE, &phantom.case_toml(&files)?)
}

/// The CT number that a curve gives this density (g/cm3): the inverse of a rising curve, its ends beyond it.
fn hu_of_density(curve: &HuCurve, density: f64) -> f64 {
    let points = curve.points();
    let above = points.partition_point(|&(_, known)| known <= density);
    if above == 0 || above == points.len() {
        return points[above.saturating_sub(1)].0;
    }
    let ((x0, y0), (x1, y1)) = (points[above - 1], points[above]);
    x0 + (x1 - x0) * (density - y0) / (y1 - y0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_of_the_curve_gives_the_density_back() {
        for density in [0.00121, 0.26, 0.95, 1.0, 1.04, 1.06, 1.5, 1.92] {
            let back = HuCurve::Default.density(hu_of_density(&HuCurve::Default, density));
            assert!((back - density).abs() < 1e-4 * density.max(0.1), "{density}: {back}");
        }
    }
}
