//! Where the slices of a reconstructed NM image lie: position and orientation of the first stand with the detector
//! (PS3.3 C.8.4.11), the others follow along the normal (C.8.4.15).

use super::frames_of;
use crate::element::Attributes;
use crate::error::{DicomError, Result};
use crate::geometry::{self, Plane};
use crate::pixels::PixelFormat;
use crate::series::SeriesInfo;
use dicom_dictionary_std::tags;
use iodose_volume::Grid;

/// Reconstructed voxels are cubes as a rule; a thickness this near to the pixel spacing belongs to one.
const CUBE_TOLERANCE: f64 = 0.01;

/// The grid, and for every slice along k its frame.
pub(super) fn grid(
    series: &SeriesInfo,
    root: &Attributes<'_>,
    format: &PixelFormat,
    warnings: &mut Vec<String>,
) -> Result<(Grid, Vec<usize>)> {
    let order = order(root, format)?;
    if format.frames < 2 {
        return Err(root.error(tags::NUMBER_OF_FRAMES, format.frames.to_string(), "at least two slices"));
    }
    let place = first_slice(root)?;
    let plane = Plane::new(root.path().display().to_string(), root, &place, &place, format)?;
    let spacing = spacing(root, &plane, warnings)?;
    let step = plane.normal().map(|x| x * spacing);
    let grid = geometry::grid(&plane, step, format.frames)
        .map_err(|source| DicomError::Grid { series: series.label(), source })?;
    Ok((grid, order))
}

/// The item with position and orientation: the detectors' where they all say the same, else the image's own.
fn first_slice<'a>(root: &Attributes<'a>) -> Result<Attributes<'a>> {
    let mut place: Option<(Attributes<'a>, [f64; 3], [f64; 6])> = None;
    for detector in root.items(tags::DETECTOR_INFORMATION_SEQUENCE)? {
        let position = detector.vector_optional::<3>(tags::IMAGE_POSITION_PATIENT)?;
        let orientation = detector.vector_optional::<6>(tags::IMAGE_ORIENTATION_PATIENT)?;
        let (Some(position), Some(orientation)) = (position, orientation) else { continue };
        match &place {
            Some((_, p, o)) if (*p, *o) != (position, orientation) => {
                let found = format!("{position:?} and {p:?}");
                return Err(detector.error(
                    tags::IMAGE_POSITION_PATIENT,
                    found,
                    "one place of the first slice",
                ));
            }
            _ => place = Some((detector, position, orientation)),
        }
    }
    match place {
        Some((item, ..)) => Ok(item),
        None if root.has(tags::IMAGE_POSITION_PATIENT) && root.has(tags::IMAGE_ORIENTATION_PATIENT) => {
            Ok(root.clone())
        }
        None => Err(root.error(
            tags::DETECTOR_INFORMATION_SEQUENCE,
            "no ImagePositionPatient and ImageOrientationPatient",
            "both, of the first slice",
        )),
    }
}

/// Signed distance between slices: positive along the normal of the first (row x column), negative against it.
fn spacing(root: &Attributes<'_>, plane: &Plane, warnings: &mut Vec<String>) -> Result<f64> {
    match root.decimal_optional(tags::SPACING_BETWEEN_SLICES)? {
        Some(0.0) => Err(root.error(tags::SPACING_BETWEEN_SLICES, "0", "a distance other than 0 mm")),
        Some(spacing) => Ok(spacing),
        None => {
            let [x, y] = plane.pixel;
            let thickness = root.decimal_optional(tags::SLICE_THICKNESS)?.unwrap_or(0.0);
            if [x, y].iter().any(|pixel| (thickness / pixel - 1.0).abs() > CUBE_TOLERANCE) {
                let found =
                    format!("nothing, and SliceThickness {thickness} mm beside pixels of {x} x {y} mm");
                return Err(root.error(tags::SPACING_BETWEEN_SLICES, found, "the distance of slices"));
            }
            warnings.push(format!(
                "(0018,0088) SpacingBetweenSlices is missing: voxels taken as cubes, as pixels and slice thickness \
                 ({thickness} mm) are equal, stacked along the normal of the first slice"
            ));
            Ok(thickness)
        }
    }
}

/// The frame of every slice. Position and orientation are those of the first frame, so that it must be slice 1.
fn order(root: &Attributes<'_>, format: &PixelFormat) -> Result<Vec<usize>> {
    if let Some(slices) = root.integer_optional(tags::NUMBER_OF_SLICES)?
        && slices != format.frames as i64
    {
        let found = format!("{slices} slices in {}", frames_of(format));
        return Err(root.error(tags::NUMBER_OF_SLICES, found, "one frame for each slice"));
    }
    let vector = root.integers(tags::SLICE_VECTOR)?;
    if vector.is_empty() {
        return Ok((0..format.frames).collect());
    }
    let mut order = vec![None; format.frames];
    for (frame, &slice) in vector.iter().enumerate() {
        let place = usize::try_from(slice - 1).ok().and_then(|place| order.get_mut(place));
        match place {
            Some(place) if place.is_none() => *place = Some(frame),
            _ => {
                return Err(root.error(
                    tags::SLICE_VECTOR,
                    format!("slice {slice} for frame {}", frame + 1),
                    "each slice once",
                ));
            }
        }
    }
    match order.into_iter().collect::<Option<Vec<usize>>>() {
        Some(order) if order[0] == 0 => Ok(order),
        Some(_) => {
            Err(root.error(tags::SLICE_VECTOR, format!("slice {} as first frame", vector[0]), "slice 1"))
        }
        None => Err(root.error(tags::SLICE_VECTOR, format!("{} values", vector.len()), frames_of(format))),
    }
}
