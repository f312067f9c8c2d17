//! Fano's theorem: in one composition with a source uniform per mass, the dose of electrons is the same everywhere,
//! whatever the densities.

mod periodic;

use crate::bench::Bench;
use crate::gate::{Comparison, Gate};
use crate::{DoseRequest, Emission, Expected, Validation, ValidationError};
use iodose_transport::Estimate;
use iodose_volume::{Grid, Volume};
use periodic::{DENSITIES, Fold, MATERIAL, PERIOD, Pattern, Periodic};

/// Pattern, voxel side (mm), decays for the doses of single voxels and for those of the three densities.
type Arrangement = (Pattern, f64, u64);

/// Arrangements by the energy of the electrons (MeV).
const CASES: [(f64, &[Arrangement]); 4] = [
    (
        0.01,
        &[
            (Pattern::Woven, 0.5, 16_000_000),
            (Pattern::Woven, 1.0, 16_000_000),
            (Pattern::Woven, 2.0, 16_000_000),
            (Pattern::Woven, 4.0, 16_000_000),
            (Pattern::Layered, 0.5, 16_000_000),
        ],
    ),
    (
        0.1,
        &[
            (Pattern::Woven, 0.5, 12_000_000),
            (Pattern::Woven, 1.0, 16_000_000),
            (Pattern::Woven, 2.0, 16_000_000),
            (Pattern::Woven, 4.0, 8_000_000),
            (Pattern::Layered, 0.5, 8_000_000),
        ],
    ),
    (
        0.5,
        &[
            (Pattern::Woven, 1.0, 8_000_000),
            (Pattern::Woven, 2.0, 12_000_000),
            (Pattern::Woven, 4.0, 12_000_000),
            (Pattern::Layered, 2.0, 8_000_000),
        ],
    ),
    (
        2.0,
        &[
            (Pattern::Woven, 1.0, 4_000_000),
            (Pattern::Woven, 4.0, 8_000_000),
            (Pattern::Layered, 4.0, 4_000_000),
        ],
    ),
];
/// The mean over all voxels is known better than its parts: so many times fewer decays are enough.
const FEWER_FOR_MEAN: u64 = 4;

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let fano = &bench.expected.fano;
    let mut validation = finite(bench)?;
    for (energy, media) in CASES {
        let case = format!("Fano, MeV/g, {energy} MeV");
        let mut row = |gate: Gate, what: &str, all: &[Comparison]| {
            validation.rows.push(gate.row(&format!("{case}, {what}"), &fano.source, false, all));
        };
        let (mut of_densities, mut means, mut absorbed) = (Vec::new(), Vec::new(), Vec::new());
        for &(pattern, spacing, histories) in media {
            let margin = voxels_within_range(bench.expected, energy, spacing)?.div_ceil(PERIOD);
            let medium = Periodic { pattern, spacing, margin };
            let name = format!("{spacing} mm {}", if pattern == Pattern::Woven { "woven" } else { "layers" });
            let exact = energy / medium.masses(Fold::All)[0];
            let compare = |what: String, found: &Estimate| {
                Comparison::relative(what, (exact, 0.0), (found.mean, found.relative()))
            };

            // In layers, the voxels of one density are all alike.
            if pattern == Pattern::Woven {
                let voxels = medium.doses(bench, energy, Fold::Voxels, histories)?;
                let of_voxel = |(n, dose)| compare(format!("voxel {n}"), dose);
                let voxels: Vec<Comparison> = voxels.iter().enumerate().map(of_voxel).collect();
                row(
                    Gate::OrThreeSigma(fano.within_voxel),
                    &format!("{name}, each voxel of a period"),
                    &voxels,
                );
            }
            let densities = medium.doses(bench, energy, Fold::Densities, histories)?;
            let masses = medium.masses(Fold::Densities);
            let kept = densities.iter().zip(masses).map(|(dose, mass)| dose.mean * mass).sum();
            absorbed.push(Comparison::relative(name.clone(), (energy, 0.0), (kept, 0.0)));
            let of_density = |(dose, density)| compare(format!("{name}, {density} g/cm3"), dose);
            of_densities.extend(densities.iter().zip(DENSITIES).map(of_density));
            let mean = medium.doses(bench, energy, Fold::All, histories / FEWER_FOR_MEAN)?;
            means.extend(mean.iter().map(|mean| compare(name.clone(), mean)));
        }
        row(Gate::OrThreeSigma(fano.within_voxel), "mean of each density", &of_densities);
        row(Gate::OrThreeSigma(fano.within_mean), "mean over voxels", &means);
        row(Gate::Within(fano.within_mean), "energy absorbed, MeV", &absorbed);
    }
    Ok(validation)
}

/// The theorem without folding: decays everywhere in a grid, and the voxels that no electron from outside could reach.
fn finite(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    const HISTORIES: u64 = 16_000_000;
    const ENERGY: f64 = 0.1;
    const SPACING: f64 = 4.0;
    const SIZE: usize = 8;
    let grid = Grid::axis_aligned([SIZE; 3], [SPACING; 3], [0.0; 3])?;
    let density = Volume::from_fn(grid, |index| DENSITIES[Pattern::Woven.density(index)]);
    let margin = voxels_within_range(bench.expected, ENERGY, SPACING)?;
    let deep = |index: [usize; 3]| index.iter().all(|&n| n >= margin && n + margin < SIZE);
    let regions = Volume::from_fn(grid, |index| u16::from(deep(index)));
    let mass = density.data().iter().map(|&d| f64::from(d)).sum::<f64>() * (SPACING / 10.0).powi(3);
    let compare = |what: String, found: &Estimate| {
        Comparison::relative(what, (ENERGY / mass, 0.0), (found.mean, found.relative()))
    };
    let dose = bench.subject.dose(&DoseRequest {
        emission: Emission::Electron(ENERGY),
        material: Volume::filled(grid, 0),
        materials: vec![MATERIAL.into()],
        decays: density.clone(),
        density,
        regions,
        detailed: false,
        local_bremsstrahlung: true,
        run: bench.run(HISTORIES),
    })?;
    let voxels = dose.voxels.iter().enumerate().map(|(offset, found)| (grid.index(offset), found));
    let voxels = voxels.filter(|(index, _)| deep(*index));
    let voxels: Vec<Comparison> =
        voxels.map(|(index, found)| compare(format!("voxel {index:?}"), found)).collect();
    let mean: Vec<Comparison> = dose.regions.iter().map(|mean| compare(String::new(), mean)).collect();
    let case = format!("Fano, MeV/g, {ENERGY} MeV, {SPACING} mm, deep in a grid");
    let fano = &bench.expected.fano;
    let mut validation = Validation::default();
    for (what, gate, all) in [
        ("each voxel", Gate::OrThreeSigma(fano.within_voxel), voxels),
        ("mean", Gate::OrThreeSigma(fano.within_mean), mean),
    ] {
        validation.rows.push(gate.row(&format!("{case}, {what}"), &fano.source, false, &all));
    }
    Ok(validation)
}

/// Voxels that an electron can come through, even where all are of the lightest density.
fn voxels_within_range(expected: &Expected, energy: f64, spacing: f64) -> Result<usize, ValidationError> {
    let table = expected.stopping_power.iter().find(|table| table.material == MATERIAL);
    let row = table.and_then(|table| table.rows.iter().find(|row| row[0] == energy));
    let [.., range] = row.ok_or_else(|| {
        ValidationError::Expected(format!("range in {MATERIAL} at {energy} MeV: found none"))
    })?;
    Ok((1.1 * 10.0 * range / f64::from(DENSITIES[0]) / spacing).ceil() as usize)
}
