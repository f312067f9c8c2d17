//! The electrons of all decays. Equations: `docs/methods/variance-reduction.md`.

use super::allocation::{Chosen, Everywhere};
use super::cell_set::CellSet;
use super::electron_spectrum::{DrawnElectron, ElectronSpectrum};
use super::importance::{Worth, electron_weights};
use super::low_discrepancy::DIMENSIONS;
use super::mass_distance::{CHAMFER_EXCESS, distance_to_others};
use super::position::FaceShares;
use super::reductions::{Reduction, Reductions};
use super::replay::{Ground, Listener};
use super::surroundings::{Tissues, cells_in_equilibrium};
use super::track::{Recorder, TrackBook};
use crate::Tables;
use crate::history::Walker;
use crate::medium::{Medium, VoxelMedium};
use crate::particle::{Particle, Species};
use crate::random::Stream;
use crate::vector::Vector;
use rayon::prelude::*;
use std::f64::consts::TAU;

/// Groups of energy, each of which carries the same share of the energy of all electrons.
const GROUPS: usize = 8;
/// Share of the starts that is spread over all decays and all mass near them, so that nothing is left out; and the same
/// among the voxels that have weights of their own.
const SPREAD: f64 = 0.2;
/// Share of the energy of electrons up to which their energies count for what lies within reach of a voxel.
const MOST: f64 = 0.998;
/// Depth from a face within which most electrons that cross it start, as a share of the CSDA range.
const SLAB: f64 = 0.5;
/// Starts that share a track.
pub(super) const USES: u64 = 16;
/// Tracks that are recorded one after the other.
const BOOK: u64 = 64;
/// What tracks do not resolve, as a share of the smallest mass thickness of a voxel asked for.
const RESOLUTION: f64 = 0.01;

/// How the electrons of a case are simulated.
pub(super) struct Electrons<'a> {
    medium: &'a VoxelMedium,
    decays: &'a [f32],
    tables: &'a Tables,
    pub(super) spectrum: ElectronSpectrum,
    tissues: Tissues,
    /// Cells whose dose is that of a uniform source and a difference; that of the others is what their own decays emit and an
    /// exchange with the others.
    equilibrium: CellSet,
    /// Cells that have weights of their own, with their faces.
    chosen: Vec<(u32, FaceShares)>,
    groups: [Group; GROUPS],
    everywhere: Everywhere,
    spread: Spread,
    /// Density (g/cm3) below which most electrons leave their voxel: outside equilibrium nothing is known of its dose.
    thin: f64,
    /// Materials in which tracks are recorded.
    recorded: Vec<u8>,
    /// Depth (g/cm2) from a face within which most electrons that cross it start, by group.
    slabs: [f64; GROUPS],
    /// g/cm2
    resolution: f64,
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
    /// Share of the group's starts in chosen cells.
    in_chosen: f64,
    chosen: Chosen,
}

/// An electron that is followed.
#[derive(Clone, Copy, Debug)]
struct Start {
    /// Its weight is the number of electrons per decay that a start in all stands for.
    electron: DrawnElectron,
    group: usize,
}

/// The tracks of a batch: the same electrons in each material in which tracks are recorded.
#[derive(Debug, Default)]
pub(super) struct TrackLibrary {
    shelves: Vec<Shelf>,
    tracks: u64,
}

/// Electrons that were recorded one after the other, with a book for each material.
#[derive(Debug, Default)]
struct Shelf {
    starts: Vec<Start>,
    books: Vec<TrackBook>,
}

impl TrackLibrary {
    fn shelf(&self, number: u64) -> (&Shelf, usize) {
        (&self.shelves[(number / BOOK) as usize], (number % BOOK) as usize)
    }
}

