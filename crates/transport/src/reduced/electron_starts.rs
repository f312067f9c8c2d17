//! Which electrons start, and where: by their worth for the voxels asked for (N4), with a share spread over all decays and all
//! mass near them (`docs/methods/variance-reduction.md`).

use super::allocation::{Chosen, Everywhere, Mixture, Pick};
use super::cell_set::CellSet;
use super::electron_spectrum::{DrawnElectron, ElectronSpectrum};
use super::importance::Worth;
use super::mass_distance::{CHAMFER_EXCESS, distance_to_others};
use super::position::FaceShares;
use crate::EngineError;
use crate::medium::{Medium, VoxelMedium};
use crate::watch::Watch;

/// Groups of energy, each of which carries the same share of the energy of all electrons.
pub(super) const GROUPS: usize = 8;
/// Share of the starts that is spread over all decays and all mass near them, so that nothing is left out; and the same
/// among the voxels that have weights of their own.
const SPREAD: f64 = 0.2;
/// Depth from a face within which most electrons that cross it start, as a share of the CSDA range.
const SLAB: f64 = 0.5;

/// How the starts of electrons are chosen.
pub(super) struct ElectronStarts<'a> {
    medium: &'a VoxelMedium,
    decays: &'a [f32],
    spectrum: ElectronSpectrum,
    /// Cells that have weights of their own, with their faces.
    chosen: Vec<(u32, FaceShares)>,
    groups: [Group; GROUPS],
    everywhere: Everywhere,
    spread: Spread,
    /// Depth (g/cm2) from a face within which most electrons that cross it start, by group.
    slabs: [f64; GROUPS],
}

/// The rule by which starts are spread: as decays, and as mass within reach of decays.
struct Spread {
    /// Decays per gram that mass counts as.
    level: f64,
    /// Cells without decays within reach of some.
    near: CellSet,
    /// Cells that have weights of their own.
    chosen: CellSet,
}

/// Electrons of a group of energies.
#[derive(Clone, Debug, Default)]
struct Group {
    /// Share of all starts in this and the groups before.
    up_to: f64,
    share: f64,
    cells: Mixture,
}

/// An electron that is followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// Its weight is the number of electrons per decay that a start in all stands for.
    pub(super) electron: DrawnElectron,
    pub(super) group: usize,
}

/// Where an electron starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) cell: u32,
    /// In the unit cube.
    pub(super) position: [f64; 3],
    /// Probability of the cell times the density of probability in its unit cube.
    pub(super) density: f64,
}

impl<'a> ElectronStarts<'a> {
    /// By what starts in cells are worth; `ranges` (g/cm2) are the largest of the groups.
    pub(super) fn new(
        medium: &'a VoxelMedium,
        decays: &'a [f32],
        spectrum: ElectronSpectrum,
        weights: &[Worth<GROUPS>],
        ranges: [f64; GROUPS],
        watch: &dyn Watch,
    ) -> Result<Self, EngineError> {
        let chosen = weights.iter().map(|worth| worth.cell);
        let spread = Spread::new(medium, decays, ranges[GROUPS - 1], chosen, watch)?;
        let row = medium.size()[0] as usize;
        let everywhere =
            Everywhere::new(medium.cells(), row, |cell| spread.outside_chosen(medium, decays, cell));
        let groups = groups(weights, everywhere.total(), |cell| spread.weight(medium, decays, cell));
        Ok(Self {
            medium,
            decays,
            spectrum,
            chosen: weights.iter().map(|worth| (worth.cell, worth.faces)).collect(),
            groups,
            everywhere,
            spread,
            slabs: ranges.map(|range| SLAB * range),
        })
    }

    /// The electron at `number` in [0, 1) of all starts.
    pub(super) fn electron(&self, number: f64) -> Start {
        let group = self.groups.partition_point(|group| group.up_to <= number).min(GROUPS - 1);
        let Group { up_to, share, .. } = self.groups[group];
        let within = ((number - (up_to - share)) / share).clamp(0.0, 1.0 - f64::EPSILON);
        let mut electron = self.spectrum.at((group as f64 + within) / GROUPS as f64);
        electron.weight /= GROUPS as f64 * share;
        Start { electron, group }
    }

    /// Where an electron of a group starts: the cell at `number` in [0, 1) of the group's starts, in it by a `choice` and a `place`
    /// in [0, 1).
    #[inline]
    pub(super) fn place(&self, group: usize, number: f64, choice: f64, place: [f64; 3]) -> Option<Place> {
        let weight = |cell: u32| self.spread.outside_chosen(self.medium, self.decays, cell);
        let (cell, probability, faces) =
            match self.groups[group].cells.at(number, &self.everywhere, weight)? {
                (Pick::Chosen(entry), probability) => {
                    let (cell, faces) = self.chosen[entry];
                    (cell, probability, faces)
                }
                (Pick::Elsewhere(cell), probability) => (cell, probability, FaceShares::default()),
            };
        let here = self.medium.voxel(cell as usize).density;
        let slab = self.medium.sides().map(|side| (self.slabs[group] / (side * here)).min(1.0));
        let (position, density) = faces.position(choice, place, slab);
        Some(Place { cell, position, density: probability * density })
    }

