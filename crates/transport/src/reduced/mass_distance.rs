//! How much mass lies between voxels of different kinds.

use crate::EngineError;
use crate::medium::{Medium, VoxelMedium};
use crate::watch::{Watch, go_on};
use rayon::prelude::*;
use std::collections::VecDeque;

/// A chamfer distance lies at most this factor above the straight way (Borgefors, Comput. Vis. Graph. Image Process. 34
/// (1986) 344).
pub(super) const CHAMFER_EXCESS: f64 = 1.13;

/// Cells that are looked at between two looks at the watch.
const SELDOM: usize = 1 << 12;

/// Mass thickness (g/cm2) from each voxel to the nearest one of another kind, border to border along steps to the 26
/// neighbours; infinite beyond `limit`. `ends` tells whether what lies beyond the grid is of another kind than a voxel.
pub(super) fn distance_to_others(
    medium: &VoxelMedium,
    kind: impl Fn(usize) -> usize + Sync,
    ends: impl Fn(usize) -> bool + Sync,
    limit: f64,
    watch: &dyn Watch,
) -> Result<Vec<f32>, EngineError> {
    let steps = steps(medium.sides(), medium.size());
    let neighbour =
        |voxel: [i32; 3], step: &Step| medium.offset(std::array::from_fn(|axis| voxel[axis] + step.by[axis]));
    let last = medium.size().map(|size| size as i32 - 1);
    let at_border = |offset: usize| {
        let (voxel, own) = (medium.voxel_of(offset as u32), kind(offset));
        // Within the grid, which most voxels are, the neighbours' offsets need no check.
        if (0..3).all(|axis| (1..last[axis]).contains(&voxel[axis])) {
            return steps.iter().any(|step| kind(offset.wrapping_add_signed(step.offset)) != own);
        }
        let differs = |step: &Step| match neighbour(voxel, step) {
            Some(other) => kind(other) != own,
            None => ends(offset),
        };
        steps.iter().any(differs)
    };
    let mut distance: Vec<f32> = (0..medium.cells())
        .into_par_iter()
        .map(|offset| if at_border(offset) { 0.0 } else { f32::INFINITY })
        .collect();
    let mut waiting: VecDeque<usize> =
        (0..distance.len()).filter(|&offset| distance[offset] == 0.0).collect();
    let mut looked_at = 0;
    while let Some(offset) = waiting.pop_front() {
        if usize::is_multiple_of(looked_at, SELDOM) {
            go_on(watch)?;
        }
        looked_at += 1;
        let (voxel, density) = (medium.voxel_of(offset as u32), medium.voxel(offset).density);
        for step in &steps {
            // From the neighbour the way leads through the whole of this voxel.
            let through = distance[offset] + (density * step.length) as f32;
            let farther = |&other: &usize| {
                through < distance[other] && f64::from(through) < limit && kind(other) == kind(offset)
            };
            if let Some(other) = neighbour(voxel, step).filter(farther) {
                distance[other] = through;
                waiting.push_back(other);
            }
        }
    }
    Ok(distance)
}

/// A step to one of the 26 neighbours.
struct Step {
    by: [i32; 3],
    /// In the data, i fastest.
    offset: isize,
    /// cm
    length: f64,
}

fn steps(sides: [f64; 3], [nx, ny, _]: [u32; 3]) -> Vec<Step> {
    let all = (0..27).map(|n| [n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1]);
    let length = |by: [i32; 3]| {
        let square: f64 = by.iter().zip(sides).map(|(&n, side)| (f64::from(n) * side).powi(2)).sum();
        square.sqrt()
    };
    let offset = |[i, j, k]: [i32; 3]| i as isize + nx as isize * (j as isize + ny as isize * k as isize);
    all.filter(|&by| by != [0; 3]).map(|by| Step { by, offset: offset(by), length: length(by) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unwatched;
    use approx::assert_relative_eq;
    use iodose_volume::{Grid, Volume};

    #[test]
    fn the_distance_is_the_mass_thickness_between_the_borders() {
        // 1 cm voxels of 0.5 and 2 g/cm3, another kind at the far end.
        let grid = Grid::axis_aligned([15; 3], [10.0; 3], [0.0; 3]).unwrap();
        let density = Volume::from_fn(grid, |[i, _, _]| if i < 8 { 0.5 } else { 2.0 });
        let medium = VoxelMedium::new(&density, &Volume::filled(grid, 0)).unwrap();
        let kind = |offset: usize| usize::from(offset % 15 == 14);
        let at = |distance: &[f32], i: usize| f64::from(distance[i + 15 * (7 + 15 * 7)]);
        let distance = distance_to_others(&medium, kind, |_| false, 1e3, &Unwatched).unwrap();
        // One dense voxel between voxel 12 and the other kind; six and a light one for voxel 6.
        assert_eq!(at(&distance, 13), 0.0);
        assert_relative_eq!(at(&distance, 12), 2.0, max_relative = 1e-6);
        assert_relative_eq!(at(&distance, 6), 12.5, max_relative = 1e-6);
        let without = distance_to_others(&medium, kind, |_| false, 12.2, &Unwatched).unwrap();
        assert_relative_eq!(at(&without, 7), 12.0, max_relative = 1e-6);
        assert_eq!(at(&without, 6), f64::INFINITY);
        let ending = distance_to_others(&medium, kind, |_| true, 1e3, &Unwatched).unwrap();
        assert_eq!(at(&ending, 0), 0.0);
        assert_relative_eq!(at(&ending, 2), 1.0, max_relative = 1e-6);
    }

    #[test]
    fn diagonal_ways_are_known_within_the_excess() {
        let grid = Grid::axis_aligned([21; 3], [10.0; 3], [0.0; 3]).unwrap();
        let medium = VoxelMedium::new(&Volume::filled(grid, 1.0), &Volume::filled(grid, 0)).unwrap();
        let centre = grid.offset([10; 3]);
        let distance =
            distance_to_others(&medium, |offset| usize::from(offset == centre), |_| false, 1e3, &Unwatched)
                .unwrap();
        for index in [[0, 0, 0], [3, 10, 10], [5, 2, 10], [1, 4, 8], [20, 13, 11]] {
            let gap = |n: usize| (n as f64 - 10.0).abs() - 1.0;
            let straight = index.map(|n| gap(n).max(0.0).powi(2)).iter().sum::<f64>().sqrt();
            let found = f64::from(distance[grid.offset(index)]);
            assert!(
                found >= straight * 0.999 && found <= straight * CHAMFER_EXCESS,
                "{index:?}: {found} {straight}"
            );
        }
    }
}
