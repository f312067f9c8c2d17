//! Tracks of electrons through an endless medium, kept for more than one use.

use crate::electron::knock_on::directions_after;
use crate::random::Stream;
use crate::tables::{EventKind, MaterialTables, SlowingDown, State};
use crate::vector::{Vector, advance};
use iodose_physics::{Charge, HardCollisions};

/// A straight piece of a track, or the opening of a branch.
///
/// Lengths are mass thicknesses (g/cm2): with these, a track is the same whatever densities it crosses in one material
/// (`docs/methods/electrons.md`, Fano's theorem), and stands for all electrons of its energy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Piece {
    /// Displacement in the frame of the track, whose first direction is the third axis, g/cm2.
    way: [f32; 3],
    /// Energy that stays along it, MeV.
    pub(super) deposit: f32,
    /// Energy of the particle after it, MeV, with what still stays of losses at its end; of the opening of a branch: at its start.
    pub(super) energy: f32,
    /// How far anything can get that is still to come of this particle, g/cm2.
    pub(super) reach: f32,
    /// Energy that is still to stay, MeV: of this particle and of the branches that open later.
    pub(super) rest: f32,
    /// For the opening of a branch, which is the track of a knock-on electron from here: the pieces in it. Else 0.
    pub(super) branch: u32,
}

impl Piece {
    /// The displacement with the axes of the track's frame given, g/cm2.
    #[inline]
    pub(super) fn along(&self, frame: &[Vector; 3]) -> Vector {
        let [x, y, z] = self.way.map(f64::from);
        std::array::from_fn(|n| x * frame[0][n] + y * frame[1][n] + z * frame[2][n])
    }
}

/// Tracks, one after the other. The first piece of each opens it as a branch of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct TrackBook {
    pieces: Vec<Piece>,
    starts: Vec<u32>,
}

impl TrackBook {
    /// Forgets all tracks and keeps the room.
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
        self.starts.clear();
    }

    /// The pieces of a track.
    #[inline]
    pub(super) fn track(&self, number: usize) -> &[Piece] {
        let start = self.starts[number] as usize;
        let pieces = self.pieces[start].branch as usize;
        &self.pieces[start..=start + pieces]
    }

    /// The point of a track, in its frame (g/cm2), up to which a `share` in [0, 1) of the energy that it leaves stays, and
    /// that energy (MeV).
    pub(super) fn point(&self, number: usize, share: f64) -> (Vector, f64) {
        let track = self.track(number);
        let energy = f64::from(track[0].rest);
        (point_of(track, share * energy, [0.0; 3]), energy)
    }
}

/// Where a branch that opens at `place` has left an energy of `left` (MeV).
fn point_of(pieces: &[Piece], mut left: f64, mut place: Vector) -> Vector {
    let mut index = 1;
    while let Some(piece) = pieces.get(index) {
        let branch = piece.branch as usize;
        let here = f64::from(if branch > 0 { piece.rest } else { piece.deposit });
        if left < here && branch > 0 {
            return point_of(&pieces[index..=index + branch], left, place);
        }
        if branch == 0 {
            let share = if left < here { left / here } else { 1.0 };
            place = std::array::from_fn(|n| place[n] + share * f64::from(piece.way[n]));
            if left < here {
                return place;
            }
        }
        left -= here;
        index += branch + 1;
    }
    place
}

/// A particle that gets no farther than this share of the resolution stays where it is. Less than the resolution: ends of tracks
/// that are cut off bring less energy out of a voxel, by 0.3 % at a share of 1.
const STOPS: f64 = 0.2;

/// Writes tracks.
pub(super) struct Recorder<'a> {
    pub(super) tables: &'a MaterialTables,
    /// The cuts of the run.
    pub(super) accuracy: crate::Accuracy,
    /// What is shorter than this (g/cm2) is not resolved: bends within it are cut short.
    pub(super) resolution: f64,
    pub(super) random: Stream,
}

/// A piece that is being gathered.
#[derive(Default)]
struct Gathered {
    way: Vector,
    length: f64,
    deposit: f64,
    /// What stays on the next flight, MeV.
    pending: f64,
}

impl Gathered {
    fn fly(&mut self, direction: Vector, length: f64, loss: f64) {
        self.way = advance(self.way, direction, length);
        self.length += length;
        self.deposit += loss + std::mem::take(&mut self.pending);
    }

    /// Energy (MeV) stays at the end of a flight: half along it and half along the next, which is as long on average, since what
    /// a piece leaves is spread evenly. All along the flight before would leave it too early by half a flight: 0.5 % of the way
    /// of 0.7 MeV electrons in water.
    fn stays_here(&mut self, energy: f64) {
        self.deposit += 0.5 * energy;
        self.pending += 0.5 * energy;
    }
}

