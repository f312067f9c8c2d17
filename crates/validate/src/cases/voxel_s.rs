//! Voxel S values.

use crate::bench::Bench;
use crate::expected::{PublishedGate, PublishedS};
use crate::gate::{Comparison, Gate};
use crate::{Emission, KernelRequest, Plot, Row, Validation, ValidationError};
use iodose_transport::VoxelS;

const HISTORIES: u64 = 1_000_000;
/// As many values show a common offset better together than each alone.
const MANY: usize = 10;

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let mut validation = Validation::default();
    for published in &bench.expected.voxel_s {
        let extent = published.values.iter().map(|v| v.0.max(v.1).max(v.2)).max().unwrap_or(0);
        let request = KernelRequest {
            emission: Emission::Nuclide {
                name: published.nuclide.clone(),
                kinds: published.emissions.clone(),
            },
            material: published.material.clone(),
            density: published.density,
            sides_mm: [published.size_mm; 3],
            extent,
            run: bench.run(HISTORIES),
        };
        let ours = bench.subject.voxel_kernel(&request)?;
        validation.rows.extend(rows(published, &ours, bench.quick)?);
        validation.plots.extend(Plot::of_voxel_s(published, &ours));
    }
    Ok(validation)
}

/// One row per gate; each value goes to the first gate that takes it.
fn rows(published: &PublishedS, ours: &[VoxelS], quick: bool) -> Result<Vec<Row>, ValidationError> {
    let self_value = published.values.iter().find(|v| (v.0, v.1, v.2) == (0, 0, 0)).map_or(f64::NAN, |v| v.3);
    let takes = |gate: &PublishedGate, index: [usize; 3], s: f64| match (gate.index, gate.above) {
        (Some(only), _) => only == index,
        (None, Some(above)) => s > above * self_value,
        (None, None) => false,
    };
    let mut by_gate: Vec<Vec<Comparison>> = vec![Vec::new(); published.gates.len()];
    for &(i, j, k, s, u) in &published.values {
        let index = [i, j, k];
        let Some(gate) = published.gates.iter().position(|gate| takes(gate, index, s)) else {
            continue;
        };
        let found = ours.iter().find(|value| value.index == index);
        let found =
            found.ok_or_else(|| ValidationError::Missing(format!("{}: S at {index:?}", published.name)))?;
        let what =
            if published.gates[gate].index.is_some() { String::new() } else { format!("({i},{j},{k})") };
        by_gate[gate].push(Comparison::relative(what, (s, u), (found.s, found.relative_uncertainty)));
    }
    let row = |(gate, all): (&PublishedGate, &Vec<Comparison>)| {
        let case = format!("voxel S, mGy/(MBq s), {}, {}", published.name, gate.name);
        Gate::new(gate.within, gate.two_sigma || quick).row(&case, &published.source, gate.shown, all)
    };
    let mut rows: Vec<Row> = published.gates.iter().zip(&by_gate).map(row).collect();
    for (gate, all) in published.gates.iter().zip(&by_gate).filter(|(_, all)| all.len() >= MANY) {
        let case = format!("voxel S, {}, {}, mean ratio of {}", published.name, gate.name, all.len());
        let mean = [Comparison::mean_ratio(String::new(), all)];
        rows.push(Gate::PlusTwoSigma(gate.within).row(&case, &published.source, gate.shown, &mean));
    }
    Ok(rows)
}
