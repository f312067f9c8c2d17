//! What is true of an imaged nuclide, to check what a scanner used.

use iodose_dicom::NuclideData;
use iodose_physics::{BetaSign, Library, PhysicsError};

/// Half-life and, for PET, positrons per decay: to other images positrons do not matter.
pub(crate) fn nuclide_data(name: &str, is_pet: bool, library: &Library) -> Result<NuclideData, PhysicsError> {
    let nuclide = library.nuclide(name)?;
    let positrons = nuclide.betas.iter().filter(|beta| beta.sign == BetaSign::Plus);
    let positrons: f64 = positrons.map(|beta| beta.particles()).sum();
    Ok(NuclideData {
        name: name.to_owned(),
        half_life_s: nuclide.half_life,
        positron_fraction: (is_pet && positrons > 0.0).then_some(positrons),
    })
}
