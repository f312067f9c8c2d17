//! The part of a grid that matters.

use iodose_volume::Grid;

/// First voxel and size of the smallest part of the grid that holds the voxels asked for; one voxel where there is none.
pub(super) fn part(grid: &Grid, is_held: impl Fn(usize) -> bool) -> [[usize; 3]; 2] {
    let mut low = grid.size();
    let mut high = [0; 3];
    for offset in (0..grid.len()).filter(|&offset| is_held(offset)) {
        let voxel = grid.index(offset);
        for axis in 0..3 {
            low[axis] = low[axis].min(voxel[axis]);
            high[axis] = high[axis].max(voxel[axis] + 1);
        }
    }
    if high[0] == 0 { [[0; 3], [1; 3]] } else { [low, [0, 1, 2].map(|axis| high[axis] - low[axis])] }
}

/// Positions in the grid's data of the voxels of a part, i fastest.
pub(super) fn offsets(grid: &Grid, [first, size]: [[usize; 3]; 2]) -> impl Iterator<Item = usize> + '_ {
    let slices = first[2]..first[2] + size[2];
    let rows = move |k| (first[1]..first[1] + size[1]).map(move |j| (j, k));
    let voxels = move |(j, k)| (first[0]..first[0] + size[0]).map(move |i| grid.offset([i, j, k]));
    slices.flat_map(rows).flat_map(voxels)
}
