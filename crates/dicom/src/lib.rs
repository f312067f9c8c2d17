//! Clinical DICOM images for iodose. Method: `docs/methods/dicom.md`.
//!
//! [`Study::scan`] finds the series under files, folders and archives; [`Study::choose`] picks one; a reader turns it into a
//! volume on a grid in LPS millimetres; [`open_ct`], [`open_pet`] and [`open_nm`] do all of it. Anything ambiguous is refused by a [`DicomError`] that names file, tag and keyword,
//! what was found and what was expected.
//!
//! Features, none of them on: `jpeg-2000` and `jpeg-ls` decode pixels in these forms, without loss. Without them files that need them are
//! refused by an error that names the feature.
//!
//! For readers of further kinds of objects: [`DicomFile`] opens one object (whatever its encoding), [`Attributes`] gives its
//! elements by tag as the type wanted. Neither panics, recurses without bound nor allocates more than the file justifies.

mod activity;
mod archive;
mod beside;
mod contours;
mod ct;
mod element;
mod enhanced;
mod error;
mod file;
mod geometry;
mod kind;
mod nm;
mod nuclide;
mod open;
mod parse;
mod pet;
mod pixels;
mod radiopharmaceutical;
mod regions;
mod registration;
mod rtdose;
mod scan;
mod segmentation;
mod series;
mod slices;
mod source;
mod syntax;
mod time;
mod unpacked;

pub use activity::{ActivityImage, Deviations, NuclideData};
pub use contours::{Contour, ContourRule, Roi, StructureSet};
pub use ct::read_ct;
pub use element::Attributes;
pub use error::{DicomError, Result, element_name};
pub use file::DicomFile;
pub use kind::ImageKind;
pub use nm::{NmOptions, SpectCalibration, read_nm};
pub use nuclide::nuclide_from_text;
pub use open::{open_ct, open_nm, open_pet};
pub use pet::{PetOptions, read_pet};
pub use pixels::{Frames, PixelFormat};
pub use radiopharmaceutical::Radiopharmaceutical;
pub use regions::{Overlap, Region, Regions};
pub use registration::{RegisteredSource, Registration};
pub use rtdose::{DoseDescription, DoseQuantity, rtdose_bytes};
pub use scan::{SeriesChoice, Study};
pub use segmentation::{Segmentation, SegmentationKind};
pub use series::{ObjectInfo, Private, SeriesInfo};
pub use source::Source;
pub use syntax::{Encoding, PixelCoding, TransferSyntax};
pub use time::DateTime;
