//! Slices of dose over anatomy, as PNG.
//!
//! Every slice is drawn in patient space (LPS mm), so the order and the flips of a volume's axes, and whether dose,
//! anatomy and labels share a grid, make no difference. Views are radiological: in axial and coronal slices the
//! patient's right is on the left of the picture; in sagittal ones the front is. All three share one scale with
//! square pixels.

mod colour;
mod encode;
mod plane;
mod sample;

pub use colour::{INFERNO, inferno};
pub use encode::PictureError;
pub use plane::Plane;

use iodose_volume::{Grid, Volume};
use std::collections::BTreeMap;

/// Longest side of a picture, pixels.
const LONGEST_SIDE: f64 = 560.0;

/// Dose is fully drawn from this fraction of the full scale up, and fades out below it.
const FADE: f64 = 0.25;
const OPACITY: f64 = 0.75;

/// Outlines: a cyan that the colour map does not hold.
const OUTLINE: [u8; 3] = [70, 225, 255];

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
}

/// One picture.
#[derive(Clone, Debug, PartialEq)]
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
    pub png: Vec<u8>,
}

/// An axial, a coronal and a sagittal slice through one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    /// Where the slices meet, LPS mm.
    pub focus: [f64; 3],
    /// The dose drawn in the brightest colour; higher ones look the same.
    pub full_scale: f64,
    /// Axial, coronal, sagittal.
    pub slices: [Slice; 3],
}

impl Pictures {
    /// Draws dose over `background` (black without one) with the outlines of `labels` (0 is no lesion).
    ///
    /// The slices meet at `focus` (LPS mm), by default the highest dose inside a lesion, without lesions the highest
    /// of all; that highest dose is also the default of `full_scale`. They show the extent of the dose grid.
    ///
    /// # Errors
    /// A window, focus or full scale that is not finite or does not rise; whatever the PNG encoder says.
    pub fn draw<L: Copy + Into<u32>>(
        dose: &Volume<f32>,
        background: Option<Background<'_>>,
        labels: Option<&Volume<L>>,
        focus: Option<[f64; 3]>,
        full_scale: Option<f64>,
    ) -> Result<Self, PictureError> {
        Self::draw_sized(dose, background, labels, focus, full_scale, LONGEST_SIDE)
    }

    fn draw_sized<L: Copy + Into<u32>>(
        dose: &Volume<f32>,
        background: Option<Background<'_>>,
        labels: Option<&Volume<L>>,
        focus: Option<[f64; 3]>,
        full_scale: Option<f64>,
        longest_side: f64,
    ) -> Result<Self, PictureError> {
        let (hottest, highest) = highest_dose(dose, labels);
        let focus = focus.unwrap_or(hottest);
        // Without any dose every full scale draws the same nothing.
        let full_scale = full_scale.unwrap_or(if highest > 0.0 { highest } else { 1.0 });
        if !focus.iter().all(|x| x.is_finite()) {
            return Err(PictureError::Focus(focus));
        }
        if !(full_scale.is_finite() && full_scale > 0.0) {
            return Err(PictureError::FullScale(full_scale));
        }
        if let Some(Background { window: (black, white), .. }) = background
            && !(black < white && black.is_finite() && white.is_finite())
        {
            return Err(PictureError::Window(black, white));
        }
        let scene = Scene {
            dose,
            background,
            labels,
            focus,
            full_scale,
            pixel_mm: pixel_mm(dose.grid(), longest_side),
        };
        Ok(Self {
            focus,
            full_scale,
            slices: [scene.slice(Plane::Axial)?, scene.slice(Plane::Coronal)?, scene.slice(Plane::Sagittal)?],
        })
    }
}

/// The point (LPS mm) and value of the highest dose, inside a lesion if there is one.
fn highest_dose<L: Copy + Into<u32>>(dose: &Volume<f32>, labels: Option<&Volume<L>>) -> ([f64; 3], f64) {
    let grid = dose.grid();
    let centre = grid.index_to_patient(grid.size().map(|side| 0.5 * (side as f64 - 1.0)));
    let mut inside = (centre, f64::NEG_INFINITY);
    let mut anywhere = (centre, f64::NEG_INFINITY);
    for (offset, &value) in dose.data().iter().enumerate() {
        let value = f64::from(value);
        let highest_inside = labels.is_some() && value > inside.1;
        if value.is_finite() && (value > anywhere.1 || highest_inside) {
            let point = grid.index_to_patient(grid.index(offset).map(|x| x as f64));
            if value > anywhere.1 {
                anywhere = (point, value);
            }
            if highest_inside && labels.is_some_and(|labels| sample::label(labels, point) != 0) {
                inside = (point, value);
            }
        }
    }
    if inside.1 > f64::NEG_INFINITY { inside } else { anywhere }
}

