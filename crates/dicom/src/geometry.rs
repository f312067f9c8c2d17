//! Where planes lie in the patient, and whether they make one grid (PS3.3 C.7.6.2.1.1). Method: `docs/methods/dicom.md`.

mod spacing;

use crate::element::Attributes;
use crate::error::Result;
use crate::pixels::PixelFormat;
use dicom_dictionary_std::tags;
use iodose_volume::{Affine, Grid, GridError};

/// Direction cosines are written with six digits or more; four (an error of 1e-4) still place the far corner of a field of
/// view of 500 mm to 0.05 mm.
const COSINE_TOLERANCE: f64 = 1e-4;
/// Unit vectors and right angles: cosines with three digits are no orientation but a guess.
const UNIT_TOLERANCE: f64 = 1e-3;
/// Pixel spacings of one series are copies of each other but for rounding.
const PIXEL_SPACING_TOLERANCE: f64 = 1e-4;
/// A plane may lie off the normal through the first by this share of a pixel: more than rounding does, less than would
/// blur anything. A gantry tilted by 1 degree reaches it after six pixels.
const OFF_AXIS_TOLERANCE: f64 = 0.1;

type Vector = [f64; 3];

/// One plane of pixels in the patient.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    /// How messages name it: a file, or a frame of one.
    pub name: String,
    /// Centre of the first pixel, LPS mm (ImagePositionPatient).
    pub position: Vector,
    /// Directions of growing column and row index (ImageOrientationPatient), of unit length and at right angles.
    pub directions: [Vector; 2],
    /// Distance between columns and between rows, mm: PixelSpacing in reverse order.
    pub pixel: [f64; 2],
    /// Columns and rows.
    pub size: [usize; 2],
}

/// Why planes make no grid; the series is not known yet.
#[derive(Debug)]
pub(crate) enum StackError {
    Field { field: &'static str, found: String, expected: String },
    Grid(GridError),
}

/// Planes in order along their normal.
#[derive(Debug)]
pub(crate) struct Stack {
    pub grid: Grid,
    /// Which plane is slice k.
    pub order: Vec<usize>,
}

impl Plane {
    /// Pixel spacing from one item of elements, orientation and position from others (all the same in single frames).
    pub fn new(
        name: String,
        measures: &Attributes<'_>,
        orientation: &Attributes<'_>,
        position: &Attributes<'_>,
        format: &PixelFormat,
    ) -> Result<Self> {
        let [between_rows, between_columns] = measures.vector(tags::PIXEL_SPACING)?;
        if !(between_rows > 0.0 && between_columns > 0.0) {
            let found = format!("{between_rows}\\{between_columns}");
            return Err(measures.error(tags::PIXEL_SPACING, found, "distances above 0 mm"));
        }
        Ok(Self {
            name,
            position: position.vector(tags::IMAGE_POSITION_PATIENT)?,
            directions: directions(orientation)?,
            pixel: [between_columns, between_rows],
            size: [format.columns, format.rows],
        })
    }

