//! Grids, affines and volumes: the one frame of reference through which every image of iodose passes.
//!
//! * Patient space is **LPS millimetres** (DICOM's: +x to the patient's left, +y to the back, +z to the head).
//! * A voxel index (i, j, k) names the voxel's *centre*; a voxel reaches half a spacing to either side.
//! * Data lie with i fastest: element `i + nx * (j + ny * k)`.
//!
//! A label like (G1) is that of an equation on the page of `docs/methods` that the module names.
// What a test expects need not be the same to the last bit on every processor.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod affine;
mod grid;
mod resample;
mod rigid;
mod volume;

pub use affine::Affine;
pub use grid::{Grid, GridError};
/// The arrays that [`Volume::from_array`] takes.
pub use ndarray;
pub use resample::{
    Resampled, ResampledMean, overlap_fraction, resample_extensive, resample_labels, resample_mean,
};
pub use rigid::{RigidError, RigidTransform};
pub use volume::{Volume, VolumeError};