/// One pixel size for all three planes: the longest side of the grid's box over that of the picture in pixels.
fn pixel_mm(grid: &Grid, longest_side: f64) -> f64 {
    let [low, high] = plane::bounding_box(grid);
    (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f64::max) / longest_side
}

struct Scene<'a, L> {
    dose: &'a Volume<f32>,
    background: Option<Background<'a>>,
    labels: Option<&'a Volume<L>>,
    focus: [f64; 3],
    full_scale: f64,
    pixel_mm: f64,
}

impl<L: Copy + Into<u32>> Scene<'_, L> {
    fn slice(&self, plane: Plane) -> Result<Slice, PictureError> {
        let sheet = plane::Sheet::new(plane, self.dose.grid(), self.focus, self.pixel_mm);
        let [width, height] = sheet.size;
        let labels = self.labels_on(&sheet);
        let mut pixels = Vec::with_capacity(3 * width * height);
        for row in 0..height {
            for column in 0..width {
                let colour = if on_outline(&labels, [width, height], [column, row]) {
                    OUTLINE
                } else {
                    self.colour(sheet.point([column, row]))
                };
                pixels.extend_from_slice(&colour);
            }
        }
        Ok(Slice {
            plane,
            position_mm: self.focus[plane.normal_axis()],
            size: sheet.size,
            pixel_mm: self.pixel_mm,
            marks: marks(&labels, sheet.size),
            png: encode::png(sheet.size, &pixels)?,
        })
    }

    fn labels_on(&self, sheet: &plane::Sheet) -> Vec<u32> {
        let [width, height] = sheet.size;
        let pixels = (0..height).flat_map(|row| (0..width).map(move |column| [column, row]));
        match self.labels {
            Some(labels) => pixels.map(|pixel| sample::label(labels, sheet.point(pixel))).collect(),
            None => vec![0; width * height],
        }
    }

    fn colour(&self, point: [f64; 3]) -> [u8; 3] {
        let grey = self.background.map_or(0.0, |Background { volume, window: (black, white) }| {
            let value = sample::linear(volume, point).unwrap_or(f64::from(black));
            255.0 * ((value - f64::from(black)) / f64::from(white - black)).clamp(0.0, 1.0)
        });
        // A dose that is not a number draws nothing.
        let level = sample::linear(self.dose, point).unwrap_or(0.0) / self.full_scale;
        let opacity = OPACITY * (level / FADE).clamp(0.0, 1.0);
        inferno(level).map(|channel| (grey + opacity * (f64::from(channel) - grey)).round() as u8)
    }
}

/// Whether a lesion's edge runs through this pixel: two pixels wide, inside the lesion.
fn on_outline(labels: &[u32], [width, height]: [usize; 2], [column, row]: [usize; 2]) -> bool {
    let label = labels[column + width * row];
    label != 0
        && (1..=2).any(|step| {
            let mut neighbours = [None; 4];
            neighbours[0] = column.checked_sub(step).map(|column| [column, row]);
            neighbours[1] = row.checked_sub(step).map(|row| [column, row]);
            neighbours[2] = Some([column + step, row]).filter(|pixel| pixel[0] < width);
            neighbours[3] = Some([column, row + step]).filter(|pixel| pixel[1] < height);
            neighbours.into_iter().flatten().any(|[c, r]| labels[c + width * r] != label)
        })
}

/// The right upper corner of each label's box, as fractions of the picture, labels rising.
fn marks(labels: &[u32], [width, height]: [usize; 2]) -> Vec<(u32, [f64; 2])> {
    let mut corners: BTreeMap<u32, [usize; 2]> = BTreeMap::new();
    for (pixel, &label) in labels.iter().enumerate().filter(|&(_, &label)| label != 0) {
        let (column, row) = (pixel % width, pixel / width);
        let corner = corners.entry(label).or_insert([column, row]);
        corner[0] = corner[0].max(column);
    }
    let fraction =
        |[column, row]: [usize; 2]| [(column + 1) as f64 / width as f64, row as f64 / height as f64];
    corners.into_iter().map(|(label, corner)| (label, fraction(corner))).collect()
}

#[cfg(test)]
mod tests;
