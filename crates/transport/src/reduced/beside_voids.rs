//! Where shifted kerma (N6) is not quite the dose of photons: beside voids, whence no electron comes back as the shifts have
//! it. What was found is in `docs/methods/variance-reduction.md`.

use crate::medium::{Medium, Voxel, VoxelMedium};

/// What is thinner (g/cm3) is a void.
const AIR_BELOW: f64 = 0.05;
/// In air, where the dose was found up to 0.4 too high.
const IN_AIR: f64 = 0.4;
/// In voxels beside air or the end of the grid, where 0.012 of all of the dose was found too much.
const BESIDE_AIR: f64 = 0.03;

/// Relative systematic standard uncertainty of taking shifted kerma for the dose of photons.
pub(super) fn uncertainty_beside_voids(medium: &VoxelMedium, cell: u32) -> f64 {
    let is_void = |voxel: Voxel| medium.substance(voxel).is_none_or(|here| here.density < AIR_BELOW);
    let voxel = medium.voxel_of(cell);
    let beside = |axis: usize| {
        [-1, 1].into_iter().any(|step| {
            let mut other = voxel;
            other[axis] += step;
            is_void(other)
        })
    };
    if is_void(voxel) {
        IN_AIR
    } else if (0..3).any(beside) {
        BESIDE_AIR
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::{Grid, Volume};

    #[test]
    fn voids_and_their_neighbours_are_uncertain_and_the_inside_is_not() {
        let grid = Grid::axis_aligned([7, 5, 5], [4.0; 3], [0.0; 3]).unwrap();
        let density = Volume::from_fn(grid, |index| if index == [3, 2, 2] { 0.0012 } else { 1.04 });
        let medium = VoxelMedium::new(&density, &Volume::filled(grid, 0)).unwrap();
        let at = |index| uncertainty_beside_voids(&medium, grid.offset(index) as u32);
        assert_eq!(at([3, 2, 2]), IN_AIR);
        for beside in [[2, 2, 2], [3, 1, 2], [3, 2, 3], [0, 2, 2], [6, 2, 2], [1, 2, 4]] {
            assert_eq!(at(beside), BESIDE_AIR, "{beside:?}");
        }
        // Only faces count.
        for inside in [[1, 2, 2], [5, 2, 2], [2, 1, 2]] {
            assert_eq!(at(inside), 0.0, "{inside:?}");
        }
    }
}
