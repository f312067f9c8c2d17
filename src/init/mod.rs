//! A case file from what lies in a folder. What was chosen for the user is said beside it; what cannot be known from the files
//! is a commented line with the choices.

mod choose;
mod page;
mod place;
mod sections;

use crate::Error;
use crate::case::{Modality, Purpose};
use crate::inspect::Inspection;
use choose::Choice;
use iodose_physics::Library;
use page::Page;
use std::path::Path;

/// A case file to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The file's text.
    pub text: String,
    /// What the user must state before the case runs, such as `image[0].calibration_cps_per_MBq: ...`; empty for a case that
    /// runs as it is.
    pub undecided: Vec<String>,
    /// What the case is for.
    pub purpose: Purpose,
    /// How many images it has.
    pub images: usize,
}

/// Makes a case of an inspection: PET before therapy, SPECT after it; without `modality` PET where there is any.
/// Paths are written relative to `folder`, the one that the case file will lie in.
///
/// # Errors
/// Files of several patients, no image that a case could be made of, paths that are no text.
pub fn draft(
    inspection: &Inspection,
    modality: Option<Modality>,
    folder: &Path,
    library: &Library,
) -> Result<Draft, Error> {
    let choice = Choice::of(inspection, modality)?;
    let purpose = match choice.modality {
        Modality::Pet => Purpose::PreTherapy,
        Modality::Spect => Purpose::PostTherapy,
    };
    let mut page = Page::default();
    sections::write(&mut page, &choice, inspection, folder, library)?;
    let images = choice.images.len();
    let (text, undecided) = page.finish();
    Ok(Draft { text, undecided, purpose, images })
}
