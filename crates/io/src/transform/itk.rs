//! ITK's transform files as text ("Insight Transform File V1.0"), as SimpleITK, 3D Slicer, ITK-SNAP, ANTs and elastix write them.

use super::{Direction, Frame, MatrixMeaning, agreed, kinds, shortened};
use crate::error::FieldError;
use iodose_volume::RigidTransform;

/// One `Transform:` of a file with its numbers.
#[derive(Default)]
struct Entry {
    kind: String,
    parameters: Option<Vec<f64>>,
    fixed: Option<Vec<f64>>,
}

/// Parses a file; the map that it holds leads from reference to moving, its inverse is returned.
pub(super) fn parse(text: &str, stated: MatrixMeaning) -> Result<RigidTransform, FieldError> {
    let direction = agreed(stated.direction, Some(Direction::ReferenceToMoving));
    if direction.is_err() || agreed(stated.frame, Some(Frame::Lps)).is_err() {
        let expected = "nothing stated, or reference-to-moving in LPS: so ITK defines its files";
        return Err(FieldError::new("meaning", format!("{stated:?} stated"), expected));
    }
    let entries = entries(text)?;
    let parts = match entries.split_first() {
        None => return Err(FieldError::new("Transform", "none in the file", "a transform")),
        Some((first, parts)) if base_name(&first.kind)? == "CompositeTransform" => parts,
        Some((_, [])) => entries.as_slice(),
        Some(_) => {
            let expected =
                "one transform, or a CompositeTransform in front of several (their order is unknown else)";
            return Err(FieldError::new("Transform", format!("{} transforms", entries.len()), expected));
        }
    };
    let mut map = RigidTransform::identity();
    // ITK's CompositeTransform applies the last of its parts first.
    for entry in parts.iter().rev() {
        let parameters = entry.parameters.as_deref().unwrap_or_default();
        let fixed = entry.fixed.as_deref().unwrap_or_default();
        map = map.then(&kinds::rigid(base_name(&entry.kind)?, parameters, fixed)?);
    }
    Ok(map.inverse())
}

fn entries(text: &str) -> Result<Vec<Entry>, FieldError> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let wrong = || {
            let expected = "Transform:, Parameters: or FixedParameters:";
            FieldError::new("line", format!("\"{}\"", shortened(line)), expected)
        };
        let (name, value) = line.split_once(':').ok_or_else(wrong)?;
        if name.trim() == "Transform" {
            entries.push(Entry { kind: value.trim().to_owned(), ..Entry::default() });
            continue;
        }
        let entry = entries.last_mut().ok_or_else(wrong)?;
        let (field, place) = match name.trim() {
            "Parameters" => ("Parameters", &mut entry.parameters),
            "FixedParameters" => ("FixedParameters", &mut entry.fixed),
            _ => return Err(wrong()),
        };
        let numbers: Result<Vec<f64>, _> = value.split_whitespace().map(str::parse).collect();
        let numbers = numbers.map_err(|_| FieldError::new(field, shortened(value), "numbers"))?;
        if place.replace(numbers).is_some() {
            return Err(FieldError::new(field, "two lines for one transform", "one"));
        }
    }
    Ok(entries)
}

/// `Euler3DTransform` of `Euler3DTransform_double_3_3`; maps between other spaces than three dimensions are refused.
fn base_name(kind: &str) -> Result<&str, FieldError> {
    ["_double_3_3", "_float_3_3"].iter().find_map(|ending| kind.strip_suffix(ending)).ok_or_else(|| {
        FieldError::new("Transform", shortened(kind), "a name that ends in _double_3_3 or _float_3_3")
    })
}
