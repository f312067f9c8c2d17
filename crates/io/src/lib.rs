//! Medical images in and out for iodose: NIfTI, MetaImage, CT to density and material, lesion masks, files written whole or not at all.
//!
//! Every reader gives an [`Image`] on a grid in LPS millimetres. What a file leaves open is an error or a warning, never a
//! silent guess; a damaged file is an [`IoError`] that names the field, what was found and what was expected.

mod error;
mod hash;
mod image;
mod labels;
pub mod metaimage;
pub mod nifti;
mod open_file;
mod read_image;
mod source;
mod staging;
pub mod tissue;
pub mod transform;
mod voxels;
mod whole_file;

use error::FieldError;

pub use error::IoError;
pub use hash::sha256_of_file;
pub use image::Image;
pub use labels::{EmptyLabelMap, LabelSize, label_sizes};
pub use metaimage::{read_metaimage, read_metaimage_labels};
pub use nifti::{read_labels, read_nifti, write_nifti_f32, write_nifti_u16};
pub use open_file::open_file;
pub use read_image::{read_image, read_label_image};
pub use staging::{Staging, abandon_staging, clear_abandoned_beside, clear_abandoned_within};
pub use tissue::{HuCurve, densities_from_ct, materials_from_density, simulable_densities};
pub use transform::read_transform;
pub use whole_file::{write_bytes_whole, write_whole};
