//! The energy grid of every table used while particles move.

/// A grid with the same number of equal cells in each octave [2^n, 2^(n+1)).
///
/// The cell of a number stands in its bits (exponent and leading mantissa bits), so a look-up needs no logarithm and
/// no search, and gives the same answer on every machine. Tables hold values at the lower edges of the cells and at
/// the last upper edge, and are interpolated linearly within a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OctaveGrid {
    lowest_exponent: i32,
    octaves: u32,
    bits: u32,
}

impl OctaveGrid {
    /// A grid over [2^lowest_exponent, 2^(lowest_exponent + octaves)] with 2^bits cells per octave.
    pub const fn new(lowest_exponent: i32, octaves: u32, bits: u32) -> Self {
        Self { lowest_exponent, octaves, bits }
    }

    /// Kinetic energies of electrons: 0.98 keV to 4 MeV, cells 0.8 to 1.6 % wide.
    pub const ELECTRON: Self = Self::new(-10, 12, 6);
    /// Energies of photons: 0.98 keV to 4 MeV, cells 0.2 to 0.4 % wide.
    pub const PHOTON: Self = Self::new(-10, 12, 8);

    /// Number of cells.
    pub const fn cells(&self) -> usize {
        (self.octaves as usize) << self.bits
    }

    /// Number of cell edges: the length of a table on this grid.
    pub const fn points(&self) -> usize {
        self.cells() + 1
    }

    /// Lowest value on the grid.
    pub fn lowest(&self) -> f64 {
        self.point(0)
    }

    /// Highest value on the grid.
    pub fn highest(&self) -> f64 {
        self.point(self.cells())
    }

    /// The value at edge `index`.
    pub fn point(&self, index: usize) -> f64 {
        let octave = (index >> self.bits) as i32 + self.lowest_exponent;
        let within = index & ((1 << self.bits) - 1);
        let mantissa = 1.0 + within as f64 / (1u64 << self.bits) as f64;
        mantissa * 2f64.powi(octave)
    }

    /// All edges, ascending.
    pub fn iter(&self) -> impl Iterator<Item = f64> + use<> {
        let grid = *self;
        (0..grid.points()).map(move |index| grid.point(index))
    }

    /// The cell of a value and how far it lies into it, 0 to 1. Values off the grid get the nearest edge.
    #[inline]
    pub fn locate(&self, value: f64) -> (usize, f64) {
        let offset = (((self.lowest_exponent + 1023) as u64) << self.bits) as i64;
        let bits = value.max(0.0).to_bits();
        let below = 52 - self.bits;
        let cell = (bits >> below) as i64 - offset;
        if cell < 0 {
            return (0, 0.0);
        }
        if cell >= self.cells() as i64 {
            return (self.cells() - 1, 1.0);
        }
        // The bits below those of the cell are the place in it; their number and the division by a power of two are exact.
        let within = (bits & ((1 << below) - 1)) as i64;
        (cell as usize, within as f64 / (1u64 << below) as f64)
    }

    /// Linear interpolation of a table on this grid.
    #[inline]
    pub fn interpolate(&self, table: &[f64], value: f64) -> f64 {
        let (cell, fraction) = self.locate(value);
        table[cell] + fraction * (table[cell + 1] - table[cell])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    const GRID: OctaveGrid = OctaveGrid::ELECTRON;

    #[test]
    fn edges_are_found_again() {
        for index in 0..GRID.cells() {
            assert_eq!(GRID.locate(GRID.point(index)), (index, 0.0));
        }
        assert_eq!(GRID.highest(), 4.0);
        assert_eq!(GRID.lowest(), 1.0 / 1024.0);
    }

    #[test]
    fn values_off_the_grid_get_the_nearest_edge() {
        assert_eq!(GRID.locate(0.0), (0, 0.0));
        assert_eq!(GRID.locate(-1.0), (0, 0.0));
        assert_eq!(GRID.locate(1e9), (GRID.cells() - 1, 1.0));
        assert_eq!(GRID.locate(4.0), (GRID.cells() - 1, 1.0));
    }

    proptest! {
        #[test]
        fn interpolation_is_exact_for_straight_lines(value in 0.001f64..4.0) {
            let table: Vec<f64> = GRID.iter().map(|energy| 3.0 * energy - 1.0).collect();
            assert_relative_eq!(GRID.interpolate(&table, value), 3.0 * value - 1.0, epsilon = 1e-12);
        }
    }
}
