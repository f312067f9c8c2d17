//! The whole job on a realistic case with known truth, as a table in Markdown.
//!
//! `cargo run --release --example thyroid_mets -- [CASE_FOLDER] [UNCERTAINTY]`
//!
//! CASE_FOLDER (default `../shared/cases/thyroid-mets`) holds `ct.nii.gz`, `lesions.nii.gz`, `pet_{024,048,096}h.nii.gz`
//! and `truth.json`: a real CT with six simulated lesions and three simulated 124I PET images. Two doses are compared for
//! 7.4 GBq of 131I: that of the case run from the images, and that of the true time-integrated activity.

use iodose::case::{Case, StopRule};
use iodose::io::{
    HuCurve, densities_from_ct, materials_from_density, read_labels, read_nifti, tissue::MATERIAL_NAMES,
};
use iodose::physics::Library;
use iodose::transport::{Stop, Unwatched};
use iodose::volume::{Grid, Volume, resample_mean};
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
    centre: [f64; 3],
    radius_mm: f64,
    /// Time-integrated activity of 131I, Bq.s/mL.
    tia: f64,
}

impl Sphere {
    /// Time-integrated activity of the whole sphere, MBq.h.
    fn activity_mbq_h(&self) -> f64 {
        let volume_ml = 4.0 / 3.0 * std::f64::consts::PI * (0.1 * self.radius_mm).powi(3);
        self.tia * volume_ml / 3.6e9
    }
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
        decays: &true_decays(&spheres, &grid),
        materials: &materials_from_density(&density),
        density: &density,
        material_names: &MATERIAL_NAMES,
        nuclide: "I-131",
        labels: Some(&labels),
    };
    let stop = Stop::Uncertainty { target: uncertainty, max_histories: None, max_seconds: None };
    let truth = compute_dose(&input, &DoseSettings::until(stop), &library, &Unwatched)?;

    println!(
        "| lesion | diameter, mm | true mean, Gy | from the images, Gy (k=1) | ratio | activity ratio | flag |"
    );
    println!("|---|---|---|---|---|---|---|");
    for ((lesion, sphere), region) in outcome.report.lesions.iter().zip(&spheres).zip(&truth.regions) {
        let Some(dose) = &lesion.dose else { continue };
        println!(
            "| {} | {:.0} | {:.1} | {:.1} +- {:.1} | {:.2} | {:.2} | {} |",
            lesion.name,
            2.0 * sphere.radius_mm,
            region.mean,
            dose.mean,
            dose.mean_u.unwrap_or(f64::NAN),
            dose.mean / region.mean,
            lesion.time_integrated_activity_mbq_h.unwrap_or(f64::NAN) / sphere.activity_mbq_h(),
            lesion.partial_volume_flag
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
            let mut centre = [0.0; 3];
            for (axis, coordinate) in centre.iter_mut().enumerate() {
                *coordinate = number(&lesion["centre_mm"][axis])?;
            }
            Ok(Sphere {
                name: lesion["name"].as_str().ok_or("name: expected text")?.to_owned(),
                centre,
                radius_mm: number(&lesion["radius_mm"])?,
                tia: number(&lesion["conc_t0_Bq_mL"])? * ACTIVITY_RATIO * hours * 3600.0,
            })
        })
        .collect()
}

/// Decays of each voxel, the edge of a sphere shared out by 8 x 8 x 8 points.
fn true_decays(spheres: &[Sphere], grid: &Grid) -> Volume<f32> {
    const POINTS: usize = 8;
    let voxel_ml = grid.voxel_volume_ml();
    Volume::from_fn(*grid, |index| {
        let mut decays = 0.0;
        for sphere in spheres {
            let centre = grid.index_to_patient(index.map(|n| n as f64));
            let reach = sphere.radius_mm + grid.spacing().iter().sum::<f64>();
            if distance(centre, sphere.centre) > reach {
                continue;
            }
            let inside = (0..POINTS.pow(3))
                .filter(|n| {
                    let step = [n % POINTS, n / POINTS % POINTS, n / (POINTS * POINTS)];
                    let point = std::array::from_fn(|axis| {
                        index[axis] as f64 + (step[axis] as f64 + 0.5) / POINTS as f64 - 0.5
                    });
                    distance(grid.index_to_patient(point), sphere.centre) <= sphere.radius_mm
                })
                .count();
            decays += sphere.tia * voxel_ml * inside as f64 / POINTS.pow(3) as f64;
        }
        decays as f32
    })
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
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
