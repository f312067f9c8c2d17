//! Binding in photon scattering, on a grid that is looked up without a search. Equations: `docs/methods/photons.md`.

use crate::EngineError;
use iodose_physics::{CoherentFormFactor, Library, Material, OctaveGrid, ScatteringFunction};

/// Momentum transfers 2^-10 to 2^9 per angstrom.
const GRID: OctaveGrid = OctaveGrid::new(-10, 19, 4);

/// Scattering function and form factor of one material.
#[derive(Clone, Debug)]
pub(crate) struct PhotonScattering {
    incoherent: Vec<f64>,
    pub(crate) form_factor: CoherentFormFactor,
}

impl PhotonScattering {
    pub(crate) fn new(material: &Material, library: &Library) -> Result<Self, EngineError> {
        let function = ScatteringFunction::new(material, library)?;
        Ok(Self {
            incoherent: GRID.iter().map(|x| function.ratio(x)).collect(),
            form_factor: CoherentFormFactor::new(material, library)?,
        })
    }

    /// S/Z of (P3) for a photon of `energy` (MeV) scattered with mu = (1 - cos theta)/2.
    #[inline]
    pub(crate) fn scattering_function(&self, energy: f64, mu: f64) -> f64 {
        GRID.interpolate(&self.incoherent, ScatteringFunction::momentum_transfer(energy, mu))
    }
}
