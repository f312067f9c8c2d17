//! How much energy photons hand to electrons on their way.

use crate::EngineError;
use crate::tables::{PhotonPlace, PhotonScattering};
use iodose_physics::constants::ELECTRON_REST_ENERGY;
use iodose_physics::{KFluorescence, Library, Material, OctaveGrid, PhotonCoefficients, PhotonProcess};

const GRID: OctaveGrid = OctaveGrid::PHOTON;

/// Energy that the electrons of all interactions take per photon and mass thickness, in one material: photon energy times
/// the mass energy-transfer coefficient (Attix 1986, Introduction to Radiological Physics, section 7.III).
#[derive(Clone, Debug)]
pub(crate) struct EnergyTransfer(Vec<f64>);

impl EnergyTransfer {
    pub(crate) fn new(
        material: &Material,
        library: &Library,
        scattering: &PhotonScattering,
    ) -> Result<Self, EngineError> {
        let coefficients = PhotonCoefficients::new(material, library)?;
        let fluorescence = KFluorescence::new(material, library)?;
        let at = |energy: f64| {
            let coefficient = |process| coefficients.coefficient(process, energy);
            let incoherent = coefficient(PhotonProcess::Incoherent) * mean_recoil_energy(energy, scattering);
            let photons: f64 = (0..fluorescence.len())
                .map(|element| {
                    let lines = fluorescence.lines(element);
                    let total: f64 = lines.iter().map(|line| line.particles).sum();
                    let mean = lines.iter().map(|line| line.particles * line.energy).sum::<f64>() / total;
                    fluorescence.coefficient(element, energy) * mean
                })
                .sum();
            let pair = coefficient(PhotonProcess::PairNuclear) + coefficient(PhotonProcess::PairElectron);
            incoherent + coefficient(PhotonProcess::Photoelectric) * energy - photons
                + pair * (energy - 2.0 * ELECTRON_REST_ENERGY).max(0.0)
        };
        Ok(Self(GRID.iter().map(at).collect()))
    }

    /// MeV cm2/g
    #[inline]
    pub(crate) fn at(&self, place: PhotonPlace) -> f64 {
        place.interpolate(&self.0)
    }
}

/// Mean energy (MeV) of the recoil electron: Klein and Nishina's cross section times the scattering function, integrated
/// over mu by the midpoint rule in sqrt(mu), which crowds the points where binding acts.
fn mean_recoil_energy(energy: f64, scattering: &PhotonScattering) -> f64 {
    const POINTS: usize = 256;
    let ratio = energy / ELECTRON_REST_ENERGY;
    let (mut number, mut lost) = (0.0, 0.0);
    for n in 0..POINTS {
        let root = (n as f64 + 0.5) / POINTS as f64;
        let mu = root * root;
        let share = 1.0 / (1.0 + 2.0 * ratio * mu);
        let cosine = 1.0 - 2.0 * mu;
        let klein_nishina = share * share * (share + 1.0 / share - 1.0 + cosine * cosine);
        let weight = root * klein_nishina * scattering.scattering_function(energy, mu);
        number += weight;
        lost += weight * energy * (1.0 - share);
    }
    lost / number
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn water_agrees_with_the_tables_of_hubbell_and_seltzer() {
        // Mass energy-absorption coefficients of liquid water, cm2/g (Hubbell & Seltzer, NISTIR 5632, 1995); at these energies
        // they lie less than 0.1 % under those of energy transfer.
        let library = Library::embedded().unwrap();
        let water = library.material("water").unwrap();
        let scattering = PhotonScattering::new(water, &library).unwrap();
        let table = EnergyTransfer::new(water, &library, &scattering).unwrap();
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
}
