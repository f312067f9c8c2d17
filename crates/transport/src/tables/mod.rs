//! What the particles look up while they move, made once per run for the materials in it.

mod attenuation;
mod bremsstrahlung;
mod coefficients;
mod energy_transfer;
mod fluorescence;
mod rates;
mod scattering;
mod slowing_down;
mod soft_loss;

pub(crate) use attenuation::{Attenuation, Interaction, PhotonPlace};
pub(crate) use bremsstrahlung::BremsstrahlungSampler;
pub(crate) use coefficients::{ElementCoefficients, GridCoefficients};
pub(crate) use energy_transfer::EnergyTransfer;
pub(crate) use fluorescence::FluorescenceSampler;
pub(crate) use scattering::PhotonScattering;
pub(crate) use slowing_down::{EventKind, SlowingDown, State};

use crate::{Accuracy, EngineError, Medium};
use iodose_physics::{Charge, Library, Material};

/// Tables of one material.
#[derive(Clone, Debug)]
pub(crate) struct MaterialTables {
    pub(crate) electron: SlowingDown,
    pub(crate) positron: SlowingDown,
    pub(crate) bremsstrahlung: BremsstrahlungSampler,
    pub(crate) attenuation: Attenuation,
    pub(crate) fluorescence: FluorescenceSampler,
    pub(crate) scattering: PhotonScattering,
    pub(crate) energy_transfer: EnergyTransfer,
}

impl MaterialTables {
    pub(crate) fn slowing_down(&self, charge: Charge) -> &SlowingDown {
        match charge {
            Charge::Electron => &self.electron,
            Charge::Positron => &self.positron,
        }
    }
}

/// Tables of all materials of a run, by material index.
#[derive(Clone, Debug)]
pub struct Tables {
    pub(crate) accuracy: Accuracy,
    pub(crate) materials: Vec<MaterialTables>,
}

impl Tables {
    /// Tables for `materials`, in the order of the indices in a [`crate::Medium`].
    pub fn new(materials: &[&Material], library: &Library, accuracy: Accuracy) -> Result<Self, EngineError> {
        let mut elements = ElementCoefficients::default();
        let of_material = |material: &&Material| -> Result<MaterialTables, EngineError> {
            let coefficients = elements.of_material(material, library)?;
            let scattering = PhotonScattering::new(material, library)?;
            Ok(MaterialTables {
                electron: SlowingDown::new(material, library, Charge::Electron, accuracy)?,
                positron: SlowingDown::new(material, library, Charge::Positron, accuracy)?,
                bremsstrahlung: BremsstrahlungSampler::new(material, library, accuracy.bremsstrahlung_cut)?,
                attenuation: Attenuation::new(&coefficients),
                fluorescence: FluorescenceSampler::new(&coefficients),
                energy_transfer: EnergyTransfer::new(&coefficients, &scattering),
                scattering,
            })
        };
        Ok(Self { accuracy, materials: materials.iter().map(of_material).collect::<Result<_, _>>()? })
    }

    /// Refuses a medium with a material that there are no tables for.
    pub(crate) fn check(&self, medium: &impl Medium) -> Result<(), EngineError> {
        let found = medium.largest_densities().len();
        if found > self.materials.len() {
            return Err(EngineError::Material { found: found - 1, known: self.materials.len() });
        }
        Ok(())
    }

    /// The CSDA range (g/cm2) of an electron of `energy` (MeV) in the material of an index.
    pub fn csda_range(&self, material: usize, energy: f64) -> f64 {
        self.materials[material].electron.at(energy).csda_range
    }
}
