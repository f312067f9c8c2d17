//! Collision stopping power, full and restricted, and what soft collisions do beside it. Equations:
//! `docs/methods/density-effect-and-stopping-power.md`, `docs/methods/electrons.md`, `docs/methods/multiple-scattering.md`.

use crate::constants::{COLLISION_FACTOR, ELECTRON_REST_ENERGY, beta_squared};
use crate::density_effect::{DensityEffect, Resonance};
use crate::material::electrons_per_gram;
use crate::moller::RutherfordRatio;
use crate::{HardCollisions, Library, Material, PhysicsError};

/// Electron or positron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Charge {
    /// e-
    Electron,
    /// e+
    Positron,
}

/// First and second moments of mu = (1 - cos theta)/2 per mass thickness, 1/(g/cm2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeflectionMoments {
    /// Integral of mu.
    pub first: f64,
    /// Integral of mu^2.
    pub second: f64,
}

/// Second and third moments of the energy lost per mass thickness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossMoments {
    /// Integral of W^2, MeV^2/(g/cm2): the variance grown per mass thickness.
    pub second: f64,
    /// Integral of W^3, MeV^3/(g/cm2).
    pub third: f64,
}

/// What collisions take per mass thickness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CollisionLosses {
    /// All losses, MeV cm2/g.
    pub total: f64,
    /// Losses of at most the cut each, MeV cm2/g.
    pub below_cut: f64,
    /// How these spread.
    pub spread: LossMoments,
}

/// Mean energy lost in collisions per mass thickness.
///
/// Bethe's formula as evaluated by Berger & Seltzer (ICRU Report 37, 1984), without shell
/// corrections, as in ESTAR. Published for 10 keV and above; below it is the same formula continued.
#[derive(Clone, Debug)]
pub struct StoppingPower {
    electrons_per_gram: f64,
    /// (I / m c2)^2
    excitation_squared: f64,
    density_effect: DensityEffect,
}

impl StoppingPower {
    /// For a material, its density effect at its nominal density, or at the one its entry states for it.
    pub fn new(material: &Material, library: &Library) -> Result<Self, PhysicsError> {
        let constituents = material.constituents(library)?;
        let density = material.density_effect_density.unwrap_or(material.nominal_density);
        Ok(Self {
            electrons_per_gram: electrons_per_gram(&constituents),
            excitation_squared: (material.mean_excitation_energy * 1e-6 / ELECTRON_REST_ENERGY).powi(2),
            density_effect: DensityEffect::new(&constituents, density, material.mean_excitation_energy),
        })
    }

    /// Mol of electrons per gram, sum of w Z/A.
    pub fn electrons_per_gram(&self) -> f64 {
        self.electrons_per_gram
    }

    /// Mean excitation energy I, MeV.
    pub fn mean_excitation_energy(&self) -> f64 {
        self.excitation_squared.sqrt() * ELECTRON_REST_ENERGY
    }

    /// Deflection of the particle by the collisions that lose at most `cut` (MeV) each (M5b).
    ///
    /// An electron at rest that takes W turns the particle by mu = W m c2 / (2 E (E + 2 m c2)), to first order in W/E.
    /// Close collisions of an oscillator follow 1/W^2 from its energy to the cut, so that over all oscillators
    /// integral of W is ln(cut/I); distant longitudinal ones, in which the recoil energy Q follows 1/Q up to W, add 1
    /// (Liljequist, J. Phys. D 16 (1983) 1567; Salvat, PENELOPE-2018, on inelastic collisions). Both in the units of the Moller
    /// cross section. Distant transverse collisions do not deflect.
    pub fn soft_deflection(&self, charge: Charge, energy: f64, cut: f64) -> DeflectionMoments {
        let per_loss = ELECTRON_REST_ENERGY / (2.0 * energy * (energy + 2.0 * ELECTRON_REST_ENERGY));
        let scale = COLLISION_FACTOR * self.electrons_per_gram / beta_squared(energy);
        let cut = cut.min(HardCollisions { charge, cut }.largest_loss(energy));
        let first = scale * per_loss * (1.0 + libm::log(cut / self.mean_excitation_energy()).max(0.0));
        DeflectionMoments { first, second: scale * per_loss * per_loss * cut }
    }

