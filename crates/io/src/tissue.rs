//! From CT numbers to mass density, and from density to material.
//!
//! CT -> density on the CT's own grid (C1) -> mean over the dose grid (C3) -> material: one rule for the material, by
//! density, so a CT and a density map of the same patient give the same tissues. Equations: `docs/methods/ct-to-tissue.md`.

mod curve;
mod density;
mod material;

pub use curve::{HuCurve, HuTable};
pub use density::{
    CtDensities, DENSITY_RANGE, SimulableDensities, TissueError, densities_from_ct, simulable_densities,
};
pub use material::{MATERIAL_NAMES, MATERIAL_UPPER_DENSITIES, material_of_density, materials_from_density};
