//! Energies and directions of bremsstrahlung photons. Equations: `docs/methods/electrons.md`, `docs/methods/photons.md`.

use crate::EngineError;
use crate::random::Stream;
use iodose_physics::{Bremsstrahlung, Library, Material, OctaveGrid, constants::beta_squared};

/// Electron energies of the table: 0.98 keV to 4 MeV, eight cells an octave.
const GRID: OctaveGrid = OctaveGrid::new(-10, 12, 3);

/// Photon energies from the spectra of Seltzer & Berger, directions from the dipole shape.
#[derive(Clone, Debug)]
pub(crate) struct BremsstrahlungSampler {
    cut: f64,
    reduced: Vec<f64>,
    /// k d sigma/dk over its maximum, one row per point of the energy grid.
    relative: Vec<Vec<f64>>,
}

impl BremsstrahlungSampler {
    pub(crate) fn new(material: &Material, library: &Library, cut: f64) -> Result<Self, EngineError> {
        let physics = Bremsstrahlung::new(material, library)?;
        let relative = GRID.iter().map(|energy| physics.relative_spectrum(energy)).collect();
        Ok(Self { cut, reduced: physics.reduced_energies().to_vec(), relative })
    }

    /// The energy (MeV) of a photon emitted by an electron of `energy` (MeV), above the cut (E6).
    ///
    /// Draws k from 1/k and accepts it by k d sigma/dk over its maximum, interpolated between two tabulated spectra.
    pub(crate) fn photon_energy(&self, energy: f64, random: &mut Stream) -> f64 {
        let (cell, fraction) = GRID.locate(energy);
        let (below, beyond) = (&self.relative[cell], &self.relative[cell + 1]);
        let at = |index: usize| below[index] + fraction * (beyond[index] - below[index]);
        let span = libm::log(energy / self.cut);
        loop {
            let reduced = libm::exp(-random.uniform() * span);
            let above = self.reduced.partition_point(|&x| x <= reduced).clamp(1, self.reduced.len() - 1);
            let (x0, x1) = (self.reduced[above - 1], self.reduced[above]);
            let (low, high) = (at(above - 1), at(above));
            let value = low + (high - low) * (reduced - x0) / (x1 - x0);
            if random.uniform() < value {
                return reduced * energy;
            }
        }
    }

    /// mu = (1 - cos theta)/2 between the electron's direction and the photon's (P5).
    ///
    /// Leading term of the dipole distribution (Jackson, Classical
    /// Electrodynamics, 3rd ed. 1999, section 15.2); voxel doses do not feel the rest.
    pub(crate) fn deflection(energy: f64, random: &mut Stream) -> f64 {
        let beta = beta_squared(energy).sqrt();
        let xi = 2.0 * random.uniform() - 1.0;
        let cosine = (xi + beta) / (1.0 + xi * beta);
        0.5 * (1.0 - cosine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{Law, Trial, geometric};
    use approx::assert_relative_eq;

    const CUT: f64 = 0.002;

    #[test]
    fn photon_energies_follow_seltzer_and_berger() {
        let library = Library::embedded().unwrap();
        for name in ["water", "bone-cortical"] {
            let material = library.material(name).unwrap();
            let physics = Bremsstrahlung::new(material, &library).unwrap();
            let sampler = BremsstrahlungSampler::new(material, &library, CUT).unwrap();
            for energy in [0.003, 0.0105, 0.1, 0.606, 1.07, 2.9] {
                let (reduced, relative) = (physics.reduced_energies(), physics.relative_spectrum(energy));
                let accept = |photon: f64| {
                    let share = photon / energy;
                    let above = reduced.partition_point(|&x| x <= share).clamp(1, reduced.len() - 1);
                    let (x0, x1) = (reduced[above - 1], reduced[above]);
                    relative[above - 1] + (relative[above] - relative[above - 1]) * (share - x0) / (x1 - x0)
                };
                let mut edges = geometric(CUT, energy, 200);
                edges.extend(reduced.iter().map(|x| x * energy).filter(|photon| *photon > CUT));
                edges.sort_by(f64::total_cmp);
                let trial = Trial::new(5, 100_000, |random| sampler.photon_energy(energy, random));
                trial.follows(&Law::new(edges.clone(), |photon| accept(photon) / photon));
                // Two numbers a try, tries from 1/k.
                trial.takes(2.0 / Law::new(edges, |photon| 1.0 / photon).mean(accept));
            }
        }
    }

    #[test]
    fn the_mean_photon_energy_is_radiative_loss_over_rate() {
        let library = Library::embedded().unwrap();
        let water = library.material("water").unwrap();
        let physics = Bremsstrahlung::new(water, &library).unwrap();
        let sampler = BremsstrahlungSampler::new(water, &library, CUT).unwrap();
        for energy in [0.25, 1.0] {
            let trial = Trial::new(5, 200_000, |random| sampler.photon_energy(energy, random));
            let mean = trial.values().iter().sum::<f64>() / trial.values().len() as f64;
            let hard = physics.stopping_power(energy) - physics.restricted_stopping_power(energy, CUT);
            assert_relative_eq!(mean, hard / physics.rate(energy, CUT), max_relative = 0.01);
        }
    }

    #[test]
    fn directions_follow_the_dipole() {
        for energy in [0.001, 0.03, 0.364, 2.9] {
            let beta = beta_squared(energy).sqrt();
            let trial = Trial::new(6, 100_000, |random| BremsstrahlungSampler::deflection(energy, random));
            let edges = [vec![0.0], geometric(1e-6, 1.0, 100)].concat();
            trial.follows(&Law::new(edges, |mu| (1.0 - beta * (1.0 - 2.0 * mu)).powi(-2)));
            trial.takes(1.0);
        }
    }
}
