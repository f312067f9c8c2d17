//! Where a MetaImage lies in the patient.

use super::header::{Header, shortened};
use crate::IoError;
use iodose_volume::{Affine, Grid};

/// Direction cosines are written with six digits or more.
const UNIT_TOLERANCE: f64 = 1e-3;
/// Least sum of the cosines between the axes and their stated directions: 3 where they agree; at most 1 for axes
/// exchanged or turned about; 1.9 for directions as oblique as can be (a cube's nearest orientation is within 63 degrees).
const AGREEMENT: f64 = 1.5;

/// Size, spacing, directions and origin as one grid in LPS mm.
pub(super) fn grid(header: &Header) -> Result<Grid, IoError> {
    let [dimensions]: [usize; 1] = header.numbers(&["NDims"], "the number of dimensions, 3")?;
    if dimensions != 3 {
        return Err(header.wrong("NDims", dimensions.to_string(), "3 dimensions"));
    }
    let size = header.numbers(&["DimSize"], "voxels along each axis")?;
    let spacing: [f64; 3] = header.numbers(&["ElementSpacing"], "distances between voxel centres in mm")?;
    if !spacing.iter().all(|&side| side.is_finite() && side > 0.0) {
        return Err(header.wrong("ElementSpacing", format!("{spacing:?}"), "positive spacings in mm"));
    }
    if let Some(unit) = header.get(&["DistanceUnits"])?.filter(|unit| !matches!(*unit, "mm" | "?" | "")) {
        return Err(header.wrong("DistanceUnits", shortened(unit), "mm"));
    }
    let why = "the patient position of the first voxel in mm";
    let origin = header.numbers(&["Offset", "Position", "Origin"], why)?;
    let why = "the directions of the three axes (without them left and right are unknown)";
    let cosines: [f64; 9] = header.numbers(&["TransformMatrix", "Rotation", "Orientation"], why)?;
    let directions: [[f64; 3]; 3] =
        std::array::from_fn(|axis| std::array::from_fn(|n| cosines[3 * axis + n]));
    let is_unit = |v: &[f64; 3]| (v.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() <= UNIT_TOLERANCE;
    if !directions.iter().all(is_unit) {
        let expected = "three directions of unit length";
        return Err(header.wrong("TransformMatrix", format!("{directions:?}"), expected));
    }
    check_centre(header)?;
    check_anatomy(header, &directions)?;
    let columns = std::array::from_fn(|axis| directions[axis].map(|cosine| cosine * spacing[axis]));
    Grid::new(size, Affine { columns, origin })
        .map_err(|source| IoError::Grid { path: header.path.clone(), source })
}

/// ITK ignores a centre of rotation; what else writes one does not.
fn check_centre(header: &Header) -> Result<(), IoError> {
    if header.get(&["CenterOfRotation"])?.is_none() {
        return Ok(());
    }
    let centre: [f64; 3] = header.numbers(&["CenterOfRotation"], "the centre of rotation in mm")?;
    if centre == [0.0; 3] {
        return Ok(());
    }
    Err(header.wrong(
        "CenterOfRotation",
        format!("{centre:?}"),
        "0 0 0 (software differs on any other centre)",
    ))
}

fn check_anatomy(header: &Header, directions: &[[f64; 3]; 3]) -> Result<(), IoError> {
    const FIELD: &str = "AnatomicalOrientation";
    let Some(text) = header.get(&[FIELD])?.filter(|text| !text.is_empty() && !text.contains('?')) else {
        return Ok(());
    };
    let mut sum = 0.0;
    let mut letters = 0;
    for (letter, direction) in text.chars().zip(directions) {
        // A letter names the side where the axis begins.
        sum += match letter {
            'R' => direction[0],
            'L' => -direction[0],
            'A' => direction[1],
            'P' => -direction[1],
            'I' => direction[2],
            'S' => -direction[2],
            _ => break,
        };
        letters += 1;
    }
    if letters < 3 || text.chars().count() != 3 {
        return Err(header.wrong(FIELD, shortened(text), "three of the letters R L A P I S"));
    }
    if sum >= AGREEMENT {
        return Ok(());
    }
    let found = format!("{text} with a TransformMatrix of {directions:?}");
    let expected =
        "letters for the sides where the axes of the TransformMatrix begin (RAI for 1 0 0 0 1 0 0 0 1)";
    Err(header.wrong(FIELD, found, expected))
}
