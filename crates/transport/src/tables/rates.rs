//! What happens to an electron or positron of one energy per mass thickness of one material. Equations:
//! `docs/methods/electrons.md`, `docs/methods/multiple-scattering.md`.

use crate::tables::soft_loss::SoftLoss;
use crate::{Accuracy, EngineError};
use iodose_physics::{
    Bremsstrahlung, Charge, ElasticModel, HardCollisions, Library, Material, StoppingPower,
    WentzelDistribution,
};

/// The rates in one material for one charge, with the cuts of an accuracy.
pub(crate) struct EventRates<'a> {
    charge: Charge,
    accuracy: Accuracy,
    stopping: StoppingPower,
    elastic: ElasticModel<'a>,
    bremsstrahlung: Bremsstrahlung,
}

/// Rates (1/(g/cm2)) and the continuous loss (MeV cm2/g) at one energy, with the parameters of the events.
pub(crate) struct Rates {
    pub(crate) continuous_loss: f64,
    pub(crate) total_loss: f64,
    /// Loss to bremsstrahlung photons above the cut, MeV cm2/g.
    pub(crate) photon_loss: f64,
    pub(crate) hard_elastic: f64,
    pub(crate) soft_elastic: f64,
    pub(crate) hard_collision: f64,
    pub(crate) soft_collision: f64,
    pub(crate) bremsstrahlung: f64,
    pub(crate) screening: f64,
    pub(crate) soft_deflection: f64,
    pub(crate) soft_loss: SoftLoss,
}

impl Rates {
    pub(crate) fn sum(&self) -> f64 {
        self.hard_elastic
            + self.soft_elastic
            + self.hard_collision
            + self.soft_collision
            + self.bremsstrahlung
    }
}

impl<'a> EventRates<'a> {
    pub(crate) fn new(
        material: &Material,
        library: &'a Library,
        charge: Charge,
        accuracy: Accuracy,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            charge,
            accuracy,
            stopping: StoppingPower::new(material, library)?,
            elastic: ElasticModel::new(material, library)?,
            bremsstrahlung: Bremsstrahlung::new(material, library)?,
        })
    }

    /// At an energy (MeV): the continuous loss (E1), such that all losses add up (E2); collisions (E3), soft losses (E5b),
    /// photons (E6); hard (M4) and soft deflections (M6), which keep the first two moments of (M7).
    pub(crate) fn at(&self, energy: f64) -> Rates {
        let Self { charge, accuracy, stopping, elastic, bremsstrahlung } = self;
        let electrons = stopping.electrons_per_gram();
        let wentzel = WentzelDistribution::from_moments(elastic.moments(*charge, energy));
        let collision_cut = accuracy.collision_cut(energy);
        // Soft deflections: the fewest equal ones with both moments of the true ones,
        // n mu = M1 and n mu^2 = M2 (Franke & Prinja, Nucl. Sci. Eng. 149 (2005) 1; Lewis, Phys. Rev. 78 (1950) 526
        // shows that these two fix the mean position and its spread after any path).
        // Deflections by collisions below the cut count among them.
        let (first, second) = wentzel.moments_below(accuracy.elastic_cut);
        let inelastic = stopping.soft_deflection(*charge, energy, collision_cut);
        let (first, second) = (first + inelastic.first, second + inelastic.second);
        let hard = HardCollisions { charge: *charge, cut: collision_cut };
        // Soft losses: few, with the variance of the true ones and, where they are small enough, the skewness.
        let losses = stopping.losses(*charge, energy, collision_cut);
        // Below the mean excitation energy there is no 1/W^2 left to stand for.
        let least = (accuracy.soft_loss * energy).max(stopping.mean_excitation_energy()).min(collision_cut);
        let (soft_loss, soft_collision) = SoftLoss::from_moments(losses.spread, least);
        let local_radiation = bremsstrahlung.restricted_stopping_power(energy, accuracy.bremsstrahlung_cut);
        let radiation = bremsstrahlung.stopping_power(energy);
        let continuous_loss = losses.below_cut - soft_collision * soft_loss.mean() + local_radiation;
        Rates {
            continuous_loss,
            total_loss: losses.total + radiation,
            photon_loss: radiation - local_radiation,
            hard_elastic: wentzel.above(accuracy.elastic_cut),
            soft_elastic: first * first / second,
            hard_collision: hard.rate(energy, electrons),
            soft_collision,
            bremsstrahlung: bremsstrahlung.rate(energy, accuracy.bremsstrahlung_cut),
            screening: wentzel.screening,
            soft_deflection: second / first,
            soft_loss,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn continuous_and_discrete_losses_add_up_to_the_stopping_power() {
        let library = Library::embedded().unwrap();
        let material = library.material("water").unwrap();
        for charge in [Charge::Electron, Charge::Positron] {
            let coarse = Accuracy::default();
            let fine = Accuracy { collision_share: 0.005, soft_loss: 0.001, ..coarse };
            let loss = |accuracy: Accuracy| {
                let rates = EventRates::new(material, &library, charge, accuracy).unwrap();
                let r = rates.at(0.4);
                let hard = rates.stopping.collision(charge, 0.4)
                    - rates.stopping.restricted(charge, 0.4, accuracy.collision_cut(0.4));
                r.continuous_loss + r.soft_collision * r.soft_loss.mean() + hard
            };
            assert_relative_eq!(loss(coarse), loss(fine), max_relative = 1e-7);
        }
    }

    #[test]
    fn every_material_keeps_a_continuous_loss() {
        let library = Library::embedded().unwrap();
        for material in library.materials() {
            for charge in [Charge::Electron, Charge::Positron] {
                for accuracy in [Accuracy::default(), Accuracy::detailed()] {
                    let rates = EventRates::new(material, &library, charge, accuracy).unwrap();
                    for step in 0..120 {
                        let energy = 0.001 * 1.07f64.powi(step);
                        let rates = rates.at(energy);
                        let share = rates.continuous_loss / rates.total_loss;
                        assert!(
                            (0.1..1.0).contains(&share),
                            "{} {charge:?} {energy}: {share}",
                            material.name
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn soft_events_keep_both_transport_coefficients() {
        let library = Library::embedded().unwrap();
        let material = library.material("bone-cortical").unwrap();
        let rates = EventRates::new(material, &library, Charge::Electron, Accuracy::default()).unwrap();
        let cut = Accuracy::default().elastic_cut;
        for energy in [0.01, 0.1, 1.0] {
            let r = rates.at(energy);
            let moments = rates.elastic.moments(Charge::Electron, energy);
            // Mean mu and mu^2 of the hard deflections by averaging the sampler over its argument.
            const POINTS: usize = 100_000;
            let hard = |power: i32| -> f64 {
                let mean = (0..POINTS)
                    .map(|n| {
                        WentzelDistribution::sample_above(r.screening, cut, (n as f64 + 0.5) / POINTS as f64)
                    })
                    .map(|mu| mu.powi(power))
                    .sum::<f64>();
                r.hard_elastic * mean / POINTS as f64
            };
            let collision_cut = Accuracy::default().collision_cut(energy);
            let inelastic = rates.stopping.soft_deflection(Charge::Electron, energy, collision_cut);
            let first = hard(1) + r.soft_elastic * r.soft_deflection - inelastic.first;
            let second = hard(2) + r.soft_elastic * r.soft_deflection.powi(2) - inelastic.second;
            assert_relative_eq!(2.0 * first, moments.first_transport, max_relative = 1e-4);
            assert_relative_eq!(6.0 * (first - second), moments.second_transport, max_relative = 1e-4);
        }
    }
}
