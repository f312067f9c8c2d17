//! Sets of cells.

/// A bit for each cell of a grid.
#[derive(Clone, Debug)]
pub(super) struct CellSet(Vec<u64>);

impl CellSet {
    pub(super) fn new(cells: usize, members: impl Iterator<Item = u32>) -> Self {
        let mut words = vec![0u64; cells.div_ceil(64)];
        members.for_each(|cell| words[cell as usize / 64] |= 1 << (cell % 64));
        Self(words)
    }

    #[inline]
    pub(super) fn contains(&self, cell: u32) -> bool {
        self.0[cell as usize / 64] >> (cell % 64) & 1 == 1
    }
}
