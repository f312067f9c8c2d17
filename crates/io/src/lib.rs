//! Medical images in and out for iodose: NIfTI, CT to density and material, lesion masks, files written whole or not at all.
//!
//! Every reader gives an [`Image`] on a grid in LPS millimetres. What a file leaves open is an error or a warning, never a
//! silent guess; a damaged file is an [`IoError`] that names the field, what was found and what was expected.

mod error;
mod hash;
mod image;
mod labels;
pub mod nifti;
pub mod tissue;
mod whole_file;

pub use error::IoError;
pub use hash::sha256_of_file;
pub use image::Image;
pub use labels::{EmptyLabelMap, LabelSize, label_sizes};
pub use nifti::{read_labels, read_nifti, write_nifti_f32, write_nifti_u16};
pub use tissue::{HuCurve, densities_from_ct, materials_from_density, simulable_densities};
pub use whole_file::{write_bytes_whole, write_whole};
