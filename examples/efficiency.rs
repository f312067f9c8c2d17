//! What variance reduction brings, and that it changes nothing: a table in Markdown.
//!
//! `cargo run --release --example efficiency -- [FOLDER] [DECAYS] [SEEDS] [lesions|all]`
//!
//! FOLDER (default `../shared/cases/lesion-in-lung`) holds `density_g_per_cm3.nii.gz`, `tia_Bq_s_per_voxel.nii.gz` and
//! `lesions.nii.gz`. DECAYS (default 1.6e8) is the length of the analog run that all are compared with, SEEDS (default 30) the
//! number of runs with all reductions; the others run a quarter as often. Asked for are the voxels of the lesions, or all.
//!
//! e is the root mean square over these voxels and all runs of the relative deviation from the analog run, less what the
//! uncertainty of that run itself brings; T the CPU time from inputs read to dose written; the last column is the CPU time for
//! e = 1 % and how many times less that is than EGSnrc's (245 CPU s for the lesions, 2.3e4 for all voxels of the default case).

use iodose::io::{read_labels, write_nifti_u16};
use iodose::physics::Library;
use iodose::transport::{Reduction, Reductions, Unwatched};
use iodose::volume::Volume;
use iodose::{DoseMaps, SimulateRequest, TiaUnit, TissueChoice, simulate_into};
use std::error::Error;
use std::path::{Path, PathBuf};

/// CPU seconds of EGSnrc for 1 % on the voxels of lesions, and on all.
const EGSNRC_SECONDS: [f64; 2] = [245.0, 2.3e4];

/// The problem, and a folder for results.
struct Problem {
    folder: PathBuf,
    roi: PathBuf,
    results: tempfile::TempDir,
    library: Library,
}

/// A run: its maps, and its CPU seconds.
type Run = (DoseMaps, f64);

