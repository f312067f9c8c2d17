//! Named regions of a grid, as structure sets and segmentations give them.

use iodose_volume::{Grid, Volume};

/// Two lattices are one where their voxel centres lie within this many voxel widths of each other.
const SAME_LATTICE: f64 = 0.01;
/// A voxel belongs to a region of which it holds at least this share.
const HALF: f32 = 0.5;

/// One region: the voxels that it covers, and how far.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// ROI number or segment number.
    pub label: u16,
    /// The name that it was given; free text of the clinic.
    pub name: String,
    /// Red, green and blue for display.
    pub colour: Option<[u8; 3]>,
    /// Position in the data of the grid and share of the voxel (0 to 1), in ascending order of positions.
    pub voxels: Vec<(usize, f32)>,
}

/// Regions on one grid. They may overlap.
#[derive(Clone, Debug, PartialEq)]
pub struct Regions {
    /// The grid of the positions.
    pub grid: Grid,
    /// The regions, by ascending label; one may be empty.
    pub regions: Vec<Region>,
    /// What the file leaves open and how it was understood, each to be shown to the user.
    pub warnings: Vec<String>,
}

/// Voxels that two regions share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Labels of the two regions, the lower first.
    pub labels: [u16; 2],
    /// Voxels of which the two cover more than the whole.
    pub voxels: usize,
}

impl Regions {
    /// Volume of a region in mL, by shares.
    pub fn volume_ml(&self, region: &Region) -> f64 {
        region.voxels.iter().map(|&(_, share)| f64::from(share)).sum::<f64>() * self.grid.voxel_volume_ml()
    }

    /// The share of each voxel that a region covers.
    pub fn coverage(&self, region: &Region) -> Volume<f32> {
        let mut volume = Volume::filled(self.grid, 0.0);
        for &(offset, share) in &region.voxels {
            volume.data_mut()[offset] = share;
        }
        volume
    }

    /// One label per voxel: the region that covers most of it, if that is at least half; of equals the first.
    /// What overlaps is lost here and to be seen in [`overlaps`](Self::overlaps).
    pub fn labels(&self) -> Volume<u16> {
        let mut labels = Volume::filled(self.grid, 0);
        let mut largest = vec![0f32; self.grid.len()];
        for region in &self.regions {
            for &(offset, share) in &region.voxels {
                if share >= HALF && share > largest[offset] {
                    largest[offset] = share;
                    labels.data_mut()[offset] = region.label;
                }
            }
        }
        labels
    }

    /// Pairs of regions that share voxels.
    pub fn overlaps(&self) -> Vec<Overlap> {
        let mut overlaps = Vec::new();
        for (n, first) in self.regions.iter().enumerate() {
            for second in &self.regions[n + 1..] {
                let voxels = shared_voxels(&first.voxels, &second.voxels);
                if voxels > 0 {
                    overlaps.push(Overlap { labels: [first.label, second.label], voxels });
                }
            }
        }
        overlaps
    }

    /// The same regions on a grid of the same lattice (a larger or smaller field of view, axes flipped or exchanged), voxel
    /// for voxel; `None` where the voxels are not the same to 0.01 widths or a region reaches beyond the grid.
    pub fn on(&self, grid: &Grid) -> Option<Self> {
        let to_other = |index: [f64; 3]| grid.patient_to_index(self.grid.index_to_patient(index));
        let [nx, ny, nz] = self.grid.size().map(|side| side as f64 - 1.0);
        // An affine map that is whole to a tolerance at these corners is so everywhere between.
        for corner in
            [[0.0; 3], [nx, 0.0, 0.0], [0.0, ny, 0.0], [0.0, 0.0, nz], [nx, ny, nz], [1.0, 1.0, 1.0]]
        {
            if to_other(corner).iter().any(|x| (x - x.round()).abs() > SAME_LATTICE) {
                return None;
            }
        }
        let ratio = self.grid.voxel_volume_ml() / grid.voxel_volume_ml();
        if (ratio - 1.0).abs() > SAME_LATTICE {
            return None;
        }
        let mut regions = self.regions.clone();
        for region in &mut regions {
            for (offset, _) in &mut region.voxels {
                let index = to_other(self.grid.index(*offset).map(|n| n as f64)).map(f64::round);
                let inside = index.iter().zip(grid.size()).all(|(&x, side)| x >= 0.0 && x < side as f64);
                if !inside {
                    return None;
                }
                *offset = grid.offset(index.map(|x| x as usize));
            }
            region.voxels.sort_unstable_by_key(|&(offset, _)| offset);
        }
        Some(Self { grid: *grid, regions, warnings: self.warnings.clone() })
    }
}

fn shared_voxels(first: &[(usize, f32)], second: &[(usize, f32)]) -> usize {
    let mut rest = second.iter().peekable();
    let mut count = 0;
    for &(offset, share) in first {
        while rest.next_if(|&&(other, _)| other < offset).is_some() {}
        // Shares are 32-bit: contours that only touch may sum to a little over the whole.
        if rest.peek().is_some_and(|&&(other, more)| other == offset && share + more > 1.0 + 1e-3) {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions(voxels: [Vec<(usize, f32)>; 2]) -> Regions {
        let grid = Grid::axis_aligned([4, 3, 2], [1.0, 2.0, 5.0], [0.0; 3]).unwrap();
        let [first, second] =
            voxels.map(|voxels| Region { label: 0, name: String::new(), colour: None, voxels });
        let regions = vec![Region { label: 3, ..first }, Region { label: 7, ..second }];
        Regions { grid, regions, warnings: Vec::new() }
    }

    #[test]
    fn a_voxel_goes_to_the_region_with_the_largest_share_from_a_half_on() {
        let regions =
            regions([vec![(0, 1.0), (1, 0.4), (2, 0.5), (5, 0.5)], vec![(1, 0.6), (2, 0.5), (5, 0.75)]]);
        assert_eq!(regions.labels().data()[..6], [3, 7, 3, 0, 0, 7]);
        assert_eq!(regions.overlaps(), [Overlap { labels: [3, 7], voxels: 1 }]);
        assert_eq!(regions.coverage(&regions.regions[1]).data()[..3], [0.0, 0.6, 0.5]);
        assert!((regions.volume_ml(&regions.regions[0]) - 0.024).abs() < 1e-9);
    }

    #[test]
    fn regions_go_to_a_flipped_and_larger_field_of_view_but_not_to_other_voxels() {
        let small = regions([vec![(0, 1.0), (23, 0.5)], vec![(1, 1.0)]]);
        let wide = Grid::axis_aligned([6, 3, 3], [-1.0, 2.0, 5.0], [4.0, 0.0, -5.0]).unwrap();
        let moved = small.on(&wide).unwrap();
        assert_eq!(moved.regions[0].voxels, [(wide.offset([4, 0, 1]), 1.0), (wide.offset([1, 2, 2]), 0.5)]);
        assert_eq!(moved.regions[1].voxels, [(wide.offset([3, 0, 1]), 1.0)]);
        for other in [
            Grid::axis_aligned([6, 3, 3], [-1.0, 2.0, 5.0], [4.1, 0.0, -5.0]).unwrap(),
            Grid::axis_aligned([6, 3, 3], [-0.5, 2.0, 5.0], [4.0, 0.0, -5.0]).unwrap(),
            Grid::axis_aligned([3, 3, 2], [1.0, 2.0, 5.0], [0.0; 3]).unwrap(),
        ] {
            assert!(small.on(&other).is_none());
        }
    }
}
