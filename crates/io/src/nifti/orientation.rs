//! Where a NIfTI image lies in the patient.
//!
//! `nifti1.h`: the sform is a matrix; the qform a quaternion, an offset and the handedness `qfac` = `pixdim[0]`. Both lead
//! to RAS (+x right, +y front, +z head); turning x and y about gives LPS.

use super::Orientation;
use super::header::Header;
use crate::error::FieldError;
use iodose_volume::Affine;

/// The map from indices to LPS mm. What was assumed goes into `warnings`.
pub(super) fn affine(
    header: &Header,
    size: [usize; 3],
    choice: Orientation,
    warnings: &mut Vec<String>,
) -> Result<Affine, FieldError> {
    let sform = if header.sform_code > 0 { Some(sform(header)?) } else { None };
    let qform = if header.qform_code > 0 { Some(qform(header)?) } else { None };
    let none = || {
        let found = format!("sform_code {} and qform_code {}", header.sform_code, header.qform_code);
        let expected =
            "a code of 1 or more for the orientation asked for (without one, left and right are unknown)";
        FieldError::new("sform_code", found, expected)
    };
    let chosen = match (choice, sform, qform) {
        (Orientation::Sform, sform, _) => sform.ok_or_else(none)?,
        (Orientation::Qform, _, qform) => qform.ok_or_else(none)?,
        (_, Some(sform), Some(qform)) => {
            agree(&sform, &qform, size)?;
            sform
        }
        (_, Some(form), None) | (_, None, Some(form)) => form,
        (Orientation::AssumeRightAnteriorSuperior, None, None) => {
            warnings.push("orientation: none in the header, axes taken as right, anterior, superior".into());
            Affine::from_spacing(spacing(header)?, [0.0; 3])
        }
        (Orientation::Unambiguous, None, None) => return Err(none()),
    };
    let scale = millimetres(header.xyzt_units, warnings)?;
    let to_lps = |v: [f64; 3]| [-v[0] * scale, -v[1] * scale, v[2] * scale];
    Ok(Affine { columns: chosen.columns.map(to_lps), origin: to_lps(chosen.origin) })
}

fn millimetres(xyzt_units: i32, warnings: &mut Vec<String>) -> Result<f64, FieldError> {
    let mut note = |text: &str| warnings.push(format!("xyzt_units: {text}"));
    match xyzt_units & 0b111 {
        0 => {
            note("no unit of length in the header, taken as mm");
            Ok(1.0)
        }
        1 => {
            note("metres, converted to mm");
            Ok(1e3)
        }
        2 => Ok(1.0),
        3 => {
            note("micrometres, converted to mm");
            Ok(1e-3)
        }
        code => Err(FieldError::new("xyzt_units", code.to_string(), "1 (m), 2 (mm) or 3 (um)")),
    }
}

fn sform(header: &Header) -> Result<Affine, FieldError> {
    let rows = header.rows;
    if !rows.iter().flatten().all(|x| x.is_finite()) {
        return Err(FieldError::new("srow_x, srow_y, srow_z", format!("{rows:?}"), "finite numbers"));
    }
    let column = |c: usize| [rows[0][c], rows[1][c], rows[2][c]];
    Ok(Affine { columns: [column(0), column(1), column(2)], origin: column(3) })
}

fn qform(header: &Header) -> Result<Affine, FieldError> {
    let [mut b, mut c, mut d] = header.quaternion;
    let origin = header.quaternion_offset;
    let square = b * b + c * c + d * d;
    // The three stored parts of a unit quaternion; rounding to 32 bits may carry them a little past 1.
    if square.is_nan() || square > 1.0 + 1e-4 {
        let expected = "parts of a unit quaternion (b^2 + c^2 + d^2 at most 1)";
        return Err(FieldError::new("quatern_b, quatern_c, quatern_d", format!("{b}, {c}, {d}"), expected));
    }
    if !origin.iter().all(|x| x.is_finite()) {
        return Err(FieldError::new(
            "qoffset_x, qoffset_y, qoffset_z",
            format!("{origin:?}"),
            "finite numbers",
        ));
    }
    let a = (1.0 - square).max(0.0).sqrt();
    if square > 1.0 {
        [b, c, d] = [b, c, d].map(|part| part / square.sqrt());
    }
    let mut columns = [
        [a * a + b * b - c * c - d * d, 2.0 * (b * c + a * d), 2.0 * (b * d - a * c)],
        [2.0 * (b * c - a * d), a * a + c * c - b * b - d * d, 2.0 * (c * d + a * b)],
        [2.0 * (b * d + a * c), 2.0 * (c * d - a * b), a * a + d * d - b * b - c * c],
    ];
    // "If pixdim[0] is 0, qfac is taken as 1": only a negative number mirrors.
    if header.pixdim[0] < 0.0 {
        columns[2] = columns[2].map(|x| -x);
    }
    for (column, spacing) in columns.iter_mut().zip(spacing(header)?) {
        *column = column.map(|x| x * spacing);
    }
    Ok(Affine { columns, origin })
}

fn spacing(header: &Header) -> Result<[f64; 3], FieldError> {
    let spacing = [header.pixdim[1], header.pixdim[2], header.pixdim[3]];
    if spacing.iter().all(|x| x.is_finite() && *x > 0.0) {
        Ok(spacing)
    } else {
        Err(FieldError::new("pixdim[1..3]", format!("{spacing:?}"), "positive spacings"))
    }
}

