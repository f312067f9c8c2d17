//! Photoelectric absorption and pair production. Equations: `docs/methods/photons.md`.

use crate::history::Walker;
use crate::medium::Medium;
use crate::particle::{Particle, Species};
use crate::random::Stream;
use crate::tables::{BremsstrahlungSampler, MaterialTables};
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

    /// Pair production (triplets as pairs): both directions are drawn like that of a bremsstrahlung photon, from the
    /// leading term of their distribution (P5) (Baro et al., Radiat. Phys. Chem. 44 (1994) 531).
    pub(super) fn make_pair(&mut self, photon: &Particle) {
        let kinetic = photon.energy - 2.0 * ELECTRON_REST_ENERGY;
        if kinetic <= 0.0 {
            return self.deposit(photon.voxel, photon.energy);
        }
        for (charge, energy) in share_between_pair(kinetic, &mut self.random) {
            let mu = BremsstrahlungSampler::deflection(energy, &mut self.random);
            let direction = deflect(photon.direction, mu, &mut self.random);
            self.queue(Particle { species: Species::Charged(charge), energy, direction, ..*photon });
        }
        if !self.world.emitter.annihilation() {
            // The pair's rest energy is not followed: it stays here.
            self.deposit(photon.voxel, 2.0 * ELECTRON_REST_ENERGY);
        }
    }
}

/// Kinetic energies (MeV) of a pair that has `kinetic` together: shared uniformly, close to Bethe & Heitler's flat
/// spectrum below 3 MeV.
pub(super) fn share_between_pair(kinetic: f64, random: &mut Stream) -> [(Charge, f64); 2] {
    let share = random.uniform();
    [(Charge::Electron, kinetic * share), (Charge::Positron, kinetic * (1.0 - share))]
}

/// mu = (1 - cos theta)/2 of a photoelectron (P4), after Sauter, Ann. Phys. 403 (1931) 454, for the K shell.
pub(super) fn photoelectron_deflection(energy: f64, random: &mut Stream) -> f64 {
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
    use crate::laws::{Law, Trial, even, geometric};
    use approx::assert_relative_eq;

    #[test]
    fn photoelectrons_follow_sauter() {
        for energy in [1e-4, 0.005, 0.02, 0.2, ELECTRON_REST_ENERGY, 1.0, 2.9] {
            let gamma = 1.0 + energy / ELECTRON_REST_ENERGY;
            let beta = (1.0 - 1.0 / (gamma * gamma)).sqrt();
            // Sauter's formula as published, over the cosine.
            let density = |mu: f64| {
                let (cosine, slow) = (1.0 - 2.0 * mu, 1.0 - beta * (1.0 - 2.0 * mu));
                let across = (1.0 - cosine * cosine) / slow.powi(4);
                across * (1.0 + 0.5 * gamma * (gamma - 1.0) * (gamma - 2.0) * slow)
            };
            let trial = Trial::new(8, 100_000, |random| photoelectron_deflection(energy, random));
            let edges = || [vec![0.0], geometric(1e-6, 1.0, 100)].concat();
            trial.follows(&Law::new(edges(), density));
            // Two numbers a try; tries come from mu/(A + 2 mu)^3, the rest of the law over its value ahead accepts them.
            let tried = |mu: f64| mu / (1.0 / beta - 1.0 + 2.0 * mu).powi(3);
            let forward = density(1e-9) / tried(1e-9);
            let accepted = Law::new(edges(), tried).mean(|mu| density(mu) / tried(mu) / forward);
            trial.takes(2.0 / accepted);
        }
    }

    #[test]
    fn pairs_share_their_energy_uniformly_and_lose_none() {
        for kinetic in [0.01, 0.5, 2.0] {
            let trial = Trial::new(9, 100_000, |random| {
                let [(first, electron), (second, positron)] = share_between_pair(kinetic, random);
                assert_eq!((first, second), (Charge::Electron, Charge::Positron));
                assert_relative_eq!(electron + positron, kinetic, max_relative = 1e-15);
                electron
            });
            trial.follows(&Law::new(even(0.0, kinetic, 1), |_| 1.0));
            trial.takes(1.0);
        }
    }
}
