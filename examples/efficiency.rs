//! What variance reduction brings on the voxels of lesions: `efficiency FOLDER SEEDS BATCHES`, FOLDER with
//! `density_g_per_cm3.nii.gz`, `tia_Bq_s_per_voxel.nii.gz` and `lesions.nii.gz`.
use iodose::io::{materials_from_density, read_labels, read_nifti, tissue::MATERIAL_NAMES};
use iodose::physics::Library;
use iodose::transport::{
    Accuracy, EmissionSet, Emitter, Goal, Plan, ReducedSimulation, Regions, Scores, Simulation, Source, Stop,
    Tables, Unwatched, VoxelMedium,
};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = Path::new(&arguments[1]);
    let analog: u64 = arguments[2].parse()?;
    let seeds: u64 = arguments[3].parse()?;
    let histories: u64 = arguments[4].parse()?;
    let library = Library::embedded()?;
    let density = read_nifti(&folder.join("density_g_per_cm3.nii.gz"))?.volume;
    let decays = read_nifti(&folder.join("tia_Bq_s_per_voxel.nii.gz"))?.volume;
    let labels = read_labels(&folder.join("lesions.nii.gz"))?;
    let material = materials_from_density(&density);
    let materials: Vec<_> =
        MATERIAL_NAMES.iter().map(|name| library.material(name)).collect::<Result<_, _>>()?;
    let tables = Tables::new(&materials, &library, Accuracy::default())?;
    let emitter = Emitter::new(library.nuclide("I-131")?, EmissionSet::ALL)?;
    let medium = VoxelMedium::new(&density, &material)?;
    let regions = Regions::from_labels(&labels);
    let goal = regions.all_cells();
    let plan = |seed, histories| Plan {
        seed,
        stop: Stop::Histories(histories),
        goal: Goal::cells(goal.clone()),
        threads: Some(2),
    };
    let cpu = || -> f64 {
        let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap_or(0.0) + fields[12].parse::<f64>().unwrap_or(0.0)) / 100.0
    };
    let reductions: iodose::transport::Reductions = arguments.get(5).map_or("all", |x| x).parse()?;
    let start = cpu();
    let source = Source::from_decays(&decays)?;
    let simulation = Simulation {
        medium: &medium,
        source: &source,
        emitter: &emitter,
        tables: &tables,
        regions: Some(&regions),
    };
    let truth = simulation.run(&plan(1, analog), &Unwatched)?;
    println!(
        "analog: {analog} decays, {:.1} CPU s, mean u {:.3} %",
        cpu() - start,
        100.0 * truth.mean_uncertainty()
    );
    let start = cpu();
    let runs: Vec<Scores> = (0..seeds)
        .map(|seed| {
            let reduced = ReducedSimulation {
                medium: &medium,
                decays: &decays,
                emitter: &emitter,
                tables: &tables,
                regions: Some(&regions),
                reductions,
            };
            reduced.run(&plan(100 + seed, histories), &Unwatched)
        })
        .collect::<Result<_, _>>()?;
    let seconds = (cpu() - start) / seeds as f64;
    let over = |cells: &[u32], name: &str| {
        let (mut square, mut own, mut mean_u, mut chi, mut signed) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &cell in cells {
            let reference = truth.cells[cell as usize];
            let mean = runs.iter().map(|run| run.cells[cell as usize].mean).sum::<f64>() / seeds as f64;
            for run in &runs {
                let estimate = run.cells[cell as usize];
                square += ((estimate.mean - mean) / mean).powi(2) * seeds as f64 / (seeds - 1) as f64;
                own += (estimate.u / mean).powi(2);
                mean_u += estimate.u / mean;
            }
            let own_mean = (runs.iter().map(|run| run.cells[cell as usize].u.powi(2)).sum::<f64>()).sqrt()
                / seeds as f64;
            chi += (mean - reference.mean).powi(2) / (reference.u.powi(2) + own_mean.powi(2));
            signed += (mean / reference.mean - 1.0) / cells.len() as f64;
        }
        let count = (cells.len() as u64 * seeds) as f64;
        let e = (square / count).sqrt();
        println!(
            "{name}: e {:.3} %, own rms u {:.3} %, mean u {:.3} %, T {seconds:.3} s, CPU s for 1 % {:.3}; chi2/n {:.3}, mean deviation {:+.3} %",
            100.0 * e,
            100.0 * (own / count).sqrt(),
            100.0 * mean_u / count,
            seconds * (e / 0.01).powi(2),
            chi / cells.len() as f64,
            100.0 * signed
        );
    };
    over(&goal, "lesion voxels");
    over(&(0..density.data().len() as u32).collect::<Vec<_>>(), "all voxels");
    for (region, (found, reference)) in runs[0].regions.iter().zip(&truth.regions).enumerate() {
        let mean = runs.iter().map(|run| run.regions[region].mean).sum::<f64>() / seeds as f64;
        println!(
            "region {region}: {:+.3} % +- {:.3} % (own u of a run {:.3} %)",
            100.0 * (mean / reference.mean - 1.0),
            100.0 * reference.relative(),
            100.0 * found.relative()
        );
    }
    Ok(())
}
