//! One lesion: from its voxel doses to everything the report says of it.

mod build;
mod result;

pub use build::{LesionError, LesionInput, Settings};
pub use result::{BestMean, LesionDose, LesionResult};
