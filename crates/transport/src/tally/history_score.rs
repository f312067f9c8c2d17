//! The score of a history. Equations: `docs/methods/tally.md`.

/// Entries that wait in a score for the tally to collect them: 4 KB of them, and 16 KB of the tally.
const ROOM: usize = 256;

/// What one history leaves in each cell, gathered before its square is taken; and that of histories before it, until a
/// tally collects it.
///
/// A small open-addressed table: stamps make emptying it free, and it grows in the rare history that needs more.
#[derive(Clone, Debug)]
pub(crate) struct HistoryScore {
    entries: Vec<(u32, f64)>,
    /// The first entry of the running history.
    first: usize,
    /// Stamp of the history that filled the slot, and the entry it points to.
    slots: Vec<(u32, u32)>,
    stamp: u32,
    last_cell: u32,
    last_entry: usize,
}

const NO_CELL: u32 = u32::MAX;

impl HistoryScore {
    pub(crate) fn new() -> Self {
        const SLOTS: usize = 512;
        Self {
            entries: Vec::with_capacity(ROOM + SLOTS / 2),
            first: 0,
            slots: vec![(0, 0); SLOTS],
            stamp: 1,
            last_cell: NO_CELL,
            last_entry: 0,
        }
    }

    /// Adds `energy` (MeV) to a cell.
    #[inline]
    pub(crate) fn deposit(&mut self, cell: u32, energy: f64) {
        if cell != self.last_cell {
            self.last_entry = self.entry(cell);
            self.last_cell = cell;
        }
        self.entries[self.last_entry].1 += energy;
    }

    /// Whether it is time for the tally to collect.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= ROOM
    }

    /// The cells of all histories since it was last emptied, and what they left in each.
    #[inline]
    pub(super) fn entries(&self) -> &[(u32, f64)] {
        &self.entries
    }

    fn entry(&mut self, cell: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = cell.wrapping_mul(0x9e37_79b1) as usize >> 7 & mask;
        loop {
            let (stamp, entry) = self.slots[slot];
            if stamp != self.stamp {
                self.slots[slot] = (self.stamp, self.entries.len() as u32);
                self.entries.push((cell, 0.0));
                if (self.entries.len() - self.first) * 2 > self.slots.len() {
                    self.grow();
                }
                return self.entries.len() - 1;
            }
            if self.entries[entry as usize].0 == cell {
                return entry as usize;
            }
            slot = (slot + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let entries = self.entries.split_off(self.first);
        self.slots = vec![(0, 0); self.slots.len() * 2];
        self.stamp = 1;
        for (cell, energy) in entries {
            let entry = self.entry(cell);
            self.entries[entry].1 = energy;
        }
    }

    /// The cells of the running history, and what it left in each.
    #[inline]
    pub(super) fn running(&self) -> &[(u32, f64)] {
        &self.entries[self.first..]
    }

    /// Ends the running history: what follows belongs to another.
    #[inline]
    pub(super) fn end_history(&mut self) {
        self.first = self.entries.len();
        self.last_cell = NO_CELL;
        self.stamp = self.stamp.checked_add(1).unwrap_or_else(|| {
            self.slots.fill((0, 0));
            1
        });
    }

    /// Empties it and hands over each cell with the energy left in it.
    #[inline]
    pub(crate) fn drain(&mut self, mut visit: impl FnMut(u32, f64)) {
        self.entries.iter().for_each(|&(cell, energy)| visit(cell, energy));
        self.clear();
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.end_history();
    }
}
