//! Efficiency of the voxel kernel, and whether it is the same as by analog transport:
//! `kernel_efficiency NUCLIDE MATERIAL SIZE_mm DECAYS SEEDS ANALOG_DECAYS [REDUCTIONS [EMISSIONS]]`.
//!
//! Each seed makes its own tables and runs on one thread. Without reductions given: all, and all without each in turn.
use iodose_physics::Library;
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Reduction, Reductions, Stop, Tables, Unwatched, VoxelKernel, VoxelS,
};

/// CPU seconds for 1 % of EGSnrc: 131I, 4.42 mm, water, self voxel, 0.33 % in 4.1 s.
const EGSNRC: f64 = 0.45;
const EXTENT: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let text = |index: usize, default: &'static str| arguments.get(index).map_or(default, String::as_str);
    let library = Library::embedded()?;
    let emitter = Emitter::new(library.nuclide(text(1, "I-131"))?, text(8, "all").parse::<EmissionSet>()?)?;
    let material = library.material(text(2, "water"))?;
    let sides: Vec<f64> = text(3, "4.42").split('x').map(str::parse).collect::<Result<_, _>>()?;
    let sides_mm = [0, 1, 2].map(|axis| sides[axis.min(sides.len() - 1)]);
    let decays = Stop::Histories(text(4, "32768").parse::<f64>()? as u64);
    let seeds = text(5, "30").parse::<u64>()?;
    let analog_decays = Stop::Histories(text(6, "1e6").parse::<f64>()? as u64);
    let density = material.nominal_density;
    let kernel = VoxelKernel { emitter: &emitter, material, density, sides_mm, extent: EXTENT };

    let start = cpu_seconds();
    let accuracy = Accuracy::default();
    let (analog, _) = kernel.compute(&library, accuracy, 1, analog_decays, Some(1), &Unwatched)?;
    let (reference, seconds) = (analog[0], cpu_seconds() - start);
    let one_percent = seconds * (100.0 * reference.relative_uncertainty).powi(2);
    println!(
        "analog: {:.5e} +- {:.4} % in {seconds:.1} CPU s, {one_percent:.2e} CPU s for 1 %",
        reference.s,
        100.0 * reference.relative_uncertainty
    );
    println!("e, u: rms deviation from analog without its own u, rms of the u reported; self voxel");
    println!(
        "reductions                      e %     u %  spread %  mean/analog-1 %  CPU s  for 1 %  EGSnrc/this   p"
    );

    let sets = match arguments.get(7) {
        Some(names) => vec![names.parse::<Reductions>()?],
        None => {
            let without = Reduction::ALL.iter().map(|(_, reduction)| Reductions::ALL.without(*reduction));
            std::iter::once(Reductions::ALL).chain(without).collect()
        }
    };
    for reductions in sets {
        let start = cpu_seconds();
        let runs = (0..seeds).map(|seed| {
            let tables = Tables::new(&[material], &library, accuracy)?;
            let run = kernel.compute_reduced(&tables, reductions, 100 + seed, decays, Some(1), &Unwatched)?;
            Ok(run.0)
        });
        let runs: Vec<Vec<VoxelS>> = runs.collect::<Result<_, iodose_transport::EngineError>>()?;
        let seconds = (cpu_seconds() - start) / seeds as f64;
        let count = seeds as f64;
        let mean = runs.iter().map(|run| run[0].s).sum::<f64>() / count;
        let rms = |value: &dyn Fn(&VoxelS) -> f64| {
            (runs.iter().map(|run| value(&run[0]).powi(2)).sum::<f64>() / count).sqrt()
        };
        let about_analog = rms(&|value| value.s / reference.s - 1.0);
        let e = (about_analog.powi(2) - reference.relative_uncertainty.powi(2)).max(0.0).sqrt();
        let u = rms(&|value| value.relative_uncertainty);
        let spread = rms(&|value| value.s / mean - 1.0) * (count / (count - 1.0)).sqrt();
        let one_percent = seconds * (100.0 * spread).powi(2);
        println!(
            "{:30} {:.4}  {:.4}  {:.4}   {:+.4}          {seconds:.3}  {one_percent:.2e}  {:6.0}      {:.3}",
            reductions.to_string(),
            100.0 * e,
            100.0 * u,
            100.0 * spread,
            100.0 * (mean / reference.s - 1.0),
            EGSNRC / one_percent,
            p_value(&analog, &runs)
        );
        if reductions == Reductions::ALL {
            gains(&analog, &runs, seconds);
        }
    }
    Ok(())
}

/// Probability of a larger chi-square between the mean of the runs and the analog one, over voxels that differ.
fn p_value(analog: &[VoxelS], runs: &[Vec<VoxelS>]) -> f64 {
    let count = runs.len() as f64;
    let (mut chi_square, mut degrees) = (0.0, 0.0);
    for (n, value) in analog.iter().enumerate() {
        let twin = analog[..n].iter().any(|other| other.s == value.s);
        if twin || value.relative_uncertainty.is_nan() {
            continue;
        }
        let mean = runs.iter().map(|run| run[n].s).sum::<f64>() / count;
        let variance = runs.iter().map(|run| (run[n].s - mean).powi(2)).sum::<f64>() / (count - 1.0) / count;
        let own = value.s * value.relative_uncertainty;
        chi_square += (mean - value.s).powi(2) / (variance + own * own);
        degrees += 1.0;
    }
    // The cube root of a chi-square is close to normal (Wilson & Hilferty, Proc. Natl. Acad. Sci. 17 (1931) 684).
    let width = 2.0 / (9.0 * degrees);
    let normal = (libm::cbrt(chi_square / degrees) - (1.0 - width)) / libm::sqrt(width);
    0.5 * libm::erfc(normal / libm::sqrt(2.0))
}

/// Prints what some voxels gain.
fn gains(analog: &[VoxelS], runs: &[Vec<VoxelS>], seconds: f64) {
    for index in [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [2, 0, 0], [3, 2, 1], [5, 5, 5]] {
        let Some(n) = analog.iter().position(|value| value.index == index) else { continue };
        let count = runs.len() as f64;
        let mean = runs.iter().map(|run| run[n].s).sum::<f64>() / count;
        let variance = runs.iter().map(|run| (run[n].s / mean - 1.0).powi(2)).sum::<f64>() / (count - 1.0);
        let u = (runs.iter().map(|run| run[n].relative_uncertainty.powi(2)).sum::<f64>() / count).sqrt();
        println!(
            "  {index:?}: {mean:.4e}, spread {:.3} %, u {:.3} %, mean/analog-1 {:+.3} % +- {:.3} %, {:.2e} CPU s for 1 %",
            100.0 * variance.sqrt(),
            100.0 * u,
            100.0 * (mean / analog[n].s - 1.0),
            100.0 * (variance / count + analog[n].relative_uncertainty.powi(2)).sqrt(),
            seconds * variance * 1e4
        );
    }
}

/// CPU time of this process, all threads: fields 14 and 15 of /proc/self/stat, in hundredths of a second; 0 where there is no such
/// file.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