/// Both forms must put every corner voxel in the same place, to half the smallest spacing.
fn agree(sform: &Affine, qform: &Affine, size: [usize; 3]) -> Result<(), FieldError> {
    let length = |v: [f64; 3]| (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
    let spacing = sform.columns.map(length).into_iter().fold(f64::INFINITY, f64::min);
    let mut largest = 0f64;
    for corner in 0..8 {
        let index =
            std::array::from_fn(|axis| if corner >> axis & 1 == 0 { 0.0 } else { size[axis] as f64 - 1.0 });
        let (p, q) = (sform.apply(index), qform.apply(index));
        largest = largest.max(length([p[0] - q[0], p[1] - q[1], p[2] - q[2]]));
    }
    if largest <= spacing / 2.0 {
        return Ok(());
    }
    let found = format!("orientations that are {largest:.3} apart at a corner (spacing {spacing:.3})");
    Err(FieldError::new("sform and qform", found, "agreement to half a voxel"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn header() -> Header {
        Header {
            sform_code: 0,
            qform_code: 1,
            pixdim: [1.0, 2.0, 3.0, 4.0, 1.0, 1.0, 1.0, 1.0],
            xyzt_units: 2,
            ..Header::default()
        }
    }

    fn lps(header: &Header) -> Result<Affine, FieldError> {
        affine(header, [5; 3], Orientation::Unambiguous, &mut Vec::new())
    }

    #[test]
    fn a_quaternion_turns_and_qfac_mirrors() {
        // 90 degrees about z (b = c = 0, d = sin 45): i runs along +y (front, so -y in LPS), j along -x (+x in LPS).
        let turned =
            Header { quaternion: [0.0, 0.0, 0.5f64.sqrt()], quaternion_offset: [7.0, 0.0, 0.0], ..header() };
        for qfac in [1.0, 0.0, -1.0] {
            let mut turned = turned.clone();
            turned.pixdim[0] = qfac;
            let map = lps(&turned).unwrap();
            let z = if qfac < 0.0 { -4.0 } else { 4.0 };
            let expected = [[0.0, -2.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, z]];
            for (column, expected) in map.columns.iter().flatten().zip(expected.iter().flatten()) {
                assert_relative_eq!(column, expected, epsilon = 1e-6);
            }
            assert_eq!(map.origin, [-7.0, 0.0, 0.0]);
        }
    }

    #[test]
    fn a_half_turn_survives_rounding_and_a_bad_quaternion_does_not() {
        let rounded = Header { quaternion: [0.0, 1.0 + f64::from(f32::EPSILON), 0.0], ..header() };
        assert_relative_eq!(lps(&rounded).unwrap().columns[0][0], 2.0, epsilon = 1e-6);
        for bad in [1.1, f64::NAN] {
            let bad = Header { quaternion: [bad, 0.0, 0.0], ..header() };
            assert!(lps(&bad).unwrap_err().field.starts_with("quatern"));
        }
    }

    #[test]
    fn contradictory_forms_are_refused_unless_one_is_chosen() {
        let mut both = header();
        both.sform_code = 1;
        both.rows = [[2.0, 0.0, 0.0, 0.9], [0.0, 3.0, 0.0, 0.0], [0.0, 0.0, 4.0, 0.0]];
        assert!(lps(&both).is_ok());
        both.rows[0][3] = 1.1;
        assert_eq!(lps(&both).unwrap_err().field, "sform and qform");
        let chosen = |choice| affine(&both, [5; 3], choice, &mut Vec::new()).unwrap().origin[0];
        assert_relative_eq!(chosen(Orientation::Sform), -1.1, epsilon = 1e-6);
        assert_eq!(chosen(Orientation::Qform), 0.0);
    }

    #[test]
    fn no_orientation_is_refused_unless_assumed() {
        let none = Header { qform_code: 0, ..header() };
        assert_eq!(lps(&none).unwrap_err().field, "sform_code");
        let mut warnings = Vec::new();
        let choice = Orientation::AssumeRightAnteriorSuperior;
        let map = affine(&none, [5; 3], choice, &mut warnings).unwrap();
        assert_eq!(map.columns, [[-2.0, 0.0, 0.0], [0.0, -3.0, 0.0], [0.0, 0.0, 4.0]]);
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn other_units_of_length_are_converted_and_noted() {
        for (code, factor, notes) in [(0, 1.0, 1), (1, 1e3, 1), (2, 1.0, 0), (3, 1e-3, 1), (2 | 8, 1.0, 0)] {
            let mut warnings = Vec::new();
            let header = Header { xyzt_units: code, ..header() };
            let map = affine(&header, [5; 3], Orientation::Unambiguous, &mut warnings).unwrap();
            assert_relative_eq!(map.columns[2][2], 4.0 * factor);
            assert_eq!(warnings.len(), notes);
        }
        assert_eq!(lps(&Header { xyzt_units: 5, ..header() }).unwrap_err().field, "xyzt_units");
    }

    #[test]
    fn spacings_must_be_positive_and_matrices_finite() {
        for bad in [0.0, -2.0, f64::NAN, f64::INFINITY] {
            let mut wrong = header();
            wrong.pixdim[2] = bad;
            assert_eq!(lps(&wrong).unwrap_err().field, "pixdim[1..3]");
        }
        let wrong = Header { sform_code: 1, rows: [[f64::NAN; 4]; 3], ..header() };
        assert!(lps(&wrong).unwrap_err().field.starts_with("srow"));
    }
}
