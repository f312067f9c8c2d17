//! Right numbers at the borders of what can be asked for: energy is neither lost nor made, no dose is not a number.

#![allow(clippy::unwrap_used, reason = "helpers of tests count as tests")]

#[path = "common/mod.rs"]
mod common;

use common::{CASE, Study, body, edited, json, sampled};
use iodose::physics::Library;
use iodose::transport::{Reductions, Unwatched};
use iodose::volume::{Grid, Volume};
use iodose::{DoseMaps, Error, Record, RunOptions, SimulateRequest, TiaUnit, TissueChoice, simulate};

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
        self.run_in(self.grid, reductions).unwrap().0
    }

    /// With density on a grid of its own.
    fn run_in(&self, tissue: Grid, reductions: Reductions) -> Result<(DoseMaps, Record), Error> {
        let density = Volume::filled(tissue, self.density);
        let tissue = TissueChoice::Density { density: density.into(), materials: None };
        let request = SimulateRequest::new(self.decays.clone(), TiaUnit::BqSecondPerVoxel, tissue, "I-131")
            .histories(20_000)
            .reductions(reductions);
        simulate(&request, &Library::embedded().unwrap(), &Unwatched)
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

/// 10 x 10 x 10 voxels of 4 mm, beginning so many voxels along x.
fn cube(first: i32) -> Grid {
    Grid::axis_aligned([10; 3], [4.0; 3], [4.0 * f64::from(first), 0.0, 0.0]).unwrap()
}

#[test]
fn activity_outside_the_ct_is_refused() {
    // The images do not touch; they do, but their activity lies where there is no CT; most of it does.
    for (tissue, active, found) in [
        (100, 0..10, "0 % of the smaller image overlaps with the CT or density map"),
        (5, 0..5, "100 % of the time-integrated activity outside the CT or density map"),
        (6, 0..10, "60 % of the time-integrated activity outside the CT or density map"),
    ] {
        let grid = cube(0);
        let decays = Volume::from_fn(grid, |[i, ..]| if active.contains(&i) { 1e6 } else { 0.0 });
        let ask = Ask { grid, density: 1.0, decays };
        for reductions in [Reductions::ALL, Reductions::NONE] {
            let error = ask.run_in(cube(tissue), reductions).unwrap_err().to_string();
            assert!(
                error.contains(found) && error.contains("are they in one frame of reference?"),
                "{error}"
            );
        }
    }
}

#[test]
fn a_part_of_the_activity_outside_the_ct_is_told_of_and_keeps_its_energy() {
    let ask = Ask::new([10; 3], [4.0; 3], 1.0, 1e6);
    for reductions in [Reductions::ALL, Reductions::NONE] {
        let (maps, record) = ask.run_in(cube(3), reductions).unwrap();
        let said = "30.0 % of the time-integrated activity lies outside the CT or density map and is simulated in air";
        assert!(record.warnings.iter().any(|warning| warning == said), "{:?}", record.warnings);
        assert!(maps.dose.data().iter().all(|dose| dose.is_finite()));
        let [emitted, scored, escaped] = maps.statistics.energy;
        assert!(((scored + escaped) / emitted - 1.0).abs() < 1e-6, "{emitted} {scored} {escaped}");
        let mass_kg =
            |offset: usize| if maps.dose.grid().index(offset)[0] < 3 { 1.2e-3 } else { 1.0 } * 6.4e-5;
        let in_dose: f64 =
            maps.dose.data().iter().enumerate().map(|(n, &dose)| f64::from(dose) * mass_kg(n)).sum();
        let expected = scored * JOULE_PER_MEV * 1e9;
        assert!((in_dose / expected - 1.0).abs() < 2e-3, "{reductions}: {in_dose} {expected}");
    }
}

#[test]
fn a_case_with_activity_outside_the_ct_is_refused_or_says_how_much() {
    let study = Study::small();
    let shifted = |study: &Study, mm: f64| {
        let from = common::grid();
        let at = from.index_to_patient([0.0; 3]);
        let shown = Grid::axis_aligned(from.size(), from.spacing(), [at[0] + mm, at[1], at[2]]).unwrap();
        study.image("ct.nii.gz", &sampled(shown, |place| body(place).2));
    };
    shifted(&study, 400.0);
    let error = study.run_as(CASE, "out", RunOptions::default()).unwrap_err().to_string();
    assert!(error.contains("0 % of the smaller image overlaps with the CT"), "{error}");
    // All activity in the first lesion; the CT begins beyond it.
    let only_first = sampled(common::grid(), |place| if body(place).0 == 1 { 5e4 } else { 0.0 });
    study.image("activity.nii.gz", &only_first);
    shifted(&study, 44.0);
    let error = study.run_as(CASE, "out", RunOptions::default()).unwrap_err().to_string();
    assert!(error.contains("100 % of the time-integrated activity outside the CT"), "{error}");
    assert!(!study.path("out").exists());
    // A part of it: named in the report, in the record and in the page.
    let study = Study::small();
    shifted(&study, 20.0);
    // Without a width of blur, no means are corrected for it, which would take most of the time.
    let text = edited(&[("histories = 20000", "histories = 2000"), ("resolution_mm = 6.0\n", "")]);
    let outcome = study.run(&text);
    let said = |warning: &str| {
        warning.contains(
            "% of the time-integrated activity lies outside the CT or density map and is simulated in air",
        )
    };
    assert!(outcome.report.warnings.iter().any(|warning| said(warning)), "{:?}", outcome.report.warnings);
    let record = json(&study.path("out/run.json"));
    assert!(record["warnings"].as_array().unwrap().iter().any(|warning| said(warning.as_str().unwrap())));
    assert!(said(&std::fs::read_to_string(study.path("out/report.html")).unwrap()));
    assert!(outcome.maps.dose.data().iter().all(|dose| dose.is_finite()));
}
