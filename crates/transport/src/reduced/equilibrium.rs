//! Where the dose of electrons is known without simulation: charged-particle equilibrium.

use crate::medium::{Medium, VoxelMedium};
use crate::tables::Tables;
use rayon::prelude::*;

/// Materials whose CSDA ranges differ by less than this share count as one.
const ALIKE: f64 = 0.01;

/// For each voxel, the specific activity that is taken as if it filled everything around it.
///
/// In one composition with a source uniform per mass, electrons give the same dose everywhere whatever the densities (Fano,
/// Radiat. Res. 1 (1954) 237). The dose in voxel B of sources q_A is therefore that of a uniform source of any level c, known
/// exactly, plus that of the differences q_A - c m_A; with c = q_B/m_B the latter vanish for all voxels that have the
/// specific activity of B, B itself among them. The level is 0, and nothing is taken as known, where an electron could reach
/// B from another tissue or from beyond the grid.
#[derive(Clone, Debug)]
pub(super) struct Equilibrium {
    /// Decays per gram and decay of the whole source, by cell.
    pub(super) level: Vec<f32>,
}

impl Equilibrium {
    /// For `decays` (share of each voxel) and electrons of at most `highest` MeV.
    pub(super) fn new(medium: &VoxelMedium, tables: &Tables, decays: &[f64], highest: f64) -> Self {
        let group = groups(tables, highest);
        let farthest: Vec<f64> = (0..tables.materials.len()).map(|m| tables.csda_range(m, highest)).collect();
        let distance = distance_to_strangers(medium, &group);
        let level = (0..medium.cells())
            .into_par_iter()
            .map(|cell| {
                let range = farthest[usize::from(medium.voxel(cell).material)];
                if f64::from(distance[cell]) < range {
                    return 0.0;
                }
                (decays[cell] / medium.cell_mass(cell as u32)) as f32
            })
            .collect();
        Self { level }
    }
}

/// A number for each material, the same for those that are alike.
fn groups(tables: &Tables, highest: f64) -> Vec<usize> {
    let alike = |a: usize, b: usize| {
        [0.2, 1.0].iter().all(|share| {
            let range = |material| tables.csda_range(material, share * highest);
            (range(a) / range(b) - 1.0).abs() < ALIKE
        })
    };
    let mut group: Vec<usize> = Vec::new();
    for material in 0..tables.materials.len() {
        let found = (0..material).find(|&earlier| group[earlier] == earlier && alike(material, earlier));
        group.push(found.unwrap_or(material));
    }
    group
}

/// Mass thickness (g/cm2) from each voxel to the nearest one beside another group of materials or the edge of the grid, along
/// steps to the 26 neighbours (Borgefors, Comput. Vis. Graph. Image Process. 34 (1986) 344), up to 8 % above the straight way.
fn distance_to_strangers(medium: &VoxelMedium, group: &[usize]) -> Vec<f32> {
    let steps = steps(medium.sides());
    let size = medium.size().map(|n| n as i32);
    let group_of = |offset: usize| group[usize::from(medium.voxel(offset).material)];
    let voxel_of = |offset: usize| {
        let [nx, ny, _] = size.map(|n| n as usize);
        [offset % nx, offset / nx % ny, offset / nx / ny].map(|n| n as i32)
    };
    let neighbour =
        |voxel: [i32; 3], step: &Step| medium.offset(std::array::from_fn(|axis| voxel[axis] + step.by[axis]));
    let mut distance: Vec<f32> = (0..medium.cells())
        .into_par_iter()
        .map(|offset| {
            let voxel = voxel_of(offset);
            let stranger =
                |step: &Step| neighbour(voxel, step).is_none_or(|other| group_of(other) != group_of(offset));
            if steps.iter().any(stranger) { 0.0 } else { f32::INFINITY }
        })
        .collect();
    // One way and back, until nothing changes: densities bend the shortest ways.
    const ROUNDS: usize = 8;
    let (before, after): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| step.earlier);
    for _ in 0..ROUNDS {
        let mut changed = false;
        let mut relax = |offset: usize, steps: &[&Step]| {
            if distance[offset] == 0.0 {
                return;
            }
            let (voxel, density) = (voxel_of(offset), medium.voxel(offset).density);
            for step in steps {
                if let Some(other) = neighbour(voxel, step) {
                    let way = 0.5 * (density + medium.voxel(other).density) * step.length;
                    let through = distance[other] + way as f32;
                    if through < distance[offset] {
                        distance[offset] = through;
                        changed = true;
                    }
                }
            }
        };
        (0..medium.cells()).for_each(|offset| relax(offset, &before));
        (0..medium.cells()).rev().for_each(|offset| relax(offset, &after));
        if !changed {
            break;
        }
    }
    distance
}

/// A step to one of the 26 neighbours.
struct Step {
    by: [i32; 3],
    /// cm
    length: f64,
    /// Whether the neighbour has the lower offset.
    earlier: bool,
}

fn steps(sides: [f64; 3]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(26);
    for k in -1..=1 {
        for j in -1..=1 {
            for i in -1..=1 {
                let by = [i, j, k];
                if by != [0; 3] {
                    let square: f64 = (0..3).map(|axis| (f64::from(by[axis]) * sides[axis]).powi(2)).sum();
                    steps.push(Step { by, length: square.sqrt(), earlier: (k, j, i) < (0, 0, 0) });
                }
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Accuracy;
    use approx::assert_relative_eq;
    use iodose_physics::Library;
    use iodose_volume::{Grid, Volume};

    #[test]
    fn tissues_are_alike_and_bone_is_not() {
        let library = Library::embedded().unwrap();
        let names = ["soft-tissue", "bone-cortical", "lung", "air"];
        let materials: Vec<_> = names.iter().map(|name| library.material(name).unwrap()).collect();
        let tables = Tables::new(&materials, &library, Accuracy::default()).unwrap();
        assert_eq!(groups(&tables, 0.8), [0, 1, 0, 3]);
    }

    #[test]
    fn the_distance_is_a_mass_thickness() {
        // 1 cm voxels of 0.5 and 2 g/cm3, one stranger at the far end; the grid's own edges are strangers as well.
        let grid = Grid::axis_aligned([15; 3], [10.0; 3], [0.0; 3]).unwrap();
        let density = Volume::from_fn(grid, |[i, _, _]| if i < 8 { 0.5 } else { 2.0 });
        let material = Volume::from_fn(grid, |[i, _, _]| u8::from(i == 14));
        let medium = VoxelMedium::new(&density, &material).unwrap();
        let distance = distance_to_strangers(&medium, &[0, 1]);
        let at = |i: usize| f64::from(distance[i + 15 * (7 + 15 * 7)]);
        // Voxel 0 touches the edge; through half-dense voxels the way is short.
        assert_eq!(at(0), 0.0);
        assert_relative_eq!(at(3), 1.5, max_relative = 1e-6);
        assert_relative_eq!(at(12), 2.0, max_relative = 1e-6);
        assert_eq!(at(13), 0.0);
    }
}
