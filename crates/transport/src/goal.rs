//! What a run's uncertainty is about. Equations: `docs/methods/tally.md`.

use crate::regions::Regions;
use crate::scores::Estimate;

/// The cells whose uncertainty counts.
#[derive(Clone, Debug, PartialEq)]
pub enum GoalCells {
    /// These; one that was never hit counts as a relative uncertainty of 1.
    Cells(Vec<u32>),
    /// All with more than half the largest dose.
    AboveHalfMaximum,
}

/// The relative uncertainty (k = 1) that is to fall below the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The arithmetic mean of u/D over the goal cells.
    #[default]
    Voxels,
    /// The largest u/D of a goal cell.
    VoxelMax,
    /// The largest u/D of the mean dose of a region.
    RegionMean,
    /// The largest u/D of a region's D95: the dose that 95 % of its cells get at least.
    D95,
}

impl Measure {
    /// All, with the names they have on the command line.
    pub const ALL: [(&'static str, Self); 4] = [
        ("voxels", Self::Voxels),
        ("voxel-max", Self::VoxelMax),
        ("lesion-mean", Self::RegionMean),
        ("D95", Self::D95),
    ];

    /// Whether regions must be given.
    pub fn needs_regions(self) -> bool {
        matches!(self, Self::RegionMean | Self::D95)
    }
}

/// The name.
impl std::fmt::Display for Measure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = Self::ALL.iter().find(|(_, measure)| measure == self);
        known.map_or(Ok(()), |(name, _)| formatter.write_str(name))
    }
}

/// What the uncertainty of a run is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Whose.
    pub cells: GoalCells,
    /// Which.
    pub measure: Measure,
}

/// The doses that a run has found so far.
pub(crate) trait Estimates {
    fn cells(&self) -> u32;
    fn cell(&self, cell: u32) -> Estimate;
    fn region(&self, region: usize) -> Estimate;
    fn regions(&self) -> Option<&Regions>;
}

impl Goal {
    /// The mean relative uncertainty of cells.
    pub fn cells(cells: Vec<u32>) -> Self {
        Self { cells: GoalCells::Cells(cells), measure: Measure::Voxels }
    }

    /// The mean relative uncertainty of the cells with more than half the largest dose.
    pub fn above_half_maximum() -> Self {
        Self { cells: GoalCells::AboveHalfMaximum, measure: Measure::Voxels }
    }

    /// Relative uncertainties of the goal cells; 1 for those never hit.
    pub(crate) fn uncertainties(&self, of: &impl Estimates) -> Vec<f64> {
        match &self.cells {
            GoalCells::Cells(cells) => cells.iter().map(|&cell| relative(of.cell(cell))).collect(),
            GoalCells::AboveHalfMaximum => {
                let dose = |cell: u32| of.cell(cell).mean;
                let half = 0.5 * (0..of.cells()).map(dose).fold(0.0, f64::max);
                let above = (0..of.cells()).filter(|&cell| dose(cell) > half);
                above.map(|cell| relative(of.cell(cell))).collect()
            }
        }
    }

    /// The uncertainty that is to fall below the target; 1 where there is nothing to measure.
    pub(crate) fn reached(&self, of: &impl Estimates) -> f64 {
        let largest = |values: &mut dyn Iterator<Item = f64>| {
            values.fold(None, |most: Option<f64>, x| Some(most.map_or(x, |m| m.max(x))))
        };
        let reached = match self.measure {
            Measure::Voxels => {
                let all = self.uncertainties(of);
                (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
            }
            Measure::VoxelMax => largest(&mut self.uncertainties(of).into_iter()),
            Measure::RegionMean => {
                let regions = of.regions().map_or(0, |regions| regions.labels().len());
                largest(&mut (0..regions).map(|region| relative(of.region(region))))
            }
            Measure::D95 => {
                let regions = of.regions().map_or(Vec::new(), Regions::cells_by_region);
                largest(&mut regions.iter().map(|cells| uncertainty_of_d95(cells, of)))
            }
        };
        reached.unwrap_or(1.0)
    }
}

fn relative(estimate: Estimate) -> f64 {
    let relative = estimate.relative();
    if relative.is_finite() && relative >= 0.0 { relative } else { 1.0 }
}

/// Relative uncertainty of D95: the mean of those of the cells whose doses stand around it, in ranks from 2.5 to 7.5 %.
///
/// As if the errors of these cells were the same: an upper limit, since they are correlated in part only.
fn uncertainty_of_d95(cells: &[u32], of: &impl Estimates) -> f64 {
    let mut doses: Vec<Estimate> = cells.iter().map(|&cell| of.cell(cell)).collect();
    doses.sort_by(|a, b| a.mean.total_cmp(&b.mean));
    let rank = |share: f64| (share * doses.len() as f64) as usize;
    let around = &doses[rank(0.025)..(rank(0.075) + 1).min(doses.len())];
    around.iter().map(|&estimate| relative(estimate)).sum::<f64>() / around.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::{Grid, Volume};

    struct Found(Vec<Estimate>, Regions);

    impl Estimates for Found {
        fn cells(&self) -> u32 {
            self.0.len() as u32
        }
        fn cell(&self, cell: u32) -> Estimate {
            self.0[cell as usize]
        }
        fn region(&self, region: usize) -> Estimate {
            Estimate { mean: 1.0, u: 0.001 * (region + 1) as f64 }
        }
        fn regions(&self) -> Option<&Regions> {
            Some(&self.1)
        }
    }

    #[test]
    fn each_measure_is_what_it_is_called() {
        // Cell n has a dose of n and an uncertainty of 0.1 n %; cell 0 was never hit.
        let grid = Grid::axis_aligned([101, 1, 1], [1.0; 3], [0.0; 3]).unwrap();
        let labels = Volume::from_fn(grid, |[i, _, _]| if i == 0 { 0 } else { 1 + i as u16 % 2 });
        let cell =
            |n: usize| Estimate { mean: n as f64, u: if n == 0 { f64::NAN } else { 1e-5 * (n * n) as f64 } };
        let found = Found((0..101).map(cell).collect(), Regions::from_labels(&labels));
        let reached = |cells: &[u32], measure| {
            Goal { cells: GoalCells::Cells(cells.to_vec()), measure }.reached(&found)
        };
        assert!((reached(&[10, 30], Measure::Voxels) - 2e-4).abs() < 1e-12);
        assert!((reached(&[0, 10], Measure::Voxels) - 0.50005).abs() < 1e-12);
        assert!((reached(&[10, 30], Measure::VoxelMax) - 3e-4).abs() < 1e-12);
        assert!((reached(&[], Measure::RegionMean) - 0.002).abs() < 1e-12);
        // The region of odd cells, 1 to 99, has the doses 3, 5 and 7 in ranks 1 to 3; that of even cells 4, 6 and 8.
        assert!((reached(&[], Measure::D95) - 6e-5).abs() < 1e-12);
        assert_eq!(reached(&[], Measure::Voxels), 1.0);
        let half = Goal { cells: GoalCells::AboveHalfMaximum, measure: Measure::Voxels };
        assert_eq!(half.uncertainties(&found).len(), 50);
    }
}
