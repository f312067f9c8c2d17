//! Voxel S values of 131I in water against PENELOPE-2018.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

use iodose_physics::Library;
use iodose_transport::{Accuracy, EmissionSet, Emitter, Stop, Unwatched, VoxelKernel};

/// PENELOPE-2018 (Salvat 2019, NEA/MBDAV/R(2019)1), ICRP-107 lines and RADAR beta spectrum, unbounded water of 1.000 g/cm3,
/// cubes of 4.42 mm: target voxel, S in mGy/(MBq s), relative standard uncertainty, tolerance.
const PENELOPE: [([usize; 3], f64, f64, f64); 5] = [
    ([0, 0, 0], 3.172e-1, 0.001, 0.007),
    ([1, 0, 0], 7.79e-3, 0.004, 0.02),
    ([1, 1, 0], 6.97e-4, 0.006, 0.02),
    ([1, 1, 1], 3.080e-4, 0.008, 0.02),
    ([2, 0, 0], 2.216e-4, 0.010, 0.02),
];

#[test]
fn iodine_131_in_water_agrees_with_penelope() {
    let library = Library::embedded().unwrap();
    let emitter = Emitter::new(library.nuclide("I-131").unwrap(), EmissionSet::ALL).unwrap();
    let kernel = VoxelKernel {
        emitter: &emitter,
        material: library.material("water").unwrap(),
        density: 1.0,
        sides_mm: [4.42; 3],
        extent: 2,
    };
    let stop = Stop::Histories(1_000_000);
    let (values, _) = kernel.compute(&library, Accuracy::default(), 1, stop, None, &Unwatched).unwrap();
    for (index, expected, reference_u, tolerance) in PENELOPE {
        let ours = values.iter().find(|value| value.index == index).unwrap();
        let deviation = ours.s / expected - 1.0;
        let allowed = tolerance + 2.0 * libm::hypot(ours.relative_uncertainty, reference_u);
        println!(
            "{index:?}: {:.4e}, deviation {:+.2} %, allowed {:.2} %",
            ours.s,
            100.0 * deviation,
            100.0 * allowed
        );
        assert!(deviation.abs() < allowed, "{index:?}: {:.4e} against {expected:.4e}", ours.s);
    }
}
