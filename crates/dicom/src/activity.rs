//! An image of activity concentration, and how it was made from what the file holds.

mod check;

pub use check::{Deviations, NuclideData};

use crate::element::Attributes;
use crate::radiopharmaceutical::Radiopharmaceutical;
use crate::series::SeriesInfo;
use crate::time::DateTime;
use dicom_dictionary_std::tags;
use iodose_volume::Volume;

/// Activity concentration from PET or SPECT.
#[derive(Clone, Debug)]
pub struct ActivityImage {
    /// Bq/mL at [`start`](Self::start).
    pub volume: Volume<f32>,
    /// The time that the activities belong to: the scan's start.
    pub start: DateTime,
    /// Nuclide, half-life, positron fraction, activity and time of administration, where the file states them.
    pub radiopharmaceutical: Radiopharmaceutical,
    /// FrameOfReferenceUID.
    pub frame_of_reference: Option<String>,
    /// SeriesDescription.
    pub description: String,
    /// How messages name the series.
    pub series: String,
    /// Everything that changed numbers on the way from the file, one line each, for the record of the run.
    pub conversions: Vec<String>,
    /// What the file leaves open and how it was understood, each to be shown to the user.
    pub warnings: Vec<String>,
    /// For every slice along k, seconds from `start` to the moment at which its values occurred, before decay correction to
    /// `start`; empty where they were not corrected or the file does not say.
    pub(crate) moments_s: Vec<f64>,
}

impl ActivityImage {
    /// An image with nothing to be said of how it was made.
    pub(crate) fn new(
        series: &SeriesInfo,
        root: &Attributes<'_>,
        volume: Volume<f32>,
        start: DateTime,
        radiopharmaceutical: Radiopharmaceutical,
    ) -> Self {
        Self {
            volume,
            start,
            radiopharmaceutical,
            frame_of_reference: root.text_optional(tags::FRAME_OF_REFERENCE_UID),
            description: series.description.clone(),
            series: series.label(),
            conversions: Vec::new(),
            warnings: Vec::new(),
            moments_s: Vec::new(),
        }
    }

    /// Hours from administration to the scan's start, where the file states when that was.
    pub fn hours_after_administration(&self) -> Option<f64> {
        self.radiopharmaceutical.administered.map(|given| self.start.seconds_since(given) / 3600.0)
    }
}
