//! Photoelectric absorption and pair production.

use crate::history::Walker;
use crate::medium::Medium;
use crate::particle::{Particle, Species};
use crate::random::Stream;
use crate::tables::MaterialTables;
use crate::vector::deflect;
use iodose_physics::Charge;
use iodose_physics::constants::{ELECTRON_REST_ENERGY, beta_squared};

impl<M: Medium> Walker<'_, M> {
    /// Photoelectric absorption: a K photon may leave the atom, the electron takes the rest. The energy of Auger electrons
    /// goes with it: at most 4 keV in tissue and bone, whose range is under a micrometre. Photons of outer shells are neglected.
    pub(super) fn absorb(&mut self, photon: &Particle, tables: &MaterialTables, density: f64) {
        let mut energy = photon.energy;
        if let Some(line) = tables.fluorescence.sample(energy, &mut self.random) {
            energy -= line;
            let direction = self.random.isotropic();
            self.queue(Particle { energy: line, direction, ..*photon });
        }
        let direction = photon.direction;
        self.release_electron(photon, energy, tables, density, |random| {
            let mu = photoelectron_deflection(energy, random);
            deflect(direction, mu, random)
        });
    }

    /// Pair production (triplets as pairs): the kinetic energy is shared uniformly, close to Bethe & Heitler's flat
    /// spectrum below 3 MeV, and both directions are drawn as in [`Self::pair_deflection`].
    pub(super) fn make_pair(&mut self, photon: &Particle) {
        let kinetic = photon.energy - 2.0 * ELECTRON_REST_ENERGY;
        if kinetic <= 0.0 {
            return self.deposit(photon.voxel, photon.energy);
        }
        let share = self.random.uniform();
        for (charge, energy) in
            [(Charge::Electron, kinetic * share), (Charge::Positron, kinetic * (1.0 - share))]
        {
            let mu = self.pair_deflection(energy);
            let direction = deflect(photon.direction, mu, &mut self.random);
            self.queue(Particle { species: Species::Charged(charge), energy, direction, ..*photon });
        }
        if !self.world.emitter.annihilation() {
            // The pair's rest energy is not followed: it stays here.
            self.deposit(photon.voxel, 2.0 * ELECTRON_REST_ENERGY);
        }
    }

    /// mu of a pair's electron: the leading term 1/(1 - beta cos theta)^2 (Baro et al., Radiat. Phys. Chem. 44 (1994)
    /// 531).
    fn pair_deflection(&mut self, energy: f64) -> f64 {
        let beta = beta_squared(energy).sqrt();
        let xi = 2.0 * self.random.uniform() - 1.0;
        0.5 * (1.0 - (xi + beta) / (1.0 + xi * beta))
    }
}

/// mu = (1 - cos theta)/2 of a photoelectron, after Sauter, Ann. Phys. 403 (1931) 454, for the K shell: density
/// (2 - nu)/(A + nu)^3 [1/(A + nu) + g] nu over nu = 1 - cos theta, with A = 1/beta - 1.
fn photoelectron_deflection(energy: f64, random: &mut Stream) -> f64 {
    let gamma = 1.0 + energy / ELECTRON_REST_ENERGY;
    let beta = beta_squared(energy).sqrt();
    let a = 1.0 / beta - 1.0;
    let g = 0.5 * beta * gamma * (gamma - 1.0) * (gamma - 2.0);
    let bracket = |nu: f64| (2.0 - nu) * (1.0 / (a + nu) + g);
    let largest = bracket(0.0);
    loop {
        // Inverse of the integral of nu/(A + nu)^3.
        let xi = random.uniform();
        let nu = 2.0 * a / ((a + 2.0) * (a + 2.0) - 4.0 * xi) * (2.0 * xi + (a + 2.0) * xi.sqrt());
        if random.uniform() * largest < bracket(nu) {
            return (0.5 * nu).clamp(0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::chi_square;

    #[test]
    fn photoelectrons_follow_sauter() {
        for energy in [0.02, 0.2, 1.0] {
            let gamma = 1.0 + energy / ELECTRON_REST_ENERGY;
            let beta = beta_squared(energy).sqrt();
            // Sauter's formula as published, over the cosine.
            let density = |cosine: f64| {
                let across = (1.0 - cosine * cosine) / (1.0 - beta * cosine).powi(4);
                across * (1.0 + 0.5 * gamma * (gamma - 1.0) * (gamma - 2.0) * (1.0 - beta * cosine))
            };
            let mut random = Stream::new(8, 8);
            let draw = || photoelectron_deflection(energy, &mut random);
            let chi_square = chi_square(20, 300_000, draw, |mu| density(1.0 - 2.0 * mu));
            // 19 degrees of freedom: 43.8 is passed once in a thousand.
            assert!(chi_square < 43.8, "{energy} MeV: chi-square {chi_square}");
        }
    }
}
