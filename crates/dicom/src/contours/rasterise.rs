//! A structure set on a grid.

use super::crossing::{self, Crossing};
use super::plane::Plane;
use super::slab::{Slab, slabs};
use super::{ContourRule, Roi, StructureSet};
use crate::error::{DicomError, Result};
use crate::regions::{Region, Regions};
use iodose_volume::Grid;
use std::collections::BTreeMap;
use std::ops::Range;

/// Slabs begin and end with this tolerance of a slice, so that rounding cannot leave a slice in two or none.
const EDGE: f64 = 1e-6;

impl StructureSet {
    /// The voxels of each region on a grid.
    ///
    /// Warned of: regions without contours, open contours and points, contours of one or two points, contours that cross
    /// themselves or each other, gaps, planes other than the grid's slices, and what lies beyond the grid.
    ///
    /// # Errors
    /// Contours that are not parallel to the slices, or lie between them unevenly.
    pub fn rasterise(&self, grid: &Grid, rule: ContourRule) -> Result<Regions> {
        let mut result = Regions { grid: *grid, regions: Vec::new(), warnings: Vec::new() };
        let numbers: Option<Vec<u16>> =
            self.rois.iter().map(|roi| u16::try_from(roi.number).ok().filter(|&label| label > 0)).collect();
        let labels = numbers.unwrap_or_else(|| {
            result.warnings.push("ROI numbers beyond 1 to 65535: labels count the regions from 1".into());
            (1..=u16::MAX).take(self.rois.len()).collect()
        });
        let mut patience = crossing::PATIENCE;
        for (roi, label) in self.rois.iter().zip(labels) {
            let wrong = |found: String, expected: String| DicomError::Source {
                path: self.path.clone(),
                found: format!("{}: {found}", roi.describe()),
                expected,
            };
            let placed = slabs(roi, grid).map_err(|misplaced| wrong(misplaced.found, misplaced.expected))?;
            let mut notes = placed.notes;
            notes.extend(remarks(roi, &placed.slabs, &mut patience));
            let (voxels, beyond) = voxels(&placed.slabs, grid, rule);
            if beyond {
                notes.push("reaches beyond the image; what lies there is left out".into());
            }
            if voxels.is_empty() {
                notes.push("covers no voxel".into());
            }
            result.warnings.extend(notes.into_iter().map(|note| format!("{}: {note}", roi.describe())));
            result.regions.push(Region { label, name: roi.name.clone(), colour: roi.colour, voxels });
        }
        Ok(result)
    }
}

/// What is to be said of a region's contours whatever the grid is.
fn remarks(roi: &Roi, slabs: &[Slab], patience: &mut usize) -> Vec<String> {
    let mut remarks = Vec::new();
    if !roi.not_closed.is_empty() {
        remarks.push(format!("left out, not closed: {}", roi.not_closed.join(", ")));
    }
    let thin = roi.contours.iter().filter(|contour| contour.points.len() < 3).count();
    if thin > 0 {
        remarks.push(format!(
            "{thin} contours of less than 3 points: no area, under the voxel rule the voxels on them count"
        ));
    }
    for slab in slabs {
        let height = (slab.bottom + slab.top) / 2.0;
        match crossing::find(&slab.polygons, patience) {
            Crossing::None => {}
            Crossing::Itself(_) => {
                remarks.push(format!("a contour on slice {height:.1} crosses itself; taken by the even-odd rule"));
            }
            Crossing::Each(_) => remarks
                .push(format!("two contours on slice {height:.1} cross each other; what they share is left out (even-odd rule)")),
            Crossing::Unknown => {
                remarks.push(format!("slice {height:.1} has too many points to look for crossings"));
            }
        }
    }
    remarks
}

/// Voxels with their shares, and whether part of the contours lies beyond the grid.
fn voxels(slabs: &[Slab], grid: &Grid, rule: ContourRule) -> (Vec<(usize, f32)>, bool) {
    let [nx, ny, nz] = grid.size();
    let [along_i, along_j, _] = grid.affine().columns;
    let mut slices: BTreeMap<usize, Vec<(&Slab, f64)>> = BTreeMap::new();
    let mut beyond = false;
    for slab in slabs {
        beyond |= slab.bottom < -0.5 - EDGE || slab.top > nz as f64 - 0.5 + EDGE;
        for k in slices_of(slab, rule, nz) {
            let (low, high) = (k as f64 - 0.5, k as f64 + 0.5);
            slices.entry(k).or_default().push((slab, slab.top.min(high) - slab.bottom.max(low)));
        }
    }
    let mut voxels = Vec::new();
    let mut shares = vec![0f64; nx * ny];
    for (k, slabs) in slices {
        for (slab, height) in slabs {
            let plane = Plane { size: [nx, ny], steps: [along_i, along_j], polygons: &slab.polygons };
            beyond |= plane.reaches_beyond();
            match rule {
                ContourRule::VoxelCentre => plane.centres(|i, j| shares[i + nx * j] = 1.0),
                ContourRule::Coverage => plane.shares(|i, j, share| shares[i + nx * j] += share * height),
            }
        }
        for (offset, share) in shares.iter_mut().enumerate().filter(|(_, share)| **share > 0.0) {
            voxels.push((k * nx * ny + offset, share.min(1.0) as f32));
            *share = 0.0;
        }
    }
    (voxels, beyond)
}

/// The slices that a slab touches, or those whose middle it holds.
fn slices_of(slab: &Slab, rule: ContourRule, count: usize) -> Range<usize> {
    let (first, last) = match rule {
        ContourRule::VoxelCentre => ((slab.bottom - EDGE).ceil(), (slab.top - EDGE).ceil() - 1.0),
        ContourRule::Coverage => ((slab.bottom + 0.5 + EDGE).floor(), (slab.top + 0.5 - EDGE).ceil() - 1.0),
    };
    let begin = first.max(0.0) as usize;
    let end = (last + 1.0).clamp(0.0, count as f64) as usize;
    begin.min(end)..end
}
