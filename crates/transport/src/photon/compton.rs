//! Coherent and incoherent scattering. Equations: `docs/methods/photons.md`.

use crate::history::Walker;
use crate::medium::Medium;
use crate::particle::Particle;
use crate::random::Stream;
use crate::tables::{MaterialTables, PhotonScattering};
use crate::vector::{Vector, advance, deflect, normalise};
use iodose_physics::constants::ELECTRON_REST_ENERGY;

impl<M: Medium> Walker<'_, M> {
    /// Compton scattering on a bound electron at rest; the recoil electron is released. The binding energy and the
    /// momentum of the electron (Doppler broadening) are neglected.
    pub(super) fn scatter_incoherently(
        &mut self,
        photon: &mut Particle,
        tables: &MaterialTables,
        density: f64,
    ) {
        let before = *photon;
        let energy = before.energy;
        let (scattered, mu) =
            klein_nishina(energy, &mut self.random, |mu| tables.scattering.scattering_function(energy, mu));
        photon.energy = scattered;
        photon.direction = deflect(before.direction, mu, &mut self.random);
        let after = photon.direction;
        let lost = energy - scattered;
        if lost > 0.0 {
            let recoil = || recoil(before.direction, energy, after, scattered);
            self.release_electron(&before, lost, tables, density, |_| recoil());
        }
    }
}

/// Direction of an electron that takes what a photon loses, from the photon's directions and energies before and after:
/// by conservation of momentum.
pub(super) fn recoil(before: Vector, energy: f64, after: Vector, scattered: f64) -> Vector {
    normalise(advance(before.map(|x| x * energy), after, -scattered))
}

/// mu of coherent scattering (P2b): from the form factor, accepted by Thomson's (1 + cos^2 theta)/2.
pub(super) fn coherent_deflection(energy: f64, scattering: &PhotonScattering, random: &mut Stream) -> f64 {
    loop {
        let mu = scattering.form_factor.sample_mu(energy, random.uniform());
        let cosine = 1.0 - 2.0 * mu;
        if 2.0 * random.uniform() < 1.0 + cosine * cosine {
            return mu;
        }
    }
}

