//! Contours sorted into planes, and each plane given the thickness that it stands for.

use super::Roi;
use iodose_volume::Grid;

/// Corners of one contour may lie this far from a common plane of the grid's slices, mm.
const FLAT: f64 = 0.1;
/// Contours lie on the grid's slices where they are within this share of the slice spacing of one.
const ON_SLICE: f64 = 0.1;

/// The contours of one plane, in fractional indices (i, j), and the slab from `bottom` to `top` (fractional k).
pub(super) struct Slab {
    pub(super) bottom: f64,
    pub(super) top: f64,
    pub(super) polygons: Vec<Vec<[f64; 2]>>,
}

/// What was found, expected and to be told about a region.
pub(super) struct Slabs {
    pub(super) slabs: Vec<Slab>,
    pub(super) notes: Vec<String>,
}

/// A contour that no rule can place: what was found, what is expected.
pub(super) struct Misplaced {
    pub(super) found: String,
    pub(super) expected: String,
}

/// Slabs of a region on the slices of a grid.
///
/// On the slices themselves a plane is as thick as a slice. Planes between slices (drawn on another series) are as thick
/// as their own spacing, which must then be even.
pub(super) fn slabs(roi: &Roi, grid: &Grid) -> Result<Slabs, Misplaced> {
    let spacing = grid.spacing()[2];
    let mut planes: Vec<(f64, Vec<Vec<[f64; 2]>>)> = Vec::new();
    let mut placed = Vec::with_capacity(roi.contours.len());
    for (number, contour) in roi.contours.iter().enumerate() {
        let indices: Vec<[f64; 3]> =
            contour.points.iter().map(|&point| grid.patient_to_index(point)).collect();
        let heights = indices.iter().map(|index| index[2]);
        let (low, high) =
            heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), k| (low.min(k), high.max(k)));
        let (tilt, middle) = ((high - low) * spacing, (low + high) / 2.0);
        if !tilt.is_finite() || tilt > FLAT {
            return Err(Misplaced {
                found: format!(
                    "contour {}: corners up to {tilt:.2} mm apart across the image's slices",
                    number + 1
                ),
                expected: format!(
                    "contours parallel to the slices to {FLAT} mm (take the series that it was drawn on)"
                ),
            });
        }
        placed.push((middle, indices.iter().map(|index| [index[0], index[1]]).collect::<Vec<_>>()));
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (height, polygon) in placed {
        match planes.last_mut() {
            Some((last, polygons)) if (height - *last) * spacing <= FLAT => polygons.push(polygon),
            _ => planes.push((height, vec![polygon])),
        }
    }
    let heights: Vec<f64> = planes.iter().map(|(height, _)| *height).collect();
    let mut notes = Vec::new();
    let thickness = if heights.iter().all(|k| (k - k.round()).abs() <= ON_SLICE) {
        for (height, _) in &mut planes {
            *height = height.round();
        }
        1.0
    } else {
        let step = even_step(&heights).ok_or_else(|| Misplaced {
            found: format!("{} contour planes between the image's slices, not evenly spaced", heights.len()),
            expected:
                "contours on the slices, or evenly spaced planes (take the series that it was drawn on)"
                    .into(),
        })?;
        notes.push(format!("drawn on planes {:.2} mm apart that are not the image's slices", step * spacing));
        step
    };
    let gaps = planes.windows(2).filter(|pair| pair[1].0 - pair[0].0 > 1.5 * thickness).count();
    if gaps > 0 {
        notes.push(format!("{gaps} gaps between its contours, taken as parts that are apart"));
    }
    let slabs = planes
        .into_iter()
        .map(|(height, polygons)| Slab {
            bottom: height - thickness / 2.0,
            top: height + thickness / 2.0,
            polygons,
        })
        .collect();
    Ok(Slabs { slabs, notes })
}

/// The smallest distance between neighbours, of which all others must be multiples (to a tenth).
fn even_step(heights: &[f64]) -> Option<f64> {
    let steps = || heights.windows(2).map(|pair| pair[1] - pair[0]);
    let step = steps().min_by(f64::total_cmp)?;
    let even = steps().all(|other| (other / step - (other / step).round()).abs() <= ON_SLICE);
    even.then_some(step)
}