    /// The spread of the losses in collisions below `cut` (MeV), and in the resonances of inner shells wherever they
    /// lie (E5).
    ///
    /// Generalised oscillator strengths of Sternheimer and Liljequist (Liljequist, J. Phys. D 16 (1983) 1567; Salvat,
    /// PENELOPE-2018, NEA/MBDAV/R(2019)1, section 3.2): a shell of strength f and resonance W_k loses W in close collisions
    /// by Moller's or Bhabha's law from W_k to the cut, and W_k in distant ones. Shells with W_k above half the energy
    /// take no part.
    pub fn soft_losses(&self, charge: Charge, energy: f64, cut: f64) -> LossMoments {
        self.moments(charge, energy, cut, self.density_effect.delta(beta_squared(energy)))
    }

    fn moments(&self, charge: Charge, energy: f64, cut: f64, delta: f64) -> LossMoments {
        let highest = cut.min(HardCollisions { charge, cut }.largest_loss(energy));
        let beta2 = beta_squared(energy);
        let transverse = (-libm::log(1.0 - beta2) - beta2 - delta).max(0.0);
        let ratio = RutherfordRatio::new(charge, energy);
        let to_cut = ratio.moments(highest / energy);
        let (mut second, mut third) = (0.0, 0.0);
        for Resonance { strength, energy: resonance } in self.density_effect.resonances() {
            if resonance > 0.5 * energy {
                continue;
            }
            let distant = strength * resonance * (longitudinal(energy, resonance) + transverse);
            second += distant;
            third += distant * resonance;
            // Hard collisions take all electrons as free; what a shell above the cut has no part in is taken back here.
            let to_resonance = ratio.moments(resonance / energy);
            second += strength * energy * (to_cut[0] - to_resonance[0]);
            third += strength * energy * energy * (to_cut[1] - to_resonance[1]);
        }
        let scale = COLLISION_FACTOR * self.electrons_per_gram / beta2;
        LossMoments { second: scale * second, third: scale * third }
    }

    /// All collision losses, MeV cm2/g, at a kinetic energy in MeV (S1).
    pub fn collision(&self, charge: Charge, energy: f64) -> f64 {
        self.restricted(charge, energy, f64::INFINITY)
    }

    /// Collision losses of at most `cut` (MeV) each, MeV cm2/g: (S1) with (S2a) for electrons, (S2b) for positrons.
    pub fn restricted(&self, charge: Charge, energy: f64, cut: f64) -> f64 {
        self.mean(charge, energy, cut, self.density_effect.delta(beta_squared(energy)))
    }

    /// [`Self::collision`], [`Self::restricted`] and [`Self::soft_losses`] in one, which share the density effect.
    pub fn losses(&self, charge: Charge, energy: f64, cut: f64) -> CollisionLosses {
        let delta = self.density_effect.delta(beta_squared(energy));
        CollisionLosses {
            total: self.mean(charge, energy, f64::INFINITY, delta),
            below_cut: self.mean(charge, energy, cut, delta),
            spread: self.moments(charge, energy, cut, delta),
        }
    }

    /// (S1) for losses of at most `cut`, with the density effect `delta`.
    fn mean(&self, charge: Charge, energy: f64, cut: f64, delta: f64) -> f64 {
        let tau = energy / ELECTRON_REST_ENERGY;
        let beta2 = beta_squared(energy);
        let eta = cut / ELECTRON_REST_ENERGY;
        let f = match charge {
            Charge::Electron => {
                let eta = eta.min(0.5 * tau);
                -1.0 - beta2
                    + libm::log((tau - eta) * eta)
                    + tau / (tau - eta)
                    + (0.5 * eta * eta + (2.0 * tau + 1.0) * libm::log(1.0 - eta / tau)) / (tau + 1.0).powi(2)
            }
            Charge::Positron => {
                let eta = eta.min(tau);
                let y = 1.0 / (tau + 2.0);
                let (eta2, eta3) = (eta * eta, eta * eta * eta);
                libm::log(tau * eta)
                    - beta2 / tau
                        * (tau + 2.0 * eta
                            - 1.5 * eta2 * y
                            - (eta - eta3 / 3.0) * y * y
                            - (0.5 * eta2 - tau * eta3 / 3.0 + 0.25 * eta2 * eta2) * y * y * y)
            }
        };
        let bracket = libm::log(2.0 * (tau + 2.0) / self.excitation_squared) + f - delta;
        COLLISION_FACTOR * self.electrons_per_gram / beta2 * bracket
    }
}

