//! A wrong constant is found out: each test spoils one thing and looks at the verdict.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

use iodose_physics::{Library, PhotonProcess};
use iodose_transport::{Shell, Unwatched, VoxelS};
use iodose_validate::{
    Dose, DoseRequest, Emission, Engine, Expected, Group, KernelRequest, Options, PointRequest, Subject,
    Validation, ValidationError, Verdict, validate,
};
use iodose_volume::Volume;
use std::collections::BTreeMap;

/// What is wrong with the engine.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wrong {
    Nothing,
    StoppingPowerOnePercentHigh,
    RangeTwoPercentShort,
    PhotoelectricOnePercentLow,
    AxesSwapped,
    ConversionElectronsLeftOut,
    DensityIgnored,
    VoxelScaled,
    FarPhotonsLost,
    Biased,
    NotConverged,
}

struct Mutant<'a> {
    engine: Engine<'a>,
    wrong: Wrong,
}

impl Subject for Mutant<'_> {
    fn collision_stopping_power(&self, material: &str, energy: f64) -> Result<f64, ValidationError> {
        let factor = if self.wrong == Wrong::StoppingPowerOnePercentHigh { 1.01 } else { 1.0 };
        Ok(factor * self.engine.collision_stopping_power(material, energy)?)
    }

    fn csda_ranges(&self, material: &str, energies: &[f64]) -> Result<Vec<f64>, ValidationError> {
        let factor = if self.wrong == Wrong::RangeTwoPercentShort { 0.98 } else { 1.0 };
        Ok(self.engine.csda_ranges(material, energies)?.iter().map(|range| factor * range).collect())
    }

    fn photon(
        &self,
        weights: &BTreeMap<String, f64>,
        process: Option<PhotonProcess>,
        energy: f64,
    ) -> Result<f64, ValidationError> {
        let spoilt =
            self.wrong == Wrong::PhotoelectricOnePercentLow && process == Some(PhotonProcess::Photoelectric);
        Ok(if spoilt { 0.99 } else { 1.0 } * self.engine.photon(weights, process, energy)?)
    }

    fn voxel_kernel(&self, request: &KernelRequest) -> Result<Vec<VoxelS>, ValidationError> {
        let mut request = request.clone();
        match (self.wrong, &mut request.emission) {
            (Wrong::AxesSwapped, _) => request.sides_mm.reverse(),
            (Wrong::DensityIgnored, _) => request.density = 1.0,
            (Wrong::VoxelScaled, _) => request.sides_mm = request.sides_mm.map(|mm| 1.01 * mm),
            (Wrong::ConversionElectronsLeftOut, Emission::Nuclide { kinds, .. }) => {
                *kinds = if kinds == "all" { "beta,gamma,x,auger".into() } else { kinds.clone() };
            }
            _ => {}
        }
        let mut values = self.engine.voxel_kernel(&request)?;
        if self.wrong == Wrong::FarPhotonsLost {
            values.iter_mut().filter(|v| v.index.iter().sum::<usize>() > 2).for_each(|v| v.s *= 0.7);
        }
        Ok(values)
    }

    fn point_kernel(&self, request: &PointRequest) -> Result<Vec<Shell>, ValidationError> {
        let mut request = request.clone();
        if self.wrong == Wrong::StoppingPowerOnePercentHigh {
            request.density *= 1.01;
        }
        if let (Wrong::ConversionElectronsLeftOut, Emission::Nuclide { kinds, .. }) =
            (self.wrong, &mut request.emission)
        {
            *kinds = kinds.replace("ce,", "");
        }
        self.engine.point_kernel(&request)
    }

    fn dose(&self, request: &DoseRequest) -> Result<Dose, ValidationError> {
        let mut request = request.clone();
        if self.wrong == Wrong::DensityIgnored {
            request.density = Volume::filled(*request.density.grid(), 1.0);
        }
        let mut dose = self.engine.dose(&request)?;
        if self.wrong == Wrong::Biased {
            let grid = *request.density.grid();
            for (offset, voxel) in dose.voxels.iter_mut().enumerate() {
                voxel.mean *= if grid.index(offset)[0] < grid.size()[0] / 2 { 1.5 } else { 1.0 };
            }
            // Labels count up along the axes: these regions lie to one side, too.
            let half = dose.regions.len().div_ceil(2);
            dose.regions.iter_mut().take(half).for_each(|region| region.mean *= 1.2);
        }
        if self.wrong == Wrong::NotConverged && !request.detailed {
            dose.regions.iter_mut().for_each(|region| region.mean *= 1.1);
        }
        Ok(dose)
    }
}

/// The quick comparison of some groups with something wrong.
fn run(wrong: Wrong, only: &[Group]) -> Validation {
    run_against(&Expected::embedded().unwrap(), wrong, only)
}

fn run_against(expected: &Expected, wrong: Wrong, only: &[Group]) -> Validation {
    let library = Library::embedded().unwrap();
    let engine = Engine { library: &library, threads: None, watch: &Unwatched };
    let options = Options { quick: true, only: only.to_vec(), ..Options::default() };
    validate(&Mutant { engine, wrong }, expected, &options, |_| {}).unwrap()
}

/// The quick comparison with some of the tables of voxel S values, to save time.
fn run_tables(wrong: Wrong, names: &[&str]) -> Validation {
    let mut file: toml::Table = include_str!("../data/expected.toml").parse().unwrap();
    file["voxel_s"].as_array_mut().unwrap().retain(|table| names.contains(&table["name"].as_str().unwrap()));
    assert_eq!(file["voxel_s"].as_array().unwrap().len(), names.len());
    let expected = Expected::from_toml(&toml::to_string(&file).unwrap()).unwrap();
    run_against(&expected, wrong, &[Group::VoxelS])
}

