//! What a particle meets: voxels of a density and a material. Equations: `docs/methods/units-and-frames.md`.

use crate::EngineError;
use iodose_volume::Volume;

/// Lattice indices of a voxel along i, j, k; may lie outside a grid.
pub type Voxel = [i32; 3];

/// Density and material of a voxel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Substance {
    /// g/cm3
    pub density: f64,
    /// Index into the materials that the tables were made for.
    pub material: u8,
}

/// A lattice of voxels; positions are in cm, voxel (i, j, k) reaches from i to i+1 times the side (U2).
pub trait Medium: Sync {
    /// Sides of a voxel, cm.
    fn sides(&self) -> [f64; 3];
    /// What fills a voxel, or `None` outside, where there is vacuum.
    fn substance(&self, voxel: Voxel) -> Option<Substance>;
    /// The tally cell that a voxel belongs to, or `None` where nothing is scored.
    fn cell(&self, voxel: Voxel) -> Option<u32>;
    /// Number of tally cells.
    fn cells(&self) -> usize;
    /// Mass of what a tally cell holds, g.
    fn cell_mass(&self, cell: u32) -> f64;
    /// Largest density of each material that occurs, g/cm3, by material index; 0 for those that do not.
    fn largest_densities(&self) -> Vec<f64>;
}

/// Volume of a voxel, cm3.
fn volume(sides: [f64; 3]) -> f64 {
    sides.iter().product()
}

/// A patient or phantom: one density and one material per voxel, vacuum around it.
#[derive(Clone, Debug)]
pub struct VoxelMedium {
    size: [i32; 3],
    sides: [f64; 3],
    /// i fastest
    voxels: Vec<Packed>,
}

/// Density (g/cm3) and material in four bytes, since a photon finds the next voxel in no cache: the material, and of the
/// density's single precision all but the sign, which it has not, and 7 bits, so that it is right to 8e-6.
#[derive(Clone, Copy, Debug)]
struct Packed(u32);

impl Packed {
    const CUT: u32 = 7;

    fn new(density: f32, material: u8) -> Self {
        let rounded = (density.to_bits() + (1 << (Self::CUT - 1))) >> Self::CUT;
        Self(rounded << u8::BITS | u32::from(material))
    }

    #[inline]
    fn substance(self) -> Substance {
        let density = f32::from_bits(self.0 >> u8::BITS << Self::CUT);
        Substance { density: f64::from(density), material: self.0 as u8 }
    }
}

impl VoxelMedium {
    /// From density (g/cm3) and material index, both on one grid with axes at right angles.
    pub fn new(density: &Volume<f32>, material: &Volume<u8>) -> Result<Self, EngineError> {
        let grid = density.grid();
        if !grid.matches(material.grid(), 1e-3) {
            return Err(EngineError::GridMismatch("material", "density"));
        }
        if !grid.is_orthogonal() {
            return Err(EngineError::Sheared);
        }
        if let Some(offset) = density.data().iter().position(|d| !(d.is_finite() && *d > 0.0)) {
            let (found, index) = (density.data()[offset], grid.index(offset));
            return Err(EngineError::Density { found, index });
        }
        if grid.len() > u32::MAX as usize || grid.size().iter().any(|&n| n > i32::MAX as usize) {
            return Err(EngineError::TooLarge(grid.len()));
        }
        Ok(Self {
            size: grid.size().map(|n| n as i32),
            sides: grid.spacing().map(|mm| mm / 10.0),
            voxels: density.data().iter().zip(material.data()).map(|(&d, &m)| Packed::new(d, m)).collect(),
        })
    }

    /// Number of voxels along i, j, k.
    pub(crate) fn size(&self) -> [u32; 3] {
        self.size.map(|n| n as u32)
    }

    /// Density (g/cm3) and material of the voxel at an offset, i fastest.
    #[inline]
    pub(crate) fn voxel(&self, offset: usize) -> Substance {
        self.voxels[offset].substance()
    }

