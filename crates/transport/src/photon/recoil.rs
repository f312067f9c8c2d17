//! The electrons that photons set in motion, as carriers of energy. Equations: `docs/methods/photons.md`.

use super::absorption::{photoelectron_deflection, share_between_pair};
use super::compton::{klein_nishina, recoil};
use crate::random::Stream;
use crate::tables::{BremsstrahlungSampler, Interaction, MaterialTables, PhotonPlace};
use iodose_physics::constants::ELECTRON_REST_ENERGY;

/// An electron of a photon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Recoil {
    /// Kinetic energy, MeV.
    pub(crate) energy: f64,
    /// (1 - cos theta)/2 of the angle to the photon's direction.
    pub(crate) mu: f64,
}

impl Recoil {
    /// An electron of a photon of `energy` (MeV), drawn with a probability proportional to the energy that it takes: where
    /// many are drawn, each stands for the same share of the kerma. By rejection of analog interactions, whose laws and
    /// neglects are those of [`super`]; a positron of a pair counts as an electron.
    pub(crate) fn by_energy(energy: f64, tables: &MaterialTables, random: &mut Stream) -> Self {
        let place = PhotonPlace::of(energy);
        loop {
            let target = random.uniform() * tables.attenuation.total(place);
            let (carried, recoil) = match tables.attenuation.interaction(place, target) {
                Some(Interaction::Coherent) => continue,
                Some(Interaction::Incoherent) => {
                    let recoil = Self::compton(energy, tables, random);
                    (recoil.energy, recoil)
                }
                Some(Interaction::Pair) => {
                    let kinetic = (energy - 2.0 * ELECTRON_REST_ENERGY).max(0.0);
                    let [(_, one), (_, other)] = share_between_pair(kinetic, random);
                    let chosen = if random.uniform() * kinetic < one { one } else { other };
                    let mu = BremsstrahlungSampler::deflection(chosen, random);
                    (kinetic, Self { energy: chosen, mu })
                }
                // Rounding may put the target on the total.
                Some(Interaction::Photoelectric) | None => {
                    let kinetic = energy - tables.fluorescence.sample(energy, random).unwrap_or(0.0);
                    (kinetic, Self { energy: kinetic, mu: photoelectron_deflection(kinetic, random) })
                }
            };
            if random.uniform() * energy < carried {
                return recoil;
            }
        }
    }

    fn compton(energy: f64, tables: &MaterialTables, random: &mut Stream) -> Self {
        let (scattered, mu) =
            klein_nishina(energy, random, |mu| tables.scattering.scattering_function(energy, mu));
        let cosine = 1.0 - 2.0 * mu;
        let sine = (1.0 - cosine * cosine).max(0.0).sqrt();
        let [.., along] = recoil([0.0, 0.0, 1.0], energy, [sine, 0.0, cosine], scattered);
        Self { energy: energy - scattered, mu: (0.5 - 0.5 * along).clamp(0.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Accuracy, Tables};
    use approx::assert_relative_eq;
    use iodose_physics::Library;

    #[test]
    fn electrons_drawn_by_energy_are_those_of_analog_interactions() {
        let library = Library::embedded().unwrap();
        let materials: Vec<_> =
            ["water", "bone-cortical"].map(|name| library.material(name).unwrap()).to_vec();
        let tables = Tables::new(&materials, &library, Accuracy::default()).unwrap();
        for tables in &tables.materials {
            for energy in [0.02, 0.08, 0.364, 0.7] {
                let mut random = Stream::new(4, 1);
                const DRAWN: usize = 40_000;
                let (mut sum, mut squares) = (0.0, 0.0);
                for _ in 0..DRAWN {
                    let recoil = Recoil::by_energy(energy, tables, &mut random);
                    assert!((0.0..=1.0).contains(&recoil.mu) && recoil.energy <= energy);
                    sum += recoil.energy / energy;
                    squares += (recoil.energy / energy).powi(2);
                }
                // The same mean from analog recoils with their energies as weights.
                let (mut first, mut second) = (0.0, 0.0);
                let place = PhotonPlace::of(energy);
                for _ in 0..4 * DRAWN {
                    let target = random.uniform() * tables.attenuation.total(place);
                    let taken = match tables.attenuation.interaction(place, target) {
                        Some(Interaction::Incoherent) => Recoil::compton(energy, tables, &mut random).energy,
                        Some(Interaction::Photoelectric) => {
                            energy - tables.fluorescence.sample(energy, &mut random).unwrap_or(0.0)
                        }
                        _ => 0.0,
                    };
                    first += taken;
                    second += taken * taken / energy;
                }
                let mean = sum / DRAWN as f64;
                let spread = (squares / DRAWN as f64 - mean * mean).max(0.0).sqrt();
                let tolerance = 6.0 * spread / (DRAWN as f64).sqrt() + 0.003 * mean;
                assert!((mean - second / first).abs() < tolerance, "{energy}: {mean} {}", second / first);
                // Analog interactions take what the table of the energy transfer says.
                let transfer = first / (4 * DRAWN) as f64 * tables.attenuation.total(place);
                assert_relative_eq!(transfer, tables.energy_transfer.at(place), max_relative = 0.02);
            }
        }
    }
}
