//! The voxel kernel with variance reduction against the analog one.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

use iodose_physics::Library;
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Reduction, Reductions, Stop, Tables, Unwatched, VoxelKernel, VoxelS,
};

/// Deviations of two kernels in units of their uncertainty, voxels that are equal by symmetry once.
fn deviations(analog: &[VoxelS], reduced: &[VoxelS]) -> Vec<f64> {
    let mut seen: Vec<f64> = Vec::new();
    let mut deviations = Vec::new();
    for (a, b) in analog.iter().zip(reduced) {
        assert_eq!(a.index, b.index);
        // Few hits: not a normal distribution.
        if seen.contains(&a.s) || a.relative_uncertainty.is_nan() || a.relative_uncertainty > 0.05 {
            continue;
        }
        seen.push(a.s);
        let u = libm::hypot(a.s * a.relative_uncertainty, b.s * b.relative_uncertainty);
        deviations.push((b.s - a.s) / u);
    }
    deviations
}

#[test]
fn the_kernel_is_the_same_with_and_without_variance_reduction() {
    let library = Library::embedded().unwrap();
    let all = [Reductions::ALL].as_slice();
    let without = Reduction::ALL.map(|(_, reduction)| Reductions::ALL.without(reduction));
    let gamma = EmissionSet { gamma: true, ..EmissionSet::NONE };
    let beta = EmissionSet { beta: true, ..EmissionSet::NONE };
    let kinds = [
        ("I-131", "water", [4.42; 3], EmissionSet::ALL, all),
        ("I-131", "water", [4.42; 3], EmissionSet::ALL, &without),
        ("I-124", "lung", [4.0, 4.0, 3.0], EmissionSet::ALL, all),
        ("I-131", "water", [3.0; 3], gamma, all),
        ("I-131", "water", [1.0; 3], beta, all),
        // Bremsstrahlung from where the electrons are: elsewhere it would bring a tenth less to the farthest voxels.
        ("Y-90", "water", [4.0; 3], EmissionSet::ALL, all),
    ];
    for (nuclide, name, sides_mm, emissions, reductions) in kinds {
        let emitter = Emitter::new(library.nuclide(nuclide).unwrap(), emissions).unwrap();
        let material = library.material(name).unwrap();
        let density = material.nominal_density;
        let kernel = VoxelKernel { emitter: &emitter, material, density, sides_mm, extent: 3 };
        let accuracy = Accuracy::default();
        let stop = Stop::Histories(600_000);
        let (analog, _) = kernel.compute(&library, accuracy, 1, stop, None, &Unwatched).unwrap();
        let tables = Tables::new(&[material], &library, accuracy).unwrap();
        let stop = Stop::Histories(50_000);
        for &reductions in reductions {
            let reduced = |threads| {
                kernel.compute_reduced(&tables, reductions, 2, stop, Some(threads), &Unwatched).unwrap()
            };
            let (values, scores) = reduced(2);
            assert_eq!(scores.histories, 50_000);
            assert_eq!(values, reduced(1).0);
            let deviations = deviations(&analog, &values);
            let chi_square: f64 = deviations.iter().map(|z| z * z).sum();
            let worst = deviations.iter().map(|z| z.abs()).fold(0.0, f64::max);
            let count = deviations.len() as f64;
            println!(
                "{nuclide} {name} {sides_mm:?} {reductions}: chi-square {chi_square:.1} of {count}, {worst:.2}"
            );
            // Four standard deviations of either.
            assert!(worst < 4.0 && chi_square < count + 4.0 * (2.0 * count).sqrt(), "{deviations:.1?}");
            assert!(count >= 3.0);
        }
    }
}

#[test]
fn a_kernel_ends_when_its_uncertainty_is_reached() {
    let library = Library::embedded().unwrap();
    let emitter = Emitter::new(library.nuclide("I-131").unwrap(), EmissionSet::ALL).unwrap();
    let material = library.material("water").unwrap();
    let kernel = VoxelKernel { emitter: &emitter, material, density: 1.0, sides_mm: [4.42; 3], extent: 1 };
    let tables = Tables::new(&[material], &library, Accuracy::default()).unwrap();
    let run = |stop| {
        kernel.compute_reduced(&tables, Reductions::ALL, 1, stop, None, &Unwatched).map(|(_, scores)| scores)
    };
    let until =
        |target, max_histories| run(Stop::Uncertainty { target, max_histories, max_seconds: None }).unwrap();
    let reached = until(3e-4, None);
    assert!(reached.reached <= 3e-4 && reached.reached > 1e-4);
    // The same number of decays is the same run.
    assert_eq!(run(Stop::Histories(reached.histories)).unwrap().cells, reached.cells);
    let ended = until(1e-6, Some(20_000));
    assert_eq!(ended.histories, 20_000);
    assert!(run(Stop::Histories(0)).is_err());
}
