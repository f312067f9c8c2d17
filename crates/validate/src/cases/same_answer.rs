//! Quantities that the engine finds in two ways, which must agree within statistics: each voxel, and groups of voxels
//! with so much smaller an uncertainty that one percent would show.

use crate::bench::Bench;
use crate::gate::{Comparison, Gate};
use crate::{Dose, DoseRequest, Emission, KernelRequest, Validation, ValidationError};
use iodose_physics::constants::GRAY_PER_MEV_PER_GRAM;
use iodose_transport::Estimate;
use iodose_volume::{Grid, Volume};
use std::ops::Range;

const HISTORIES: u64 = 24_000_000;
/// Decays of the voxel kernel, which has variance reduction; about as certain.
const KERNEL_HISTORIES: u64 = 2_000_000;
/// Voxels less certain than this are not compared: their number of hits is not normal.
const CERTAIN: f64 = 0.05;
const SIDES_MM: [f64; 3] = [3.0, 4.0, 5.0];
/// mGy/(MBq s) per Gy/decay.
const MILLIGRAY_PER_MEGABECQUEREL_SECOND: f64 = 1e9;

pub(super) fn run(bench: &mut Bench<'_>) -> Result<Validation, ValidationError> {
    let mut comparisons = symmetry(bench)?;
    comparisons.push(("reciprocity of blocks of voxels, MeV/g", reciprocity(bench)?));
    comparisons.extend(kernel_and_simulation(bench)?);
    let source = &bench.expected.same_answer.source;
    let row = |(case, all): &(&str, Vec<Comparison>)| Gate::OrThreeSigma(0.0).row(case, source, false, all);
    Ok(Validation { rows: comparisons.iter().map(row).collect(), plots: Vec::new() })
}