/// Energy (MeV) of the scattered photon and mu = (1 - cos theta)/2 (P3), from the cross section of Klein & Nishina
/// (Z. Phys. 52 (1929) 853) times an acceptance `binding(mu)` of at most 1 (the incoherent scattering function S/Z).
///
/// Drawn by the rejection of Kahn (Applications of Monte Carlo, AECU-3259, RAND, 1956): with a = E/m c^2 and
/// the ratio x = E/E' over [1, 1 + 2a], the two terms of the cross section come from a uniform x and a uniform 1/x.
pub(super) fn klein_nishina(energy: f64, random: &mut Stream, binding: impl Fn(f64) -> f64) -> (f64, f64) {
    let ratio = energy / ELECTRON_REST_ENERGY;
    let largest = 1.0 + 2.0 * ratio;
    let first_share = largest / (largest + 8.0);
    loop {
        let (choice, uniform) = (random.uniform(), random.uniform());
        let (x, t, accept);
        if choice < first_share {
            x = 1.0 + 2.0 * ratio * uniform;
            // 1 - cos theta
            t = 2.0 * uniform;
            accept = 4.0 * (x - 1.0) / (x * x);
        } else {
            x = largest / (1.0 + 2.0 * ratio * uniform);
            t = ((x - 1.0) / ratio).min(2.0);
            accept = 0.5 * ((1.0 - t) * (1.0 - t) + 1.0 / x);
        }
        let mu = 0.5 * t;
        if random.uniform() < accept * binding(mu) {
            return (energy / x, mu);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::published::Atom;
    use crate::laws::{Law, Trial, even, geometric};
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use iodose_physics::constants::PLANCK_TIMES_C;

    /// Klein and Nishina's density over mu, without constants.
    fn klein_nishina_density(energy: f64, mu: f64) -> f64 {
        let e = 1.0 / (1.0 + 2.0 * energy / ELECTRON_REST_ENERGY * mu);
        let cosine = 1.0 - 2.0 * mu;
        e * e * (e + 1.0 / e - 1.0 + cosine * cosine)
    }

    /// Share of its tries that Kahn's rejection accepts, from the integrals of its two acceptances.
    fn efficiency(energy: f64) -> f64 {
        let ratio = energy / ELECTRON_REST_ENERGY;
        let largest = 1.0 + 2.0 * ratio;
        let first = 4.0 * (largest.ln() + 1.0 / largest - 1.0) / (2.0 * ratio);
        let cosine = |y: f64| 1.0 - (1.0 / y - 1.0) / ratio;
        let second =
            Law::new(even(1.0 / largest, 1.0, 100), |_| 1.0).mean(|y| 0.5 * (cosine(y) * cosine(y) + y));
        (largest * first + 8.0 * second) / (largest + 8.0)
    }

    fn scattering(material: &str) -> PhotonScattering {
        let library = crate::laws::published::library();
        PhotonScattering::new(library.material(material).unwrap(), &library).unwrap()
    }

    #[test]
    fn angles_follow_klein_and_nishina() {
        for energy in [0.001, 0.03, 0.15, 0.364, 1.0, 2.9] {
            let trial = Trial::new(6, 100_000, |random| {
                let (scattered, mu) = klein_nishina(energy, random, |_| 1.0);
                // Compton's formula ties the energy to the angle.
                let expected = energy / (1.0 + 2.0 * energy / ELECTRON_REST_ENERGY * mu);
                assert_relative_eq!(scattered, expected, max_relative = 1e-9);
                mu
            });
            trial.follows(&Law::new(even(0.0, 1.0, 50), |mu| klein_nishina_density(energy, mu)));
            trial.takes(3.0 / efficiency(energy));
        }
    }

    #[test]
    fn bound_electrons_scatter_less_forward() {
        for (material, atoms) in [("water", &Atom::WATER[..]), ("iodine", &Atom::IODINE)] {
            let scattering = scattering(material);
            let electrons: f64 = atoms.iter().map(|(atom, count)| count * f64::from(atom.0)).sum();
            let tables: Vec<_> =
                atoms.iter().map(|(atom, count)| (atom.scattering_function(), count)).collect();
            for energy in [0.005, 0.03, 0.364, 2.9] {
                let bound = |mu: f64| {
                    let x = energy / PLANCK_TIMES_C * mu.sqrt();
                    tables.iter().map(|(table, count)| *count * table.at(x)).sum::<f64>() / electrons
                };
                let trial = Trial::new(7, 100_000, |random| {
                    klein_nishina(energy, random, |mu| scattering.scattering_function(energy, mu)).1
                });
                let edges = || [vec![0.0], geometric(1e-6, 1.0, 400)].concat();
                trial.follows(&Law::new(edges(), |mu| klein_nishina_density(energy, mu) * bound(mu)));
                let accepted = Law::new(edges(), |mu| klein_nishina_density(energy, mu)).mean(bound);
                trial.takes(3.0 / (efficiency(energy) * accepted));
            }
        }
    }

    #[test]
    fn photon_and_recoil_electron_keep_energy_and_momentum() {
        let before = [0.6, 0.0, -0.8];
        for energy in [0.001, 0.364, 2.9] {
            let mut random = Stream::new(1, 2);
            for _ in 0..1000 {
                let (scattered, mu) = klein_nishina(energy, &mut random, |_| 1.0);
                let after = deflect(before, mu, &mut random);
                let electron = recoil(before, energy, after, scattered);
                // An electron at rest takes the energy; its momentum, in MeV/c, is that of its mass.
                let kinetic = energy - scattered;
                let momentum = (kinetic * (kinetic + 2.0 * ELECTRON_REST_ENERGY)).sqrt();
                for axis in 0..3 {
                    let sum = scattered * after[axis] + momentum * electron[axis];
                    assert_abs_diff_eq!(sum, energy * before[axis], epsilon = 1e-7 * energy);
                }
            }
        }
    }

    #[test]
    fn coherent_angles_follow_form_factor_and_thomson() {
        for (material, atoms) in [("water", &Atom::WATER[..]), ("iodine", &Atom::IODINE)] {
            let scattering = scattering(material);
            let tables: Vec<_> = atoms.iter().map(|(atom, count)| (atom.form_factor(), count)).collect();
            for energy in [0.002, 0.03, 0.364, 2.9] {
                let largest = energy / PLANCK_TIMES_C;
                // Over the momentum transfer x, in which the form factor is smooth: d mu ~ x dx.
                let form_factor = |x: f64| {
                    2.0 * x * tables.iter().map(|(table, count)| *count * table.at(x).powi(2)).sum::<f64>()
                };
                let thomson = |x: f64| 0.5 * (1.0 + (1.0 - 2.0 * (x / largest).powi(2)).powi(2));
                let edges = || [vec![0.0], geometric(0.001, largest, 400)].concat();
                let trial = Trial::new(8, 100_000, |random| {
                    largest * coherent_deflection(energy, &scattering, random).sqrt()
                });
                trial.follows(&Law::new(edges(), |x| form_factor(x) * thomson(x)));
                trial.takes(2.0 / Law::new(edges(), form_factor).mean(thomson));
            }
        }
    }
}
