//! The electrons of all decays: drawn and placed by (N4), their tracks laid, what they bring scored by (N2) and (N3) of
//! `docs/methods/variance-reduction.md`.

use super::cell_set::CellSet;
use super::electron_spectrum::ElectronSpectrum;
use super::electron_starts::{ElectronStarts, GROUPS, Start};
use super::exchange::{Balance, Exchange, Follower};
use super::importance::electron_weights;
use super::low_discrepancy::DIMENSIONS;
use super::reductions::{Reduction, Reductions};
use super::replay::{Ground, Listener};
use super::surroundings::{Tissues, cells_in_equilibrium};
use super::track_library::{Recording, TrackLibrary, materials_to_record};
use crate::history::Walker;
use crate::medium::{Medium, VoxelMedium};
use crate::particle::{Particle, Species};
use crate::random::Stream;
use crate::vector::Vector;
use crate::watch::Watch;
use crate::{EngineError, Tables};
use std::f64::consts::TAU;

/// Share of the energy of electrons up to which their energies count for what lies within reach of a voxel.
const MOST: f64 = 0.998;
/// What tracks do not resolve, as a share of the smallest mass thickness of a voxel asked for.
const RESOLUTION: f64 = 0.01;

/// How the electrons of a case are simulated.
pub(super) struct Electrons<'a> {
    medium: &'a VoxelMedium,
    tissues: Tissues,
    balance: Balance<'a>,
    starts: ElectronStarts<'a>,
    recording: Recording<'a>,
}

impl<'a> Electrons<'a> {
    pub(super) fn new(
        medium: &'a VoxelMedium,
        decays: &'a [f32],
        tables: &'a Tables,
        spectrum: ElectronSpectrum,
        goal: &[u32],
        reductions: Reductions,
        watch: &dyn Watch,
    ) -> Result<Self, EngineError> {
        let energies: [f64; GROUPS] =
            std::array::from_fn(|group| spectrum.highest_up_to((group + 1) as f64 / GROUPS as f64));
        let tissues = Tissues::new(tables, energies[GROUPS - 1]);
        let common = materials_to_record(medium, &tissues, goal);
        let typical = usize::from(common[0]);
        let ranges = energies.map(|energy| tables.csda_range(typical, energy));
        let materials = if reductions.contains(Reduction::Tracks) { common } else { Vec::new() };
        let shortest = medium.sides().into_iter().fold(f64::INFINITY, f64::min);
        let (equilibrium, thin) = if reductions.contains(Reduction::Balance) {
            // Only recorded tracks go on beyond the grid.
            let mirrored = |tissue| materials.iter().any(|&material| tissues.of_material(material) == tissue);
            let most = spectrum.at(MOST).energy;
            let range_of_half = tables.csda_range(typical, spectrum.at(0.5).energy);
            (cells_in_equilibrium(medium, tables, &tissues, most, mirrored, watch)?, range_of_half / shortest)
        } else {
            (CellSet::new(medium.cells(), std::iter::empty()), f64::INFINITY)
        };
        let weights = if reductions.contains(Reduction::Importance) {
            electron_weights(medium, decays, &equilibrium, &ranges, goal, watch)?
        } else {
            Vec::new()
        };
        let densities = goal.iter().map(|&cell| medium.voxel(cell as usize).density);
        let smallest = densities.fold(f64::INFINITY, f64::min).min(1e3) * shortest;
        Ok(Self {
            medium,
            tissues,
            balance: Balance { medium, decays, equilibrium, thin },
            starts: ElectronStarts::new(medium, decays, spectrum, &weights, ranges, watch)?,
            recording: Recording { tables, materials, resolution: RESOLUTION * smallest },
        })
    }

    /// Whether the dose of a cell is (N2) or (N3), which begin with something known.
    pub(super) fn knows(&self, cell: u32) -> bool {
        self.balance.knows(cell)
    }

    /// The largest score of a batch, MeV times decays: if all that is followed went where it counts most.
    pub(super) fn largest_score(&self) -> f64 {
        self.starts.largest_score()
    }

    /// Makes the tracks of a batch: `count` of them, their random numbers those of the histories from `first` on, their
    /// energies spread evenly from a `shift` in [0, 1).
    pub(super) fn record(
        &self,
        library: &mut TrackLibrary,
        count: u64,
        seed: u64,
        first: u64,
        shift: f64,
        watch: &dyn Watch,
    ) -> Result<(), EngineError> {
        let electron = |number| self.starts.electron(number);
        let stream = |track| Stream::new(seed, first + track);
        self.recording.fill(library, count, stream, shift, electron, watch)
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
        let recorded = library.at(energy);
        let Start { electron, group } = recorded.start;
        let Some(place) = self.starts.place(group, place, choice, [x, y, z]) else { return };
        let voxel = self.medium.voxel_of(place.cell);
        let sides = self.medium.sides();
        let position =
            std::array::from_fn(|axis| (f64::from(voxel[axis]) + place.position[axis]) * sides[axis]);
        let weight = electron.weight / (place.density * starts as f64);
        let frame = frame(cosine, azimuth, roll);
        let exchange = Exchange::new(&self.balance, place.cell, weight, score);
        let mut follower = Follower { exchange, walker };
        if let Some(material) = self.recorded_as(self.medium.voxel(place.cell as usize).material) {
            let ground = Ground::new(self.medium, &self.tissues);
            let pieces = recorded.track(material);
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

    /// Which of the materials in which tracks are recorded is of the same tissue.
    fn recorded_as(&self, material: u8) -> Option<usize> {
        let tissue = |material: u8| self.tissues.of_material(material);
        self.recording.materials.iter().position(|&recorded| tissue(recorded) == tissue(material))
    }
}

/// A frame whose third axis has a cosine to the grid's third axis and an azimuth about it, turned about itself by a roll;
/// all given as numbers in [0, 1).
pub(super) fn frame(cosine: f64, azimuth: f64, roll: f64) -> [Vector; 3] {
    let cosine = 2.0 * cosine - 1.0;
    let sine = (1.0 - cosine * cosine).max(0.0).sqrt();
    let (y, x) = libm::sincos(TAU * azimuth);
    let (b, a) = libm::sincos(TAU * roll);
    let (along, across) = ([cosine * x, cosine * y, -sine], [-y, x, 0.0]);
    let mix = |a: f64, b: f64| std::array::from_fn(|n| a * along[n] + b * across[n]);
    [mix(a, b), mix(-b, a), [sine * x, sine * y, cosine]]
}
