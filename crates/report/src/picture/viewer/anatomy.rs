//! Anatomy as bytes, as fine as there is room for.

use super::{MOST_VOXELS, Placed, pack};
use crate::picture::{Background, PictureError};
use iodose_volume::{Affine, Grid, Volume, resample_mean};

/// Widths of its voxels, in those of the dose grid.
const WIDTHS: [f64; 8] = [0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0];

/// Half a body is air, the rest has noise: less than this for each voxel, in bytes, is not to be hoped for.
const LEAST_BYTES: f64 = 0.2;

/// Anatomy over the dose grid in at most so many bytes; `None` where it does not fit.
pub(super) fn pack(
    background: Option<Background<'_>>,
    grid: &Grid,
    most: usize,
) -> Result<Option<(Placed, String)>, PictureError> {
    let Some(Background { volume, window }) = background else {
        let nothing = Grid::axis_aligned([1; 3], [1.0; 3], [0.0; 3]).map_err(PictureError::Grid)?;
        return Ok(Some((Placed::new(&nothing), pack::pack([0].into_iter())?)));
    };
    let black = window.0;
    // The finest first; the coarser ones are averages of it.
    let finest = |grid: &Grid| grid.spacing().into_iter().fold(f64::INFINITY, f64::min);
    let is_finer = finest(volume.grid()) < 0.75 * finest(grid);
    let mut source: Option<Volume<f32>> = None;
    for width in WIDTHS {
        let is_hopeful = |widened: &Grid| LEAST_BYTES * widened.len() as f64 <= most as f64;
        let Some(widened) = widened(grid, width)?.filter(|_| width >= 1.0 || is_finer) else { continue };
        if !is_hopeful(&widened) {
            continue;
        }
        let mean = resample_mean(source.as_ref().unwrap_or(volume), &widened, black).volume;
        let packed = pack::pack(mean.data().iter().map(|&value| grey(value, window)))?;
        if packed.len() <= most {
            return Ok(Some((Placed::new(&widened), packed)));
        }
        source = Some(source.unwrap_or(mean));
    }
    Ok(None)
}

/// The grid with voxels so many times as wide, over the same patient; `None` where these are too many.
fn widened(grid: &Grid, width: f64) -> Result<Option<Grid>, PictureError> {
    let size = grid.size().map(|side| (side as f64 / width).ceil());
    if size.iter().product::<f64>() > MOST_VOXELS as f64 {
        return Ok(None);
    }
    let columns = grid.affine().columns.map(|column| column.map(|step| step * width));
    let origin = grid.index_to_patient([0.5 * (width - 1.0); 3]);
    let widened = Grid::new(size.map(|side| side as usize), Affine { columns, origin });
    widened.map(Some).map_err(PictureError::Grid)
}

fn grey(value: f32, (black, white): (f32, f32)) -> u16 {
    let level = ((value - black) / (white - black)).clamp(0.0, 1.0);
    // What is not a number is black.
    (255.0 * level).round() as u16
}
