//! One slice, pixel by pixel.

use super::{Background, PictureError, Plane, Slice, encode, over, plane, sample};
use iodose_volume::Volume;
use std::collections::BTreeMap;

/// Outlines: a cyan that the colour map does not hold.
pub(super) const OUTLINE: [u8; 3] = [70, 225, 255];

/// What is drawn: values in colour over a background in grey, and the outlines of labels.
pub(super) struct Scene<'a, L> {
    /// Values that are coloured, from 0 to `full_scale`.
    pub(super) values: &'a Volume<f32>,
    pub(super) background: Option<Background<'a>>,
    pub(super) labels: Option<&'a Volume<L>>,
    /// A point of every slice, LPS mm.
    pub(super) focus: [f64; 3],
    pub(super) full_scale: f64,
    /// The box along the patient axes that a slice shows: its lowest and its highest corner, LPS mm.
    pub(super) bounds: [[f64; 3]; 2],
    pub(super) pixel_mm: f64,
}

impl<L: Copy + Into<u32>> Scene<'_, L> {
    pub(super) fn slice(&self, plane: Plane) -> Result<Slice, PictureError> {
        let sheet = plane::Sheet::new(plane, self.bounds, self.focus, self.pixel_mm);
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
        // What is not a number draws nothing.
        let level = sample::linear(self.values, point).unwrap_or(0.0) / self.full_scale;
        over(grey, level)
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
pub(super) fn marks(labels: &[u32], [width, height]: [usize; 2]) -> Vec<(u32, [f64; 2])> {
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
