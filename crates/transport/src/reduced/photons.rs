//! The photons of all decays.

use super::allocation::{Chosen, Everywhere, Mixture, Pick};
use super::cell_set::CellSet;
use super::low_discrepancy::DIMENSIONS;
use crate::history::Walker;
use crate::medium::{Medium, VoxelMedium};
use crate::random::Stream;

/// Share of the decays that are taken from the voxels asked for.
const IN_GOAL: f64 = 0.5;
/// More than the photons of a decay can carry, MeV.
const MOST_ENERGY: f64 = 30.0;

/// How the photons of a case are simulated: by natural decays, some of them from where their photons count most.
pub(super) struct Photons<'a> {
    medium: &'a VoxelMedium,
    decays: &'a [f32],
    goal: CellSet,
    cells: Vec<u32>,
    mixture: Mixture,
    everywhere: Everywhere,
}

impl<'a> Photons<'a> {
    /// `goal`: the voxels from which more of the decays are taken.
    pub(super) fn new(medium: &'a VoxelMedium, decays: &'a [f32], goal: &[u32]) -> Self {
        let goal_set = CellSet::new(decays.len(), goal.iter().copied());
        let decays_of = |cell: u32| f64::from(decays[cell as usize]);
        let chosen = Chosen::new(goal.iter().map(|&cell| decays_of(cell)));
        let weight = |cell: u32| if goal_set.contains(cell) { 0.0 } else { decays_of(cell) };
        let everywhere = Everywhere::new(decays.len(), medium.size()[0] as usize, weight);
        let in_chosen = match (chosen.total() > 0.0, everywhere.total() > 0.0) {
            (true, true) => IN_GOAL.max(chosen.total() / (chosen.total() + everywhere.total())),
            (true, false) => 1.0,
            (false, _) => 0.0,
        };
        let mixture = Mixture { chosen, in_chosen };
        Self { medium, decays, goal: goal_set, cells: goal.to_vec(), mixture, everywhere }
    }

    /// The largest score of a batch, MeV times decays.
    pub(super) fn largest_score(&self) -> f64 {
        let Mixture { chosen, in_chosen } = &self.mixture;
        let of = |total: f64, share: f64| if share > 0.0 { total / share } else { 0.0 };
        MOST_ENERGY * of(chosen.total(), *in_chosen).max(of(self.everywhere.total(), 1.0 - in_chosen))
    }

    /// One decay of `starts`, its random numbers those of a history: hands over each cell with what the photons bring there,
    /// in MeV times decays.
    pub(super) fn follow(
        &self,
        walker: &mut Walker<'_, VoxelMedium>,
        point: [f64; DIMENSIONS],
        starts: u64,
        random: Stream,
        mut score: impl FnMut(u32, f64),
    ) {
        let [place, _, x, y, z, ..] = point;
        let Some((cell, total)) = self.cell(place) else { return };
        let voxel = self.medium.voxel_of(cell);
        let (sides, place) = (self.medium.sides(), [x, y, z]);
        walker.random = random;
        walker.decay(voxel, std::array::from_fn(|axis| (f64::from(voxel[axis]) + place[axis]) * sides[axis]));
        let weight = total / starts as f64;
        walker.score.drain(|cell, energy| score(cell, energy * weight));
    }

    /// The cell at `number` in [0, 1) of all starts, and the decays that all starts of its kind stand for.
    fn cell(&self, number: f64) -> Option<(u32, f64)> {
        let Mixture { chosen, in_chosen } = &self.mixture;
        let weight = |cell: u32| {
            if self.goal.contains(cell) { 0.0 } else { f64::from(self.decays[cell as usize]) }
        };
        Some(match self.mixture.at(number, &self.everywhere, weight)?.0 {
            Pick::Chosen(entry) => (self.cells[entry], chosen.total() / in_chosen),
            Pick::Elsewhere(cell) => (cell, self.everywhere.total() / (1.0 - in_chosen)),
        })
    }
}
