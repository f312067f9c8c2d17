//! A slice of dose as a picture of its own: title, letters of the patient's sides, colour bar with doses.

mod canvas;
mod letters;

use crate::number::{significant, ticks};
use crate::picture::{PictureError, Pictures, Plane, Slice, over};
use canvas::Canvas;
use thiserror::Error;

/// Pixels of a dot of a letter.
const SCALE: usize = 2;
const TEXT: usize = SCALE * letters::HEIGHT;
const GAP: usize = 10;
/// Around the slice, for the letters of its sides.
const MARGIN: usize = TEXT + 2 * GAP;
const BAR_WIDTH: usize = 24;
/// Beside the colour bar, for the doses.
const DOSES: usize = 120;

/// Why there is no figure.
#[derive(Debug, Error)]
pub enum FigureError {
    /// Of the picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A slice that cannot be read back.
    #[error("PNG: {0}")]
    Decoding(#[from] png::DecodingError),
}

/// The slice of one plane with its scale as PNG; `unit` is that of the doses.
///
/// # Errors
/// Whatever the PNG library says.
pub fn slice_figure(pictures: &Pictures, plane: Plane, unit: &str) -> Result<Vec<u8>, FigureError> {
    let number = [Plane::Axial, Plane::Coronal, Plane::Sagittal].iter().position(|&other| other == plane);
    let slice = &pictures.slices[number.unwrap_or_default()];
    let axis = ["x", "y", "z"][plane.normal_axis()];
    let title = format!("absorbed dose, {}, {axis} = {:.1} mm", plane.name(), slice.position_mm);
    let [width, height] = slice.size;
    let top = GAP + TEXT + MARGIN;
    let whole = (MARGIN + width + MARGIN + BAR_WIDTH + DOSES).max(2 * GAP + letters::width(&title, SCALE));
    let mut canvas = Canvas::white([whole, top + height.max(5 * TEXT) + MARGIN]);
    letters::draw(&mut canvas, &title, [GAP, GAP], SCALE);
    draw_slice(&mut canvas, slice, [MARGIN, top])?;
    let left = MARGIN + width + MARGIN;
    draw_bar(&mut canvas, pictures.full_scale, unit, [left, top], height.max(5 * TEXT));
    Ok(canvas.png()?)
}

fn draw_slice(canvas: &mut Canvas, slice: &Slice, [left, top]: [usize; 2]) -> Result<(), FigureError> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(&slice.png)).read_info()?;
    let mut y = top;
    while let Some(row) = reader.next_row()? {
        canvas.row([left, y], row.data());
        y += 1;
    }
    let [width, height] = slice.size;
    let [west, east, north, south] = slice.plane.edges().map(String::from);
    let half = letters::width("L", SCALE) / 2;
    let (middle_x, middle_y) = ((left + width / 2).saturating_sub(half), top + height / 2 - TEXT / 2);
    letters::draw(canvas, &west, [left - GAP - 2 * half, middle_y], SCALE);
    letters::draw(canvas, &east, [left + width + GAP, middle_y], SCALE);
    letters::draw(canvas, &north, [middle_x, top - GAP - TEXT], SCALE);
    letters::draw(canvas, &south, [middle_x, top + height + GAP], SCALE);
    Ok(())
}

/// The colours as they look over black, zero at the bottom.
fn draw_bar(canvas: &mut Canvas, full_scale: f64, unit: &str, [left, top]: [usize; 2], height: usize) {
    for row in 0..height {
        let level = 1.0 - (row as f64 + 0.5) / height as f64;
        canvas.fill([left, top + row], [BAR_WIDTH, 1], over(0.0, level));
    }
    letters::draw(canvas, unit, [left, top - GAP - TEXT], SCALE);
    for dose in ticks(full_scale, 5) {
        let y = top + ((1.0 - dose / full_scale) * height as f64) as usize;
        canvas.fill([left + BAR_WIDTH, y], [6, SCALE], [0; 3]);
        let at = [left + BAR_WIDTH + GAP, (y + SCALE / 2).saturating_sub(TEXT / 2)];
        letters::draw(canvas, &significant(dose, 4), at, SCALE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PictureSource;
    use iodose_volume::{Grid, Volume};

    #[test]
    fn slice_bar_and_letters_stand_beside_each_other() {
        let grid = Grid::axis_aligned([10, 10, 10], [4.0; 3], [0.0; 3]).unwrap();
        let dose = Volume::filled(grid, 80.0f32);
        let pictures = Pictures::draw::<u8>(&PictureSource::new(&dose), None, Some(80.0)).unwrap();
        let png = slice_figure(&pictures, Plane::Coronal, "Gy/GBq").unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let at = |x: usize, y: usize| {
            let start = 3 * (y * info.width as usize + x);
            [pixels[start], pixels[start + 1], pixels[start + 2]]
        };
        let [width, height] = pictures.slices[1].size;
        let top = GAP + TEXT + MARGIN;
        let full = over(0.0, 1.0);
        // A voxel of full dose looks as the upper end of the bar; the lower end is black, the margin white.
        assert_eq!(at(MARGIN + width / 2, top + height / 2), full);
        let bar = MARGIN + width + MARGIN + BAR_WIDTH / 2;
        assert!((0..3).all(|c| at(bar, top)[c].abs_diff(full[c]) < 3));
        assert!(at(bar, top + height - 1).iter().all(|&channel| channel < 5));
        assert_eq!(at(2, top + height / 2), [255; 3]);
        let letters = |x: std::ops::Range<usize>, y: std::ops::Range<usize>| {
            x.flat_map(|x| y.clone().map(move |y| [x, y])).filter(|&[x, y]| at(x, y) == [0; 3]).count()
        };
        assert!(letters(GAP..width, GAP..GAP + TEXT) > 500, "the title");
        assert!(letters(bar..info.width as usize, GAP + TEXT..top) > 100, "the unit");
    }

    #[test]
    fn every_letter_in_use_is_drawn() {
        let texts = "absorbed dose, axial, coronal, sagittal, x = -12.5 mm y z RLAPSI Gy/GBq 0123456789";
        for letter in texts.chars().filter(|letter| *letter != ' ') {
            let mut canvas = Canvas::white([12, 16]);
            let blank = canvas.png().unwrap();
            letters::draw(&mut canvas, &letter.to_string(), [0, 0], SCALE);
            assert!(canvas.png().unwrap() != blank, "{letter}");
        }
    }
}
