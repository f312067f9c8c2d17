//! Maximum-intensity projections: every lesion in one look.

use super::highest::certain;
use super::plane::{Sheet, bounding_box, longest_side};
use super::scene::{OUTLINE, marks};
use super::{PictureError, PictureSource, Plane, encode, inferno, sample};
use iodose_volume::{Grid, Volume};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Longest side of a projection, pixels.
const LONGEST_SIDE: f64 = 400.0;

/// The highest dose along each line across a plane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Projection {
    /// The plane it is projected on.
    pub plane: Plane,
    /// Pixels across and down.
    pub size: [usize; 2],
    /// Edge of a (square) pixel, mm.
    pub pixel_mm: f64,
    /// For each lesion: its label, and the right upper corner of its outline as fractions of width and height.
    pub marks: Vec<(u32, [f64; 2])>,
    /// The picture, 8-bit RGB.
    #[serde(with = "crate::stored::base64")]
    pub png: Vec<u8>,
}

/// From the front and from the side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Projections {
    /// The dose drawn in the brightest colour; higher ones look the same.
    pub full_scale: f64,
    /// Coronal, sagittal.
    pub views: [Projection; 2],
}

impl Projections {
    /// Projects dose up to `full_scale` with the outlines of the lesions' shadows; a lesion hides what is behind it.
    ///
    /// Doses below twice their uncertainty are left out: the few tracks that meet a voxel of air would outshine the lesions.
    ///
    /// # Errors
    /// A full scale that is not above 0; whatever the PNG encoder says.
    pub fn draw<L: Copy + Into<u32> + Sync>(
        source: &PictureSource<'_, L>,
        full_scale: f64,
    ) -> Result<Self, PictureError> {
        let &PictureSource { dose, uncertainty, labels, .. } = source;
        if !(full_scale.is_finite() && full_scale > 0.0) {
            return Err(PictureError::FullScale(full_scale));
        }
        let certain = uncertainty.map(|u| certain(dose, u));
        let view = |plane| project(certain.as_ref().unwrap_or(dose), labels, full_scale, plane);
        Ok(Self { full_scale, views: [view(Plane::Coronal)?, view(Plane::Sagittal)?] })
    }
}

/// Whether a lesion's edge runs through this pixel: beside the lesion, which may be a few pixels small itself.
fn on_edge(shadows: &[u32], [width, height]: [usize; 2], pixel: usize) -> bool {
    let (column, row) = (pixel % width, pixel / width);
    shadows[pixel] == 0
        && ((column > 0 && shadows[pixel - 1] != 0)
            || (column + 1 < width && shadows[pixel + 1] != 0)
            || (row > 0 && shadows[pixel - width] != 0)
            || (row + 1 < height && shadows[pixel + width] != 0))
}

fn project<L: Copy + Into<u32> + Sync>(
    dose: &Volume<f32>,
    labels: Option<&Volume<L>>,
    full_scale: f64,
    plane: Plane,
) -> Result<Projection, PictureError> {
    let bounds = bounding_box(dose.grid());
    let [low, high] = bounds;
    let pixel_mm = longest_side(bounds) / LONGEST_SIDE;
    let axis = plane.normal_axis();
    // Half a voxel apart, so that none is missed.
    let finest = dose.grid().spacing().into_iter().fold(f64::INFINITY, f64::min);
    let steps = ((high[axis] - low[axis]) / (0.5 * finest)).ceil().max(1.0) as usize;
    let step = (high[axis] - low[axis]) / steps as f64;
    let sheet = Sheet::new(plane, bounds, low, pixel_mm);
    let [width, height] = sheet.size;
    let mut highest = vec![0.0f64; width * height];
    let mut shadows = vec![0u32; width * height];
    let line = |pixel: usize, grid: &Grid| {
        let ends = [0.5, 1.5].map(|n| {
            let mut point = sheet.point([pixel % width, pixel / width]);
            point[axis] = low[axis] + n * step;
            point
        });
        sample::Line::through(grid, ends[0], ends[1])
    };
    highest.par_iter_mut().zip(&mut shadows).enumerate().for_each(|(pixel, (highest, shadow))| {
        let through_dose = line(pixel, dose.grid());
        let doses = (0..steps).map(|n| sample::linear_at(dose, through_dose.index(n)).unwrap_or(0.0));
        *highest = doses.fold(0.0, f64::max);
        if let Some(labels) = labels {
            let through_labels = line(pixel, labels.grid());
            let mut met = (0..steps).map(|n| sample::label_at(labels, through_labels.index(n)));
            *shadow = met.find(|&label| label != 0).unwrap_or(0);
        }
    });
    let colour = |pixel: usize| {
        if on_edge(&shadows, sheet.size, pixel) { OUTLINE } else { inferno(highest[pixel] / full_scale) }
    };
    let pixels: Vec<u8> = (0..width * height).flat_map(colour).collect();
    Ok(Projection {
        plane,
        size: sheet.size,
        pixel_mm,
        marks: marks(&shadows, sheet.size),
        png: encode::png(sheet.size, &pixels)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use iodose_volume::Affine;

    fn pixels(png: &[u8]) -> Vec<u8> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_highest_dose_of_each_line_is_drawn_where_the_patient_has_it() {
        // Flipped along every axis: the first voxel is left, posterior, superior.
        let columns = [[-4.0, 0.0, 0.0], [0.0, -4.0, 0.0], [0.0, 0.0, -4.0]];
        let grid = Grid::new([10, 6, 20], Affine { columns, origin: [40.0, 30.0, 80.0] }).unwrap();
        // High up, on the left, behind.
        let dose = Volume::from_fn(grid, |voxel| if voxel == [1, 1, 2] { 80.0f32 } else { 0.0 });
        let projections = Projections::draw::<u16>(&PictureSource::new(&dose), 80.0).unwrap();
        // Coronal: left is on the right; sagittal: posterior is on the right.
        for (view, part) in projections.views.iter().zip([8.5 / 10.0, 4.5 / 6.0]) {
            let [width, height] = view.size;
            let rgb = pixels(&view.png);
            let bright = (0..width * height).max_by_key(|&pixel| rgb[3 * pixel + 1]).unwrap();
            let [x, y] = [(bright % width) as f64 / width as f64, (bright / width) as f64 / height as f64];
            assert!((x - part).abs() < 0.06 && (y - 2.5 / 20.0).abs() < 0.04, "{:?} {x} {y}", view.plane);
        }
    }

    #[test]
    fn lesions_cast_shadows_with_their_label() {
        let grid = Grid::axis_aligned([10, 10, 10], [4.0; 3], [0.0; 3]).unwrap();
        let dose = Volume::filled(grid, 1.0f32);
        let labels = Volume::from_fn(grid, |[i, j, k]| u16::from(i > 6 && (3..6).contains(&j) && k > 6) * 7);
        let source = PictureSource { labels: Some(&labels), ..PictureSource::new(&dose) };
        let projections = Projections::draw(&source, 2.0).unwrap();
        let [coronal, sagittal] = &projections.views;
        assert_eq!(coronal.marks[0].0, 7);
        assert!((coronal.marks[0].1[0] - 1.0).abs() < 0.01 && coronal.marks[0].1[1] < 0.01);
        assert!((sagittal.marks[0].1[0] - 0.6).abs() < 0.01);
        assert!(pixels(&coronal.png).chunks(3).any(|pixel| pixel == OUTLINE));
        assert!(Projections::draw(&source, 0.0).is_err());
    }
}
