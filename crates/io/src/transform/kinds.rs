//! ITK's transforms that can be rigid: what their parameters mean.
//!
//! H. J. Johnson et al., "The ITK Software Guide", 4th ed. (2015), chapter 3.9, "Transforms". All but the first two are
//! T(x) = M (x - c) + c + t (RG3) with the centre c in the fixed parameters.

use super::shortened;
use crate::error::FieldError;
use iodose_volume::RigidTransform;

type Rows = [[f64; 3]; 3];

const IDENTITY: Rows = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// The map of one transform.
pub(super) fn rigid(kind: &str, parameters: &[f64], fixed: &[f64]) -> Result<RigidTransform, FieldError> {
    let (rotation, centre, translation) = match kind {
        "IdentityTransform" => {
            numbers::<0>("Parameters", parameters)?;
            (IDENTITY, [0.0; 3], [0.0; 3])
        }
        "TranslationTransform" => (IDENTITY, [0.0; 3], numbers("Parameters", parameters)?),
        "MatrixOffsetTransformBase" | "AffineTransform" | "Rigid3DTransform" => {
            let [a, b, c, d, e, f, g, h, i, x, y, z] = numbers("Parameters", parameters)?;
            ([[a, b, c], [d, e, f], [g, h, i]], numbers("FixedParameters", fixed)?, [x, y, z])
        }
        "Euler3DTransform" | "CenteredEuler3DTransform" => {
            let (angles, centre, translation, zyx) = euler_parameters(kind, parameters, fixed)?;
            (euler(angles, zyx), centre, translation)
        }
        "VersorTransform" => {
            (versor(numbers("Parameters", parameters)?)?, numbers("FixedParameters", fixed)?, [0.0; 3])
        }
        "VersorRigid3DTransform" => {
            let [a, b, c, x, y, z] = numbers("Parameters", parameters)?;
            (versor([a, b, c])?, numbers("FixedParameters", fixed)?, [x, y, z])
        }
        "Similarity3DTransform" => {
            let [a, b, c, x, y, z, scale] = numbers("Parameters", parameters)?;
            let rotation = versor([a, b, c])?.map(|row| row.map(|number| number * scale));
            (rotation, numbers("FixedParameters", fixed)?, [x, y, z])
        }
        _ => {
            let expected = "a rigid or affine transform (a deformation cannot be applied to a grid)";
            return Err(FieldError::new("Transform", shortened(kind), expected));
        }
    };
    RigidTransform::about_centre(rotation, centre, translation)
        .map_err(|error| FieldError::new("Parameters", error.to_string(), "a rotation and a translation"))
}

fn numbers<const COUNT: usize>(field: &'static str, found: &[f64]) -> Result<[f64; COUNT], FieldError> {
    found
        .try_into()
        .map_err(|_| FieldError::new(field, format!("{} numbers", found.len()), format!("{COUNT} numbers")))
}

type EulerParameters = ([f64; 3], [f64; 3], [f64; 3], bool);

/// Angles (rad), centre, translation and whether the order is z y x. The flag stands behind the centre in newer files.
fn euler_parameters(kind: &str, parameters: &[f64], fixed: &[f64]) -> Result<EulerParameters, FieldError> {
    if kind == "CenteredEuler3DTransform" {
        let [a, b, c, p, q, r, x, y, z] = numbers("Parameters", parameters)?;
        let zyx = !fixed.is_empty() && numbers::<1>("FixedParameters", fixed)? != [0.0];
        return Ok(([a, b, c], [p, q, r], [x, y, z], zyx));
    }
    let [a, b, c, x, y, z] = numbers("Parameters", parameters)?;
    let (centre, zyx) = match *fixed {
        [p, q, r] => ([p, q, r], false),
        _ => {
            let [p, q, r, flag] = numbers("FixedParameters", fixed)?;
            ([p, q, r], flag != 0.0)
        }
    };
    Ok(([a, b, c], centre, [x, y, z], zyx))
}

/// Rz Rx Ry, or Rz Ry Rx (`itk::Euler3DTransform::SetComputeZYX`).
fn euler([x, y, z]: [f64; 3], zyx: bool) -> Rows {
    let (sx, cx) = libm::sincos(x);
    let (sy, cy) = libm::sincos(y);
    let (sz, cz) = libm::sincos(z);
    let about_x = [[1.0, 0.0, 0.0], [0.0, cx, -sx], [0.0, sx, cx]];
    let about_y = [[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]];
    let about_z = [[cz, -sz, 0.0], [sz, cz, 0.0], [0.0, 0.0, 1.0]];
    if zyx {
        product(about_z, product(about_y, about_x))
    } else {
        product(about_z, product(about_x, about_y))
    }
}

fn product(a: Rows, b: Rows) -> Rows {
    std::array::from_fn(|row| std::array::from_fn(|column| (0..3).map(|n| a[row][n] * b[n][column]).sum()))
}

/// The rotation of a unit quaternion of which the vector part is given and the scalar part is not negative.
fn versor([x, y, z]: [f64; 3]) -> Result<Rows, FieldError> {
    let square = x * x + y * y + z * z;
    if square.is_nan() || square > 1.0 + 1e-9 {
        let expected = "the vector part of a unit quaternion (length at most 1)";
        return Err(FieldError::new("Parameters", format!("a versor of {x}, {y}, {z}"), expected));
    }
    let w = (1.0 - square).max(0.0).sqrt();
    Ok([
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)],
        [2.0 * (x * y + z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - x * w)],
        [2.0 * (x * z - y * w), 2.0 * (y * z + x * w), 1.0 - 2.0 * (x * x + y * y)],
    ])
}
