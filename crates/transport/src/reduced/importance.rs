//! Where electrons are worth most. Equations: `docs/methods/variance-reduction.md`.

use super::cell_set::CellSet;
use super::position::FaceShares;
use crate::EngineError;
use crate::medium::{Medium, VoxelMedium};
use crate::watch::{Watch, go_on};

/// Electrons lose their energy within this share of their CSDA range, as the fall of the mean from its start goes.
const REACH: f64 = 0.2;
/// Mean depth of an electron's energy as a share of its CSDA range.
const DEPTH: f64 = 0.3;
/// What the voxels around those asked for count.
const BESIDE: f32 = 0.001;
/// Voxels that are looked at to each side at most.
const WIDEST: i32 = 8;
/// Pairs of voxels that are looked at at most.
const MOST_PAIRS: usize = 100_000_000;

/// Voxels asked for at most.
const MOST_TARGETS: usize = 300_000;

/// What a start in a cell is worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worth<const GROUPS: usize> {
    pub(super) cell: u32,
    /// By energy group.
    pub(super) groups: [f64; GROUPS],
    /// Through which faces.
    pub(super) faces: FaceShares,
}

/// The probability that an electron of each group starts in a voxel, up to a factor (N4).
///
/// The variance of the doses asked for, relative to themselves, is least where it grows as the root of the sum over voxels
/// asked for, B, of the mean square of what an electron from A brings there over D_B (Cochran 1977, Sampling Techniques,
/// section 5.5). The mean square is guessed: the share of A from which B can be reached, times an exponential in the mass
/// thickness between. A wrong guess costs time and changes no result.
pub(super) fn electron_weights<const GROUPS: usize>(
    medium: &VoxelMedium,
    decays: &[f32],
    equilibrium: &CellSet,
    ranges: &[f64; GROUPS],
    goal: &[u32],
    watch: &dyn Watch,
) -> Result<Vec<Worth<GROUPS>>, EngineError> {
    // So many that what is kept of each would take more memory than the doses.
    if goal.len() > MOST_TARGETS {
        return Ok(Vec::new());
    }
    let sides = medium.sides();
    let mut squares = Sparse::new(medium.cells());
    let targets = with_neighbours(medium, goal);
    let pairs = |n: &i32| targets.len() * (2 * *n as usize + 1).pow(3);
    // So many that looking takes longer than it saves: starts are as good anywhere.
    let Some(widest) = (1..=WIDEST).rev().find(|n| pairs(n) <= MOST_PAIRS) else { return Ok(Vec::new()) };
    for (target, asked) in targets {
        go_on(watch)?;
        let voxel = medium.voxel_of(target);
        let mass = medium.cell_mass(target);
        let around = neighbourhood(medium, decays, voxel);
        if around <= 0.0 {
            continue;
        }
        let density = medium.voxel(target as usize).density;
        let level =
            if equilibrium.contains(target) { f64::from(decays[target as usize]) / mass } else { 0.0 };
        let window: [i32; 3] = std::array::from_fn(|axis| {
            (1.0 + (ranges[GROUPS - 1] / (sides[axis] * density)).ceil()).min(f64::from(widest)) as i32
        });
        for k in -window[2]..=window[2] {
            for j in -window[1]..=window[1] {
                for i in -window[0]..=window[0] {
                    let by = [i, j, k];
                    let there = std::array::from_fn(|axis| voxel[axis] + by[axis]);
                    let (start, beyond) = match medium.offset(there) {
                        Some(start) => (start, false),
                        None => match medium.offset(mirrored(there, medium.size())) {
                            Some(start) if level > 0.0 => (start, true),
                            _ => continue,
                        },
                    };
                    let activity = if beyond { 0.0 } else { f64::from(decays[start]) };
                    let own = by == [0; 3] && level > 0.0;
                    let uniform = level * medium.cell_mass(start as u32);
                    let difference = if own { 0.0 } else { activity - uniform };
                    if difference == 0.0 {
                        continue;
                    }
                    let factor = asked * (difference / (mass * around)).powi(2);
                    let start_density = medium.voxel(start).density;
                    let gap = gap(by, sides) * 0.5 * (density + start_density);
                    let worth = squares.at(start as u32);
                    let mut all = 0.0;
                    let groups = worth.groups.iter_mut().zip(ranges);
                    for (sum, &range) in groups.rev().take_while(|(_, range)| gap < **range) {
                        let square = factor * mean_square(by, sides, gap, start_density, range);
                        *sum += square;
                        all += square;
                    }
                    let towards = if beyond { by } else { by.map(|steps| -steps) };
                    worth.faces.add(towards, all);
                }
            }
        }
    }
    let mut weights = squares.entries;
    for worth in &mut weights {
        worth.groups = worth.groups.map(f64::sqrt);
        worth.faces = worth.faces.normalised();
    }
    weights.sort_unstable_by_key(|worth| worth.cell);
    Ok(weights)
}

