//! Valid files to begin with, all made here or by the writers of the project.

#[path = "../../dicom/tests/common/coded.rs"]
#[allow(missing_docs, dead_code)]
mod coded;
mod dicom;
mod images;
#[path = "../../dicom/tests/common/mod.rs"]
#[allow(missing_docs, clippy::new_without_default)]
mod made;
mod run;
mod texts;

pub use dicom::{
    ct, ct_neighbour, enhanced, nm, pet, pet_neighbour, pet_variant, pixels, preamble, registration,
    rtstruct, segmentation, segmentation_of,
};
pub use images::{counting, metaimage, nifti};
pub use run::{SmallRun, as_checkpoint, parts, small_run};
pub use texts::{blood, case_with_blood, cases, materials, nuclides, reports, transforms};