impl Recorder<'_> {
    /// Adds the track of a particle of `energy` (MeV) to the book.
    pub(super) fn record(&mut self, book: &mut TrackBook, charge: Charge, energy: f64) {
        book.starts.push(book.pieces.len() as u32);
        self.branch(&mut book.pieces, charge, energy, [0.0, 0.0, 1.0]);
    }

    /// Writes the opening of a branch and its pieces; returns the energy that stays in it.
    fn branch(&mut self, pieces: &mut Vec<Piece>, charge: Charge, energy: f64, direction: Vector) -> f64 {
        let tables = self.tables;
        let table = tables.slowing_down(charge);
        let opening = pieces.len();
        let reach = table.at(energy).csda_range as f32;
        pieces.push(Piece { reach, energy: energy as f32, ..Piece::default() });
        let total = self.follow(pieces, table, charge, energy, direction);
        let mut rest = total;
        pieces[opening].rest = rest as f32;
        pieces[opening].branch = (pieces.len() - opening - 1) as u32;
        let mut index = opening + 1;
        while index < pieces.len() {
            let piece = &mut pieces[index];
            if piece.branch > 0 {
                rest -= f64::from(piece.rest);
                index += piece.branch as usize;
            } else {
                rest -= f64::from(piece.deposit);
                piece.rest = rest.max(0.0) as f32;
            }
            index += 1;
        }
        total
    }

    /// As `Walker::follow_electron`, with nothing around.
    fn follow(
        &mut self,
        pieces: &mut Vec<Piece>,
        table: &SlowingDown,
        charge: Charge,
        energy: f64,
        mut direction: Vector,
    ) -> f64 {
        let mut total = 0.0;
        let mut state = table.at(energy);
        let mut gathered = Gathered::default();
        while !state.at_rest() && state.csda_range > STOPS * self.resolution {
            let event = table.next_event(&state, self.random.exponential());
            let length = state.range - event.range;
            gathered.fly(direction, length, state.energy - event.energy);
            state = event;
            if state.at_rest() {
                break;
            }
            match table.event_kind(&state, &mut self.random) {
                EventKind::Elastic(deflection) => direction = deflection.turn(direction),
                EventKind::SoftCollision { loss } => {
                    let after = table.after_loss(&state, loss);
                    gathered.stays_here(state.energy - after.energy);
                    state = after;
                }
                EventKind::HardCollision => {
                    let cut = self.accuracy.collision_cut(state.energy);
                    let collisions = HardCollisions { charge, cut };
                    // A cell of the energy grid may reach below the threshold.
                    if collisions.largest_loss(state.energy) <= cut {
                        continue;
                    }
                    let loss = collisions.sample(state.energy, || self.random.uniform());
                    let (primary, knock_on) =
                        directions_after(direction, state.energy, loss, &mut self.random);
                    if self.tables.electron.at(loss).csda_range > STOPS * self.resolution {
                        self.end_piece(pieces, &mut gathered, &mut total, &state);
                        total += self.branch(pieces, Charge::Electron, loss, knock_on);
                    } else {
                        gathered.stays_here(self.stays(&self.tables.electron, loss));
                    }
                    state = table.at(state.energy - loss);
                    direction = primary;
                }
                EventKind::Bremsstrahlung => {
                    if state.energy > self.accuracy.bremsstrahlung_cut {
                        let photon = self.tables.bremsstrahlung.photon_energy(state.energy, &mut self.random);
                        state = table.at(state.energy - photon);
                    }
                }
            }
            if gathered.length >= self.resolution {
                self.end_piece(pieces, &mut gathered, &mut total, &state);
            }
        }
        gathered.deposit += self.stays(table, state.energy) + std::mem::take(&mut gathered.pending);
        state.csda_range = 0.0;
        state.energy = 0.0;
        self.end_piece(pieces, &mut gathered, &mut total, &state);
        total
    }

    /// What a particle that stops here leaves behind, MeV: all but its expected bremsstrahlung.
    fn stays(&self, table: &SlowingDown, energy: f64) -> f64 {
        energy - table.radiated_until_rest(energy)
    }

    fn end_piece(&self, pieces: &mut Vec<Piece>, gathered: &mut Gathered, total: &mut f64, after: &State) {
        let Gathered { way, length, deposit, pending } = std::mem::take(gathered);
        gathered.pending = pending;
        if length > 0.0 || deposit > 0.0 {
            *total += deposit;
            pieces.push(Piece {
                way: way.map(|x| x as f32),
                deposit: deposit as f32,
                energy: (after.energy + pending) as f32,
                reach: after.csda_range as f32,
                ..Piece::default()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Accuracy, Tables};
    use approx::assert_relative_eq;
    use iodose_physics::Library;

    fn check(pieces: &[Piece]) -> f64 {
        let mut left = f64::from(pieces[0].rest);
        let mut index = 1;
        while index < pieces.len() {
            let piece = pieces[index];
            let length = piece.way.iter().map(|x| x * x).sum::<f32>().sqrt();
            // Its restricted range, without a hard collision, is up to a quarter longer than its CSDA range.
            assert!(length <= pieces[0].reach * 1.25);
            if piece.branch > 0 {
                let end = index + piece.branch as usize;
                left -= check(&pieces[index..=end]);
                index = end;
            } else {
                left -= f64::from(piece.deposit);
                assert_relative_eq!(f64::from(piece.rest), left, epsilon = 1e-6);
            }
            index += 1;
        }
        assert!(left.abs() < 1e-6, "{left}");
        f64::from(pieces[0].rest)
    }

    #[test]
    fn a_track_leaves_its_energy_but_for_the_bremsstrahlung() {
        let library = Library::embedded().unwrap();
        let tables =
            Tables::new(&[library.material("water").unwrap()], &library, Accuracy::default()).unwrap();
        let mut recorder = Recorder {
            tables: &tables.materials[0],
            accuracy: Accuracy::default(),
            resolution: 1e-3,
            random: Stream::new(3, 0),
        };
        let mut book = TrackBook::default();
        const TRACKS: usize = 4000;
        for energy in [0.05, 0.3, 0.8] {
            book.clear();
            (0..TRACKS).for_each(|_| recorder.record(&mut book, Charge::Electron, energy));
            let kept = (0..TRACKS).map(|number| check(book.track(number))).sum::<f64>() / TRACKS as f64;
            let radiated = tables.materials[0].electron.radiated_until_rest(energy);
            // Each track radiates about its mean with a spread of some ten times it.
            assert!((energy - kept - radiated).abs() < 0.5 * radiated, "{energy}: {kept} {radiated}");
        }
    }
}