    /// The largest score of a batch, MeV times decays: if all that is followed went where it counts most.
    pub(super) fn largest_score(&self) -> f64 {
        let decays = |cell: u32| f64::from(self.decays[cell as usize]);
        let cells = 0..self.decays.len() as u32;
        let level = cells.clone().map(|cell| decays(cell) / self.medium.cell_mass(cell)).fold(0.0, f64::max);
        let most = |cell: u32| decays(cell) + level * self.medium.cell_mass(cell);
        let spread = |cell: u32| self.spread.outside_chosen(self.medium, self.decays, cell);
        let outside = cells
            .filter(|&cell| spread(cell) > 0.0)
            .map(|cell| most(cell) / spread(cell) * self.everywhere.total())
            .fold(0.0, f64::max);
        let of_group = |group: &Group| {
            let Mixture { chosen, in_chosen } = &group.cells;
            let chosen = chosen.largest(self.chosen.iter().map(|&(cell, _)| most(cell))) / in_chosen;
            let outside = outside / (1.0 - in_chosen);
            let largest = [chosen, outside].into_iter().filter(|x| x.is_finite()).fold(0.0, f64::max);
            largest / group.share / GROUPS as f64
        };
        let largest = self.groups.iter().filter(|group| group.share > 0.0).map(of_group).fold(0.0, f64::max);
        largest * self.spectrum.largest_carried()
    }
}

impl Spread {
    /// For electrons that reach at most `farthest` (g/cm2).
    fn new(
        medium: &VoxelMedium,
        decays: &[f32],
        farthest: f64,
        chosen: impl Iterator<Item = u32>,
        watch: &dyn Watch,
    ) -> Result<Self, EngineError> {
        let active = |cell: usize| usize::from(decays[cell] > 0.0);
        let distance = distance_to_others(medium, active, |_| false, CHAMFER_EXCESS * farthest, watch)?;
        let cells = 0..decays.len() as u32;
        let (mut activity, mut mass) = (0.0, 0.0);
        for cell in cells.clone().filter(|&cell| active(cell as usize) == 1) {
            activity += f64::from(decays[cell as usize]);
            mass += medium.cell_mass(cell);
        }
        let near = cells.filter(|&cell| active(cell as usize) == 1 || distance[cell as usize].is_finite());
        Ok(Self {
            level: activity / mass,
            near: CellSet::new(decays.len(), near),
            chosen: CellSet::new(decays.len(), chosen),
        })
    }

    fn weight(&self, medium: &VoxelMedium, decays: &[f32], cell: u32) -> f64 {
        let mass = if self.near.contains(cell) { self.level * medium.cell_mass(cell) } else { 0.0 };
        f64::from(decays[cell as usize]) + mass
    }

    fn outside_chosen(&self, medium: &VoxelMedium, decays: &[f32], cell: u32) -> f64 {
        if self.chosen.contains(cell) { 0.0 } else { self.weight(medium, decays, cell) }
    }
}

/// Shares of the groups, and where their electrons start: by `weights` of their own in the chosen cells, with a part by the
/// rule `spread`, whose total in the other cells is `elsewhere`.
fn groups(weights: &[Worth<GROUPS>], elsewhere: f64, spread: impl Fn(u32) -> f64) -> [Group; GROUPS] {
    let sum = |group: usize| weights.iter().map(|worth| worth.groups[group]).sum::<f64>();
    let all: f64 = (0..GROUPS).map(sum).sum();
    let near: f64 = weights.iter().map(|worth| spread(worth.cell)).sum();
    // Nothing to choose by: all starts are spread, in the chosen cells as well.
    let outside = match (all > 0.0, near > 0.0) {
        (true, _) if elsewhere > 0.0 => SPREAD,
        (true, _) => 0.0,
        (false, _) => elsewhere / (elsewhere + near),
    };
    let mut up_to = 0.0;
    std::array::from_fn(|group| {
        let floor = |cell: u32| if near > 0.0 { spread(cell) / near / GROUPS as f64 } else { 0.0 };
        let weight = |cell: u32, own: f64| {
            if all > 0.0 { (1.0 - SPREAD) * own / all + SPREAD * floor(cell) } else { floor(cell) }
        };
        let chosen = Chosen::new(weights.iter().map(|worth| weight(worth.cell, worth.groups[group])));
        let own = (1.0 - outside) * chosen.total();
        let share = own + outside / GROUPS as f64;
        up_to += share;
        Group { up_to, share, cells: Mixture { chosen, in_chosen: own / share } }
    })
}