    /// The voxel that is a tally cell.
    #[inline]
    pub(crate) fn voxel_of(&self, cell: u32) -> Voxel {
        let [nx, ny, _] = self.size();
        [cell % nx, cell / nx % ny, cell / nx / ny].map(|n| n as i32)
    }

    #[inline]
    pub(crate) fn offset(&self, voxel: Voxel) -> Option<usize> {
        let [nx, ny, nz] = self.size;
        let [i, j, k] = voxel;
        let inside = (i as u32) < nx as u32 && (j as u32) < ny as u32 && (k as u32) < nz as u32;
        inside.then(|| i as usize + nx as usize * (j as usize + ny as usize * k as usize))
    }
}

impl Medium for VoxelMedium {
    fn sides(&self) -> [f64; 3] {
        self.sides
    }

    #[inline]
    fn substance(&self, voxel: Voxel) -> Option<Substance> {
        Some(self.voxels[self.offset(voxel)?].substance())
    }

    #[inline]
    fn cell(&self, voxel: Voxel) -> Option<u32> {
        self.offset(voxel).map(|offset| offset as u32)
    }

    fn cells(&self) -> usize {
        self.voxels.len()
    }

    #[inline]
    fn cell_mass(&self, cell: u32) -> f64 {
        self.voxels[cell as usize].substance().density * volume(self.sides)
    }

    fn largest_densities(&self) -> Vec<f64> {
        let voxels = || self.voxels.iter().map(|packed| packed.substance());
        let mut largest = vec![0f64; voxels().map(|v| usize::from(v.material) + 1).max().unwrap_or(0)];
        for Substance { density, material } in voxels() {
            let entry = &mut largest[usize::from(material)];
            *entry = entry.max(density);
        }
        largest
    }
}

/// One material without end, scored in the voxels around (0, 0, 0) with those that are equal by symmetry taken together.
#[derive(Clone, Debug)]
pub struct UniformMedium {
    sides: [f64; 3],
    substance: Substance,
    extent: usize,
    /// Cell of (|i|, |j|, |k|), i fastest.
    cell_of: Vec<u32>,
    /// A voxel of each cell and how many voxels it holds.
    classes: Vec<([usize; 3], usize)>,
}

impl UniformMedium {
    /// Voxels of `sides` (cm) up to `extent` away from the source voxel along each axis; material index 0.
    pub fn new(sides: [f64; 3], density: f64, extent: usize) -> Self {
        let length = extent + 1;
        let mut cell_of = vec![0; length.pow(3)];
        let mut classes: Vec<([usize; 3], usize)> = Vec::new();
        for offset in 0..cell_of.len() {
            let index = [offset % length, offset / length % length, offset / (length * length)];
            let representative = order_by_symmetry(index, sides);
            let mirrored = index.iter().map(|&n| if n == 0 { 1 } else { 2 }).product::<usize>();
            let cell = classes.iter().position(|(r, _)| *r == representative).unwrap_or(classes.len());
            if cell == classes.len() {
                classes.push((representative, 0));
            }
            classes[cell].1 += mirrored;
            cell_of[offset] = cell as u32;
        }
        Self { sides, substance: Substance { density, material: 0 }, extent, cell_of, classes }
    }

    /// The cell of voxel (|i|, |j|, |k|) and how many voxels share it; `None` beyond the extent.
    pub fn class(&self, index: [usize; 3]) -> Option<(u32, usize)> {
        let cell = self.cell(index.map(|n| n as i32))?;
        Some((cell, self.classes[cell as usize].1))
    }
}

/// Swaps indices along axes of equal side into descending order: voxels that a symmetry of the lattice maps onto each other.
fn order_by_symmetry(mut index: [usize; 3], sides: [f64; 3]) -> [usize; 3] {
    for _ in 0..2 {
        for (a, b) in [(0, 1), (1, 2), (0, 2)] {
            if sides[a] == sides[b] && index[a] < index[b] {
                index.swap(a, b);
            }
        }
    }
    index
}

