//! Where each lesion's activity lies in each image. Equations: `docs/methods/registration.md`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The centroid of a lesion's activity in one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// Path of the image as the user gave it.
    pub image: String,
    /// Hours after administration.
    pub time_h: f64,
    /// (RG9), LPS mm; `None` where the lesion does not stand out from what is around it.
    #[serde(rename = "centroid_LPS_mm")]
    pub centroid: Option<[f64; 3]>,
    /// From the centroid of the first image that has one, LPS mm; `None` for that one.
    #[serde(rename = "shift_LPS_mm")]
    pub shift: Option<[f64; 3]>,
    /// Its length.
    pub shift_mm: Option<f64>,
}

/// The largest shift of a lesion's activity between two images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shift {
    /// Hours after administration of the earlier image.
    pub from_h: f64,
    /// And of the later one.
    pub to_h: f64,
    /// From the one to the other, LPS mm.
    #[serde(rename = "LPS_mm")]
    pub lps_mm: [f64; 3],
    /// Its length.
    pub length_mm: f64,
    /// The width that it is judged by: the coarser image's resolution, or what stands for it.
    pub width_mm: f64,
    /// Whether that width is the resolution (FWHM) stated for the image.
    pub width_is_stated: bool,
}

impl Shift {
    /// Whether it is longer than the width, so that the registration is in doubt.
    pub fn is_large(&self) -> bool {
        self.length_mm > self.width_mm
    }
}

/// Where one lesion's activity lies over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LesionPositions {
    /// Value of the lesion in the label image.
    pub label: u32,
    /// One for each image, in order of time.
    pub positions: Vec<Position>,
    /// The pair of images whose shift is the most widths, of equal ones (to a tenth) the first; `None` with fewer than two centroids.
    pub largest_shift: Option<Shift>,
}
