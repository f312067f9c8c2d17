//! The whole job on a realistic case with known truth, as a table in Markdown.
//!
//! `cargo run --release --example thyroid_mets -- [CASE_FOLDER] [UNCERTAINTY]`
//!
//! CASE_FOLDER (default `../shared/cases/thyroid-mets`) holds `ct.nii.gz`, `lesions.nii.gz`, `pet_{024,048,096}h.nii.gz`
//! and `truth.json`: a real CT with six simulated lesions and three simulated 124I PET images. Two doses are compared for
//! 7.4 GBq of 131I: that of the case run from the images, and that of the true time-integrated activity.
//!
//! The truth is the concentration of `truth.json` in the voxels of each lesion's label, through the same engine on the grid
//! of the CT: the images hold the activity of those voxels (4 mm), not that of the spheres, whose volumes differ by -14 to
//! +34 %. The mean is energy over mass; in these lesions of even density, or nearly, it is the mean over voxels too.

use iodose::case::{Case, StopRule};
use iodose::io::{
    HuCurve, densities_from_ct, materials_from_density, read_labels, read_nifti, tissue::MATERIAL_NAMES,
};
use iodose::physics::Library;
use iodose::transport::{Stop, Unwatched};
use iodose::volume::{Volume, resample_mean};
use iodose::{DoseInput, DoseSettings, RunOptions, compute_dose, run};
use std::error::Error;
use std::path::Path;

/// Therapy activity over tracer activity: 7.4 GBq / 74 MBq.
const ACTIVITY_RATIO: f64 = 100.0;
/// Time constant of the simulated uptake, h.
const UPTAKE_H: f64 = 6.0;

/// A lesion as it truly is.
struct Sphere {
    name: String,
    radius_mm: f64,
    /// Effective half-life of 131I, h.
    half_life_h: f64,
    /// Time-integrated activity of 131I, Bq.s/mL.
    tia: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = Path::new(arguments.get(1).map_or("../shared/cases/thyroid-mets", String::as_str));
    if !folder.join("truth.json").exists() {
        println!("skipped: no truth.json in {}", folder.display());
        return Ok(());
    }
    let uncertainty: f64 = arguments.get(2).map_or(Ok(0.02), |text| text.parse())?;
    let library = Library::embedded()?;
    let spheres = read_truth(&folder.join("truth.json"), &library)?;

    let case = Case::from_toml(&case_text(&spheres), "thyroid-mets", folder)?;
    let options = RunOptions { stop: Some(StopRule::Uncertainty(uncertainty)), ..RunOptions::default() };
    let outcome = run(&case, &options, &library, &Unwatched)?;

    let labels = read_labels(&folder.join("lesions.nii.gz"))?;
    let grid = *labels.grid();
    let ct = read_nifti(&folder.join("ct.nii.gz"))?.volume;
    let density = resample_mean(&densities_from_ct(&ct, &HuCurve::Default)?.volume, &grid, 0.0012).volume;
    let input = DoseInput {
        decays: &true_decays(&spheres, &labels),
        materials: &materials_from_density(&density),
        density: &density,
        material_names: &MATERIAL_NAMES,
        nuclide: "I-131",
        labels: Some(&labels),
    };
    let stop = Stop::Uncertainty { target: uncertainty, max_histories: None, max_seconds: None };
    let truth = compute_dose(&input, &DoseSettings::until(stop), &library, &Unwatched)?;

