//! A 4x4 matrix as text: 16 numbers by rows, and comments that may say what it means.

use super::{Direction, Frame, MatrixMeaning, agreed, shortened};
use crate::error::FieldError;
use iodose_volume::RigidTransform;

/// Parses the numbers and the comments; `stated` and comments must agree.
pub(super) fn parse(text: &str, stated: MatrixMeaning) -> Result<RigidTransform, FieldError> {
    let mut numbers = Vec::new();
    let mut written = MatrixMeaning::default();
    for line in text.lines() {
        let (content, comment) = line.split_once('#').unwrap_or((line, ""));
        read_comment(comment, &mut written)?;
        for word in content.split([' ', '\t', ',', ';', '\r', '[', ']']).filter(|word| !word.is_empty()) {
            let number: f64 = word.parse().map_err(|_| {
                FieldError::new("matrix", format!("\"{}\"", shortened(word)), "16 numbers, four to a row")
            })?;
            numbers.push(number);
        }
    }
    let values: [f64; 16] = numbers.try_into().map_err(|numbers: Vec<f64>| {
        FieldError::new("matrix", format!("{} numbers", numbers.len()), "16 numbers, four to a row")
    })?;
    let rows: [[f64; 4]; 4] = std::array::from_fn(|row| std::array::from_fn(|n| values[4 * row + n]));

    let says = |(stated, written): (String, String)| {
        FieldError::new("meaning", format!("{written} in the file"), format!("{stated} as stated"))
    };
    let direction = agreed(stated.direction, written.direction)
        .map_err(|(a, b)| says((format!("{a:?}"), format!("{b:?}"))))?;
    let frame =
        agreed(stated.frame, written.frame).map_err(|(a, b)| says((format!("{a:?}"), format!("{b:?}"))))?;
    let direction = direction.ok_or_else(|| {
        let expected =
            "moving-to-reference or reference-to-moving, stated or as \"# direction: ...\" in the file";
        FieldError::new("direction", "a matrix without a direction", expected)
    })?;
    let frame = frame.ok_or_else(|| {
        let expected = "LPS or RAS, stated or as \"# frame: ...\" in the file";
        FieldError::new("frame", "a matrix without a frame", expected)
    })?;
    let rows = match frame {
        Frame::Lps => rows,
        Frame::Ras => turned_about(rows),
    };
    let map = RigidTransform::from_matrix(rows)
        .map_err(|error| FieldError::new("matrix", error.to_string(), "a rotation and a translation"))?;
    Ok(match direction {
        Direction::MovingToReference => map,
        Direction::ReferenceToMoving => map.inverse(),
    })
}

/// A comment `# direction: ...` or `# frame: ...`; other comments are the user's own.
fn read_comment(comment: &str, written: &mut MatrixMeaning) -> Result<(), FieldError> {
    let Some((name, value)) = comment.split_once(':') else { return Ok(()) };
    let value = value.trim().to_ascii_lowercase();
    let wrong =
        |field, expected: &str| FieldError::new(field, format!("\"{}\"", shortened(&value)), expected);
    match name.trim().to_ascii_lowercase().as_str() {
        "direction" => {
            let direction = match value.as_str() {
                "moving-to-reference" => Direction::MovingToReference,
                "reference-to-moving" => Direction::ReferenceToMoving,
                _ => return Err(wrong("direction", "moving-to-reference or reference-to-moving")),
            };
            written.direction = agreed(written.direction, Some(direction))
                .map_err(|_| wrong("direction", "one direction in the file"))?;
        }
        "frame" => {
            let frame = match value.as_str() {
                "lps" => Frame::Lps,
                "ras" => Frame::Ras,
                _ => return Err(wrong("frame", "LPS or RAS")),
            };
            written.frame =
                agreed(written.frame, Some(frame)).map_err(|_| wrong("frame", "one frame in the file"))?;
        }
        _ => {}
    }
    Ok(())
}

/// D M D with D = diag(-1, -1, 1, 1): the same map in axes of which x and y point the other way.
fn turned_about(mut rows: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
    for (row, numbers) in rows.iter_mut().enumerate() {
        for (column, number) in numbers.iter_mut().enumerate() {
            if (row < 2) != (column < 2) {
                *number = -*number;
            }
        }
    }
    rows
}