impl<'a> Electrons<'a> {
    pub(super) fn new(
        medium: &'a VoxelMedium,
        decays: &'a [f32],
        tables: &'a Tables,
        spectrum: ElectronSpectrum,
        goal: &[u32],
        reductions: Reductions,
    ) -> Self {
        let balance = reductions.contains(Reduction::Balance);
        let energies: [f64; GROUPS] =
            std::array::from_fn(|group| spectrum.highest_up_to((group + 1) as f64 / GROUPS as f64));
        let tissues = Tissues::new(tables, energies[GROUPS - 1]);
        let common = materials_to_record(medium, &tissues, goal);
        let typical = usize::from(common[0]);
        let ranges = energies.map(|energy| tables.csda_range(typical, energy));
        let recorded = if reductions.contains(Reduction::Tracks) { common } else { Vec::new() };
        // Only recorded tracks go on beyond the grid.
        let mirrored = |tissue| recorded.iter().any(|&material| tissues.of_material(material) == tissue);
        let equilibrium = if balance {
            cells_in_equilibrium(medium, tables, &tissues, spectrum.at(MOST).energy, mirrored)
        } else {
            CellSet::new(medium.cells(), std::iter::empty())
        };
        let weights = if reductions.contains(Reduction::Importance) {
            electron_weights(medium, decays, &equilibrium, &ranges, goal)
        } else {
            Vec::new()
        };
        let spread = Spread::new(medium, decays, ranges[GROUPS - 1], weights.iter().map(|worth| worth.cell));
        let row = medium.size()[0] as usize;
        let everywhere =
            Everywhere::new(medium.cells(), row, |cell| spread.outside_chosen(medium, decays, cell));
        let groups = groups(&weights, everywhere.total(), |cell| spread.weight(medium, decays, cell));
        let densities = goal.iter().map(|&cell| medium.voxel(cell as usize).density);
        let shortest = medium.sides().into_iter().fold(f64::INFINITY, f64::min);
        let range_of_half = tables.csda_range(typical, spectrum.at(0.5).energy);
        let smallest = densities.fold(f64::INFINITY, f64::min).min(1e3) * shortest;
        Self {
            medium,
            decays,
            tables,
            spectrum,
            tissues,
            equilibrium,
            chosen: weights.iter().map(|worth| (worth.cell, worth.faces)).collect(),
            groups,
            everywhere,
            spread,
            recorded,
            thin: if balance { range_of_half / shortest } else { f64::INFINITY },
            slabs: ranges.map(|range| SLAB * range),
            resolution: RESOLUTION * smallest,
        }
    }

