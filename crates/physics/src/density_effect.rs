//! The density effect: the polarisation of the medium lowers the collision stopping power of fast electrons.
//! Equations: `docs/methods/density-effect-and-stopping-power.md`.

use crate::material::{Constituent, electrons_per_gram};
use crate::root::{bisect, newton_from_below};

/// Sternheimer's density-effect correction delta, evaluated exactly from the oscillators of the medium.
///
/// Source: Sternheimer, Seltzer, Berger, Phys. Rev. B 26 (1982) 6067, as ESTAR uses it (Berger, NISTIR
/// 4999, 1992). Each subshell n holds a share f_n of the electrons and is an oscillator of energy rho_s E_n, where E_n
/// is its binding energy and rho_s is fixed by the material's mean excitation energy. Valid for non-conductors.
#[derive(Clone, Debug)]
pub struct DensityEffect {
    /// hbar omega_p, eV
    plasma_energy: f64,
    oscillators: Vec<Oscillator>,
}

/// An electron shell of a medium as an oscillator that answers to one energy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Resonance {
    /// Share of all electrons.
    pub(crate) strength: f64,
    /// MeV
    pub(crate) energy: f64,
}

#[derive(Clone, Copy, Debug)]
struct Oscillator {
    strength: f64,
    /// (rho_s E_n / hbar omega_p)^2
    energy_squared: f64,
    /// energy_squared + 2/3 strength
    shifted_energy_squared: f64,
}

impl DensityEffect {
    /// For a composition at `density` (g/cm3) with mean excitation energy `mean_excitation_energy` (eV): (S3), (S4).
    pub(crate) fn new(constituents: &[Constituent<'_>], density: f64, mean_excitation_energy: f64) -> Self {
        let electrons = electrons_per_gram(constituents);
        // Plasma energy hbar omega_p in eV (ICRU Report 37, 1984).
        let plasma_energy = 28.816 * (density * electrons).sqrt();
        let shells: Vec<(f64, f64)> = constituents
            .iter()
            .flat_map(|c| {
                let per_electron = c.weight / c.element.atomic_weight / electrons;
                c.element.oscillators.iter().map(move |o| (o.electrons * per_electron, o.binding))
            })
            .collect();
        let oscillators_for = |adjustment: f64| -> Vec<Oscillator> {
            shells
                .iter()
                .map(|&(strength, binding)| {
                    let energy_squared = (adjustment * binding / plasma_energy).powi(2);
                    Oscillator {
                        strength,
                        energy_squared,
                        shifted_energy_squared: energy_squared + strength * 2.0 / 3.0,
                    }
                })
                .collect()
        };
        // ln I = sum f_n ln(shifted energy), increasing in the adjustment factor.
        let target = libm::log(mean_excitation_energy / plasma_energy);
        let adjustment = bisect(1e-3, 1e3, |adjustment| {
            let sum: f64 = oscillators_for(adjustment)
                .iter()
                .map(|o| 0.5 * o.strength * libm::log(o.shifted_energy_squared))
                .sum();
            sum - target
        });
        Self { plasma_energy, oscillators: oscillators_for(adjustment) }
    }

    /// The shells as oscillators: strengths sum to 1, and the mean of ln(energy) is ln I (S4).
    pub(crate) fn resonances(&self) -> impl Iterator<Item = Resonance> {
        self.oscillators.iter().map(|o| Resonance {
            strength: o.strength,
            energy: 1e-6 * self.plasma_energy * o.shifted_energy_squared.sqrt(),
        })
    }

    /// delta at beta^2 (S5), (S6); 0 below the energy where the medium cannot be polarised.
    pub fn delta(&self, beta_squared: f64) -> f64 {
        let target = 1.0 / beta_squared - 1.0;
        // Sums of f/(E^2 + l^2) and f/(E^2 + l^2)^2.
        let sums = |l_squared: f64| {
            self.oscillators.iter().fold((0.0, 0.0), |(first, second), o| {
                let inverse = 1.0 / (o.energy_squared + l_squared);
                (first + o.strength * inverse, second + o.strength * inverse * inverse)
            })
        };
        if sums(0.0).0 <= target {
            return 0.0;
        }
        // The inverse of the first sum is a harmonic mean of E^2 + l^2: concave, nearly straight, and 1/target at the root.
        let l_squared = newton_from_below(0.0, |l_squared| {
            let (first, second) = sums(l_squared);
            first * (first / target - 1.0) / second
        });
        let logarithms: f64 = self
            .oscillators
            .iter()
            .map(|o| o.strength * libm::log(1.0 + l_squared / o.shifted_energy_squared))
            .sum();
        (logarithms - l_squared * (1.0 - beta_squared)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::constants::beta_squared;
    use crate::{DensityEffect, Library};
    use approx::assert_abs_diff_eq;

    #[test]
    fn the_resonances_have_the_mean_excitation_energy() {
        let library = Library::embedded().unwrap();
        let bone = library.material("bone-compact").unwrap();
        let effect = DensityEffect::new(&bone.constituents(&library).unwrap(), 1.85, 91.9);
        let sum = |value: fn(super::Resonance) -> f64| effect.resonances().map(value).sum::<f64>();
        assert_abs_diff_eq!(sum(|r| r.strength), 1.0, epsilon = 1e-9);
        assert_abs_diff_eq!(sum(|r| r.strength * r.energy.ln()).exp(), 91.9e-6, epsilon = 1e-11);
    }

    #[test]
    fn water_agrees_with_icru_37() {
        let library = Library::embedded().unwrap();
        let water = library.material("water").unwrap();
        let effect = DensityEffect::new(&water.constituents(&library).unwrap(), 1.0, 75.0);
        // ESTAR (Berger et al., NISTIR 4999), liquid water: delta at 0.3, 1 and 2 MeV.
        assert_abs_diff_eq!(effect.delta(beta_squared(0.3)), 0.0, epsilon = 0.01);
        assert_abs_diff_eq!(effect.delta(beta_squared(1.0)), 0.2428, epsilon = 0.01);
        assert_abs_diff_eq!(effect.delta(beta_squared(2.0)), 0.8218, epsilon = 0.01);
    }
}