/// Distant longitudinal collisions with an oscillator of energy `loss` (MeV): the first logarithm of (E5).
fn longitudinal(energy: f64, loss: f64) -> f64 {
    let (recoil, rest) = (least_recoil_energy(energy, loss), 2.0 * ELECTRON_REST_ENERGY);
    libm::log(loss * (recoil + rest) / (recoil * (loss + rest)))
}

/// Recoil energy (MeV) of a free electron at rest that takes the momentum an electron of `energy` (MeV) must lose at
/// least to lose `loss` (MeV), Q of (E5): when it goes straight on.
fn least_recoil_energy(energy: f64, loss: f64) -> f64 {
    let momentum = |kinetic: f64| (kinetic * (kinetic + 2.0 * ELECTRON_REST_ENERGY)).sqrt();
    // The difference of the momenta from that of their squares, so that a small loss keeps its digits.
    let squares = loss * (2.0 * energy - loss + 2.0 * ELECTRON_REST_ENERGY);
    let transfer = squares / (momentum(energy) + momentum(energy - loss));
    let square = transfer * transfer;
    square / (ELECTRON_REST_ENERGY + (square + ELECTRON_REST_ENERGY * ELECTRON_REST_ENERGY).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gauss_legendre;
    use approx::assert_relative_eq;

    fn water() -> StoppingPower {
        let library = Library::embedded().unwrap();
        StoppingPower::new(library.material("water").unwrap(), &library).unwrap()
    }

    #[test]
    fn water_agrees_with_estar() {
        // ESTAR (Berger et al., NISTIR 4999), collision stopping power of liquid water, MeV cm2/g.
        for (energy, expected) in [(0.01, 22.56), (0.1, 4.115), (0.3, 2.355), (1.0, 1.849), (2.0, 1.824)] {
            assert_relative_eq!(water().collision(Charge::Electron, energy), expected, max_relative = 2e-3);
        }
    }

    #[test]
    fn soft_and_hard_losses_add_up() {
        let stopping = water();
        for (charge, energy) in [(Charge::Electron, 0.6), (Charge::Positron, 0.6), (Charge::Electron, 2.0)] {
            let collisions = HardCollisions { charge, cut: 0.005 };
            let highest = collisions.largest_loss(energy);
            let hard = COLLISION_FACTOR * stopping.electrons_per_gram / beta_squared(energy)
                * gauss_legendre(collisions.cut.ln(), highest.ln(), |logarithm| {
                    collisions.ratio_to_rutherford(energy, logarithm.exp())
                });
            let sum = stopping.restricted(charge, energy, 0.005) + hard;
            assert_relative_eq!(sum, stopping.collision(charge, energy), max_relative = 1e-4);
        }
    }

    #[test]
    fn the_oscillators_add_up_to_bethes_stopping_power() {
        // Close and distant losses of the same oscillators, summed, are Bethe's formula for energies well above the
        // K shell: the variance rests on the oscillators that the mean loss confirms.
        let stopping = water();
        for energy in [0.05, 0.2, 1.0] {
            let beta2 = beta_squared(energy);
            let collisions = HardCollisions { charge: Charge::Electron, cut: 0.0 };
            let transverse = -(1.0 - beta2).ln() - beta2 - stopping.density_effect.delta(beta2);
            let sum: f64 = stopping
                .density_effect
                .resonances()
                .map(|Resonance { strength, energy: resonance }| {
                    let distant = longitudinal(energy, resonance);
                    let close = gauss_legendre(resonance.ln(), (0.5 * energy).ln(), |logarithm| {
                        collisions.ratio_to_rutherford(energy, logarithm.exp())
                    });
                    strength * (distant + transverse + close)
                })
                .sum();
            let oscillators = COLLISION_FACTOR * stopping.electrons_per_gram / beta2 * sum;
            assert_relative_eq!(
                oscillators,
                stopping.collision(Charge::Electron, energy),
                max_relative = 0.01
            );
        }
    }

    #[test]
    fn distant_collisions_add_some_of_the_straggling() {
        let stopping = water();
        let free = |energy: f64, cut: f64| {
            COLLISION_FACTOR * stopping.electrons_per_gram / beta_squared(energy) * cut
        };
        let moments = stopping.soft_losses(Charge::Electron, 0.1, 0.004);
        let second = moments.second / free(0.1, 0.004);
        assert!((1.1..1.6).contains(&second), "{second}");
        // Equal losses with both moments are smaller than the cut.
        let size = moments.third / moments.second;
        assert!((0.001..0.003).contains(&size), "{size}");
    }
}
