//! Quantities that the engine finds in two ways, which must agree within statistics.

use super::histories;
use crate::gate::{Comparison, Gate};
use crate::{
    Dose, DoseRequest, Emission, Expected, KernelRequest, Options, Subject, Validation, ValidationError,
};
use iodose_physics::constants::GRAY_PER_MEV_PER_GRAM;
use iodose_transport::Estimate;
use iodose_volume::{Grid, Volume};

const HISTORIES: u64 = 4_000_000;
/// Voxels less certain than this are not compared: their number of hits is not normal.
const CERTAIN: f64 = 0.05;
const SIDES_MM: [f64; 3] = [3.0, 4.0, 5.0];
/// mGy/(MBq s) per Gy/decay.
const MILLIGRAY_PER_MEGABECQUEREL_SECOND: f64 = 1e9;

pub(super) fn run(
    subject: &dyn Subject,
    expected: &Expected,
    options: &Options,
) -> Result<Validation, ValidationError> {
    let mut validation = Validation::default();
    for (case, all) in [
        ("symmetry of a uniform phantom, MeV/g", symmetry(subject, options)?),
        ("reciprocity in a uniform phantom, MeV/g", reciprocity(subject, options)?),
        ("kernel voxel and simulate, MeV/g, 3 x 4 x 5 mm", kernel_and_simulation(subject, options)?),
    ] {
        validation.rows.push(Gate::OrThreeSigma(0.0).row(case, &expected.same_answer.source, false, &all));
    }
    Ok(validation)
}

fn iodine() -> Emission {
    Emission::Nuclide { name: "I-131".into(), kinds: "all".into() }
}

/// Two estimates of one quantity, independent of each other.
fn same(what: String, a: &Estimate, b: &Estimate) -> Comparison {
    Comparison::relative(what, (a.mean, a.relative()), (b.mean, b.relative()))
}

/// Dose around one hot voxel of a uniform water phantom.
fn hot_voxel(
    subject: &dyn Subject,
    grid: Grid,
    hot: [usize; 3],
    regions: Volume<u16>,
    histories: u64,
    seed: u64,
) -> Result<Dose, ValidationError> {
    subject.dose(&DoseRequest {
        emission: iodine(),
        density: Volume::filled(grid, 1.0),
        material: Volume::filled(grid, 0),
        materials: vec!["water".into()],
        decays: Volume::from_fn(grid, |index| if index == hot { 1.0 } else { 0.0 }),
        regions,
        detailed: false,
        local_bremsstrahlung: false,
        histories,
        seed,
    })
}

/// Each voxel and its mirror image along each axis.
fn symmetry(subject: &dyn Subject, options: &Options) -> Result<Vec<Comparison>, ValidationError> {
    const CENTRE: usize = 4;
    let grid = Grid::axis_aligned([2 * CENTRE + 1; 3], SIDES_MM, [0.0; 3])?;
    let none = Volume::filled(grid, 0);
    let dose = hot_voxel(subject, grid, [CENTRE; 3], none, histories(options, HISTORIES), options.seed)?;
    let mut all = Vec::new();
    for (offset, found) in dose.voxels.iter().enumerate() {
        let index = grid.index(offset);
        for axis in 0..3 {
            if index[axis] < CENTRE {
                let mut image = index;
                image[axis] = 2 * CENTRE - index[axis];
                let mirrored = &dose.voxels[grid.offset(image)];
                if found.relative() < CERTAIN && mirrored.relative() < CERTAIN {
                    all.push(same(format!("{index:?} and {image:?}"), found, mirrored));
                }
            }
        }
    }
    Ok(all)
}

/// Dose in B from A and in A from B, in the middle of a phantom so large that its surface does not count.
fn reciprocity(subject: &dyn Subject, options: &Options) -> Result<Vec<Comparison>, ValidationError> {
    let grid = Grid::axis_aligned([41; 3], SIDES_MM, [0.0; 3])?;
    let places = [[20, 20, 20], [21, 20, 20], [20, 22, 21]];
    let mut doses = Vec::new();
    for (number, &place) in places.iter().enumerate() {
        let none = Volume::filled(grid, 0);
        let seed = options.seed + number as u64;
        doses.push(hot_voxel(subject, grid, place, none, histories(options, HISTORIES), seed)?);
    }
    let mut all = Vec::new();
    for a in 0..places.len() {
        for b in 0..a {
            let there = &doses[a].voxels[grid.offset(places[b])];
            let back = &doses[b].voxels[grid.offset(places[a])];
            all.push(same(format!("{:?} and {:?}", places[a], places[b]), there, back));
        }
    }
    Ok(all)
}

/// A voxel kernel, and a simulation of one hot voxel in the middle of 61^3.
fn kernel_and_simulation(
    subject: &dyn Subject,
    options: &Options,
) -> Result<Vec<Comparison>, ValidationError> {
    const CENTRE: usize = 30;
    const EXTENT: usize = 3;
    const SPAN: usize = EXTENT + 1;
    let histories = histories(options, HISTORIES);
    let kernel = subject.voxel_kernel(&KernelRequest {
        emission: iodine(),
        material: "water".into(),
        density: 1.0,
        sides_mm: SIDES_MM,
        extent: EXTENT,
        histories,
        seed: options.seed,
    })?;
    // Voxels at the same distances along i, j and k form a region, numbered from 1 with i fastest.
    let grid = Grid::axis_aligned([2 * CENTRE + 1; 3], SIDES_MM, [0.0; 3])?;
    let regions = Volume::from_fn(grid, |index| {
        let [i, j, k] = index.map(|n| n.abs_diff(CENTRE));
        if i.max(j).max(k) <= EXTENT { (1 + i + SPAN * (j + SPAN * k)) as u16 } else { 0 }
    });
    // Another seed: the two are to be independent.
    let dose = hot_voxel(subject, grid, [CENTRE; 3], regions, histories, options.seed + 1)?;
    let mut all = Vec::new();
    for value in &kernel {
        let [i, j, k] = value.index;
        let simulated = dose.regions.get(i + SPAN * (j + SPAN * k));
        let simulated =
            simulated.ok_or_else(|| ValidationError::Missing(format!("dose at {:?}", value.index)))?;
        let mean = value.s / (GRAY_PER_MEV_PER_GRAM * MILLIGRAY_PER_MEGABECQUEREL_SECOND);
        let kernel = Estimate { mean, u: mean * value.relative_uncertainty };
        if kernel.relative() < CERTAIN && simulated.relative() < CERTAIN {
            all.push(same(format!("({i},{j},{k})"), &kernel, simulated));
        }
    }
    Ok(all)
}