    pub fn normal(&self) -> Vector {
        cross(self.directions[0], self.directions[1])
    }
}

impl Stack {
    /// Orders planes along their normal and checks that they are one regular grid at right angles.
    pub fn new(planes: &[Plane]) -> Result<Self, StackError> {
        let Some(first) = planes.first() else {
            return Err(field("slices", "none", "at least two"));
        };
        for plane in planes {
            same_raster(first, plane)?;
        }
        let normal = first.normal();
        let along: Vec<f64> = planes.iter().map(|plane| dot(normal, plane.position)).collect();
        on_the_normal(planes, &along, normal)?;
        let mut order: Vec<usize> = (0..planes.len()).collect();
        order.sort_by(|&a, &b| along[a].total_cmp(&along[b]));
        let named: Vec<(&str, f64)> = order.iter().map(|&k| (planes[k].name.as_str(), along[k])).collect();
        let spacing = spacing::regular(&named)?;
        let lowest = &planes[order[0]];
        let grid = grid(lowest, normal.map(|x| x * spacing), planes.len()).map_err(StackError::Grid)?;
        Ok(Self { grid, order })
    }
}

/// A grid that begins at a plane and goes on by a step (mm).
pub(crate) fn grid(plane: &Plane, step: Vector, slices: usize) -> Result<Grid, GridError> {
    let [row, column] = plane.directions;
    let [between_columns, between_rows] = plane.pixel;
    let columns = [row.map(|x| x * between_columns), column.map(|x| x * between_rows), step];
    let affine = Affine { columns, origin: plane.position };
    Grid::new([plane.size[0], plane.size[1], slices], affine)
}

fn directions(item: &Attributes<'_>) -> Result<[Vector; 2]> {
    let tag = tags::IMAGE_ORIENTATION_PATIENT;
    let [a, b, c, d, e, f] = item.vector::<6>(tag)?;
    let (row, column) = ([a, b, c], [d, e, f]);
    let unit = |v: Vector| (dot(v, v).sqrt() - 1.0).abs() <= UNIT_TOLERANCE;
    if !(unit(row) && unit(column) && dot(row, column).abs() <= UNIT_TOLERANCE) {
        let found = format!("{:?}", [a, b, c, d, e, f]);
        return Err(item.error(tag, found, "two unit vectors at right angles"));
    }
    // Rounding is shared between both, so that they stay at right angles exactly.
    let row = normalised(row);
    let overlap = dot(row, column);
    let column = normalised(std::array::from_fn(|axis| column[axis] - overlap * row[axis]));
    Ok([row, column])
}

fn same_raster(first: &Plane, plane: &Plane) -> Result<(), StackError> {
    let names = |a: String, b: String| format!("{a} in {} and {b} in {}", first.name, plane.name);
    if first.size != plane.size {
        let text = |size: [usize; 2]| format!("{} columns x {} rows", size[0], size[1]);
        return Err(field(
            "(0028,0011) Columns, (0028,0010) Rows",
            names(text(first.size), text(plane.size)),
            "one size",
        ));
    }
    let apart = (0..2).any(|axis| {
        (first.pixel[axis] - plane.pixel[axis]).abs() > PIXEL_SPACING_TOLERANCE * first.pixel[axis]
    });
    if apart {
        let text = |pixel: [f64; 2]| format!("{} x {} mm", pixel[0], pixel[1]);
        return Err(field(
            "(0028,0030) PixelSpacing",
            names(text(first.pixel), text(plane.pixel)),
            "one spacing",
        ));
    }
    let turned = first.directions.iter().flatten().zip(plane.directions.iter().flatten());
    if turned.into_iter().any(|(a, b)| (a - b).abs() > COSINE_TOLERANCE) {
        let text = |plane: &Plane| format!("{:?}", plane.directions);
        return Err(field(
            "(0020,0037) ImageOrientationPatient",
            names(text(first), text(plane)),
            "one orientation",
        ));
    }
    Ok(())
}

fn on_the_normal(planes: &[Plane], along: &[f64], normal: Vector) -> Result<(), StackError> {
    let first = &planes[0];
    let width = first.pixel[0].min(first.pixel[1]);
    for (plane, distance) in planes.iter().zip(along) {
        let step = distance - along[0];
        let off: Vector =
            std::array::from_fn(|axis| plane.position[axis] - first.position[axis] - step * normal[axis]);
        let off = dot(off, off).sqrt();
        if off > OFF_AXIS_TOLERANCE * width {
            let found = format!(
                "{} shifted by {off:.2} mm within its plane against {}, {:.2} mm further (a tilted gantry?)",
                plane.name,
                first.name,
                step.abs()
            );
            let expected = "slices that follow each other along their normal";
            return Err(field("(0020,0032) ImagePositionPatient", found, expected));
        }
    }
    Ok(())
}

fn field(field: &'static str, found: impl Into<String>, expected: impl Into<String>) -> StackError {
    StackError::Field { field, found: found.into(), expected: expected.into() }
}

pub(crate) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn normalised(v: Vector) -> Vector {
    let length = dot(v, v).sqrt();
    v.map(|x| x / length)
}
