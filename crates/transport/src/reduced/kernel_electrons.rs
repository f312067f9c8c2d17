//! The electrons of the source voxel of a kernel: recorded tracks laid from many places in it.

use super::electron_spectrum::{DrawnElectron, ElectronSpectrum};
use super::electrons::frame;
use super::low_discrepancy::{DIMENSIONS, PointSet};
use super::reductions::{Reduction, Reductions};
use super::track::{Piece, Recorder, TrackBook};
use crate::emission::ElectronPiece;
use crate::lattice::Lattice;
use crate::medium::{Medium, UniformMedium};
use crate::random::Stream;
use crate::tables::Tables;
use crate::tally::HistoryScore;
use crate::vector::{Vector, advance};
use iodose_physics::Charge;

/// Times that a track is laid (`tracks`).
const USES: u64 = 16;
/// What tracks do not resolve, as a share of the shortest side: the dose of the voxels beside the source is right to 3e-4.
const RESOLUTION: f64 = 0.002;

/// How the electrons of a kernel are simulated.
pub(super) struct KernelElectrons<'a> {
    medium: &'a UniformMedium,
    tables: &'a Tables,
    lattice: Lattice,
    spectrum: ElectronSpectrum,
    source: u32,
    /// g/cm3
    density: f64,
    /// Energy (MeV per decay) that electrons leave anywhere.
    left: f64,
    reductions: Reductions,
}

/// What a worker needs to follow electrons.
#[derive(Default)]
pub(super) struct Scratch {
    book: TrackBook,
}

/// Tracks of a batch and the places they are laid at.
pub(super) struct Starts {
    tracks: u64,
    uses: u64,
    shift: f64,
    points: PointSet,
}

impl<'a> KernelElectrons<'a> {
    /// `None` where a decay emits no electrons.
    pub(super) fn new(
        medium: &'a UniformMedium,
        tables: &'a Tables,
        pieces: Vec<ElectronPiece>,
        reductions: Reductions,
    ) -> Option<Self> {
        let left = [Charge::Electron, Charge::Positron].map(|charge| left(tables, &pieces, charge));
        Some(Self {
            medium,
            tables,
            lattice: Lattice::new(medium.sides()),
            spectrum: ElectronSpectrum::new(pieces)?,
            source: medium.cell([0; 3])?,
            density: medium.largest_densities()[0],
            left: left.iter().sum(),
            reductions,
        })
    }

    /// Energy (MeV per decay) that the source voxel gets without simulation, as if nothing left it.
    pub(super) fn known(&self) -> f64 {
        if self.has(Reduction::Balance) { self.left } else { 0.0 }
    }

    /// The largest score of a batch, MeV per decay.
    pub(super) fn largest_score(&self) -> f64 {
        self.spectrum.largest_carried()
    }

    /// So many tracks for a batch, with random numbers of its own.
    pub(super) fn starts(&self, tracks: u64, random: &mut Stream) -> Starts {
        let uses = if self.has(Reduction::Tracks) { USES } else { 1 };
        let points = if self.has(Reduction::Lattice) {
            PointSet::even(tracks * uses, random)
        } else {
            PointSet::independent(random)
        };
        Starts { tracks, uses, shift: random.uniform(), points }
    }

    /// Records a track and lays it; `score` gets the energy (MeV per decay) that it brings to cells, with balance as the difference
    /// to leaving all in the source voxel.
    pub(super) fn follow(
        &self,
        starts: &Starts,
        track: u64,
        random: Stream,
        scratch: &mut Scratch,
        score: &mut HistoryScore,
    ) {
        let mut recorder = Recorder {
            tables: &self.tables.materials[0],
            accuracy: self.tables.accuracy,
            resolution: self.resolution(),
            random,
        };
        let DrawnElectron { charge, energy, weight } =
            self.spectrum.at(self.energy(starts, track, &mut recorder));
        scratch.book.clear();
        recorder.record(&mut scratch.book, charge, energy);
        let mut laying = Laying {
            of: self,
            weight: weight / (starts.tracks * starts.uses) as f64,
            frame: [[0.0; 3]; 3],
            random: recorder.random,
            score,
        };
        for n in 0..starts.uses {
            laying.lay(scratch.book.track(0), starts.points.point(track + n * starts.tracks));
        }
    }

