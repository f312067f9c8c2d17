//! The three planes, and the sheet of pixels laid into one.

use iodose_volume::Grid;
use serde::{Deserialize, Serialize};

/// A way to cut the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plane {
    /// Across the body, seen from the feet.
    Axial,
    /// Along the body, seen from the front.
    Coronal,
    /// Along the body, seen from the patient's left.
    Sagittal,
}

impl Plane {
    /// Its name, lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Axial => "axial",
            Self::Coronal => "coronal",
            Self::Sagittal => "sagittal",
        }
    }

    /// The letters at the left, right, top and bottom edge: Right, Left, Anterior, Posterior, Superior, Inferior.
    pub fn edges(self) -> [char; 4] {
        match self {
            Self::Axial => ['R', 'L', 'A', 'P'],
            Self::Coronal => ['R', 'L', 'S', 'I'],
            Self::Sagittal => ['A', 'P', 'S', 'I'],
        }
    }

    /// The patient axis it stands on: 0, 1, 2 for x, y, z.
    pub fn normal_axis(self) -> usize {
        match self {
            Self::Axial => 2,
            Self::Coronal => 1,
            Self::Sagittal => 0,
        }
    }

    /// The patient axes that run to the right and down the picture; down is from high to low for z.
    fn picture_axes(self) -> [usize; 2] {
        match self {
            Self::Axial => [0, 1],
            Self::Coronal => [0, 2],
            Self::Sagittal => [1, 2],
        }
    }
}

/// A sheet of square pixels in patient space.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    /// Pixels across and down.
    pub(super) size: [usize; 2],
    /// Centre of the left upper pixel, LPS mm.
    first: [f64; 3],
    /// Patient axis and step (mm) of a pixel to the right, and of one down.
    steps: [(usize, f64); 2],
}

impl Sheet {
    /// The sheet through `focus` that shows a box along the patient axes (lowest and highest corner, LPS mm).
    pub(super) fn new(plane: Plane, [low, high]: [[f64; 3]; 2], focus: [f64; 3], pixel_mm: f64) -> Self {
        let [across, down] = plane.picture_axes();
        let pixels = |axis: usize| ((high[axis] - low[axis]) / pixel_mm).round().max(1.0) as usize;
        let size = [pixels(across), pixels(down)];
        let centre = |axis: usize| 0.5 * (low[axis] + high[axis]);
        let down_step = if down == 2 { -pixel_mm } else { pixel_mm };
        let mut first = focus;
        first[across] = centre(across) - 0.5 * (size[0] as f64 - 1.0) * pixel_mm;
        first[down] = centre(down) - 0.5 * (size[1] as f64 - 1.0) * down_step;
        Self { size, first, steps: [(across, pixel_mm), (down, down_step)] }
    }

    /// Centre of a pixel (across, down), LPS mm.
    pub(super) fn point(&self, pixel: [usize; 2]) -> [f64; 3] {
        let mut point = self.first;
        for ((axis, step), count) in self.steps.into_iter().zip(pixel) {
            point[axis] += step * count as f64;
        }
        point
    }
}

/// The lowest and the highest corner of the box along the patient axes that holds the grid, LPS mm.
pub(super) fn bounding_box(grid: &Grid) -> [[f64; 3]; 2] {
    let corners = grid.corners();
    let fold = |axis: usize, pick: fn(f64, f64) -> f64| {
        corners.iter().map(|corner| corner[axis]).reduce(pick).unwrap_or(0.0)
    };
    [[0, 1, 2].map(|axis| fold(axis, f64::min)), [0, 1, 2].map(|axis| fold(axis, f64::max))]
}

/// The longest side of a box, mm.
pub(super) fn longest_side([low, high]: [[f64; 3]; 2]) -> f64 {
    (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f64::max)
}