/// A row before judgement: its case and what it compares.
type Compared = (&'static str, Vec<Comparison>);

fn iodine() -> Emission {
    Emission::Nuclide { name: "I-131".into(), kinds: "all".into() }
}

/// Two estimates of one quantity, independent of each other, as long as both are certain enough.
fn same(what: String, a: &Estimate, b: &Estimate) -> Option<Comparison> {
    let certain = a.relative() < CERTAIN && b.relative() < CERTAIN;
    certain.then(|| Comparison::relative(what, (a.mean, a.relative()), (b.mean, b.relative())))
}

/// Dose from decays in some voxels of a uniform water phantom.
fn dose(
    bench: &mut Bench<'_>,
    grid: Grid,
    hot: impl Fn([usize; 3]) -> bool,
    regions: Volume<u16>,
) -> Result<Dose, ValidationError> {
    bench.subject.dose(&DoseRequest {
        emission: iodine(),
        density: Volume::filled(grid, 1.0),
        material: Volume::filled(grid, 0),
        materials: vec!["water".into()],
        decays: Volume::from_fn(grid, |index| if hot(index) { 1.0 } else { 0.0 }),
        regions,
        detailed: false,
        local_bremsstrahlung: false,
        run: bench.run(HISTORIES),
    })
}

/// Around one hot voxel in the middle of a phantom: each voxel and its mirror image along each axis, and the same of
/// the 26 groups of voxels in front of, level with, and behind the hot one along each axis.
fn symmetry(bench: &mut Bench<'_>) -> Result<Vec<Compared>, ValidationError> {
    const CENTRE: usize = 4;
    let grid = Grid::axis_aligned([2 * CENTRE + 1; 3], SIDES_MM, [0.0; 3])?;
    let sides = Grid::axis_aligned([3; 3], SIDES_MM, [0.0; 3])?;
    let side = |index: [usize; 3]| index.map(|n| usize::from(n >= CENTRE) + usize::from(n > CENTRE));
    let groups = Volume::from_fn(grid, |index| 1 + sides.offset(side(index)) as u16);
    let dose = dose(bench, grid, |index| index == [CENTRE; 3], groups)?;
    Ok(vec![
        ("symmetry of a uniform phantom, MeV/g, each voxel", mirrored(&grid, &dose.voxels)),
        ("symmetry of a uniform phantom, MeV/g, all voxels to one side", mirrored(&sides, &dose.regions)),
    ])
}

/// Each of the estimates on a grid and its mirror image along each axis.
fn mirrored(grid: &Grid, estimates: &[Estimate]) -> Vec<Comparison> {
    let mut all = Vec::new();
    for (offset, found) in estimates.iter().enumerate() {
        let index = grid.index(offset);
        for axis in 0..3 {
            let mut image = index;
            image[axis] = grid.size()[axis] - 1 - index[axis];
            if index[axis] < image[axis] {
                let what = format!("{index:?} and {image:?}");
                all.extend(estimates.get(grid.offset(image)).and_then(|image| same(what, found, image)));
            }
        }
    }
    all
}

/// Mean dose in block B from A and in A from B, where blocks of unlike shape touch, in the middle of a phantom so large
/// that its surface does not count.
fn reciprocity(bench: &mut Bench<'_>) -> Result<Vec<Comparison>, ValidationError> {
    const BLOCKS: [[Range<usize>; 3]; 3] =
        [[20..21, 20..21, 20..21], [21..22, 19..22, 18..23], [18..21, 21..23, 20..21]];
    let grid = Grid::axis_aligned([41; 3], SIDES_MM, [0.0; 3])?;
    let inside =
        |block: &[Range<usize>; 3], index: [usize; 3]| block.iter().zip(index).all(|(b, n)| b.contains(&n));
    let label =
        |index| BLOCKS.iter().position(|block| inside(block, index)).map_or(0, |block| block as u16 + 1);
    let labels = Volume::from_fn(grid, label);
    let mut doses = Vec::new();
    for block in 1..=BLOCKS.len() as u16 {
        doses.push(dose(bench, grid, |index| labels[index] == block, labels.clone())?.regions);
    }
    let mut all = Vec::new();
    for a in 0..doses.len() {
        for b in 0..a {
            let pair = doses[a].get(b).zip(doses[b].get(a));
            all.extend(pair.and_then(|(there, back)| same(format!("blocks {b} and {a}"), there, back)));
        }
    }
    Ok(all)
}

/// A voxel kernel with variance reduction, and an analog simulation of one hot voxel in the middle of 61^3: each voxel, and the mean ratio of all those
/// that lie as many voxels away.
fn kernel_and_simulation(bench: &mut Bench<'_>) -> Result<Vec<Compared>, ValidationError> {
    const CENTRE: usize = 30;
    const EXTENT: usize = 3;
    const SPAN: usize = EXTENT + 1;
    let kernel = bench.subject.voxel_kernel(&KernelRequest {
        emission: iodine(),
        material: "water".into(),
        density: 1.0,
        sides_mm: SIDES_MM,
        extent: EXTENT,
        run: bench.run(KERNEL_HISTORIES),
    })?;
    // Voxels at the same distances along i, j and k form a region, numbered from 1 with i fastest.
    let grid = Grid::axis_aligned([2 * CENTRE + 1; 3], SIDES_MM, [0.0; 3])?;
    let regions = Volume::from_fn(grid, |index| {
        let [i, j, k] = index.map(|n| n.abs_diff(CENTRE));
        if i.max(j).max(k) <= EXTENT { (1 + i + SPAN * (j + SPAN * k)) as u16 } else { 0 }
    });
    let dose = dose(bench, grid, |index| index == [CENTRE; 3], regions)?;
    let mut shells: [Vec<Comparison>; SPAN] = Default::default();
    for value in &kernel {
        let [i, j, k] = value.index;
        let simulated = dose.regions.get(i + SPAN * (j + SPAN * k));
        let simulated =
            simulated.ok_or_else(|| ValidationError::Missing(format!("dose at {:?}", value.index)))?;
        let mean = value.s / (GRAY_PER_MEV_PER_GRAM * MILLIGRAY_PER_MEGABECQUEREL_SECOND);
        let kernel = Estimate { mean, u: mean * value.relative_uncertainty };
        shells[i.max(j).max(k)].extend(same(format!("({i},{j},{k})"), &kernel, simulated));
    }
    let ratio = |(distance, all): (usize, &Vec<Comparison>)| {
        Comparison::mean_ratio(format!("{distance} voxels away"), all)
    };
    let ratios = shells.iter().enumerate().map(ratio).collect();
    Ok(vec![
        ("kernel voxel and simulate, MeV/g, 3 x 4 x 5 mm, each voxel", shells.concat()),
        ("kernel voxel and simulate, 3 x 4 x 5 mm, mean ratio", ratios),
    ])
}
