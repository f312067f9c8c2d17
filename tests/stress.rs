//! Right numbers at the borders of what can be asked for: energy is neither lost nor made, no dose is not a number.

#![allow(clippy::unwrap_used, reason = "helpers of tests count as tests")]

use iodose::physics::Library;
use iodose::transport::{Reductions, Unwatched};
use iodose::volume::{Grid, Volume};
use iodose::{DoseMaps, SimulateRequest, TiaUnit, TissueChoice, simulate};

const JOULE_PER_MEV: f64 = 1.602_176_634e-13;

/// A grid of one density with decays (Bq.s) in some voxels.
struct Ask {
    grid: Grid,
    density: f32,
    decays: Volume<f32>,
}

impl Ask {
    /// Uniform decays.
    fn new(size: [usize; 3], spacing: [f64; 3], density: f32, decays: f32) -> Self {
        let grid = Grid::axis_aligned(size, spacing, [0.0; 3]).unwrap();
        Self { grid, density, decays: Volume::filled(grid, decays) }
    }

    fn run(&self, reductions: Reductions) -> DoseMaps {
        let density = Volume::filled(self.grid, self.density);
        let tissue = TissueChoice::Density { density: density.into(), materials: None };
        let request = SimulateRequest::new(self.decays.clone(), TiaUnit::BqSecondPerVoxel, tissue, "I-131")
            .histories(20_000)
            .reductions(reductions);
        simulate(&request, &Library::embedded().unwrap(), &Unwatched).unwrap().0
    }

    /// Runs both engines; what was emitted is what was scored and what escaped, and what was scored is the dose times the mass.
    fn holds(&self, what: &str) {
        let density = f64::from(self.density.clamp(0.0005, 3.0));
        let mass_kg = density * self.grid.voxel_volume_ml() * 1e-3;
        let total: f64 = self.decays.data().iter().map(|&n| f64::from(n)).sum();
        for reductions in [Reductions::ALL, Reductions::NONE] {
            let maps = self.run(reductions);
            let doses = maps.dose.data();
            assert!(doses.iter().all(|dose| dose.is_finite()), "{what}: a dose is not a number");
            assert!(maps.uncertainty.data().iter().all(|u| u.is_nan() || *u >= 0.0), "{what}");
            let [emitted, scored, escaped] = maps.statistics.energy;
            let lost = (scored + escaped) / emitted - 1.0;
            // The engine with variance reduction samples what escapes and what is scored apart.
            let most = if reductions == Reductions::NONE { 1e-6 } else { 0.03 };
            assert!(lost.abs() < most, "{what}, {reductions}: {emitted} {scored} {escaped}");
            let in_dose = doses.iter().map(|&dose| f64::from(dose)).sum::<f64>() * mass_kg;
            let expected = scored * JOULE_PER_MEV * total;
            assert!((in_dose / expected - 1.0).abs() < 1e-3, "{what}, {reductions}: {in_dose} {expected}");
        }
    }
}

#[test]
fn the_thinnest_and_the_densest() {
    for density in [0.0005, 0.05, 3.0, 8.0] {
        Ask::new([8; 3], [4.0; 3], density, 1e6).holds(&format!("{density} g/cm3"));
    }
}

#[test]
fn one_voxel() {
    for side in [0.1, 4.0, 500.0] {
        Ask::new([1; 3], [side; 3], 1.0, 1e6).holds(&format!("one voxel of {side} mm"));
    }
}

#[test]
fn needles() {
    Ask::new([12, 12, 4], [0.2, 0.2, 10.0], 1.0, 1e6).holds("0.2 x 0.2 x 10 mm");
}

#[test]
fn activity_in_one_corner() {
    let mut ask = Ask::new([10; 3], [3.0; 3], 1.04, 0.0);
    ask.decays.data_mut()[0] = 1e6;
    ask.holds("one corner");
    let dose = ask.run(Reductions::ALL).dose;
    assert!(dose.data()[1..].iter().all(|&other| other < dose.data()[0]));
}

#[test]
fn a_dose_is_as_large_as_its_activity() {
    let dose = |decays| Ask::new([6; 3], [4.0; 3], 1.0, decays).run(Reductions::ALL).dose;
    let usual = dose(1e6);
    for decays in [1e-6_f32, 1e12] {
        Ask::new([6; 3], [4.0; 3], 1.0, decays).holds(&format!("{decays} Bq.s"));
        for (one, other) in usual.data().iter().zip(dose(decays).data()) {
            assert!((one / 1e6 / (other / decays) - 1.0).abs() < 1e-5, "{decays}: {one} {other}");
        }
    }
}
