//! Phantoms described as text: shapes with density, material and activity become volumes, images and truth.
//!
//! A description ([`Description`] is its form) is a TOML file: a grid, shapes painted in order (the later covers the
//! earlier), how they are imaged and what therapy follows. [`Phantom::render`] samples every voxel on a sub-grid, so
//! that a voxel cut by a surface carries mean density and activity, blurs the activity by a Gaussian point spread
//! and adds noise; [`Phantom::case_toml`] writes the case file that runs on the result. The phantoms that come
//! with the project are in [`phantoms`].
//!
//! ```
//! # fn main() -> Result<(), iodose_phantom::PhantomError> {
//! use iodose_phantom::{Phantom, RenderInput, phantoms};
//! let phantom = Phantom::parse(phantoms::text("sphere-in-water").unwrap_or_default())?;
//! let rendered = phantom.render(&RenderInput {
//!     imaged_half_life_h: 192.4968,
//!     therapy_half_life_h: 192.4968,
//!     hu_of_density: &|density| 1000.0 * (density - 1.0),
//! })?;
//! assert_eq!(rendered.truth.lesions[0].label, 1);
//! # Ok(())
//! # }
//! ```
//!
//! This crate knows no nuclide and no material: half-lives and the HU of a density are arguments, and names are
//! passed on as they are.
// What a test expects need not be the same to the last bit on every processor.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod blur;
mod case;
mod check;
mod description;
mod error;
mod geometry;
mod noise;
pub mod phantoms;
mod rasterise;
mod regions;
mod render;
mod truth;

pub use blur::gaussian_blur;
pub use case::CaseFiles;
pub use description::{
    BoxShape, Cylinder, CylinderAxis, Description, Ellipsoid, GridDescription, Imaging, Modality, Noise,
    Outside, Purpose, Shape, Sphere, Therapy,
};
pub use error::PhantomError;
pub use noise::add_noise;
pub use render::{RenderInput, Rendered};
pub use truth::{LesionTruth, Truth};

/// A checked description.
#[derive(Clone, Debug, PartialEq)]
pub struct Phantom {
    description: Description,
}

impl Phantom {
    /// Reads and checks a description.
    ///
    /// # Errors
    /// [`PhantomError::Syntax`] with line and key for text that is no description (unknown keys included), and
    /// [`PhantomError::Value`] naming the key for values out of range.
    pub fn parse(text: &str) -> Result<Self, PhantomError> {
        Self::new(toml::from_str(text)?)
    }

    /// Checks a description made in code.
    ///
    /// # Errors
    /// [`PhantomError::Value`] naming the key.
    pub fn new(description: Description) -> Result<Self, PhantomError> {
        check::check(&description)?;
        Ok(Self { description })
    }

    /// What was read.
    pub fn description(&self) -> &Description {
        &self.description
    }
}
