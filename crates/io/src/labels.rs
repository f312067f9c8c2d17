//! What a label map holds.

use iodose_volume::Volume;
use thiserror::Error;

/// One label of a map and how much of it there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelSize {
    /// The label, never 0.
    pub label: u16,
    /// Voxels that bear it.
    pub voxels: usize,
    /// Their volume in mL.
    pub volume_ml: f64,
}

/// A label map in which every voxel is background.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("labels: found only background (0), expected at least one voxel with a label of 1 or more")]
pub struct EmptyLabelMap;

/// The labels present in a map, in ascending order, with their sizes; background (0) is not listed.
pub fn label_sizes(labels: &Volume<u16>) -> Result<Vec<LabelSize>, EmptyLabelMap> {
    let mut counts = vec![0; usize::from(u16::MAX) + 1];
    for &label in labels.data() {
        counts[usize::from(label)] += 1;
    }
    let voxel_ml = labels.grid().voxel_volume_ml();
    let present: Vec<_> = (0..=u16::MAX)
        .zip(counts)
        .skip(1)
        .filter(|&(_, voxels)| voxels > 0)
        .map(|(label, voxels)| LabelSize { label, voxels, volume_ml: voxels as f64 * voxel_ml })
        .collect();
    if present.is_empty() { Err(EmptyLabelMap) } else { Ok(present) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Grid;

    #[test]
    fn labels_are_listed_with_their_volume() {
        let grid = Grid::axis_aligned([3, 2, 1], [10.0, 5.0, 2.0], [0.0; 3]).unwrap();
        let labels = Volume::new(grid, vec![0, 65535, 3, 3, 0, 0]).unwrap();
        let expected = [
            LabelSize { label: 3, voxels: 2, volume_ml: 0.2 },
            LabelSize { label: 65535, voxels: 1, volume_ml: 0.1 },
        ];
        assert_eq!(label_sizes(&labels).unwrap(), expected);
        assert_eq!(label_sizes(&Volume::filled(grid, 0)), Err(EmptyLabelMap));
    }
}
