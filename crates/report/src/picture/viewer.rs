//! Volumes of a case packed small, for a page that shows any slice of them. Form: `docs/methods/report.md`.

mod anatomy;
mod code;
mod crop;
mod pack;

use super::highest::highest_certain;
use super::plane::bounding_box;
use super::{PictureError, PictureSource, sample};
use iodose_volume::{Affine, Grid, Volume};
use serde::{Deserialize, Serialize};

/// Doses below such a part of the highest certain one are left out, the lowest part that has room.
const THRESHOLDS: [f64; 9] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/// A browser holds some 10 bytes for each voxel; a telephone has room for this many.
const MOST_VOXELS: usize = 30_000_000;

/// The noise of the engine alone takes more than this for each voxel, in bytes: thresholds that cannot fit are not tried.
const LEAST_BYTES: f64 = 0.4;

/// The part of the room that anatomy may take.
const ANATOMY_SHARE: f64 = 0.45;

/// The voxels of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Along i, j, k.
    pub size: [usize; 3],
    /// Index steps per mm along x, y, z: the columns of the map from LPS mm to indices.
    pub columns: [[f64; 3]; 3],
    /// The index of LPS (0, 0, 0).
    pub origin: [f64; 3],
}

impl Placed {
    fn new(grid: &Grid) -> Self {
        // The inverse of an affine map from three unit steps and the origin.
        let origin = grid.patient_to_index([0.0; 3]);
        let column = |axis: usize| {
            let mut unit = [0.0; 3];
            unit[axis] = 1.0;
            let end = grid.patient_to_index(unit);
            [0, 1, 2].map(|row| end[row] - origin[row])
        };
        Self { size: grid.size(), columns: [column(0), column(1), column(2)], origin }
    }
}

/// The volumes of one case, packed. Texts are base64 of gzip of packed integers (`docs/methods/report.md`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    /// Lowest and highest corner of the box along the patient axes that holds the dose grid, LPS mm.
    pub bounds: [[f64; 3]; 2],
    /// How many slices there are along x, y, z; between the corners they are evenly spread.
    pub stops: [usize; 3],
    /// The dose grid.
    pub grid: Placed,
    /// First voxel and size of the part of the dose grid that is packed; elsewhere doses are below the threshold.
    pub part: [[usize; 3]; 2],
    /// Doses below this are left out; 0 where there is no dose above 0.
    pub threshold: f64,
    /// The power of ten of the first decade of dose codes.
    pub exponent: i32,
    /// Dose of each voxel of the part: 0 below the threshold, 65535 where it is not a number, else 1 more than 900 codes a
    /// decade, one for each number of three digits.
    pub doses: String,
    /// Relative uncertainty of each: 0 where not known, 254 above, 255 below what two digits from 0.10 % on can say, else 1
    /// more than 90 codes a decade.
    pub uncertainties: String,
    /// Lesion of each.
    pub labels: String,
    /// The grid of the anatomy.
    pub anatomy_grid: Placed,
    /// Anatomy from black (0) to white (255).
    pub anatomy: String,
}

impl Viewer {
    /// Packs a case into at most `room` bytes of text; `None` where it does not fit.
    ///
    /// # Errors
    /// A window that does not rise; a failing packer.
    pub fn pack<L: Copy + Into<u32>>(
        source: &PictureSource<'_, L>,
        room: usize,
    ) -> Result<Option<Self>, PictureError> {
        let grid = source.dose.grid();
        let most = (ANATOMY_SHARE * room as f64) as usize;
        let Some((anatomy_grid, anatomy)) = anatomy::pack(source.background, grid, most)? else {
            return Ok(None);
        };
        let left = room - anatomy.len();
        let labels = labels_on(grid, source.labels);
        let (doses, u) = (source.dose.data(), source.uncertainty);
        let highest = highest_certain(source.dose, u).map_or(0.0, |(_, dose)| f64::from(dose).max(0.0));
        for part in THRESHOLDS {
            let threshold = part * highest;
            let held = |offset: usize| code::is_held(doses[offset], threshold);
            let part = crop::part(grid, |offset| labels[offset] != 0 || held(offset));
            let [_, size] = part;
            let count = (0..doses.len()).filter(|&offset| held(offset)).count();
            if size.iter().product::<usize>() > MOST_VOXELS || LEAST_BYTES * count as f64 > left as f64 {
                continue;
            }
            let exponent = code::exponent_of(threshold);
            let dose = |offset: usize| code::dose(doses[offset], threshold, exponent);
            let uncertainty = |offset: usize| match u {
                Some(u) if held(offset) => code::relative(u.data()[offset], doses[offset]),
                _ => 0,
            };
            let doses = || pack::pack(crop::offsets(grid, part).map(dose));
            let uncertainties = || pack::pack(crop::offsets(grid, part).map(uncertainty));
            let found = || pack::pack(crop::offsets(grid, part).map(|offset| labels[offset]));
            let (doses, (uncertainties, labels)) = rayon::join(doses, || rayon::join(uncertainties, found));
            let packed = Self {
                bounds: bounding_box(grid),
                stops: stops(grid),
                grid: Placed::new(grid),
                part,
                threshold,
                exponent,
                doses: doses?,
                uncertainties: uncertainties?,
                labels: labels?,
                anatomy_grid,
                anatomy: anatomy.clone(),
            };
            if packed.doses.len() + packed.uncertainties.len() + packed.labels.len() <= left {
                return Ok(Some(packed));
            }
        }
        Ok(None)
    }
}

/// Labels on the dose grid; those that 16 bits do not hold count as none.
fn labels_on<L: Copy + Into<u32>>(grid: &Grid, labels: Option<&Volume<L>>) -> Vec<u16> {
    let small = |label: u32| u16::try_from(label).unwrap_or(0);
    match labels {
        None => vec![0; grid.len()],
        Some(labels) if labels.grid() == grid => {
            labels.data().iter().map(|&label| small(label.into())).collect()
        }
        Some(labels) => {
            let centre = |offset| grid.index_to_patient(grid.index(offset).map(|n| n as f64));
            (0..grid.len()).map(|offset| small(sample::label(labels, centre(offset)))).collect()
        }
    }
}

/// As many slices along each patient axis as the grid has voxels where its axes are the patient's, so that each goes
/// through voxel centres; on an oblique grid a finest voxel apart.
fn stops(grid: &Grid) -> [usize; 3] {
    let [low, high] = bounding_box(grid);
    let Affine { columns, .. } = grid.affine();
    let finest = grid.spacing().into_iter().fold(f64::INFINITY, f64::min);
    [0, 1, 2].map(|axis| {
        let along = columns.iter().map(|column| column[axis].abs()).fold(0.0, f64::max);
        let alone = columns.iter().filter(|column| column[axis].abs() > 1e-3 * along).count() == 1;
        let step = if alone { along } else { finest };
        (((high[axis] - low[axis]) / step).round() as usize).max(1)
    })
}

#[cfg(test)]
mod tests;
