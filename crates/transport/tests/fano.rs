//! Fano's theorem: in a medium of one composition with a source uniform per mass, the dose is the same everywhere,
//! whatever the densities (Fano 1954, Radiat. Res. 1, 237). The exact answer is the source energy per mass.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

use iodose_physics::Library;
use iodose_transport::{
    Accuracy, Emitter, Goal, Plan, Regions, Simulation, Source, Stop, Tables, Unwatched, VoxelMedium,
};
use iodose_volume::{Grid, Volume};

/// How the voxels that lie deeper than the range differ from the exact answer.
struct Deviations {
    /// Largest of a voxel, in standard deviations.
    largest: f64,
    /// Root mean square over voxels, in standard deviations.
    spread: f64,
    /// Of the mean over all, relative.
    mean: f64,
    /// Standard uncertainty of that.
    mean_u: f64,
}

fn deviations(energy: f64, spacing: f64, size: usize, histories: u64) -> Deviations {
    let grid = Grid::axis_aligned([size; 3], [spacing; 3], [0.0; 3]).unwrap();
    // Three densities in a pattern without a short period along any axis.
    let density = Volume::from_fn(grid, |[i, j, k]| [0.26f32, 1.0, 1.85][(i + 2 * j + 5 * k + i * j) % 3]);
    let medium = VoxelMedium::new(&density, &Volume::filled(grid, 0)).unwrap();
    let library = Library::embedded().unwrap();
    // The energy of bremsstrahlung stays where it is made: photons would carry it out of electron equilibrium.
    let accuracy = Accuracy { bremsstrahlung_cut: 4.0, ..Accuracy::default() };
    let tables = Tables::new(&[library.material("water").unwrap()], &library, accuracy).unwrap();
    let source = Source::from_decays(&density).unwrap();
    let emitter = Emitter::monoenergetic_electrons(energy).unwrap();

    // Only voxels that no electron from outside could have reached, even through the lightest voxels.
    let range_mm = 10.0 * tables.csda_range(0, energy) / 0.26;
    let margin = (1.1 * range_mm / spacing).ceil() as usize;
    assert!(2 * margin < size, "grid of {size} voxels too small for a margin of {margin}");
    let deep =
        Volume::from_fn(grid, |index| u16::from(index.iter().all(|&n| n >= margin && n < size - margin)));
    let regions = Regions::from_labels(&deep);

    let simulation = Simulation {
        medium: &medium,
        source: &source,
        emitter: &emitter,
        tables: &tables,
        regions: Some(&regions),
    };
    let plan =
        Plan { seed: 1, stop: Stop::Histories(histories), goal: Goal::above_half_maximum(), threads: None };
    let scores = simulation.run(&plan, &Unwatched).unwrap();
    let mass: f64 = density.data().iter().map(|&d| f64::from(d)).sum::<f64>() * (spacing / 10.0).powi(3);
    let exact = energy / mass;
    let of_voxel =
        |cell: &u32| (scores.cells.get(*cell as usize).mean - exact) / scores.cells.get(*cell as usize).u;
    let all: Vec<f64> = regions.all_cells().iter().map(of_voxel).collect();
    Deviations {
        largest: all.iter().fold(0.0, |largest, d| largest.max(d.abs())),
        spread: (all.iter().map(|d| d * d).sum::<f64>() / all.len() as f64).sqrt(),
        mean: scores.regions[0].mean / exact - 1.0,
        mean_u: scores.regions[0].relative(),
    }
}

fn check(energy: f64, spacing: f64, size: usize, histories: u64) {
    let Deviations { largest, spread, mean, mean_u } = deviations(energy, spacing, size, histories);
    println!(
        "{energy} MeV in {spacing} mm: largest {largest:.2} s.d., rms {spread:.3}, mean {:+.3} +- {:.3} %",
        100.0 * mean,
        100.0 * mean_u
    );
    // Among thousands of voxels one lies beyond 4 standard deviations once in a while; none beyond 5.
    assert!(largest < 5.0, "{energy} MeV: a voxel is off by {largest} standard deviations");
    assert!((spread - 1.0).abs() < 0.15, "{energy} MeV: root mean square {spread}");
    assert!(mean.abs() < 5e-4 + 3.0 * mean_u, "{energy} MeV: the mean is off by {mean}");
}

#[test]
fn the_dose_is_uniform_where_the_density_is_not() {
    check(0.01, 0.5, 8, 1_000_000);
    check(0.1, 0.5, 12, 1_000_000);
    check(0.5, 2.0, 16, 1_000_000);
}

#[test]
#[ignore = "ten minutes: cargo test --release -p iodose-transport --test fano -- --ignored --nocapture"]
fn the_dose_is_uniform_at_full_statistics() {
    for spacing in [0.5, 1.0, 2.0, 4.0] {
        check(0.01, spacing, 8, 20_000_000);
    }
    check(0.1, 0.5, 12, 40_000_000);
    check(0.1, 4.0, 8, 20_000_000);
    check(0.5, 1.0, 24, 100_000_000);
    check(0.5, 4.0, 12, 40_000_000);
    check(2.0, 4.0, 32, 100_000_000);
}
