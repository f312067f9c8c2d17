//! How much energy photons hand to electrons on their way.

use crate::tables::coefficients::KPhotons;
use crate::tables::{GridCoefficients, PhotonPlace, PhotonScattering};
use iodose_physics::OctaveGrid;
use iodose_physics::constants::ELECTRON_REST_ENERGY;
use iodose_physics::quadrature::places;

const GRID: OctaveGrid = OctaveGrid::PHOTON;

/// Energy that the electrons of all interactions take per photon and mass thickness, in one material: photon energy times
/// the mass energy-transfer coefficient (Attix 1986, Introduction to Radiological Physics, section 7.III).
#[derive(Clone, Debug)]
pub(crate) struct EnergyTransfer(Vec<f64>);

impl EnergyTransfer {
    pub(crate) fn new(coefficients: &GridCoefficients, scattering: &PhotonScattering) -> Self {
        let GridCoefficients { incoherent, pair, photoelectric, k_photons, .. } = coefficients;
        let places = places_in_mu();
        let mut transfer: Vec<f64> = (GRID.iter().enumerate())
            .map(|(n, energy)| {
                incoherent[n] * mean_recoil_energy(energy, scattering, &places)
                    + photoelectric[n] * energy
                    + pair[n] * (energy - 2.0 * ELECTRON_REST_ENERGY).max(0.0)
            })
            .collect();
        for KPhotons { coefficient, lines } in k_photons {
            let total: f64 = lines.iter().map(|line| line.particles).sum();
            let mean = lines.iter().map(|line| line.particles * line.energy).sum::<f64>() / total;
            transfer.iter_mut().zip(coefficient).for_each(|(sum, part)| *sum -= part * mean);
        }
        Self(transfer)
    }

    /// MeV cm2/g
    #[inline]
    pub(crate) fn at(&self, place: PhotonPlace) -> f64 {
        place.interpolate(&self.0)
    }
}

/// Places and weights over mu of an integral from 0 to 1 by Gauss and Legendre's rule in the fourth root of mu, which crowds the
/// places where binding acts: mean recoil energies are right to 2e-5, the limit being the kinks of the tabulated binding.
fn places_in_mu() -> Vec<(f64, f64)> {
    const PIECES: usize = 4;
    let edge = |n: usize| n as f64 / PIECES as f64;
    (0..PIECES)
        .flat_map(|n| places(edge(n), edge(n + 1)))
        .map(|(root, weight)| {
            let cube = root * root * root;
            (cube * root, 4.0 * cube * weight)
        })
        .collect()
}

/// Mean energy (MeV) of the recoil electron: Klein and Nishina's cross section times the scattering function, integrated
/// over mu.
fn mean_recoil_energy(energy: f64, scattering: &PhotonScattering, places: &[(f64, f64)]) -> f64 {
    let ratio = energy / ELECTRON_REST_ENERGY;
    let (mut number, mut lost) = (0.0, 0.0);
    for &(mu, weight) in places {
        let share = 1.0 / (1.0 + 2.0 * ratio * mu);
        let cosine = 1.0 - 2.0 * mu;
        let klein_nishina = share * share * (share + 1.0 / share - 1.0 + cosine * cosine);
        let weight = weight * klein_nishina * scattering.scattering_function(energy, mu);
        number += weight;
        lost += weight * energy * (1.0 - share);
    }
    lost / number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::ElementCoefficients;
    use approx::assert_relative_eq;
    use iodose_physics::Library;

    #[test]
    fn water_agrees_with_the_tables_of_hubbell_and_seltzer() {
        // Mass energy-absorption coefficients of liquid water, cm2/g (Hubbell & Seltzer, NISTIR 5632, 1995); at these energies
        // they lie less than 0.1 % under those of energy transfer.
        let library = Library::embedded().unwrap();
        let water = library.material("water").unwrap();
        let scattering = PhotonScattering::new(water, &library).unwrap();
        let coefficients = ElementCoefficients::default().of_material(water, &library).unwrap();
        let table = EnergyTransfer::new(&coefficients, &scattering);
        for (energy, expected) in [
            (0.01, 4.944),
            (0.03, 0.1557),
            (0.06, 0.03190),
            (0.1, 0.02546),
            (0.3, 0.03192),
            (0.5, 0.03299),
            (1.0, 0.03103),
        ] {
            assert_relative_eq!(table.at(PhotonPlace::of(energy)) / energy, expected, max_relative = 6e-3);
        }
    }

    #[test]
    fn mean_recoil_energies_are_those_of_a_far_finer_rule() {
        let library = Library::embedded().unwrap();
        const POINTS: usize = 1 << 14;
        let midpoint = |n: usize| (n as f64 + 0.5) / POINTS as f64;
        // The midpoint rule in the square root of mu.
        let fine: Vec<(f64, f64)> =
            (0..POINTS).map(|n| (midpoint(n) * midpoint(n), 2.0 * midpoint(n) / POINTS as f64)).collect();
        for name in ["water", "bone-cortical"] {
            let scattering = PhotonScattering::new(library.material(name).unwrap(), &library).unwrap();
            for energy in [0.001, 0.01, 0.03, 0.1, 0.364, 1.0, 4.0] {
                let mean = |places: &[(f64, f64)]| mean_recoil_energy(energy, &scattering, places);
                assert_relative_eq!(mean(&places_in_mu()), mean(&fine), max_relative = 2e-5);
            }
        }
    }
}
