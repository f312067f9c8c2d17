//! Photons scored along their whole way.

use crate::history::Walker;
use crate::medium::Medium;
use crate::particle::Particle;
use crate::reduced::ElectronShifts;
use crate::tables::{Interaction, MaterialTables, PhotonPlace};
use crate::vector::advance;

impl<'a, M: Medium> Walker<'a, M> {
    /// Moves a photon to its next interaction voxel by voxel and scores in each the energy that electrons are expected to
    /// take along the way through it; `None` if it has escaped.
    ///
    /// The track-length estimator of collision-free kerma (Lux & Koblinger 1991, Monte Carlo Particle Transport Methods, section
    /// 6.III): every voxel on the way scores, not only the one of the interaction. Kerma stands for the dose of the
    /// secondary electrons; see `docs/methods/variance-reduction.md` for what that neglects.
    pub(super) fn walk_to_interaction(
        &mut self,
        photon: &mut Particle,
        shifts: &ElectronShifts,
    ) -> Option<(&'a MaterialTables, f64, Interaction)> {
        let world = self.world;
        let place = PhotonPlace::of(photon.energy);
        let shift = shifts.draw(photon, &mut self.random);
        let mut depth = self.random.exponential();
        let mut line = Line::new(photon, world.lattice.sides);
        loop {
            let here = world.medium.substance(photon.voxel)?;
            let tables = &world.tables.materials[usize::from(here.material)];
            let total = tables.attenuation.total(place);
            let (axis, length) = line.to_face();
            let thickness = here.density * total * length;
            let arrives = depth < thickness;
            let length = if arrives { depth / (here.density * total) } else { length };
            let handed_over = line.travelled + shift.along * length;
            let position = advance(photon.position, photon.direction, handed_over);
            if let Some(cell) = shifts.cell(&shift, world, position, photon, here) {
                let transfer = tables.energy_transfer.at(place) * here.density * length;
                self.score.deposit(cell, shift.kept * transfer);
            }
            if arrives {
                photon.position = advance(photon.position, photon.direction, line.travelled + length);
                let target = self.random.uniform() * total;
                // Rounding may put the target on the total.
                let interaction =
                    tables.attenuation.interaction(place, target).unwrap_or(Interaction::Photoelectric);
                return Some((tables, here.density, interaction));
            }
            depth -= thickness;
            line.cross(axis);
            photon.voxel[axis] += line.step[axis];
        }
    }
}

/// A straight line through the lattice (Amanatides & Woo, Eurographics 1987).
struct Line {
    /// cm
    travelled: f64,
    /// Distance from the start to the next face across each axis, cm.
    next: [f64; 3],
    /// Distance between two faces across each axis, cm.
    spacing: [f64; 3],
    step: [i32; 3],
}

impl Line {
    fn new(photon: &Particle, sides: [f64; 3]) -> Self {
        let spacing = std::array::from_fn(|axis| (sides[axis] / photon.direction[axis]).abs());
        let step = photon.direction.map(|x| if x > 0.0 { 1 } else { -1 });
        let next = std::array::from_fn(|axis| {
            let face = f64::from(photon.voxel[axis] + i32::from(step[axis] > 0)) * sides[axis];
            let distance = (face - photon.position[axis]) / photon.direction[axis];
            // Along a face the line never crosses it.
            if distance.is_finite() { distance.max(0.0) } else { f64::INFINITY }
        });
        Self { travelled: 0.0, next, spacing, step }
    }

    /// The axis of the next face and the way to it.
    #[inline]
    fn to_face(&self) -> (usize, f64) {
        let [x, y, z] = self.next;
        let axis = if x < y {
            if x < z { 0 } else { 2 }
        } else if y < z {
            1
        } else {
            2
        };
        (axis, self.next[axis] - self.travelled)
    }

    #[inline]
    fn cross(&mut self, axis: usize) {
        self.travelled = self.next[axis];
        self.next[axis] += self.spacing[axis];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::particle::Species;
    use crate::vector::normalise;
    use approx::assert_relative_eq;

    #[test]
    fn the_line_meets_the_faces_that_the_particle_meets() {
        let sides = [0.1, 0.2, 0.3];
        for direction in [[1.0, -2.0, 0.5], [-0.3, 0.1, 0.9], [0.0, 0.0, -1.0], [0.0, 1.0, 1.0]] {
            let mut particle = Particle {
                species: Species::Photon,
                energy: 1.0,
                position: [0.05, 0.07, 0.11],
                direction: normalise(direction),
                voxel: [0, 0, 0],
            };
            let mut line = Line::new(&particle, sides);
            let mut way = 0.0;
            for _ in 0..40 {
                let (axis, length) = line.to_face();
                line.cross(axis);
                let (distance, found) = particle.distance_to_face(sides);
                assert_eq!(axis, found);
                assert_relative_eq!(length, distance, epsilon = 1e-12);
                way += distance;
                assert_relative_eq!(line.travelled, way, epsilon = 1e-12);
                particle.cross_face(distance, axis, sides);
            }
        }
    }
}
