//! Where the frames of a segmentation lie: planes of one lattice.

use crate::element::Attributes;
use crate::enhanced::Groups;
use crate::error::Result;
use dicom_dictionary_std::tags;
use iodose_volume::{Affine, Grid};

/// Frames agree, and planes are even, to this share of a pixel or of the distance between planes.
const SAME: f64 = 0.02;
/// Direction cosines agree to this.
const SAME_DIRECTION: f64 = 1e-4;
/// Planes from the first frame to the last; no scanner takes more.
const MOST_PLANES: f64 = 8192.0;
/// Planes without a frame are memory all the same when labels are made: this many voxels are free,
const FREE_VOXELS: u128 = 1 << 26;
/// and beyond them one plane in so many must be stored.
const PLANES_PER_FRAME: u128 = 64;

/// The plane of a frame.
pub(super) struct Frame {
    position: [f64; 3],
    orientation: [f64; 6],
    /// Row spacing (along j), column spacing (along i), mm.
    spacing: [f64; 2],
    between: Option<f64>,
    thickness: Option<f64>,
}

impl Frame {
    pub(super) fn read(root: &Attributes<'_>, groups: &Groups<'_>) -> Result<Self> {
        let measures = groups.required(root, tags::PIXEL_MEASURES_SEQUENCE)?;
        let spacing: [f64; 2] = measures.vector(tags::PIXEL_SPACING)?;
        if !spacing.iter().all(|&side| side > 0.0) {
            return Err(measures.error(
                tags::PIXEL_SPACING,
                format!("{spacing:?}"),
                "positive spacings in mm",
            ));
        }
        // Some software writes a negative distance; only its size says something about the lattice.
        let length = |tag| Ok(measures.decimal_optional(tag)?.map(f64::abs).filter(|&length| length > 0.0));
        Ok(Self {
            position: groups
                .required(root, tags::PLANE_POSITION_SEQUENCE)?
                .vector(tags::IMAGE_POSITION_PATIENT)?,
            orientation: groups
                .required(root, tags::PLANE_ORIENTATION_SEQUENCE)?
                .vector(tags::IMAGE_ORIENTATION_PATIENT)?,
            spacing,
            between: length(tags::SPACING_BETWEEN_SLICES)?,
            thickness: length(tags::SLICE_THICKNESS)?,
        })
    }
}

/// The grid from the first plane to the last, and each frame's plane in it. There is at least one frame.
pub(super) fn grid(
    root: &Attributes<'_>,
    frames: &[Frame],
    columns: usize,
    rows: usize,
) -> Result<(Grid, Vec<usize>)> {
    let Some(first) = frames.first() else {
        return Err(root.missing(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE));
    };
    let [a, b, c, d, e, f] = first.orientation;
    let (along_row, along_column) = ([a, b, c], [d, e, f]);
    let normal = [b * f - c * e, c * d - a * f, a * e - b * d];
    let unit = |v: [f64; 3]| (dot(v, v) - 1.0).abs() <= 1e-3;
    if !(unit(along_row) && unit(along_column) && dot(along_row, along_column).abs() <= 1e-3) {
        let found = format!("{:?}", first.orientation);
        return Err(root.error(tags::IMAGE_ORIENTATION_PATIENT, found, "two unit vectors at right angles"));
    }
    let wrong = |number: usize, what: &str, expected: &str| {
        let found = format!("frame {} {what}", number + 1);
        root.error(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, found, expected)
    };
    let mut heights = Vec::with_capacity(frames.len());
    for (number, frame) in frames.iter().enumerate() {
        let turned =
            frame.orientation.iter().zip(first.orientation).any(|(x, y)| (x - y).abs() > SAME_DIRECTION);
        let scaled = frame.spacing.iter().zip(first.spacing).any(|(x, y)| (x / y - 1.0).abs() > 1e-4);
        if turned || scaled {
            return Err(wrong(
                number,
                "with another orientation or pixel spacing",
                "the same for all frames",
            ));
        }
        let shift: [f64; 3] = std::array::from_fn(|n| frame.position[n] - first.position[n]);
        let aside = dot(shift, along_row).abs() / first.spacing[1]
            + dot(shift, along_column).abs() / first.spacing[0];
        if aside > SAME {
            return Err(wrong(number, "beside the others", "planes behind each other"));
        }
        heights.push(dot(shift, normal));
    }
    let step = step(root, first, &heights)?;
    let lowest = heights.iter().copied().fold(f64::INFINITY, f64::min);
    let planes: Vec<f64> = heights.iter().map(|height| (height - lowest) / step).collect();
    if let Some(number) = planes.iter().position(|plane| (plane - plane.round()).abs() > SAME * 5.0) {
        let what = format!("{:.3} mm behind the first plane", heights[number] - lowest);
        return Err(wrong(number, &what, &format!("a multiple of the distance between planes, {step} mm")));
    }
    let last = planes.iter().copied().fold(0.0, f64::max).round();
    // Over all planes the rounding of one position weighs least.
    let highest = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let step = if last > 0.0 { (highest - lowest) / last } else { step };
    if last >= MOST_PLANES {
        return Err(wrong(0, &format!("{last} planes from the farthest"), "at most 8192 planes"));
    }
    let of_planes = |planes: u128| (columns as u128) * (rows as u128) * planes;
    if of_planes(last as u128 + 1) > FREE_VOXELS.max(of_planes(PLANES_PER_FRAME * frames.len() as u128)) {
        let what = format!("{last} planes from the farthest, of which {} are stored", frames.len());
        return Err(wrong(0, &what, "one in 64 planes, or at most 2^26 voxels in all"));
    }
    let affine = Affine {
        columns: [
            along_row.map(|x| x * first.spacing[1]),
            along_column.map(|x| x * first.spacing[0]),
            normal.map(|x| x * step),
        ],
        origin: std::array::from_fn(|n| first.position[n] + normal[n] * lowest),
    };
    let grid = Grid::new([columns, rows, last as usize + 1], affine)
        .map_err(|error| root.error(tags::PIXEL_MEASURES_SEQUENCE, error.to_string(), "a possible grid"))?;
    Ok((grid, planes.into_iter().map(|plane| plane.round() as usize).collect()))
}

/// The distance between planes: what the frames show, or a part of it that the file states (planes may be left out).
fn step(root: &Attributes<'_>, first: &Frame, heights: &[f64]) -> Result<f64> {
    let mut sorted = heights.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    // Frames of several segments lie on the same planes.
    let smallest_of_one = first.spacing[0].min(first.spacing[1]) * 1e-3;
    let shown = sorted
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .filter(|&gap| gap > smallest_of_one)
        .min_by(f64::total_cmp);
    match (first.between, shown, first.thickness) {
        (Some(stated), Some(shown), _) => {
            let ratio = (shown / stated).round();
            if ratio >= 1.0 && (shown / stated - ratio).abs() <= SAME * ratio {
                Ok(shown / ratio)
            } else {
                let expected = format!("{shown:.4} mm, the least distance between frames, or a part of it");
                Err(root.error(tags::SPACING_BETWEEN_SLICES, stated.to_string(), expected))
            }
        }
        (None, Some(shown), _) => Ok(shown),
        (Some(stated), None, _) | (None, None, Some(stated)) => Ok(stated),
        (None, None, None) => Err(root.missing(tags::SLICE_THICKNESS)),
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