/// The voxel in the grid whose mirror image a voxel beyond its edge is.
fn mirrored(voxel: [i32; 3], size: [u32; 3]) -> [i32; 3] {
    std::array::from_fn(|axis| {
        let (n, last) = (voxel[axis], size[axis] as i32 - 1);
        if n < 0 {
            -1 - n
        } else if n > last {
            2 * last + 1 - n
        } else {
            n
        }
    })
}

/// Values of few cells among many.
struct Sparse<const GROUPS: usize> {
    /// Place of each cell among the entries, counted from 1.
    places: Vec<u32>,
    entries: Vec<Worth<GROUPS>>,
}

impl<const GROUPS: usize> Sparse<GROUPS> {
    fn new(cells: usize) -> Self {
        Self { places: vec![0; cells], entries: Vec::new() }
    }

    fn at(&mut self, cell: u32) -> &mut Worth<GROUPS> {
        let place = &mut self.places[cell as usize];
        if *place == 0 {
            self.entries.push(Worth { cell, groups: [0.0; GROUPS], faces: FaceShares::default() });
            *place = self.entries.len() as u32;
        }
        &mut self.entries[*place as usize - 1]
    }
}

/// Distance (cm) between the borders of two voxels so many steps apart.
fn gap(by: [i32; 3], sides: [f64; 3]) -> f64 {
    let along = |axis: usize| f64::from((by[axis].abs() - 1).max(0)) * sides[axis];
    (0..3).map(|axis| along(axis).powi(2)).sum::<f64>().sqrt()
}

/// A guess of the mean square of the share of its energy that an electron of some CSDA range (g/cm2) brings into the voxel
/// `by` steps away, `gap` g/cm2 between their borders.
fn mean_square(by: [i32; 3], sides: [f64; 3], gap: f64, start_density: f64, range: f64) -> f64 {
    let depth = |axis: usize| (DEPTH * range / (sides[axis] * start_density)).min(1.0);
    if by == [0; 3] {
        // What leaves.
        return f64::min((0..3).map(depth).sum(), 0.5);
    }
    let near: f64 = (0..3).filter(|&axis| by[axis] != 0).map(|axis| 0.5 * depth(axis)).product();
    near * libm::exp(-2.0 * gap / (REACH * range))
}

/// The cells asked for, and those up to two steps around them, with what they count; ascending. Where many are asked for, those
/// around them hardly are others.
fn with_neighbours(medium: &VoxelMedium, goal: &[u32]) -> Vec<(u32, f64)> {
    const MANY: usize = 8;
    let mut worth = vec![0.0f32; medium.cells()];
    if goal.len() < medium.cells() / MANY {
        for &cell in goal {
            let voxel = medium.voxel_of(cell);
            for n in 0..125 {
                let by = [n % 5 - 2, n / 5 % 5 - 2, n / 25 - 2];
                if let Some(other) = medium.offset(std::array::from_fn(|axis| voxel[axis] + by[axis])) {
                    worth[other] = BESIDE;
                }
            }
        }
    }
    goal.iter().for_each(|&cell| worth[cell as usize] = 1.0);
    let cells = worth.into_iter().enumerate().filter(|&(_, worth)| worth > 0.0);
    cells.map(|(cell, worth)| (cell as u32, f64::from(worth))).collect()
}

/// Specific activity (decays per gram) of a voxel and its 26 neighbours together.
pub(super) fn neighbourhood(medium: &VoxelMedium, decays: &[f32], voxel: [i32; 3]) -> f64 {
    let (mut activity, mut mass) = (0.0, 0.0);
    for n in 0..27 {
        let step = [n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1];
        if let Some(offset) = medium.offset(std::array::from_fn(|axis| voxel[axis] + step[axis])) {
            activity += f64::from(decays[offset]);
            mass += medium.cell_mass(offset as u32);
        }
    }
    activity / mass
}
