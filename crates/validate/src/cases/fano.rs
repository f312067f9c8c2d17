//! Fano's theorem: in one composition with a source uniform per mass, the dose of electrons is the same everywhere,
//! whatever the densities.

use super::histories;
use crate::gate::{Comparison, Gate};
use crate::{DoseRequest, Emission, Expected, Options, Subject, Validation, ValidationError};
use iodose_volume::{Grid, Volume};

const HISTORIES: u64 = 16_000_000;
const MATERIAL: &str = "water";
const DENSITIES: [f32; 3] = [0.26, 1.0, 1.85];

/// Energy (MeV), voxel side (mm), voxels along each axis.
const CASES: [(f64, f64, usize); 8] = [
    (0.01, 0.5, 8),
    (0.01, 4.0, 8),
    (0.1, 0.5, 12),
    (0.1, 4.0, 8),
    (0.5, 1.0, 24),
    (0.5, 2.0, 16),
    (0.5, 4.0, 12),
    (2.0, 4.0, 32),
];

pub(super) fn run(
    subject: &dyn Subject,
    expected: &Expected,
    options: &Options,
) -> Result<Validation, ValidationError> {
    let mut validation = Validation::default();
    for (energy, spacing, size) in CASES {
        let grid = Grid::axis_aligned([size; 3], [spacing; 3], [0.0; 3])?;
        // Three densities in a pattern without a short period along any axis.
        let density = Volume::from_fn(grid, |[i, j, k]| DENSITIES[(i + 2 * j + 5 * k + i * j) % 3]);
        let margin = margin(expected, energy, spacing)?;
        let deep = |index: &[usize; 3]| index.iter().all(|&n| n >= margin && n + margin < size);
        let regions = Volume::from_fn(grid, |index| u16::from(deep(&index)));
        let mass = density.data().iter().map(|&d| f64::from(d)).sum::<f64>() * (spacing / 10.0).powi(3);
        let exact = energy / mass;
        let dose = subject.dose(&DoseRequest {
            emission: Emission::Electron(energy),
            material: Volume::filled(grid, 0),
            materials: vec![MATERIAL.into()],
            decays: density.clone(),
            density,
            regions: regions.clone(),
            detailed: false,
            local_bremsstrahlung: true,
            histories: histories(options, HISTORIES),
            seed: options.seed,
        })?;
        let voxels: Vec<Comparison> = (0..regions.data().len())
            .filter(|&offset| regions.data()[offset] > 0)
            .filter_map(|offset| Some((offset, dose.voxels.get(offset)?)))
            .map(|(offset, found)| {
                let what = format!("voxel {:?}", grid.index(offset));
                Comparison::relative(what, (exact, 0.0), (found.mean, found.relative()))
            })
            .collect();
        let mean = dose
            .regions
            .first()
            .map(|mean| Comparison::relative(String::new(), (exact, 0.0), (mean.mean, mean.relative())));
        let mean = mean.ok_or_else(|| ValidationError::Missing("Fano: mean over deep voxels".into()))?;
        let case = format!("Fano, MeV/g, {energy} MeV, {spacing} mm");
        let fano = &expected.fano;
        validation.rows.push(Gate::OrThreeSigma(fano.within_voxel).row(
            &format!("{case}, each voxel"),
            &fano.source,
            false,
            &voxels,
        ));
        validation.rows.push(Gate::PlusTwoSigma(fano.within_mean).row(
            &format!("{case}, mean"),
            &fano.source,
            false,
            &[mean],
        ));
    }
    Ok(validation)
}

/// Voxels from the edge that an electron from outside the grid could have reached, even through the lightest voxels.
fn margin(expected: &Expected, energy: f64, spacing: f64) -> Result<usize, ValidationError> {
    let table = expected.stopping_power.iter().find(|table| table.material == MATERIAL);
    let row = table.and_then(|table| table.rows.iter().find(|row| row[0] == energy));
    let [.., range] = row.ok_or_else(|| {
        ValidationError::Expected(format!("range in {MATERIAL} at {energy} MeV: found none"))
    })?;
    Ok((1.1 * 10.0 * range / f64::from(DENSITIES[0]) / spacing).ceil() as usize)
}