    /// Whether the dose of a cell is (N2) or (N3), which begin with something known.
    #[inline]
    pub(super) fn knows(&self, cell: u32) -> bool {
        self.equilibrium.contains(cell) || self.medium.voxel(cell as usize).density >= self.thin
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
            let chosen =
                group.chosen.largest(self.chosen.iter().map(|&(cell, _)| most(cell))) / group.in_chosen;
            let outside = outside / (1.0 - group.in_chosen);
            let largest = [chosen, outside].into_iter().filter(|x| x.is_finite()).fold(0.0, f64::max);
            largest / group.share / GROUPS as f64
        };
        let largest = self.groups.iter().filter(|group| group.share > 0.0).map(of_group).fold(0.0, f64::max);
        largest * self.spectrum.largest_carried()
    }

    /// Makes the tracks of a batch: `count` of them, their random numbers those of the histories from `first` on, their
    /// energies spread evenly from a `shift` in [0, 1).
    pub(super) fn record(&self, library: &mut TrackLibrary, count: u64, seed: u64, first: u64, shift: f64) {
        library.tracks = count;
        library.shelves.resize_with(count.div_ceil(BOOK) as usize, Shelf::default);
        library.shelves.par_iter_mut().enumerate().for_each(|(number, shelf)| {
            let begin = number as u64 * BOOK;
            let tracks = begin..count.min(begin + BOOK);
            shelf.starts.clear();
            shelf
                .starts
                .extend(tracks.clone().map(|track| self.start((track as f64 + shift) / count as f64)));
            shelf.books.resize_with(self.recorded.len(), TrackBook::default);
            for (book, &material) in shelf.books.iter_mut().zip(&self.recorded) {
                book.clear();
                let mut recorder = Recorder {
                    tables: &self.tables.materials[usize::from(material)],
                    accuracy: self.tables.accuracy,
                    resolution: self.resolution,
                    random: Stream::new(seed, 0),
                };
                for (track, start) in tracks.clone().zip(&shelf.starts) {
                    recorder.random = Stream::new(seed, first + track);
                    recorder.record(book, start.electron.charge, start.electron.energy);
                }
            }
        });
    }

    /// The electron at `number` in [0, 1) of all starts.
    fn start(&self, number: f64) -> Start {
        let group = self.groups.partition_point(|group| group.up_to <= number).min(GROUPS - 1);
        let Group { up_to, share, .. } = self.groups[group];
        let within = ((number - (up_to - share)) / share).clamp(0.0, 1.0 - f64::EPSILON);
        let mut electron = self.spectrum.at((group as f64 + within) / GROUPS as f64);
        electron.weight /= GROUPS as f64 * share;
        Start { electron, group }
    }

    /// One start of `starts`: hands over each cell with what it brings there, in MeV times decays, as a difference from
    /// what is known.
    pub(super) fn follow(
        &self,
        library: &TrackLibrary,
        walker: &mut Walker<'_, VoxelMedium>,
        point: [f64; DIMENSIONS],
        starts: u64,
        score: impl FnMut(u32, f64),
    ) {
        let [place, energy, x, y, z, cosine, azimuth, roll, choice] = point;
        let number = ((energy * library.tracks as f64) as u64).min(library.tracks - 1);
        let (shelf, track) = library.shelf(number);
        let Start { electron, group } = shelf.starts[track];
        let Some((cell, probability, faces)) = self.cell(&self.groups[group], place) else { return };
        let here = self.medium.voxel(cell as usize);
        let own = f64::from(self.decays[cell as usize]);
        let voxel = self.medium.voxel_of(cell);
        let sides = self.medium.sides();
        let slab = sides.map(|side| (self.slabs[group] / (side * here.density)).min(1.0));
        let (place, density) = faces.position(choice, [x, y, z], slab);
        let weight = electron.weight / (probability * density * starts as f64);
        let position = std::array::from_fn(|axis| (f64::from(voxel[axis]) + place[axis]) * sides[axis]);
        let frame = frame(cosine, azimuth, roll);
        let tissue = |material: u8| self.tissues.of_material(material);
        let book = self.recorded.iter().position(|&recorded| tissue(recorded) == tissue(here.material));
        let exchange = Exchange {
            of: self,
            cell,
            own,
            density: here.density,
            weight,
            known: self.knows(cell),
            gone: 0.0,
            score,
        };
        let mut follower = Follower { exchange, walker };
        if let Some(book) = book {
            let ground = Ground::new(self.medium, &self.tissues);
            let pieces = shelf.books[book].track(track);
            ground.lay(pieces, electron.charge, &frame, voxel, position, &mut follower);
        } else {
            follower.crosses(Particle {
                species: Species::Charged(electron.charge),
                energy: electron.energy,
                position,
                direction: frame[2],
                voxel,
            });
        }
        follower.follow_particles();
        follower.exchange.end();
    }

    /// The cell at `number` in [0, 1) of a group's starts, its probability, and what its faces are worth.
    fn cell(&self, group: &Group, number: f64) -> Option<(u32, f64, FaceShares)> {
        if number < group.in_chosen {
            let (entry, probability) = group.chosen.at(number / group.in_chosen);
            let (cell, faces) = self.chosen[entry];
            return Some((cell, probability * group.in_chosen, faces));
        }
        let rest = 1.0 - group.in_chosen;
        let weight = |cell: u32| self.spread.outside_chosen(self.medium, self.decays, cell);
        let (cell, probability) = self.everywhere.at((number - group.in_chosen) / rest, weight)?;
        Some((cell, probability * rest, FaceShares::default()))
    }
}

impl Spread {
    /// For electrons that reach at most `farthest` (g/cm2).
    fn new(medium: &VoxelMedium, decays: &[f32], farthest: f64, chosen: impl Iterator<Item = u32>) -> Self {
        let active = |cell: usize| usize::from(decays[cell] > 0.0);
        let distance = distance_to_others(medium, active, |_| false, CHAMFER_EXCESS * farthest);
        let cells = 0..decays.len() as u32;
        let (mut activity, mut mass) = (0.0, 0.0);
        for cell in cells.clone().filter(|&cell| active(cell as usize) == 1) {
            activity += f64::from(decays[cell as usize]);
            mass += medium.cell_mass(cell);
        }
        let near = cells.filter(|&cell| active(cell as usize) == 1 || distance[cell as usize].is_finite());
        Self {
            level: activity / mass,
            near: CellSet::new(decays.len(), near),
            chosen: CellSet::new(decays.len(), chosen),
        }
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
        Group { up_to, share, in_chosen: own / share, chosen }
    })
}

/// A frame whose third axis has a cosine to the grid's third axis and an azimuth about it, turned about itself by a roll;
/// all given as numbers in [0, 1).
fn frame(cosine: f64, azimuth: f64, roll: f64) -> [Vector; 3] {
    let cosine = 2.0 * cosine - 1.0;
    let sine = (1.0 - cosine * cosine).max(0.0).sqrt();
    let (y, x) = libm::sincos(TAU * azimuth);
    let (b, a) = libm::sincos(TAU * roll);
    let (along, across) = ([cosine * x, cosine * y, -sine], [-y, x, 0.0]);
    let mix = |a: f64, b: f64| std::array::from_fn(|n| a * along[n] + b * across[n]);
    [mix(a, b), mix(-b, a), [sine * x, sine * y, cosine]]
}

