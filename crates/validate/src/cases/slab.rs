//! Lung, water and bone side by side: default settings against ten times finer ones.

use crate::bench::Bench;
use crate::gate::{Comparison, Gate};
use crate::{DoseRequest, Emission, Validation, ValidationError};
use iodose_transport::Estimate;
use iodose_volume::{Grid, Volume};

const HISTORIES: u64 = 16_000_000;
/// The detailed mode takes several times as long for a decay: fewer of its decays, and both together cost least.
const DETAILED_HISTORIES: u64 = 8_000_000;
/// Planes less certain than this at full statistics are not compared: so few electrons come there that they say nothing
/// about one percent.
const CERTAIN: f64 = 0.01;
/// Thickness of a plane, mm.
const PLANE: f64 = 0.5;
/// Material, density, and the plane that it begins with: 12 mm, 4 mm and 3 mm, about as far as electrons of 131I go.
const SLABS: [(&str, f32, usize); 3] = [("lung", 0.26, 0), ("water", 1.0, 24), ("bone-compact", 1.85, 32)];
/// Planes between two of these are compared together: each alone near an interface, four where the dose is flat.
const EDGES: [usize; 19] = [0, 4, 8, 12, 16, 20, 21, 22, 23, 24, 25, 26, 28, 30, 31, 32, 33, 34, 38];

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let mut by_slab: [Vec<Comparison>; SLABS.len()] = Default::default();
    let certain = bench.certain(CERTAIN);
    for (source, (name, ..)) in SLABS.iter().enumerate() {
        let (ours, finest) = (doses(bench, source, false)?, doses(bench, source, true)?);
        for (edges, (ours, finest)) in EDGES.windows(2).zip(ours.iter().zip(&finest)) {
            if ours.relative() < certain && finest.relative() < certain {
                let [from, to] = [edges[0], edges[1]].map(|plane| plane as f64 * PLANE);
                let [finest, ours] = [finest, ours].map(|dose| (dose.mean, dose.relative()));
                let what = format!("from {name}, {from} to {to} mm");
                by_slab[slab(edges[0])].push(Comparison::relative(what, finest, ours));
            }
        }
    }
    let expected = &bench.expected.slab;
    let rows = SLABS.iter().zip(&by_slab).map(|((material, density, _), all)| {
        let case = format!("slabs, electrons of 131I, MeV/g, in {material} of {density} g/cm3");
        Gate::PlusTwoSigma(expected.within).row(&case, &expected.source, false, all)
    });
    Ok(Validation { rows: rows.collect(), plots: Vec::new() })
}

/// The slab that a plane belongs to.
fn slab(plane: usize) -> usize {
    SLABS.partition_point(|(.., first)| *first <= plane) - 1
}

/// Mean dose between each two edges from decays in one slab.
fn doses(bench: &mut Bench<'_>, source: usize, detailed: bool) -> Result<Vec<Estimate>, ValidationError> {
    let grid = Grid::axis_aligned([5, 5, EDGES[EDGES.len() - 1]], [4.0, 4.0, PLANE], [0.0; 3])?;
    let dose = bench.subject.dose(&DoseRequest {
        emission: Emission::Nuclide { name: "I-131".into(), kinds: "beta,ce,auger".into() },
        density: Volume::from_fn(grid, |[.., k]| SLABS[slab(k)].1),
        material: Volume::from_fn(grid, |[.., k]| slab(k) as u8),
        materials: SLABS.iter().map(|(name, ..)| (*name).to_owned()).collect(),
        decays: Volume::from_fn(grid, |[.., k]| if slab(k) == source { 1.0 } else { 0.0 }),
        regions: Volume::from_fn(grid, |[.., k]| EDGES.partition_point(|&edge| edge <= k) as u16),
        detailed,
        local_bremsstrahlung: false,
        run: bench.run(if detailed { DETAILED_HISTORIES } else { HISTORIES }),
    })?;
    if dose.regions.len() + 1 == EDGES.len() {
        Ok(dose.regions)
    } else {
        Err(ValidationError::Missing("dose of the planes of slabs".into()))
    }
}
