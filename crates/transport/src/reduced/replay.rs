//! Laying a track into a medium of one tissue and many densities.

use super::surroundings::Tissues;
use super::track::Piece;
use crate::lattice::Lattice;
use crate::medium::{Medium, Voxel, VoxelMedium};
use crate::particle::{Particle, Species};
use crate::vector::{Vector, advance, normalise};
use iodose_physics::Charge;

/// What is told of a track as it is laid.
pub(super) trait Listener {
    /// Energy (MeV) that stays in a cell, which may come more than once.
    fn stays(&mut self, cell: u32, energy: f64);
    /// Energy (MeV) that leaves the grid.
    fn escapes(&mut self, energy: f64);
    /// Energy (MeV) that would stay in a cell if the grid went on beyond its edges as its mirror image: after it has left,
    /// a track goes on as if reflected, which tells as well what its mirror image would bring into the grid.
    fn mirrored(&mut self, cell: u32, energy: f64);
    /// A particle at the border of another tissue, where the track does not hold any more.
    fn crosses(&mut self, particle: Particle);
}

/// Where tracks are laid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'a> {
    medium: &'a VoxelMedium,
    tissues: &'a Tissues,
    lattice: Lattice,
}

/// A place on the way.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// cm
    position: Vector,
    voxel: Voxel,
    cell: u32,
    /// g/cm3
    density: f64,
    tissue: u8,
    /// Centre of the voxel, cm.
    centre: Vector,
    /// Axes of the track.
    frame: [Vector; 3],
    /// Whether the track has left the grid.
    beyond: bool,
}

/// What became of a piece.
enum Passage {
    /// It ends in the grid.
    Whole,
    /// It enters another tissue after this share of it.
    Crosses(f64),
}

impl Place {
    fn stays(&self, energy: f64, listener: &mut impl Listener) {
        if self.beyond {
            listener.mirrored(self.cell, energy);
        } else {
            listener.stays(self.cell, energy);
        }
    }
}

impl<'a> Ground<'a> {
    pub(super) fn new(medium: &'a VoxelMedium, tissues: &'a Tissues) -> Self {
        Self { medium, tissues, lattice: Lattice::new(medium.sides()) }
    }

    /// Lays a track from a position (cm) in a voxel of its tissue, its axes along `frame`.
    pub(super) fn lay(
        &self,
        track: &[Piece],
        charge: Charge,
        frame: &[Vector; 3],
        voxel: Voxel,
        position: Vector,
        listener: &mut impl Listener,
    ) {
        if let Some(place) = self.place(voxel, position, *frame) {
            self.branch(track, charge, place, listener);
        }
    }

    fn place(&self, voxel: Voxel, position: Vector, frame: [Vector; 3]) -> Option<Place> {
        let cell = self.medium.offset(voxel)?;
        let here = self.medium.voxel(cell);
        Some(Place {
            position,
            voxel,
            cell: cell as u32,
            density: here.density,
            tissue: self.tissues.of_material(here.material),
            centre: self.lattice.centre(voxel),
            frame,
            beyond: false,
        })
    }

    fn branch(&self, pieces: &[Piece], charge: Charge, mut place: Place, listener: &mut impl Listener) {
        let Some(opening) = pieces.first() else { return };
        let clearance = self.lattice.clearance(place.position, place.centre);
        if f64::from(opening.reach) <= clearance * place.density {
            return place.stays(f64::from(opening.rest), listener);
        }
        let mut energy = f64::from(opening.energy);
        let mut held = 0.0;
        let mut index = 1;
        while let Some(piece) = pieces.get(index) {
            if piece.branch > 0 {
                let last = index + piece.branch as usize;
                self.branch(&pieces[index..=last], Charge::Electron, place, listener);
                energy -= f64::from(piece.energy);
                index = last + 1;
                continue;
            }
            let way = piece.along(&place.frame);
            let deposit = f64::from(piece.deposit);
            let target = advance(place.position, way, 1.0 / place.density);
            let mut clearance = self.lattice.clearance(target, place.centre);
            if clearance > 0.0 {
                place.position = target;
                held += deposit;
            } else {
                match self.pass(&mut place, way, piece, &mut held, listener) {
                    Passage::Whole => clearance = self.lattice.clearance(place.position, place.centre),
                    // Beyond the grid, tissues are none of our business.
                    Passage::Crosses(_) if place.beyond => return,
                    Passage::Crosses(share) => {
                        return listener.crosses(Particle {
                            species: Species::Charged(charge),
                            energy: energy - share * deposit,
                            position: place.position,
                            direction: normalise(way),
                            voxel: place.voxel,
                        });
                    }
                }
            }
            if f64::from(piece.reach) <= clearance * place.density {
                held += f64::from(piece.rest);
                break;
            }
            energy = f64::from(piece.energy);
            index += 1;
        }
        place.stays(held, listener);
    }

    /// Follows a piece through the faces it crosses (Amanatides & Woo, Eurographics 1987), its way a mass thickness and the
    /// energy spread evenly along it. What is held is handed over with each cell that is left.
    fn pass(
        &self,
        place: &mut Place,
        mut way: Vector,
        piece: &Piece,
        held: &mut f64,
        listener: &mut impl Listener,
    ) -> Passage {
        let sides = self.lattice.sides;
        let deposit = f64::from(piece.deposit);
        let mut passed = 0.0;
        loop {
            let (mut share, mut axis) = (f64::INFINITY, 0);
            for n in 0..3 {
                if way[n] != 0.0 {
                    let face = f64::from(place.voxel[n] + i32::from(way[n] > 0.0)) * sides[n];
                    let here = ((face - place.position[n]) / way[n] * place.density).max(0.0);
                    if here < share {
                        (share, axis) = (here, n);
                    }
                }
            }
            let left = 1.0 - passed;
            if share >= left {
                place.position = advance(place.position, way, left / place.density);
                *held += left * deposit;
                return Passage::Whole;
            }
            *held += share * deposit;
            passed += share;
            place.stays(std::mem::take(held), listener);
            let mut position = advance(place.position, way, share / place.density);
            let mut voxel = place.voxel;
            let forward = way[axis] > 0.0;
            position[axis] = f64::from(voxel[axis] + i32::from(forward)) * sides[axis];
            voxel[axis] += if forward { 1 } else { -1 };
            let Some(next) = self.place(voxel, position, place.frame) else {
                if !place.beyond {
                    listener.escapes((1.0 - passed) * deposit + f64::from(piece.rest));
                    place.beyond = true;
                }
                place.position = position;
                way[axis] = -way[axis];
                place.frame.iter_mut().for_each(|direction| direction[axis] = -direction[axis]);
                continue;
            };
            let same = next.tissue == place.tissue;
            *place = Place { beyond: place.beyond, ..next };
            if !same {
                return Passage::Crosses(passed);
            }
        }
    }
}
