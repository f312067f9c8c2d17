//! A particle on its way. Method: `docs/methods/boundary-crossing.md`.

use crate::medium::Voxel;
use crate::vector::Vector;
use iodose_physics::Charge;

/// Photon, electron or positron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Species {
    Photon,
    Charged(Charge),
}

/// Position in cm along the index axes, with the voxel kept beside it so that rounding at a face cannot misplace it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Particle {
    pub(crate) species: Species,
    /// Kinetic energy, MeV.
    pub(crate) energy: f64,
    pub(crate) position: Vector,
    pub(crate) direction: Vector,
    pub(crate) voxel: Voxel,
}

impl Particle {
    /// Distance (cm) along the direction to the face where the voxel is left, and the axis of that face.
    #[inline]
    pub(crate) fn distance_to_face(&self, sides: [f64; 3]) -> (f64, usize) {
        let mut nearest = (f64::INFINITY, 0);
        for axis in 0..3 {
            let direction = self.direction[axis];
            if direction != 0.0 {
                let side = f64::from(self.voxel[axis] + i32::from(direction > 0.0)) * sides[axis];
                let distance = (side - self.position[axis]) / direction;
                if distance < nearest.0 {
                    nearest = (distance, axis);
                }
            }
        }
        (nearest.0.max(0.0), nearest.1)
    }

    /// Moves onto the face at `distance` along `axis` and into the voxel behind it.
    #[inline]
    pub(crate) fn cross_face(&mut self, distance: f64, axis: usize, sides: [f64; 3]) {
        self.position = crate::vector::advance(self.position, self.direction, distance);
        let forward = self.direction[axis] > 0.0;
        self.position[axis] = f64::from(self.voxel[axis] + i32::from(forward)) * sides[axis];
        self.voxel[axis] += if forward { 1 } else { -1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_straight_line_crosses_every_voxel_on_its_way() {
        let sides = [0.1, 0.2, 0.3];
        let mut particle = Particle {
            species: Species::Photon,
            energy: 1.0,
            position: [0.05, 0.05, 0.05],
            direction: crate::vector::normalise([1.0, -2.0, 0.5]),
            voxel: [0, 0, 0],
        };
        let start = particle.position;
        let mut length = 0.0;
        for _ in 0..50 {
            let (distance, axis) = particle.distance_to_face(sides);
            particle.cross_face(distance, axis, sides);
            length += distance;
        }
        for axis in 0..3 {
            assert_relative_eq!(
                particle.position[axis],
                start[axis] + length * particle.direction[axis],
                epsilon = 1e-12
            );
            let within = particle.position[axis] / sides[axis] - f64::from(particle.voxel[axis]);
            assert!((-1e-9..=1.0 + 1e-9).contains(&within), "axis {axis}: {within}");
        }
    }
}
