//! Collision stopping power, full and restricted.

use crate::constants::{COLLISION_FACTOR, ELECTRON_REST_ENERGY, beta_squared};
use crate::density_effect::DensityEffect;
use crate::material::electrons_per_gram;
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

    /// Deflection of the particle by the collisions that lose at most `cut` (MeV) each.
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
        let excitation = self.excitation_squared.sqrt() * ELECTRON_REST_ENERGY;
        let first = scale * per_loss * (1.0 + (cut / excitation).ln().max(0.0));
        DeflectionMoments { first, second: scale * per_loss * per_loss * cut }
    }

    /// All collision losses, MeV cm2/g, at a kinetic energy in MeV.
    pub fn collision(&self, charge: Charge, energy: f64) -> f64 {
        self.restricted(charge, energy, f64::INFINITY)
    }

    /// Collision losses of at most `cut` (MeV) each, MeV cm2/g.
    pub fn restricted(&self, charge: Charge, energy: f64, cut: f64) -> f64 {
        let tau = energy / ELECTRON_REST_ENERGY;
        let beta2 = beta_squared(energy);
        let eta = cut / ELECTRON_REST_ENERGY;
        let f = match charge {
            Charge::Electron => {
                let eta = eta.min(0.5 * tau);
                -1.0 - beta2
                    + ((tau - eta) * eta).ln()
                    + tau / (tau - eta)
                    + (0.5 * eta * eta + (2.0 * tau + 1.0) * (1.0 - eta / tau).ln()) / (tau + 1.0).powi(2)
            }
            Charge::Positron => {
                let eta = eta.min(tau);
                let y = 1.0 / (tau + 2.0);
                let (eta2, eta3) = (eta * eta, eta * eta * eta);
                (tau * eta).ln()
                    - beta2 / tau
                        * (tau + 2.0 * eta
                            - 1.5 * eta2 * y
                            - (eta - eta3 / 3.0) * y * y
                            - (0.5 * eta2 - tau * eta3 / 3.0 + 0.25 * eta2 * eta2) * y * y * y)
            }
        };
        let bracket =
            (2.0 * (tau + 2.0) / self.excitation_squared).ln() + f - self.density_effect.delta(beta2);
        COLLISION_FACTOR * self.electrons_per_gram / beta2 * bracket
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moller::gauss_legendre;
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
}
