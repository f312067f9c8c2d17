//! Photon interaction coefficients of a material. Equations: `docs/methods/photons.md`.

use crate::constants::ELECTRON_REST_ENERGY;
use crate::element::Element;
use crate::material::Constituent;
use crate::{Library, Material, PhysicsError};

/// What a photon can do to an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotonProcess {
    /// Rayleigh scattering with the form factor.
    Coherent,
    /// Compton scattering with the incoherent scattering function.
    Incoherent,
    /// Absorption by an atomic electron.
    Photoelectric,
    /// Pair production in the field of the nucleus.
    PairNuclear,
    /// Triplet production in the field of an electron.
    PairElectron,
}

/// Mass attenuation coefficients by process.
///
/// XCOM (Berger, Hubbell et al., NIST SRD 8), summed over the elements by weight (Bragg's rule), interpolated linear in
/// the logarithms with absorption edges kept; pair production after division by its threshold behaviour. 1 keV-5 MeV.
#[derive(Clone, Debug)]
pub struct PhotonCoefficients<'a> {
    constituents: Vec<Constituent<'a>>,
}

impl<'a> PhotonCoefficients<'a> {
    /// For a material.
    pub fn new(material: &Material, library: &'a Library) -> Result<Self, PhysicsError> {
        Ok(Self { constituents: material.constituents(library)? })
    }

    /// The coefficient of one process, cm2/g, at a photon energy in MeV (P1).
    pub fn coefficient(&self, process: PhotonProcess, energy: f64) -> f64 {
        self.constituents.iter().map(|c| c.weight * c.element.photon_coefficient(process, energy)).sum()
    }

    /// The sum over all processes, cm2/g.
    pub fn total(&self, energy: f64) -> f64 {
        use PhotonProcess::*;
        [Coherent, Incoherent, Photoelectric, PairNuclear, PairElectron]
            .map(|process| self.coefficient(process, energy))
            .iter()
            .sum()
    }
}

impl Element {
    /// The mass attenuation coefficient of one process, cm2/g, at a photon energy in MeV.
    pub fn photon_coefficient(&self, process: PhotonProcess, energy: f64) -> f64 {
        match process {
            PhotonProcess::Coherent => self.coherent.log_log(energy),
            PhotonProcess::Incoherent => self.incoherent.log_log(energy),
            PhotonProcess::Photoelectric => self.photoelectric.log_log(energy),
            PhotonProcess::PairNuclear => Self::pair(&self.pair_nuclear, 2.0 * ELECTRON_REST_ENERGY, energy),
            PhotonProcess::PairElectron => {
                Self::pair(&self.pair_electron, 4.0 * ELECTRON_REST_ENERGY, energy)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn water_agrees_with_xcom() {
        let library = Library::embedded().unwrap();
        let water = PhotonCoefficients::new(library.material("water").unwrap(), &library).unwrap();
        // XCOM, liquid water, total with coherent scattering, cm2/g (NBSIR 87-3597).
        for (energy, expected) in
            [(0.01, 5.329), (0.1, 0.1707), (0.3, 0.1186), (0.5, 0.09687), (1.0, 0.07072)]
        {
            assert_relative_eq!(water.total(energy), expected, max_relative = 2e-3);
        }
        assert_eq!(water.coefficient(PhotonProcess::PairNuclear, 1.0), 0.0);
        assert!(water.coefficient(PhotonProcess::PairNuclear, 1.1) > 0.0);
        assert_eq!(water.coefficient(PhotonProcess::PairElectron, 2.0), 0.0);
    }
}
