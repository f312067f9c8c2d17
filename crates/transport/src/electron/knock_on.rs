//! Where two electrons go after a collision. Equations: `docs/methods/electrons.md`.

use crate::random::Stream;
use crate::vector::{Vector, deflect};
use iodose_physics::constants::ELECTRON_REST_ENERGY;

/// Directions of a particle of `energy` (MeV) that gave away `loss` (MeV), and of the electron that took it (E4b).
///
/// By conservation of energy and momentum with a free electron at rest (ICRU Report 37, 1984, section 3): both leave in
/// one plane, on opposite sides of the old direction.
pub(crate) fn directions_after(
    direction: Vector,
    energy: f64,
    loss: f64,
    random: &mut Stream,
) -> (Vector, Vector) {
    let (share, rest) = (loss / energy, 2.0 * ELECTRON_REST_ENERGY);
    let knock_on_cosine = (share * (energy + rest) / (loss + rest)).sqrt();
    let left = energy - loss;
    let primary_cosine =
        if left > 0.0 { ((left / energy) * (energy + rest) / (left + rest)).sqrt() } else { 1.0 };
    let knock_on = deflect(direction, 0.5 * (1.0 - knock_on_cosine), random);
    (mirror(direction, knock_on, primary_cosine), knock_on)
}

/// The direction at angle `cosine` to `axis` in the plane of `axis` and `other`, on the side away from `other`.
fn mirror(axis: Vector, other: Vector, cosine: f64) -> Vector {
    let along: f64 = (0..3).map(|n| axis[n] * other[n]).sum();
    let across: Vector = std::array::from_fn(|n| other[n] - along * axis[n]);
    let length = across.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length < 1e-12 {
        return axis;
    }
    let sine = (1.0 - cosine * cosine).max(0.0).sqrt();
    std::array::from_fn(|n| cosine * axis[n] - sine / length * across[n])
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn both_electrons_of_a_collision_keep_the_momentum() {
        // In units of m c.
        let momentum = |energy: f64| {
            let tau = energy / ELECTRON_REST_ENERGY;
            (tau * (tau + 2.0)).sqrt()
        };
        let axis = [0.0, 0.6, 0.8];
        let mut random = Stream::new(1, 2);
        // A positron may lose all.
        for (energy, loss) in
            [(0.8, 0.3), (0.8, 0.8), (0.01, 0.004), (0.01, 0.005), (2.9, 0.004), (2.9, 1.45)]
        {
            let (primary, knock_on) = directions_after(axis, energy, loss, &mut random);
            for n in 0..3 {
                let after = momentum(loss) * knock_on[n] + momentum(energy - loss) * primary[n];
                assert_abs_diff_eq!(after, momentum(energy) * axis[n], epsilon = 1e-9);
            }
        }
    }
}