    /// Number of the energy of a track in the spectrum.
    fn energy(&self, starts: &Starts, track: u64, recorder: &mut Recorder<'_>) -> f64 {
        if self.has(Reduction::Lattice) {
            (track as f64 + starts.shift) / starts.tracks as f64
        } else {
            recorder.random.uniform()
        }
    }

    /// g/cm2
    fn resolution(&self) -> f64 {
        RESOLUTION * self.density * self.medium.sides().into_iter().fold(f64::INFINITY, f64::min)
    }

    fn has(&self, reduction: Reduction) -> bool {
        self.reductions.contains(reduction)
    }
}

/// Energy (MeV per decay) that the electrons of a charge leave: theirs but for the bremsstrahlung.
fn left(tables: &Tables, pieces: &[ElectronPiece], charge: Charge) -> f64 {
    let of_charge = |piece: &&ElectronPiece| match piece {
        ElectronPiece::Line { .. } => charge == Charge::Electron,
        ElectronPiece::Straight { charge: own, .. } => *own == charge,
    };
    let table = tables.materials[0].slowing_down(charge);
    let spectrum = ElectronSpectrum::new(pieces.iter().filter(of_charge).copied().collect());
    spectrum.map_or(0.0, |spectrum| spectrum.mean(|energy| energy - table.radiated_until_rest(energy)))
}

/// A track being laid.
struct Laying<'a, 'e> {
    of: &'e KernelElectrons<'a>,
    weight: f64,
    /// Axes of the track.
    frame: [Vector; 3],
    random: Stream,
    score: &'e mut HistoryScore,
}

impl Laying<'_, '_> {
    fn lay(&mut self, track: &[Piece], point: [f64; DIMENSIONS]) {
        let [x, y, z, cosine, azimuth, roll, ..] = point;
        let sides = self.of.lattice.sides;
        self.frame = frame(cosine, azimuth, roll);
        self.branch(track, [x * sides[0], y * sides[1], z * sides[2]]);
    }

    /// Lays a branch from a position (cm).
    fn branch(&mut self, pieces: &[Piece], mut position: Vector) {
        let Some(opening) = pieces.first() else { return };
        let volume = 1.0 / self.of.density;
        let mut clearance = self.clearance(position);
        if f64::from(opening.reach) * volume <= clearance {
            return self.stays(opening.rest);
        }
        let mut index = 1;
        while let Some(piece) = pieces.get(index) {
            if piece.branch > 0 {
                let last = index + piece.branch as usize;
                self.branch(&pieces[index..=last], position);
                index = last + 1;
                continue;
            }
            let way = piece.along(&self.frame);
            let (start, from) = (position, clearance);
            position = advance(start, way, volume);
            clearance = self.clearance(position);
            if from > 0.0 && clearance > 0.0 {
                self.stays(piece.deposit);
            } else {
                // The energy stays evenly along the piece: one place stands for all.
                let along = self.random.uniform() * volume;
                self.leaves(advance(start, way, along), piece.deposit);
            }
            if f64::from(piece.reach) * volume <= clearance {
                return self.stays(piece.rest);
            }
            index += 1;
        }
    }

    /// Distance (cm) to the nearest face of the source voxel; not above 0 outside.
    fn clearance(&self, position: Vector) -> f64 {
        self.of.lattice.clearance(position, self.of.lattice.centre([0; 3]))
    }

    /// Energy (MeV) stays in the source voxel.
    fn stays(&mut self, energy: f32) {
        if !self.of.has(Reduction::Balance) {
            self.score.deposit(self.of.source, self.weight * f64::from(energy));
        }
    }

    /// Energy (MeV) stays at a position (cm) anywhere.
    fn leaves(&mut self, position: Vector, energy: f32) {
        let cell = self.of.medium.cell(self.of.lattice.voxel_at(position));
        if cell == Some(self.of.source) {
            return self.stays(energy);
        }
        let energy = self.weight * f64::from(energy);
        if self.of.has(Reduction::Balance) {
            self.score.deposit(self.of.source, -energy);
        }
        if let Some(cell) = cell {
            self.score.deposit(cell, energy);
        }
    }
}