impl Medium for UniformMedium {
    fn sides(&self) -> [f64; 3] {
        self.sides
    }

    #[inline]
    fn substance(&self, _: Voxel) -> Option<Substance> {
        Some(self.substance)
    }

    #[inline]
    fn cell(&self, voxel: Voxel) -> Option<u32> {
        let [i, j, k] = voxel.map(|n| n.unsigned_abs() as usize);
        let inside = i <= self.extent && j <= self.extent && k <= self.extent;
        let length = self.extent + 1;
        inside.then(|| self.cell_of[i + length * (j + length * k)])
    }

    fn cells(&self) -> usize {
        self.classes.len()
    }

    fn cell_mass(&self, cell: u32) -> f64 {
        self.classes[cell as usize].1 as f64 * self.substance.density * volume(self.sides)
    }

    fn largest_densities(&self) -> Vec<f64> {
        vec![self.substance.density]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Grid;

    #[test]
    fn the_inside_of_a_voxel_medium_ends_at_its_size() {
        let grid = Grid::axis_aligned([2, 3, 4], [4.0, 5.0, 6.0], [0.0; 3]).unwrap();
        let density = Volume::from_fn(grid, |[i, _, _]| 1.0 + i as f32);
        let medium = VoxelMedium::new(&density, &Volume::filled(grid, 2)).unwrap();
        assert_eq!(medium.substance([1, 2, 3]), Some(Substance { density: 2.0, material: 2 }));
        for outside in [[-1, 0, 0], [2, 0, 0], [0, 3, 0], [0, 0, 4], [i32::MIN, 0, 0]] {
            assert_eq!(medium.substance(outside), None);
        }
        assert_eq!(medium.largest_densities(), vec![0.0, 0.0, 2.0]);
        assert_eq!(medium.sides(), [0.4, 0.5, 0.6]);
    }

    #[test]
    fn densities_keep_five_digits() {
        for density in [1e-30f32, 0.000_512_345, 0.26, 1.04, 1.92, 2.999_999_9, 1e30] {
            for material in [0, 7, 255] {
                let found = Packed::new(density, material).substance();
                assert_eq!(found.material, material);
                approx::assert_relative_eq!(found.density, f64::from(density), max_relative = 7.7e-6);
            }
        }
    }

    #[test]
    fn cubes_have_48_fold_and_bricks_8_or_16_fold_symmetry() {
        let cube = UniformMedium::new([0.3; 3], 1.0, 3);
        assert_eq!(cube.class([3, 2, 1]).unwrap().1, 48);
        assert_eq!(cube.class([1, 0, 0]).unwrap(), cube.class([0, 0, 1]).unwrap());
        assert_eq!(cube.class([1, 0, 0]).unwrap().1, 6);
        assert_eq!(cube.class([0, 0, 0]).unwrap().1, 1);
        assert_eq!(cube.class([4, 0, 0]), None);
        let brick = UniformMedium::new([0.3, 0.3, 0.5], 1.0, 3);
        assert_eq!(brick.class([3, 2, 1]).unwrap().1, 16);
        assert_eq!(brick.class([1, 0, 0]).unwrap().1, 4);
        assert_eq!(UniformMedium::new([0.1, 0.2, 0.3], 1.0, 3).class([3, 2, 1]).unwrap().1, 8);
        let total: usize = cube.classes.iter().map(|class| class.1).sum();
        assert_eq!(total, 7 * 7 * 7);
    }

    #[test]
    fn impossible_densities_are_refused_with_their_voxel() {
        let grid = Grid::axis_aligned([2, 2, 2], [4.0; 3], [0.0; 3]).unwrap();
        let mut density = Volume::filled(grid, 1f32);
        density[[1, 0, 1]] = f32::NAN;
        let error = VoxelMedium::new(&density, &Volume::filled(grid, 0)).unwrap_err();
        assert!(error.to_string().contains("[1, 0, 1]"), "{error}");
    }
}
