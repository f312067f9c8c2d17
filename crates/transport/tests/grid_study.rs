//! The voxel size is a matter of scoring, not of transport: fine voxels averaged to coarse ones give the same dose.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use iodose_physics::Library;
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Estimate, Goal, Plan, Regions, Simulation, Source, Stop, Tables,
    Unwatched, VoxelMedium,
};
use iodose_volume::{Grid, Volume};

/// Side of the phantom in coarse voxels of 4 mm.
const COARSE: usize = 6;

/// Doses of the coarse voxels of one phantom (slabs of lung, soft tissue and bone, 131I in some voxels of each) cut into
/// `parts` voxels along each side of a coarse one.
fn coarse_doses(parts: usize, histories: u64) -> Vec<Estimate> {
    let grid = Grid::axis_aligned([COARSE * parts; 3], [4.0 / parts as f64; 3], [0.0; 3]).unwrap();
    let coarse = |index: [usize; 3]| index.map(|n| n / parts);
    let slab = |index: [usize; 3]| coarse(index)[0] / 2;
    let density = Volume::from_fn(grid, |index| [0.26f32, 1.04, 1.85][slab(index)]);
    let material = Volume::from_fn(grid, |index| slab(index) as u8);
    let labels = Volume::from_fn(grid, |index| {
        let [i, j, k] = coarse(index);
        (1 + i + COARSE * (j + COARSE * k)) as u16
    });
    let decays = Volume::from_fn(grid, |index| {
        let [i, j, k] = coarse(index);
        f32::from(u8::from((i + j + k) % 3 == 0)) / parts.pow(3) as f32
    });
    let library = Library::embedded().unwrap();
    let materials = ["lung", "soft-tissue", "bone-cortical"].map(|name| library.material(name).unwrap());
    let tables = Tables::new(&materials, &library, Accuracy::default()).unwrap();
    let emitter = Emitter::new(library.nuclide("I-131").unwrap(), EmissionSet::ALL).unwrap();
    let (medium, source) =
        (VoxelMedium::new(&density, &material).unwrap(), Source::from_decays(&decays).unwrap());
    let regions = Regions::from_labels(&labels);
    let simulation = Simulation {
        medium: &medium,
        source: &source,
        emitter: &emitter,
        tables: &tables,
        regions: Some(&regions),
    };
    // Another seed for each grid, so that the runs are independent.
    let plan = Plan {
        seed: parts as u64,
        stop: Stop::Histories(histories),
        goal: Goal::above_half_maximum(),
        threads: None,
    };
    simulation.run(&plan, &Unwatched).unwrap().regions
}

fn study(histories: u64) {
    let reference = coarse_doses(1, histories);
    for parts in [2, 4, 8] {
        let fine = coarse_doses(parts, histories);
        let differences: Vec<f64> =
            reference.iter().zip(&fine).map(|(a, b)| (b.mean - a.mean) / libm::hypot(a.u, b.u)).collect();
        let n = differences.len() as f64;
        let chi_square = differences.iter().map(|d| d * d).sum::<f64>() / n;
        let mean = differences.iter().sum::<f64>() / n.sqrt();
        let total = |doses: &[Estimate]| doses.iter().map(|dose| dose.mean).sum::<f64>();
        println!(
            "{} mm: chi-square per voxel {chi_square:.3}, mean shift {mean:+.2} s.d., mean dose {:+.3} %",
            4.0 / parts as f64,
            100.0 * (total(&fine) / total(&reference) - 1.0)
        );
        // 216 voxels: the standard deviation of chi-square per voxel is sqrt(2/216) = 0.096.
        assert!((chi_square - 1.0).abs() < 0.4, "{parts} parts: {chi_square}");
        // Voxels of one history are correlated, which widens the spread of the mean.
        assert!(mean.abs() < 6.0, "{parts} parts: {mean}");
    }
}

#[test]
fn voxels_of_half_to_four_millimetres_give_the_same_dose() {
    study(400_000);
}

#[test]
#[ignore = "minutes: cargo test --release -p iodose-transport --test grid_study -- --ignored --nocapture"]
fn voxels_of_half_to_four_millimetres_give_the_same_dose_at_full_statistics() {
    study(20_000_000);
}
