//! Whether slices follow each other evenly: missing, doubled and unevenly spaced ones are named.

use super::{StackError, field};

/// Two slices nearer than this share of the usual spacing are the same slice twice.
const DOUBLED: f64 = 0.05;
/// A gap may differ from the usual spacing by this share: positions are written with two decimals and more, and spacings
/// are above 0.5 mm.
const UNEVEN: f64 = 0.02;
/// The rounding of two positions with two decimals, mm.
const ROUNDING: f64 = 0.011;
/// A gap this near to a whole number of spacings is called slices that are missing.
const MISSING: f64 = 0.05;
const FIELD: &str = "(0020,0032) ImagePositionPatient";

/// The spacing (mm) of slices given by name and position along the normal, sorted.
pub(super) fn regular(slices: &[(&str, f64)]) -> Result<f64, StackError> {
    let (Some(first), Some(last)) = (slices.first(), slices.last()) else {
        return Err(field("slices", "none", "at least two"));
    };
    if slices.len() < 2 {
        // A thickness is no spacing: slices may overlap or leave gaps.
        return Err(field("slices", format!("one ({})", first.0), "at least two"));
    }
    let usual = usual_gap(slices);
    if usual <= 0.0 {
        return Err(doubled(&slices[0], &slices[1]));
    }
    for pair in slices.windows(2) {
        let [before, after] = [&pair[0], &pair[1]];
        let gap = after.1 - before.1;
        if gap <= DOUBLED * usual {
            return Err(doubled(before, after));
        }
        if (gap - usual).abs() <= (UNEVEN * usual).max(ROUNDING) {
            continue;
        }
        let steps = (gap / usual).round();
        let place =
            format!("between {} at {:.2} mm and {} at {:.2} mm", before.0, before.1, after.0, after.1);
        let expected = format!("slices {usual:.3} mm apart");
        if steps >= 2.0 && (gap / usual - steps).abs() <= MISSING * steps {
            return Err(field(FIELD, format!("{} missing {place}", plural(steps - 1.0)), expected));
        }
        return Err(field(FIELD, format!("{gap:.3} mm {place}"), expected));
    }
    let spacing = (last.1 - first.1) / (slices.len() - 1) as f64;
    for (k, slice) in slices.iter().enumerate() {
        // Small deviations of one sign could add up.
        let off = slice.1 - first.1 - spacing * k as f64;
        if off.abs() > DOUBLED.max(UNEVEN) * spacing + ROUNDING {
            let found = format!("{} {off:.3} mm off its place at {:.2} mm", slice.0, slice.1);
            return Err(field(FIELD, found, format!("slices {spacing:.3} mm apart")));
        }
    }
    Ok(spacing)
}

/// The median gap, doubled slices left out; the lower one of two.
fn usual_gap(slices: &[(&str, f64)]) -> f64 {
    let mut gaps: Vec<f64> =
        slices.windows(2).map(|pair| pair[1].1 - pair[0].1).filter(|&gap| gap > ROUNDING).collect();
    gaps.sort_by(f64::total_cmp);
    if gaps.is_empty() { 0.0 } else { gaps[(gaps.len() - 1) / 2] }
}

fn doubled(a: &(&str, f64), b: &(&str, f64)) -> StackError {
    let found = format!("two slices at {:.2} mm: {} and {}", a.1, a.0, b.0);
    field(FIELD, found, "each slice once (a folder with two copies, or a dynamic or gated series?)")
}

fn plural(count: f64) -> String {
    if count == 1.0 { "1 slice".into() } else { format!("{count} slices") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(positions: &[f64]) -> Result<f64, String> {
        let names: Vec<String> = (0..positions.len()).map(|k| format!("s{k}")).collect();
        let slices: Vec<_> = names.iter().map(String::as_str).zip(positions.iter().copied()).collect();
        regular(&slices).map_err(|error| match error {
            StackError::Field { found, .. } => found,
            StackError::Grid(error) => error.to_string(),
        })
    }

    #[test]
    fn rounded_positions_are_even() {
        let positions: Vec<f64> = (0..300).map(|k| (f64::from(k) * 0.7137 * 100.0).round() / 100.0).collect();
        assert!((verdict(&positions).unwrap() - 0.7137).abs() < 1e-4);
        assert_eq!(verdict(&[-4.0, 0.0, 4.0]).unwrap(), 4.0);
    }

    #[test]
    fn missing_doubled_and_uneven_slices_are_named() {
        let missing = verdict(&[0.0, 4.0, 8.0, 20.0, 24.0]).unwrap_err();
        assert_eq!(missing, "2 slices missing between s2 at 8.00 mm and s3 at 20.00 mm");
        assert!(verdict(&[0.0, 4.0, 12.0]).unwrap_err().starts_with("1 slice missing between s1"));
        assert_eq!(verdict(&[0.0, 4.0, 4.0, 8.0]).unwrap_err(), "two slices at 4.00 mm: s1 and s2");
        assert!(verdict(&[1.0, 1.0]).unwrap_err().starts_with("two slices"));
        assert!(verdict(&[0.0, 4.0, 8.0, 13.0]).unwrap_err().starts_with("5.000 mm between s2"));
        assert!(verdict(&[0.0]).unwrap_err().starts_with("one"));
        assert!(verdict(&[]).unwrap_err().starts_with("none"));
    }

    #[test]
    fn small_deviations_do_not_add_up_unnoticed() {
        let mut positions = vec![0.0];
        for k in 0..40 {
            let gap = if k < 20 { 4.0 } else { 4.07 };
            positions.push(positions[k] + gap);
        }
        assert!(verdict(&positions).unwrap_err().contains("off its place"));
    }
}