impl Problem {
    fn run(&self, reductions: Reductions, histories: u64, seed: u64) -> Result<Run, Box<dyn Error>> {
        let tissue = TissueChoice::Density {
            density: self.folder.join("density_g_per_cm3.nii.gz").into(),
            materials: None,
        };
        let tia = self.folder.join("tia_Bq_s_per_voxel.nii.gz");
        let request = SimulateRequest::new(tia, TiaUnit::BqSecondPerVoxel, tissue, "I-131")
            .regions(self.roi.clone())
            .histories(histories)
            .seed(seed)
            .reductions(reductions);
        let folder = self.results.path().join("run");
        let (maps, record) = simulate_into(&request, &folder, &self.library, &Unwatched)?;
        Ok((maps, record.cpu_seconds.ok_or("no CPU time on this platform")?))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |n: usize, default: &'static str| words.get(n).map_or(default, String::as_str);
    let folder = PathBuf::from(word(0, "../shared/cases/lesion-in-lung"));
    let decays: f64 = word(1, "1.6e8").parse()?;
    let seeds: u64 = word(2, "30").parse()?;
    let all = word(3, "lesions") == "all";
    if !folder.is_dir() {
        println!("skipped: there is no folder {}", folder.display());
        return Ok(());
    }
    let results = tempfile::tempdir()?;
    let lesions = read_labels(&folder.join("lesions.nii.gz"))?;
    let roi = if all { everything(&lesions, results.path())? } else { folder.join("lesions.nii.gz") };
    let cells: Vec<usize> =
        (0..lesions.data().len()).filter(|&cell| all || lesions.data()[cell] > 0).collect();
    let problem = Problem { folder, roi, results, library: Library::embedded()? };

    let analog = problem.run(Reductions::NONE, decays as u64, 1)?;
    println!(
        "{} voxels; analog run of {decays:.1e} decays: {:.0} CPU s, mean u {:.3} %\n",
        cells.len(),
        analog.1,
        100.0 * analog.0.statistics.mean_rel_uncertainty
    );
    println!(
        "| reductions | decays per run | decays/s | e, % | own u, % | T, s | 1/(e^2 T) | s for 1 % | over EGSnrc |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    // All voxels need more decays for the same, and long runs: the parts are told apart on the lesions only.
    let histories = if all { 480_000 } else { 60_000 };
    let report = |name: &str,
                  reductions: Reductions,
                  histories: u64,
                  seeds: u64|
     -> Result<Vec<Run>, Box<dyn Error>> {
        let runs = (0..seeds).map(|seed| problem.run(reductions, histories, 100 + seed));
        let runs = runs.collect::<Result<Vec<Run>, _>>()?;
        let seconds = runs.iter().map(|run| run.1).sum::<f64>() / seeds as f64;
        let (e, u) = spread(&analog.0, &runs, &cells);
        let for_one_percent = seconds * (e / 0.01).powi(2);
        println!(
            "| {name} | {histories} | {:.0} | {:.3} | {:.3} | {seconds:.3} | {:.3e} | {for_one_percent:.3} | {:.0} |",
            histories as f64 / seconds,
            100.0 * e,
            100.0 * u,
            1.0 / (e * e * seconds),
            EGSNRC_SECONDS[usize::from(all)] / for_one_percent
        );
        Ok(runs)
    };
    let runs = report("all", Reductions::ALL, histories, seeds)?;
    let few = seeds.div_ceil(4).max(2);
    for (name, reduction) in Reduction::ALL.into_iter().filter(|_| !all) {
        let longer = if reduction == Reduction::Balance { 4 * histories } else { histories };
        report(&format!("without {name}"), Reductions::ALL.without(reduction), longer, few)?;
    }
    report("none", Reductions::NONE, 2_000_000, few)?;
    agreement(&analog.0, &runs, &cells);
    Ok(())
}

/// A label map with one label everywhere.
fn everything(lesions: &Volume<u16>, folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let path = folder.join("all.nii.gz");
    write_nifti_u16(&path, &lesions.map(|_| 1), "all voxels")?;
    Ok(path)
}

/// Root mean squares over cells and runs: of the relative deviation from the analog run, its own part taken off, and of the
/// relative uncertainty that the runs state.
fn spread(analog: &DoseMaps, runs: &[Run], cells: &[usize]) -> (f64, f64) {
    let (mut squares, mut stated) = (0.0, 0.0);
    for &cell in cells {
        let dose = f64::from(analog.dose.data()[cell]);
        let own = f64::from(analog.uncertainty.data()[cell]) / dose;
        for (run, _) in runs {
            squares += (f64::from(run.dose.data()[cell]) / dose - 1.0).powi(2) - own * own;
            stated += (f64::from(run.uncertainty.data()[cell]) / dose).powi(2);
        }
    }
    let count = (cells.len() * runs.len()) as f64;
    ((squares / count).max(0.0).sqrt(), (stated / count).sqrt())
}

/// Whether the mean of the runs is the dose of the analog run.
fn agreement(analog: &DoseMaps, runs: &[Run], cells: &[usize]) {
    let count = runs.len() as f64;
    let mean = |value: &dyn Fn(&DoseMaps) -> f64| runs.iter().map(|(run, _)| value(run)).sum::<f64>() / count;
    let (mut chi_square, mut difference, mut relative) = (0.0, 0.0, 0.0);
    for &cell in cells {
        let [dose, own] = [&analog.dose, &analog.uncertainty].map(|map| f64::from(map.data()[cell]));
        let found = mean(&|run| f64::from(run.dose.data()[cell]));
        let square = mean(&|run| f64::from(run.uncertainty.data()[cell]).powi(2)) / count;
        chi_square += (found - dose).powi(2) / (square + own * own);
        difference += (found / dose - 1.0) / cells.len() as f64;
        relative += (square + own * own).sqrt() / dose / cells.len() as f64;
    }
    println!(
        "\nAll reductions against the analog run: chi-square {chi_square:.1} of {} voxels at a mean u of {:.3} %, p = {:.3}; signed \
         mean difference {:+.3} %",
        cells.len(),
        100.0 * relative,
        p_value(chi_square, cells.len() as f64),
        100.0 * difference
    );
    for (region, reference) in analog.regions.iter().enumerate() {
        let found = mean(&|run| run.regions[region].mean);
        let u = mean(&|run| run.regions[region].u.powi(2)).sqrt() / count.sqrt();
        println!(
            "label {}: mean {:+.3} +- {:.3} %",
            reference.label,
            100.0 * (found / reference.mean - 1.0),
            100.0 * libm::hypot(u, reference.u) / reference.mean
        );
    }
}

/// The probability of a larger chi-square (Wilson & Hilferty, Proc. Natl. Acad. Sci. 17 (1931) 684), for many degrees of
/// freedom.
fn p_value(chi_square: f64, freedom: f64) -> f64 {
    let width = 2.0 / (9.0 * freedom);
    let normal = (libm::cbrt(chi_square / freedom) - (1.0 - width)) / width.sqrt();
    0.5 * libm::erfc(normal / std::f64::consts::SQRT_2)
}