/// Cases that are out of tolerance.
fn out(validation: &Validation) -> Vec<&str> {
    let failed = validation.rows.iter().filter(|row| row.verdict == Verdict::Fail);
    failed.map(|row| row.case.as_str()).collect()
}

const CHEAP: [Group; 4] = [Group::Stopping, Group::Photon, Group::VoxelS, Group::Brick];

#[test]
fn nothing_wrong_passes() {
    let validation = run(Wrong::Nothing, &CHEAP);
    assert!(validation.passed(), "out of tolerance: {:#?}", out(&validation));
    assert!(validation.rows.len() > 60 && validation.plots.len() >= 3);
}

#[test]
#[ignore = "a minute: cargo test --release -p iodose-validate -- --ignored"]
fn nothing_wrong_passes_everywhere() {
    let validation = run(Wrong::Nothing, &[]);
    assert!(validation.passed(), "out of tolerance: {:#?}", out(&validation));
    assert!(validation.rows.len() > 100 && validation.plots.len() >= 5);
}

#[test]
fn one_percent_on_the_stopping_power_is_red() {
    let validation = run(Wrong::StoppingPowerOnePercentHigh, &[Group::Stopping]);
    assert_eq!(out(&validation).len(), 5, "one row per material: {:#?}", out(&validation));
    let validation = run(Wrong::RangeTwoPercentShort, &[Group::Stopping]);
    assert!(out(&validation).iter().all(|case| case.starts_with("CSDA range")));
    assert_eq!(out(&validation).len(), 5);
}

#[test]
fn one_percent_on_photoelectric_absorption_is_red() {
    let validation = run(Wrong::PhotoelectricOnePercentLow, &[Group::Photon]);
    assert_eq!(out(&validation).len(), 5, "one row per material: {:#?}", out(&validation));
}

#[test]
fn swapped_axes_are_red() {
    let validation = run(Wrong::AxesSwapped, &[Group::Brick]);
    assert!(out(&validation).len() >= 2, "{:#?}", out(&validation));
    let validation = run(Wrong::AxesSwapped, &[Group::SameAnswer]);
    assert!(out(&validation).iter().any(|case| case.starts_with("kernel voxel")), "{:#?}", out(&validation));
}

#[test]
fn conversion_electrons_left_out_are_red() {
    let names =
        ["PENELOPE, 3 mm", "PENELOPE, 4.42 mm", "MIRD 17, 3 mm", "MIRD 17, 6 mm", "Lanconelli 2012, 3 mm"];
    let validation = run_tables(Wrong::ConversionElectronsLeftOut, &names);
    for self_value in ["3 mm, (0,0,0)", "4.42 mm, (0,0,0)", "MIRD 17, 3 mm, self", "MIRD 17, 6 mm, self"] {
        assert!(out(&validation).iter().any(|case| case.contains(self_value)), "{:#?}", out(&validation));
    }
    // Lanconelli's tables have none to begin with.
    assert!(!out(&validation).iter().any(|case| case.contains("Lanconelli")));
    let validation = run(Wrong::ConversionElectronsLeftOut, &[Group::Sphere]);
    let spheres =
        out(&validation).iter().filter(|case| case.ends_with("electron energy absorbed, MeV")).count();
    assert_eq!(spheres, 6, "{:#?}", out(&validation));
}

#[test]
fn an_ignored_density_is_red() {
    let validation = run_tables(Wrong::DensityIgnored, &["EGSnrc, 3 mm, compact bone"]);
    assert_eq!(out(&validation).len(), 3, "{:#?}", out(&validation));
}

#[test]
fn a_wrong_voxel_size_and_lost_photons_are_red() {
    let names = ["PENELOPE, 3 mm"];
    let validation = run_tables(Wrong::VoxelScaled, &names);
    assert!(out(&validation).iter().any(|case| case.contains("(0,0,0)")), "{:#?}", out(&validation));
    let validation = run_tables(Wrong::FarPhotonsLost, &names);
    assert!(out(&validation).iter().any(|case| case.contains("farther")), "{:#?}", out(&validation));
}

#[test]
fn a_bias_on_one_side_breaks_symmetry_reciprocity_and_the_agreement_with_the_kernel() {
    let validation = run(Wrong::Biased, &[Group::SameAnswer]);
    assert_eq!(out(&validation).len(), validation.rows.len(), "{:#?}", out(&validation));
}

#[test]
fn steps_too_long_are_red() {
    let validation = run(Wrong::NotConverged, &[Group::Slab]);
    assert_eq!(out(&validation).len(), 3, "lung, water and bone: {:#?}", out(&validation));
}

#[test]
#[ignore = "minutes: cargo test --release -p iodose-validate -- --ignored"]
fn fano_finds_an_ignored_density_and_a_bias() {
    for wrong in [Wrong::DensityIgnored, Wrong::Biased] {
        let validation = run(wrong, &[Group::Fano]);
        let failed = out(&validation);
        let kinds = ["each voxel", "each voxel of a period", "mean of each density", "mean over voxels"];
        for kind in kinds {
            let of_kind = |case: &&&str| case.contains(kind);
            let all = validation.rows.iter().filter(|row| row.case.contains(kind)).count();
            assert_eq!(failed.iter().filter(of_kind).count(), all, "{wrong:?}, {kind}: {failed:#?}");
        }
    }
}
