//! Slices of dose, and of activity, over anatomy, as PNG.
//!
//! Every slice is drawn in patient space (LPS mm), so the order and the flips of a volume's axes, and whether dose,
//! anatomy and labels share a grid, make no difference. Views are radiological: in axial and coronal slices the
//! patient's right is on the left of the picture; in sagittal ones the front is. All three share one scale with
//! square pixels.

mod colour;
mod encode;
mod highest;
mod mip;
mod overlay;
mod plane;
mod sample;
mod scene;
mod viewer;

pub(crate) use colour::over;
pub use colour::{INFERNO, inferno};
pub use encode::PictureError;
pub use mip::{Projection, Projections};
pub use overlay::{Overlay, OverlaySource, Overlays, View};
pub use plane::Plane;
pub use viewer::{Placed, Viewer};

use iodose_volume::Volume;
use scene::Scene;

/// Longest side of a picture, pixels.
const LONGEST_SIDE: f64 = 560.0;

/// What lies under the dose: CT numbers, or a density.
#[derive(Clone, Copy, Debug)]
pub struct Background<'a> {
    /// Values on their own grid.
    pub volume: &'a Volume<f32>,
    /// The values drawn black and white.
    pub window: (f32, f32),
}

impl<'a> Background<'a> {
    /// CT numbers (HU) in a soft-tissue window.
    pub fn ct(volume: &'a Volume<f32>) -> Self {
        Self { volume, window: (-160.0, 240.0) }
    }

    /// Densities (g/cm3), air black, cortical bone white.
    pub fn density(volume: &'a Volume<f32>) -> Self {
        Self { volume, window: (0.0, 1.9) }
    }

    fn check(&self) -> Result<(), PictureError> {
        let (black, white) = self.window;
        if black < white && black.is_finite() && white.is_finite() {
            return Ok(());
        }
        Err(PictureError::Window(black, white))
    }
}

/// What pictures of a dose are made of.
#[derive(Clone, Copy, Debug)]
pub struct PictureSource<'a, L> {
    /// Absorbed dose.
    pub dose: &'a Volume<f32>,
    /// Its standard uncertainty (k = 1) in the same unit and on the same grid; NaN where it is not known.
    pub uncertainty: Option<&'a Volume<f32>>,
    /// What lies under it; black without one.
    pub background: Option<Background<'a>>,
    /// Lesions, 0 for none; on any grid.
    pub labels: Option<&'a Volume<L>>,
}

impl<'a, L> PictureSource<'a, L> {
    /// A dose alone.
    pub fn new(dose: &'a Volume<f32>) -> Self {
        Self { dose, uncertainty: None, background: None, labels: None }
    }
}

/// One picture.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Slice {
    /// Which way it cuts.
    pub plane: Plane,
    /// Where it cuts: LPS mm along the axis it stands on.
    pub position_mm: f64,
    /// Pixels across and down.
    pub size: [usize; 2],
    /// Edge of a (square) pixel, mm.
    pub pixel_mm: f64,
    /// For each lesion cut: its label, and the right upper corner of its outline as fractions of width and height.
    pub marks: Vec<(u32, [f64; 2])>,
    /// The picture, 8-bit RGB.
    #[serde(with = "crate::stored::base64")]
    pub png: Vec<u8>,
}

/// An axial, a coronal and a sagittal slice through one point.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Pictures {
    /// Where the slices meet, LPS mm.
    pub focus: [f64; 3],
    /// The dose drawn in the brightest colour; higher ones look the same.
    pub full_scale: f64,
    /// Axial, coronal, sagittal.
    pub slices: [Slice; 3],
}

impl Pictures {
    /// Draws dose over its background with the outlines of the lesions.
    ///
    /// The slices meet at `focus` (LPS mm), by default the highest dose inside a lesion, without lesions the highest
    /// that is at least twice its uncertainty; that highest dose is also the default of `full_scale`. They show the
    /// extent of the dose grid. Doses below twice their uncertainty are left out.
    ///
    /// # Errors
    /// A window, focus or full scale that is not finite or does not rise; whatever the PNG encoder says.
    pub fn draw<L: Copy + Into<u32>>(
        source: &PictureSource<'_, L>,
        focus: Option<[f64; 3]>,
        full_scale: Option<f64>,
    ) -> Result<Self, PictureError> {
        Self::draw_sized(source, focus, full_scale, LONGEST_SIDE)
    }

    fn draw_sized<L: Copy + Into<u32>>(
        source: &PictureSource<'_, L>,
        focus: Option<[f64; 3]>,
        full_scale: Option<f64>,
        longest_side: f64,
    ) -> Result<Self, PictureError> {
        let &PictureSource { dose, uncertainty, background, labels } = source;
        let (hottest, highest) = highest_dose(source);
        let focus = focus.unwrap_or(hottest);
        // Without any dose every full scale draws the same nothing.
        let full_scale = full_scale.unwrap_or(if highest > 0.0 { highest } else { 1.0 });
        if !focus.iter().all(|x| x.is_finite()) {
            return Err(PictureError::Focus(focus));
        }
        if !(full_scale.is_finite() && full_scale > 0.0) {
            return Err(PictureError::FullScale(full_scale));
        }
        if let Some(background) = background {
            background.check()?;
        }
        let bounds = plane::bounding_box(dose.grid());
        let pixel_mm = plane::longest_side(bounds) / longest_side;
        let certain = uncertainty.map(|u| highest::certain(dose, u));
        let values = certain.as_ref().unwrap_or(dose);
        let scene = Scene { values, background, labels, focus, full_scale, bounds, pixel_mm };
        Ok(Self {
            focus,
            full_scale,
            slices: [scene.slice(Plane::Axial)?, scene.slice(Plane::Coronal)?, scene.slice(Plane::Sagittal)?],
        })
    }
}

/// The point (LPS mm) and value of the highest dose, inside a lesion if there is one.
fn highest_dose<L: Copy + Into<u32>>(source: &PictureSource<'_, L>) -> ([f64; 3], f64) {
    let &PictureSource { dose, uncertainty, labels, .. } = source;
    let grid = dose.grid();
    let centre = |offset| grid.index_to_patient(grid.index(offset).map(|x| x as f64));
    let in_lesion =
        labels.and_then(|labels| highest::highest(dose, |offset| sample::label(labels, centre(offset)) != 0));
    match in_lesion.or_else(|| highest::highest_certain(dose, uncertainty)) {
        Some((offset, dose)) => (centre(offset), f64::from(dose)),
        None => (grid.index_to_patient(grid.size().map(|side| 0.5 * (side as f64 - 1.0))), 0.0),
    }
}

#[cfg(test)]
mod tests;