    println!(
        "| lesion | diameter, mm | true mean, Gy | uncorrected, Gy (k=1) | corrected, Gy (k=1) | uncorrected/true | \
         corrected/true | (true - corrected)/u | u, % | largest | half-life of 131I, h | true, h | flag | second check |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for ((lesion, sphere), region) in outcome.report.lesions.iter().zip(&spheres).zip(&truth.regions) {
        let Some(dose) = &lesion.dose else { continue };
        let corrected = dose.mean_corrected.unwrap_or(f64::NAN);
        let corrected_u = dose.mean_corrected_u.unwrap_or(f64::NAN);
        println!(
            "| {} | {:.0} | {:.1} | {:.1} +- {:.1} | {:.1} +- {:.1} | {:.2} | {:.2} | {:+.1} | {:.0} | {} | {:.1} | {:.1} | {} | {} |",
            lesion.name,
            2.0 * sphere.radius_mm,
            region.mean,
            dose.mean,
            dose.mean_u.unwrap_or(f64::NAN),
            corrected,
            corrected_u,
            dose.mean / region.mean,
            corrected / region.mean,
            (region.mean - corrected) / corrected_u,
            100.0 * corrected_u / corrected,
            dose.largest_uncertainty.as_deref().unwrap_or("-"),
            lesion.effective_half_life_h.unwrap_or(f64::NAN),
            sphere.half_life_h,
            lesion.partial_volume_flag,
            dose.second_check.map_or("-".into(), |verdict| verdict.to_string()),
        );
    }
    println!();
    println!("Relative standard uncertainties of the corrected mean, %:");
    for lesion in &outcome.report.lesions {
        let Some(dose) = &lesion.dose else { continue };
        let parts = dose.corrected_uncertainty_budget.components().iter().map(|component| {
            format!("{} {:.1}", component.name, 100.0 * component.relative_u.unwrap_or(f64::NAN))
        });
        let recovery = lesion.recovery_coefficient.unwrap_or(f64::NAN);
        println!(
            "{}: {}; recovery coefficient {recovery:.3}",
            lesion.name,
            parts.collect::<Vec<_>>().join(", ")
        );
    }
    Ok(())
}

/// c(t) = c0 exp(-ln2 t/T) (1 - exp(-t/6 h)) of 124I, with the physical decay of 131I in its place.
fn read_truth(path: &Path, library: &Library) -> Result<Vec<Sphere>, Box<dyn Error>> {
    let decay = |name: &str| library.nuclide(name).map(|nuclide| nuclide.decay_constant() * 3600.0);
    let exchange = decay("I-131")? - decay("I-124")?;
    let text = std::fs::read_to_string(path)?;
    let truth: serde_json::Value = serde_json::from_str(&text)?;
    let lesions = truth["lesions"].as_array().ok_or("lesions: expected a list")?;
    let number = |value: &serde_json::Value| value.as_f64().ok_or("expected a number");
    lesions
        .iter()
        .map(|lesion| {
            let rate = std::f64::consts::LN_2 / number(&lesion["teff_h"])? + exchange;
            let hours = 1.0 / rate - 1.0 / (rate + 1.0 / UPTAKE_H);
            Ok(Sphere {
                name: lesion["name"].as_str().ok_or("name: expected text")?.to_owned(),
                half_life_h: std::f64::consts::LN_2 / rate,
                radius_mm: number(&lesion["radius_mm"])?,
                tia: number(&lesion["conc_t0_Bq_mL"])? * ACTIVITY_RATIO * hours * 3600.0,
            })
        })
        .collect()
}

/// Decays of each voxel: the true concentration within the labels.
fn true_decays(spheres: &[Sphere], labels: &Volume<u16>) -> Volume<f32> {
    let voxel_ml = labels.grid().voxel_volume_ml();
    labels.map(|&label| match usize::from(label).checked_sub(1).and_then(|n| spheres.get(n)) {
        Some(sphere) => (sphere.tia * voxel_ml) as f32,
        None => 0.0,
    })
}

fn case_text(spheres: &[Sphere]) -> String {
    let image = |hours: u32| {
        format!(
            "[[image]]\npath = \"pet_{hours:03}h.nii.gz\"\nmodality = \"PET\"\nnuclide = \"I-124\"\nunit = \"Bq/mL\"\n\
             time_h = {hours}.0\nresolution_mm = 6.5\ncalibration_u = 0.03\n"
        )
    };
    let names: Vec<String> =
        spheres.iter().enumerate().map(|(n, sphere)| format!("{} = {:?}", n + 1, sphere.name)).collect();
    format!(
        "[case]\nid = \"thyroid-mets\"\npurpose = \"pre-therapy\"\n{}{}{}[ct]\npath = \"ct.nii.gz\"\n[lesions]\n\
         path = \"lesions.nii.gz\"\nnames = {{ {} }}\n[administration]\nactivity_MBq = 74.0\n[therapy]\nactivity_GBq = 7.4\n",
        image(24),
        image(48),
        image(96),
        names.join(", ")
    )
}
