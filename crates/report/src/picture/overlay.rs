//! Activity images over anatomy, with the lesions' outlines, so that a wrong registration is seen.

use super::scene::Scene;
use super::{Background, PictureError, Plane, Slice, plane};
use iodose_volume::{Grid, Volume};
use rayon::prelude::*;

/// Longest side of a whole view and side of a close-up, pixels.
const WHOLE_SIDE: f64 = 320.0;
const CLOSE_SIDE: f64 = 150.0;

/// Side of a close-up, mm: at least this, and so much around a lesion that needs more.
const LEAST_CLOSE_MM: f64 = 120.0;
const AROUND_MM: f64 = 40.0;

/// So far (mm) around a lesion its highest activity is looked for, which is the brightest colour of its close-ups.
const SCALE_MM: f64 = 10.0;

/// So many lesions at most have close-ups, and so many times one lesion in all images together: the page stays small.
const MOST_LESIONS: usize = 4;
const MOST_CLOSE_UPS: usize = 20;

/// An activity image to be drawn.
#[derive(Clone, Debug)]
pub struct OverlaySource<'a> {
    /// What the reader knows it by: name and time.
    pub title: String,
    /// Bq/mL, in the patient space of the anatomy.
    pub activity: &'a Volume<f32>,
}

/// One picture of an activity image.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct View {
    /// The lesion that it goes through; `None` for a view of the whole image.
    pub lesion: Option<u32>,
    /// The activity drawn in the brightest colour, Bq/mL; higher ones look the same.
    pub full_scale: f64,
    /// The picture.
    pub slice: Slice,
}

/// The pictures of one activity image: a coronal one of all of it, then an axial and a coronal close-up of each lesion shown.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Overlay {
    /// As in [`OverlaySource`].
    pub title: String,
    /// The pictures.
    pub views: Vec<View>,
}

/// Every activity image over the same anatomy.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Overlays {
    /// Whether the anatomy is a CT; else it is a map of density.
    pub over_ct: bool,
    /// In the order of the sources.
    pub images: Vec<Overlay>,
    /// Lesions that have no close-up, since others came first.
    pub left_out: usize,
}

impl Overlays {
    /// Draws each source over `background` with the outlines of `labels` (0 is no lesion).
    ///
    /// `lesions` are the labels in the order of interest; the first of them get close-ups, at most four, and at most twenty in
    /// all images together but one. Those without a voxel in `labels` are passed over.
    ///
    /// # Errors
    /// A window that is not finite or does not rise; whatever the PNG encoder says.
    pub fn draw<L: Copy + Into<u32> + Sync>(
        sources: &[OverlaySource<'_>],
        background: Background<'_>,
        over_ct: bool,
        labels: Option<&Volume<L>>,
        lesions: &[u32],
    ) -> Result<Self, PictureError> {
        background.check()?;
        let boxes = labels.map_or_else(Vec::new, |labels| boxes(labels, lesions));
        let shown = (MOST_CLOSE_UPS / sources.len().max(1)).clamp(1, MOST_LESIONS).min(boxes.len());
        let images = sources.par_iter().map(|source| {
            let drawing = Drawing { activity: source.activity, background, labels };
            Ok(Overlay { title: source.title.clone(), views: drawing.views(&boxes[..shown])? })
        });
        Ok(Self {
            over_ct,
            images: images.collect::<Result<_, PictureError>>()?,
            left_out: boxes.len() - shown,
        })
    }
}

/// A lesion's label with the lowest and the highest centre of its voxels, LPS mm.
type LesionBox = (u32, [[f64; 3]; 2]);

fn boxes<L: Copy + Into<u32>>(labels: &Volume<L>, lesions: &[u32]) -> Vec<LesionBox> {
    let mut boxes: Vec<LesionBox> =
        lesions.iter().map(|&label| (label, [[f64::INFINITY; 3], [f64::NEG_INFINITY; 3]])).collect();
    for (offset, &label) in labels.data().iter().enumerate() {
        let label = label.into();
        if label == 0 {
            continue;
        }
        let Some((_, [low, high])) = boxes.iter_mut().find(|(wanted, _)| *wanted == label) else { continue };
        let point = centre(labels.grid(), offset);
        for axis in 0..3 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    boxes.retain(|(_, [low, high])| low[0] <= high[0]);
    boxes
}

fn centre(grid: &Grid, offset: usize) -> [f64; 3] {
    grid.index_to_patient(grid.index(offset).map(|n| n as f64))
}

fn middle([low, high]: [[f64; 3]; 2]) -> [f64; 3] {
    [0, 1, 2].map(|axis| 0.5 * (low[axis] + high[axis]))
}

fn widened([low, high]: [[f64; 3]; 2], by: f64) -> [[f64; 3]; 2] {
    [low.map(|x| x - by), high.map(|x| x + by)]
}

struct Drawing<'a, L> {
    activity: &'a Volume<f32>,
    background: Background<'a>,
    labels: Option<&'a Volume<L>>,
}

impl<L: Copy + Into<u32>> Drawing<'_, L> {
    fn views(&self, lesions: &[LesionBox]) -> Result<Vec<View>, PictureError> {
        let grid = self.activity.grid();
        let whole = plane::bounding_box(grid);
        let highest: Vec<(f64, [f64; 3])> =
            lesions.iter().map(|(_, bounds)| self.highest(widened(*bounds, SCALE_MM))).collect();
        // Without lesions the slice goes through the hottest voxel.
        let (full_scale, focus) = match lesions.first() {
            Some((_, bounds)) => {
                (highest.iter().map(|(value, _)| *value).fold(0.0, f64::max), middle(*bounds))
            }
            None => self.highest(whole),
        };
        let mut views = vec![self.view(None, Plane::Coronal, whole, focus, full_scale, WHOLE_SIDE)?];
        for ((label, bounds), (full_scale, _)) in lesions.iter().zip(highest) {
            let focus = middle(*bounds);
            let half = 0.5 * LEAST_CLOSE_MM.max(plane::longest_side(*bounds) + AROUND_MM);
            let close = widened([focus; 2], half);
            for plane in [Plane::Axial, Plane::Coronal] {
                views.push(self.view(Some(*label), plane, close, focus, full_scale, CLOSE_SIDE)?);
            }
        }
        Ok(views)
    }

    fn view(
        &self,
        lesion: Option<u32>,
        plane: Plane,
        bounds: [[f64; 3]; 2],
        focus: [f64; 3],
        full_scale: f64,
        longest_side: f64,
    ) -> Result<View, PictureError> {
        // Without any activity every full scale draws the same nothing.
        let full_scale = if full_scale > 0.0 { full_scale } else { 1.0 };
        let pixel_mm = plane::longest_side(bounds) / longest_side;
        let Self { activity: values, background, labels } = *self;
        let scene =
            Scene { values, background: Some(background), labels, focus, full_scale, bounds, pixel_mm };
        Ok(View { lesion, full_scale, slice: scene.slice(plane)? })
    }

    /// The highest activity of the voxels whose centres lie in a box, with its place (LPS mm).
    fn highest(&self, [low, high]: [[f64; 3]; 2]) -> (f64, [f64; 3]) {
        let grid = self.activity.grid();
        let mut best = (0.0, middle([low, high]));
        for (offset, &value) in self.activity.data().iter().enumerate() {
            if f64::from(value) > best.0 && value.is_finite() {
                let point = centre(grid, offset);
                if (0..3).all(|axis| (low[axis]..=high[axis]).contains(&point[axis])) {
                    best = (f64::from(value), point);
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests;
