//! What a run found. Equations: `docs/methods/units-and-frames.md`, `docs/methods/tally.md`.

use iodose_physics::constants::GRAY_PER_MEV_PER_GRAM;

/// A mean per decay and its standard uncertainty (k = 1), in MeV/g.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// MeV/g per decay.
    pub mean: f64,
    /// MeV/g per decay; NaN where nothing was scored.
    pub u: f64,
}

impl Estimate {
    /// Absorbed dose and its uncertainty in Gy after `decays` decays (U4).
    pub fn gray(&self, decays: f64) -> (f64, f64) {
        let scale = decays * GRAY_PER_MEV_PER_GRAM;
        (self.mean * scale, self.u * scale)
    }

    /// Uncertainty over mean; NaN where nothing was scored.
    pub fn relative(&self) -> f64 {
        self.u / self.mean
    }
}

/// Estimates of many cells, 8 bytes each: to seven digits, far more than any is known.
#[derive(Clone, Debug, PartialEq)]
pub struct CellEstimates(Vec<[f32; 2]>);

impl CellEstimates {
    /// Number of cells.
    #[allow(clippy::len_without_is_empty)] // a medium has cells
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The estimate of a cell of the medium.
    ///
    /// # Panics
    /// Where the medium has no such cell.
    pub fn get(&self, cell: usize) -> Estimate {
        let [mean, u] = self.0[cell].map(f64::from);
        Estimate { mean, u }
    }

    /// All in the order of cells.
    pub fn iter(&self) -> impl Iterator<Item = Estimate> {
        (0..self.len()).map(|cell| self.get(cell))
    }
}

impl FromIterator<Estimate> for CellEstimates {
    fn from_iter<I: IntoIterator<Item = Estimate>>(estimates: I) -> Self {
        Self(estimates.into_iter().map(|Estimate { mean, u }| [mean as f32, u as f32]).collect())
    }
}

/// Absorbed dose per decay in every cell and region, and the energies of (T5).
#[derive(Clone, Debug)]
pub struct Scores {
    /// Decays simulated.
    pub histories: u64,
    /// By cell of the medium.
    pub cells: CellEstimates,
    /// Mean over each region, with the correlation of its cells.
    pub regions: Vec<Estimate>,
    /// Relative uncertainty of each goal cell; 1 where never hit.
    pub goal_uncertainties: Vec<f64>,
    /// The uncertainty that the goal names.
    pub reached: f64,
    /// Energy emitted per decay, MeV: kinetic energies, photons, and the rest energy of pairs that annihilate.
    pub emitted: f64,
    /// Energy deposited in cells per decay, MeV.
    pub scored: f64,
    /// Energy that left the lattice (or its scored part) per decay, MeV.
    pub escaped: f64,
}

impl Scores {
    /// Mean relative uncertainty over the goal.
    pub fn mean_uncertainty(&self) -> f64 {
        self.goal_uncertainties.iter().sum::<f64>() / self.goal_uncertainties.len().max(1) as f64
    }

    /// Largest relative uncertainty over the goal.
    pub fn largest_uncertainty(&self) -> f64 {
        self.goal_uncertainties.iter().copied().fold(0.0, f64::max)
    }
}