/// What an electron leaves elsewhere than where it starts.
struct Exchange<'a, 'e, S> {
    of: &'e Electrons<'a>,
    /// Where it starts, the decays there and the density, g/cm3.
    cell: u32,
    own: f64,
    density: f64,
    weight: f64,
    /// Whether what the start's own decays leave there is known.
    known: bool,
    /// Energy that has left the cell, MeV.
    gone: f64,
    score: S,
}

impl<S: FnMut(u32, f64)> Exchange<'_, '_, S> {
    /// A term of (N2) or (N3).
    #[inline]
    fn stays(&mut self, cell: u32, energy: f64) {
        if cell == self.cell && self.known {
            return;
        }
        self.gone += energy;
        let factor = if self.of.equilibrium.contains(cell) {
            let ratio = self.density / self.of.medium.voxel(cell as usize).density;
            self.own - f64::from(self.of.decays[cell as usize]) * ratio
        } else {
            self.own
        };
        if factor != 0.0 {
            (self.score)(cell, self.weight * factor * energy);
        }
    }

    /// (N2): in equilibrium, what a uniform source beyond the edge would bring is known and has to go.
    fn mirrored(&mut self, cell: u32, energy: f64) {
        let level = f64::from(self.of.decays[cell as usize]);
        if level > 0.0 && self.of.equilibrium.contains(cell) {
            let ratio = self.density / self.of.medium.voxel(cell as usize).density;
            (self.score)(cell, -self.weight * level * ratio * energy);
        }
    }

    /// Settles what has left (N3).
    fn end(mut self) {
        if self.known && self.own > 0.0 && self.gone > 0.0 && !self.of.equilibrium.contains(self.cell) {
            (self.score)(self.cell, -self.weight * self.own * self.gone);
        }
    }
}

/// The listener of a track, with a walker to whom particles go for which the track does not hold.
struct Follower<'w, 'a, 'e, S> {
    exchange: Exchange<'a, 'e, S>,
    walker: &'e mut Walker<'w, VoxelMedium>,
}

impl<S: FnMut(u32, f64)> Follower<'_, '_, '_, S> {
    /// Follows the particles that wait.
    fn follow_particles(&mut self) {
        let (exchange, walker) = (&mut self.exchange, &mut *self.walker);
        walker.follow_all();
        walker.score.drain(|cell, energy| exchange.stays(cell, energy));
        exchange.gone += std::mem::take(&mut walker.balance.escaped);
    }
}

impl<S: FnMut(u32, f64)> Listener for Follower<'_, '_, '_, S> {
    #[inline]
    fn stays(&mut self, cell: u32, energy: f64) {
        self.exchange.stays(cell, energy);
    }

    fn escapes(&mut self, energy: f64) {
        self.exchange.gone += energy;
    }

    fn mirrored(&mut self, cell: u32, energy: f64) {
        self.exchange.mirrored(cell, energy);
    }

    fn crosses(&mut self, particle: Particle) {
        self.walker.queue(particle);
    }
}

/// The most common material of each tissue that fills more than a tenth of the voxels asked for; at least one.
fn materials_to_record(medium: &VoxelMedium, tissues: &Tissues, goal: &[u32]) -> Vec<u8> {
    let mut counts = [0usize; 256];
    let all = 0..medium.cells() as u32;
    let count = |cell: u32| counts[usize::from(medium.voxel(cell as usize).material)] += 1;
    if goal.is_empty() {
        all.for_each(count)
    } else {
        goal.iter().copied().for_each(count)
    }
    let total: usize = counts.iter().sum();
    let mut materials: Vec<u8> =
        (0..=u8::MAX).filter(|&material| counts[usize::from(material)] > 0).collect();
    materials.sort_by_key(|&material| std::cmp::Reverse(counts[usize::from(material)]));
    let mut recorded: Vec<u8> = Vec::new();
    for &material in &materials {
        let tissue = tissues.of_material(material);
        let of_tissue = materials.iter().filter(|&&other| tissues.of_material(other) == tissue);
        let share: usize = of_tissue.map(|&other| counts[usize::from(other)]).sum();
        let known = recorded.iter().any(|&other| tissues.of_material(other) == tissue);
        if !known && (recorded.is_empty() || 10 * share > total) {
            recorded.push(material);
        }
    }
    recorded
}
