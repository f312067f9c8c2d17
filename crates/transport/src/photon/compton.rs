//! Coherent and incoherent scattering.

use crate::history::Walker;
use crate::medium::Medium;
use crate::particle::Particle;
use crate::random::Stream;
use crate::tables::MaterialTables;
use crate::vector::{advance, deflect, normalise};
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
            // By conservation of momentum.
            let recoil = || normalise(advance(before.direction.map(|x| x * energy), after, -scattered));
            self.release_electron(&before, lost, tables, density, |_| recoil());
        }
    }

    /// mu of coherent scattering: from the form factor, accepted by Thomson's (1 + cos^2 theta)/2.
    pub(super) fn coherent_deflection(&mut self, energy: f64, tables: &MaterialTables) -> f64 {
        loop {
            let mu = tables.scattering.form_factor.sample_mu(energy, self.random.uniform());
            let cosine = 1.0 - 2.0 * mu;
            if 2.0 * self.random.uniform() < 1.0 + cosine * cosine {
                return mu;
            }
        }
    }
}

/// Energy (MeV) of the scattered photon and mu = (1 - cos theta)/2, from the cross section of Klein & Nishina (Z. Phys.
/// 52 (1929) 853) times an acceptance `binding(mu)` of at most 1 (the incoherent scattering function S/Z).
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
    use crate::laws::chi_square;
    use approx::assert_relative_eq;

    /// Klein and Nishina's density over mu, without constants.
    fn density(energy: f64, mu: f64) -> f64 {
        let ratio = energy / ELECTRON_REST_ENERGY;
        let e = 1.0 / (1.0 + 2.0 * ratio * mu);
        let cosine = 1.0 - 2.0 * mu;
        e * e * (e + 1.0 / e - 1.0 + cosine * cosine)
    }

    #[test]
    fn angles_follow_klein_and_nishina() {
        for energy in [0.03, 0.364, 2.5] {
            let mut random = Stream::new(6, 6);
            let draw = || {
                let (scattered, mu) = klein_nishina(energy, &mut random, |_| 1.0);
                // Compton's formula ties the energy to the angle.
                let expected = energy / (1.0 + 2.0 * energy / ELECTRON_REST_ENERGY * mu);
                assert_relative_eq!(scattered, expected, max_relative = 1e-9);
                mu
            };
            let chi_square = chi_square(25, 300_000, draw, |mu| density(energy, mu));
            // 24 degrees of freedom: 51.2 is passed once in a thousand.
            assert!(chi_square < 51.2, "{energy} MeV: chi-square {chi_square}");
        }
    }
}
