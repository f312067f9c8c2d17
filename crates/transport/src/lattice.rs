//! The regular lattice that voxels lie on. Equations: `docs/methods/units-and-frames.md`.

use crate::medium::Voxel;
use crate::vector::Vector;

/// Sides of the voxels, with what follows from them kept beside: a multiplication takes a tenth of the time of a
/// division.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lattice {
    /// cm
    pub(crate) sides: [f64; 3],
    half_sides: [f64; 3],
    /// 1/cm
    inverse: [f64; 3],
}

impl Lattice {
    pub(crate) fn new(sides: [f64; 3]) -> Self {
        Self { sides, half_sides: sides.map(|side| 0.5 * side), inverse: sides.map(|side| 1.0 / side) }
    }

    /// The voxel that a position (cm) lies in (U2).
    #[inline]
    pub(crate) fn voxel_at(&self, position: Vector) -> Voxel {
        std::array::from_fn(|axis| floor(position[axis] * self.inverse[axis]))
    }

    /// The centre of a voxel, cm (U2).
    #[inline]
    pub(crate) fn centre(&self, voxel: Voxel) -> Vector {
        std::array::from_fn(|axis| f64::from(voxel[axis]) * self.sides[axis] + self.half_sides[axis])
    }

    /// Distance (cm) from a position to the nearest face of the voxel with this centre; not above 0 outside.
    #[inline]
    pub(crate) fn clearance(&self, position: Vector, centre: Vector) -> f64 {
        let [x, y, z] =
            std::array::from_fn(|axis| self.half_sides[axis] - (position[axis] - centre[axis]).abs());
        lesser(lesser(x, y), z)
    }
}

/// The lesser of two numbers; `f64::min` takes five instructions in place of one to ignore a NaN.
#[inline]
pub(crate) fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The largest integer that is not above `x`: without the call that `f64::floor` is where the processor's oldest
/// instruction set must do.
#[inline]
fn floor(x: f64) -> i32 {
    let towards_zero = x as i32;
    towards_zero.saturating_sub(i32::from(x < f64::from(towards_zero)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_nearest_face_is_found_on_either_side() {
        let lattice = Lattice::new([1.0, 2.0, 4.0]);
        let centre = lattice.centre([0, -1, 2]);
        assert_eq!(centre, [0.5, -1.0, 10.0]);
        for (position, expected) in [
            ([0.5, -1.0, 10.0], 0.5),
            ([0.4, -1.9, 11.0], 0.1),
            ([0.7, -0.5, 8.2], 0.2),
            ([0.5, 0.3, 9.0], -0.3),
        ] {
            assert_relative_eq!(lattice.clearance(position, centre), expected, max_relative = 1e-12);
        }
    }

    #[test]
    fn positions_on_both_sides_of_the_origin_find_their_voxel() {
        let lattice = Lattice::new([0.5, 0.25, 2.0]);
        assert_eq!(lattice.voxel_at([0.0, 0.1, -0.1]), [0, 0, -1]);
        assert_eq!(lattice.voxel_at([-0.5, -0.26, 4.0]), [-1, -2, 2]);
        assert_eq!(lattice.voxel_at([1e300, f64::NEG_INFINITY, 1.9]), [i32::MAX, i32::MIN, 0]);
    }
}
