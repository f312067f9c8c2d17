//! Lung, water and bone side by side: default settings against ten times finer ones.

use super::histories;
use crate::gate::{Comparison, Gate};
use crate::{Dose, DoseRequest, Emission, Expected, Options, Subject, Validation, ValidationError};
use iodose_volume::{Grid, Volume};

const HISTORIES: u64 = 8_000_000;
/// Planes less certain than this are not compared: they would say nothing about one percent.
const CERTAIN: f64 = 0.02;
const MATERIALS: [(&str, f32); 3] = [("lung", 0.26), ("water", 1.0), ("bone-compact", 1.85)];
/// Planes of each slab, of 1 mm.
const PLANES: usize = 8;

pub(super) fn run(
    subject: &dyn Subject,
    expected: &Expected,
    options: &Options,
) -> Result<Validation, ValidationError> {
    let grid = Grid::axis_aligned([12, 12, 3 * PLANES], [1.0; 3], [0.0; 3])?;
    let slab = |k: usize| (k / PLANES).min(2);
    let run = |detailed: bool, seed: u64| -> Result<Dose, ValidationError> {
        subject.dose(&DoseRequest {
            emission: Emission::Nuclide { name: "I-131".into(), kinds: "all".into() },
            density: Volume::from_fn(grid, |[_, _, k]| MATERIALS[slab(k)].1),
            material: Volume::from_fn(grid, |[_, _, k]| slab(k) as u8),
            materials: MATERIALS.iter().map(|(name, _)| (*name).to_owned()).collect(),
            decays: Volume::from_fn(grid, |[_, _, k]| if slab(k) == 1 { 1.0 } else { 0.0 }),
            regions: Volume::from_fn(grid, |[_, _, k]| k as u16 + 1),
            detailed,
            local_bremsstrahlung: false,
            histories: histories(options, HISTORIES),
            seed,
        })
    };
    let (ours, finest) = (run(false, options.seed)?, run(true, options.seed + 1)?);
    let mut validation = Validation::default();
    for (number, (material, density)) in MATERIALS.into_iter().enumerate() {
        let planes = number * PLANES..(number + 1) * PLANES;
        let all: Vec<Comparison> = planes
            .filter_map(|k| Some((k, finest.regions.get(k)?, ours.regions.get(k)?)))
            .filter(|(_, finest, ours)| finest.relative() < CERTAIN && ours.relative() < CERTAIN)
            .map(|(k, finest, ours)| {
                let [finest, ours] = [finest, ours].map(|dose| (dose.mean, dose.relative()));
                Comparison::relative(format!("{k} to {} mm", k + 1), finest, ours)
            })
            .collect();
        validation.rows.push(Gate::PlusTwoSigma(expected.slab.within).row(
            &format!("slabs of lung, water and bone, MeV/g, {material} of {density} g/cm3"),
            &expected.slab.source,
            false,
            &all,
        ));
    }
    Ok(validation)
}
