//! What a sphere keeps of the energy emitted in it, from the dose around a point.

use crate::expected::{Expected, PublishedKernel};
use iodose_transport::Shell;
use std::f64::consts::PI;

/// Radius (cm) of a sphere of unit density.
pub(super) fn radius(mass: f64) -> f64 {
    libm::cbrt(3.0 * mass / (4.0 * PI))
}

/// Share of what is deposited between two distances (cm) from points of a sphere of radius `a` that lies in the sphere.
///
/// A point at distance r in a random direction from a random point of the sphere lies in it with probability
/// 1 - 3/4 (r/a) + 1/16 (r/a)^3 (Loevinger and Berman, MIRD Pamphlet 1 (1968): the geometric reduction factor).
fn stays(from: f64, to: f64, a: f64) -> f64 {
    const PARTS: usize = 8;
    let at = |n: usize| (from + (to - from) * (n as f64 + 0.5) / PARTS as f64) / a;
    let inside = |x: f64| if x < 2.0 { 1.0 - 0.75 * x + x.powi(3) / 16.0 } else { 0.0 };
    (0..PARTS).map(|n| inside(at(n))).sum::<f64>() / PARTS as f64
}

/// Energy (MeV per decay) that a sphere keeps of what is deposited in shells, and its relative standard uncertainty.
pub(super) fn absorbed(shells: &[Shell], mass: f64) -> (f64, f64) {
    let (mut sum, mut variance) = (0.0, 0.0);
    for shell in shells.iter().filter(|shell| shell.energy > 0.0) {
        let energy = shell.energy * stays(shell.inner, shell.outer, radius(mass));
        sum += energy;
        variance += (energy * shell.relative_uncertainty).powi(2);
    }
    (sum, variance.sqrt() / sum)
}

/// Absorbed fraction after a published kernel scaled to `range` (cm), and its relative standard uncertainty.
pub(super) fn fraction(kernel: &PublishedKernel, range: f64, mass: f64) -> (f64, f64) {
    let (mut sum, mut variance) = (0.0, 0.0);
    for &[from, to, f, u] in &kernel.shells {
        let share = (to - from) * stays(from * range, to * range, radius(mass));
        sum += f * share;
        variance += (u * share).powi(2);
    }
    (sum, variance.sqrt() / sum)
}

/// Electron energy of 131I (MeV per decay) that a sphere keeps, after the published kernels; `None` where one of the
/// tables is missing.
pub(super) fn iodine_electrons(expected: &Expected, mass: f64) -> Option<f64> {
    const PARTS: usize = 10;
    let sphere = &expected.sphere;
    let kernels: Vec<&PublishedKernel> = sphere
        .kernels
        .iter()
        .map(|part| expected.point_kernel.iter().find(|kernel| kernel.name == part.kernel))
        .collect::<Option<_>>()?;
    let [low, high] = kernels[..] else { return None };
    let kept = |energy: f64| {
        // Below the range table an electron comes no farther than 3 um.
        let Some(range) = range(expected, energy) else { return energy };
        let weight = (libm::log(energy / low.energy) / libm::log(high.energy / low.energy)).clamp(0.0, 1.0);
        energy * ((1.0 - weight) * fraction(low, range, mass).0 + weight * fraction(high, range, mass).0)
    };
    let (mut emitted, mut beta) = (0.0, 0.0);
    for pair in sphere.beta_spectrum.windows(2) {
        let ([e0, n0], [e1, n1]) = (pair[0], pair[1]);
        for part in 0..PARTS {
            let position = (part as f64 + 0.5) / PARTS as f64;
            let energy = e0 + (e1 - e0) * position;
            let particles = (n0 + (n1 - n0) * position) * (e1 - e0) / PARTS as f64;
            emitted += particles * energy;
            beta += particles * kept(energy);
        }
    }
    let lines: f64 = sphere.lines.iter().map(|&[energy, particles]| particles * kept(energy)).sum();
    Some(beta * sphere.beta_energy / emitted + lines)
}

/// CSDA range (cm) in water of unit density, from the table of expected values.
fn range(expected: &Expected, energy: f64) -> Option<f64> {
    let table = &expected.stopping_power.iter().find(|table| table.material == "water")?.rows;
    let above = table.partition_point(|row| row[0] < energy).max(1);
    let ([e0, _, r0], [e1, _, r1]) = (*table.get(above - 1)?, *table.get(above)?);
    (energy >= e0).then(|| r0 * libm::pow(r1 / r0, libm::log(energy / e0) / libm::log(e1 / e0)))
}

/// Photon energy (MeV per decay) absorbed in a sphere so small that attenuation does not count: the mean way out is
/// 3/4 of the radius.
pub(super) fn small_sphere_photons(expected: &Expected, mass: f64) -> f64 {
    let table = &expected.sphere.energy_absorption;
    let per_energy = |&[energy, particles]: &[f64; 2]| {
        let above = table.partition_point(|row| row[0] <= energy).clamp(1, table.len() - 1);
        let ([e0, m0], [e1, m1]) = (table[above - 1], table[above]);
        let fraction = libm::log(energy / e0) / libm::log(e1 / e0);
        energy * particles * libm::exp(libm::log(m0) + fraction * libm::log(m1 / m0))
    };
    0.75 * radius(mass) * expected.sphere.photons.iter().map(per_energy).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stays_in_a_large_sphere_and_nothing_in_a_small_one() {
        assert!((stays(0.0, 1.0, 1e6) - 1.0).abs() < 1e-6);
        assert_eq!(stays(2.0, 3.0, 1.0), 0.0);
        // The mean way out of a sphere is 3/4 of its radius: the area under the probability.
        let area: f64 =
            (0..200).map(|n| 0.01 * stays(0.01 * f64::from(n), 0.01 * f64::from(n + 1), 1.0)).sum();
        assert!((area - 0.75).abs() < 1e-4, "{area}");
    }

    #[test]
    fn the_electrons_of_iodine_carry_the_energy_of_icrp_107() {
        let expected = Expected::embedded().unwrap();
        let huge = iodine_electrons(&expected, 1e9).unwrap();
        // The kernel of 1 MeV lacks 0.3 % that leaves as bremsstrahlung.
        assert!((huge / expected.sphere.electron_energy - 1.0).abs() < 0.003, "{huge}");
        let small: Vec<f64> =
            [1e-3, 1e-2, 1e-1].iter().map(|&mass| iodine_electrons(&expected, mass).unwrap()).collect();
        assert!(small.is_sorted() && small[2] < 0.92 * huge, "{small:?}");
    }
}
