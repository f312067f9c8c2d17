//! Energies and directions of bremsstrahlung photons.

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

    /// The energy (MeV) of a photon emitted by an electron of `energy` (MeV), above the cut.
    ///
    /// Draws k from 1/k and accepts it by k d sigma/dk over its maximum; the nearest tabulated spectrum is taken.
    pub(crate) fn photon_energy(&self, energy: f64, random: &mut Stream) -> f64 {
        let (cell, fraction) = GRID.locate(energy);
        let row = &self.relative[if fraction < 0.5 { cell } else { cell + 1 }];
        let span = libm::log(energy / self.cut);
        loop {
            let reduced = libm::exp(-random.uniform() * span);
            let above = self.reduced.partition_point(|&x| x <= reduced).clamp(1, self.reduced.len() - 1);
            let (x0, x1) = (self.reduced[above - 1], self.reduced[above]);
            let value = row[above - 1] + (row[above] - row[above - 1]) * (reduced - x0) / (x1 - x0);
            if random.uniform() < value {
                return reduced * energy;
            }
        }
    }

    /// mu = (1 - cos theta)/2 between the electron's direction and the photon's.
    ///
    /// Leading term of the dipole distribution, p(cos theta) ~ 1/(1 - beta cos theta)^2 (Jackson, Classical
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
    use approx::assert_relative_eq;

    #[test]
    fn the_mean_photon_energy_is_radiative_loss_over_rate() {
        let library = Library::embedded().unwrap();
        let water = library.material("water").unwrap();
        let physics = Bremsstrahlung::new(water, &library).unwrap();
        let sampler = BremsstrahlungSampler::new(water, &library, 0.002).unwrap();
        let mut random = Stream::new(5, 5);
        for energy in [0.25, 1.0] {
            const DRAWS: usize = 200_000;
            let mean =
                (0..DRAWS).map(|_| sampler.photon_energy(energy, &mut random)).sum::<f64>() / DRAWS as f64;
            let hard = physics.stopping_power(energy) - physics.restricted_stopping_power(energy, 0.002);
            assert_relative_eq!(mean, hard / physics.rate(energy, 0.002), max_relative = 0.01);
        }
    }

    #[test]
    fn photons_of_fast_electrons_go_forward() {
        let mut random = Stream::new(5, 6);
        let mean = |energy: f64, random: &mut Stream| {
            (0..20_000).map(|_| BremsstrahlungSampler::deflection(energy, random)).sum::<f64>() / 20_000.0
        };
        assert!(mean(2.0, &mut random) < 0.2);
        assert!((mean(0.01, &mut random) - 0.5).abs() < 0.1);
    }
}
