//! What an electron that starts in a voxel may meet, and what that makes of the voxel's own dose. Equations:
//! `docs/methods/variance-reduction.md`.

use super::cell_set::CellSet;
use super::mass_distance::{CHAMFER_EXCESS, distance_to_others};
use crate::EngineError;
use crate::medium::{Medium, VoxelMedium};
use crate::tables::Tables;
use crate::watch::Watch;

/// No electron brings energy to speak of deeper than this share of its CSDA range: 0.1 % of that of an isotropic source lies
/// deeper (`docs/methods/variance-reduction.md`).
const DEEPEST: f64 = 0.8;
/// Materials whose CSDA ranges differ by less than this share count as one tissue.
const ALIKE: f64 = 0.01;

/// The tissue of each material, called after the first material of it: materials in which electrons move alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tissues(Vec<u8>);

impl Tissues {
    /// As seen by electrons up to `highest` MeV.
    pub(super) fn new(tables: &Tables, highest: f64) -> Self {
        let alike = |a: usize, b: usize| {
            [0.2, 1.0].iter().all(|share| {
                let range = |material| tables.csda_range(material, share * highest);
                (range(a) / range(b) - 1.0).abs() < ALIKE
            })
        };
        let mut tissue: Vec<usize> = Vec::new();
        for material in 0..tables.materials.len() {
            let found = (0..material).find(|&earlier| tissue[earlier] == earlier && alike(material, earlier));
            tissue.push(found.unwrap_or(material));
        }
        Self(tissue.into_iter().map(|material| material as u8).collect())
    }

    #[inline]
    pub(super) fn of_material(&self, material: u8) -> u8 {
        self.0[usize::from(material)]
    }
}

/// The cells for which (N2) holds: charged particles are in equilibrium where the source is uniform per mass: everything within reach of
/// electrons of `energy` (MeV) is one tissue (Fano, Radiat. Res. 1 (1954) 237). Beyond its edges the grid counts as going on as its
/// mirror image where electrons of the tissue are `mirrored`.
pub(super) fn cells_in_equilibrium(
    medium: &VoxelMedium,
    tables: &Tables,
    tissues: &Tissues,
    energy: f64,
    mirrored: impl Fn(u8) -> bool + Sync,
    watch: &dyn Watch,
) -> Result<CellSet, EngineError> {
    let material = |cell: usize| medium.voxel(cell).material;
    let reach = |material: u8| CHAMFER_EXCESS * DEEPEST * tables.csda_range(usize::from(material), energy);
    let farthest = (0..tables.materials.len() as u8).map(reach).fold(0.0, f64::max);
    let tissue = |cell: usize| usize::from(tissues.of_material(material(cell)));
    let ends = |cell: usize| !mirrored(tissues.of_material(material(cell)));
    let distance = distance_to_others(medium, tissue, ends, farthest, watch)?;
    let whole = |&cell: &u32| f64::from(distance[cell as usize]) >= reach(material(cell as usize));
    Ok(CellSet::new(medium.cells(), (0..medium.cells() as u32).filter(whole)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Accuracy;
    use crate::Unwatched;
    use iodose_physics::Library;
    use iodose_volume::{Grid, Volume};

    fn tables() -> Tables {
        let library = Library::embedded().unwrap();
        let names = ["soft-tissue", "bone-cortical", "lung", "air"];
        let materials: Vec<_> = names.iter().map(|name| library.material(name).unwrap()).collect();
        Tables::new(&materials, &library, Accuracy::default()).unwrap()
    }

    #[test]
    fn lung_is_like_soft_tissue_and_bone_is_not() {
        assert_eq!(Tissues::new(&tables(), 0.8), Tissues(vec![0, 1, 0, 3]));
    }

    #[test]
    fn equilibrium_ends_within_reach_of_other_tissue() {
        // Soft tissue in 1 mm voxels with bone from i = 10 on; electrons that reach 0.33 g/cm2, of which 0.30 count.
        let grid = Grid::axis_aligned([20, 9, 9], [1.0; 3], [0.0; 3]).unwrap();
        let material = Volume::from_fn(grid, |[i, _, _]| u8::from(i >= 10));
        let medium = VoxelMedium::new(&Volume::filled(grid, 1.0), &material).unwrap();
        let tables = tables();
        let tissues = Tissues::new(&tables, 0.8);
        let cells = cells_in_equilibrium(&medium, &tables, &tissues, 0.8, |_| true, &Unwatched).unwrap();
        let within = |index| cells.contains(grid.offset(index) as u32);
        assert!(within([0, 4, 4]) && within([5, 4, 4]));
        assert!(!within([6, 4, 4]) && !within([12, 0, 0]) && within([19, 0, 0]));
        let ending =
            cells_in_equilibrium(&medium, &tables, &tissues, 0.8, |tissue| tissue == 0, &Unwatched).unwrap();
        assert!(ending.contains(grid.offset([0, 4, 4]) as u32));
        assert!(!ending.contains(grid.offset([19, 0, 0]) as u32));
    }
}
