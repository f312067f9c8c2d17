//! Numbers as text.

use serde::{Deserialize, Deserializer};

/// Reads a number from JSON, which has no NaN: that was written as `null`.
pub(crate) fn finite_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// A number rounded to this many significant digits, without trailing zeros or exponent; empty where not finite.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let rounded = format!("{value:.*e}", digits.saturating_sub(1));
    // Adding zero turns -0 into 0.
    rounded.parse::<f64>().map_or(String::new(), |value| (value + 0.0).to_string())
}

/// [`significant`] of a number that may be absent; empty where it is.
pub(crate) fn optional(value: Option<f64>, digits: usize) -> String {
    value.map_or(String::new(), |value| significant(value, digits))
}

/// For readers: three significant digits, but never fewer than the whole number.
pub(crate) fn readable(value: f64) -> String {
    if !value.is_finite() {
        "unknown".to_owned()
    } else if value.abs() >= 1000.0 {
        format!("{value:.0}")
    } else if value == 0.0 {
        "0".to_owned()
    } else {
        fixed(value, decimals(value, 3))
    }
}

/// A value and its standard uncertainty, rounded after GUM 7.2.6 (JCGM 100:2008): u to two digits, the value to match.
pub(crate) fn with_uncertainty(value: f64, u: Option<f64>) -> String {
    match u.filter(|u| u.is_finite()) {
        _ if !value.is_finite() => "unknown".to_owned(),
        None => format!("{} ± unknown", readable(value)),
        Some(0.0) => format!("{} ± 0", readable(value)),
        Some(u) => {
            format!("{} ± {}", fixed(value, decimals(u, 2)), uncertainty(u))
        }
    }
}

/// A standard uncertainty, to two significant digits.
pub(crate) fn uncertainty(u: f64) -> String {
    if u.is_finite() && u != 0.0 { fixed(u, decimals(u, 2)) } else { readable(u) }
}

/// A fraction in percent, with two significant digits but never fewer than the whole number.
pub(crate) fn percent(fraction: f64) -> String {
    let value = 100.0 * fraction;
    let places = if value == 0.0 || !value.is_finite() { 0 } else { decimals(value, 2) };
    format!("{} %", fixed(value, places))
}

/// Places after the point that leave this many significant digits; at most nine.
fn decimals(value: f64, digits: i32) -> usize {
    let rounded = format!("{:.*e}", (digits - 1).max(0) as usize, value.abs());
    let exponent =
        rounded.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or(0);
    (digits - 1 - exponent).clamp(0, 9) as usize
}

fn fixed(value: f64, places: usize) -> String {
    format!("{value:.places$}")
}

/// Round values from zero to at most `max` (which must be positive), about `count` of them, in steps of 1, 2 or 5.
pub(crate) fn ticks(max: f64, count: usize) -> Vec<f64> {
    if !(max.is_finite() && max > 0.0) {
        return vec![0.0];
    }
    let raw = max / count.max(1) as f64;
    let power = libm::exp10(libm::log10(raw).floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().find(|&f| f * power >= raw * 0.999_999).unwrap_or(10.0) * power;
    // Of a number of few bits no part is round.
    if !step.is_normal() {
        return vec![0.0];
    }
    (0..=(max / step * 1.000_001).floor() as usize).map(|tick| tick as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_and_nan_is_empty() {
        assert_eq!(significant(123.456_789_01, 7), "123.4568");
        assert_eq!(significant(0.000_012_345, 3), "0.0000123");
        assert_eq!(significant(20.0, 6), "20");
        assert_eq!(significant(-0.0, 3), "0");
        assert_eq!(significant(f64::NAN, 7), "");
        assert_eq!(optional(None, 7), "");
    }

    #[test]
    fn an_axis_of_any_length_has_ticks() {
        assert_eq!(ticks(7.0, 5), [0.0, 2.0, 4.0, 6.0]);
        for max in [f64::from_bits(1), 1e-310, f64::MAX, f64::INFINITY, f64::NAN, -1.0] {
            let ticks = ticks(max, 7);
            assert!(ticks.len() <= 15 && ticks[0] == 0.0, "{max}: {ticks:?}");
        }
    }

    #[test]
    fn readers_get_as_many_digits_as_are_known() {
        assert_eq!(with_uncertainty(143.21, Some(9.84)), "143.2 ± 9.8");
        assert_eq!(with_uncertainty(143.21, Some(12.3)), "143 ± 12");
        assert_eq!(with_uncertainty(0.0234, Some(0.000_996)), "0.0234 ± 0.0010");
        assert_eq!(with_uncertainty(50.0, None), "50.0 ± unknown");
        assert_eq!(with_uncertainty(50.0, Some(f64::NAN)), "50.0 ± unknown");
        assert_eq!(with_uncertainty(0.0, Some(0.0)), "0 ± 0");
        assert_eq!([uncertainty(0.2), uncertainty(0.0), uncertainty(123.4)], ["0.20", "0", "123"]);
        assert_eq!(readable(12345.6), "12346");
        assert_eq!(readable(f64::NAN), "unknown");
        assert_eq!(percent(0.0123), "1.2 %");
        assert_eq!(percent(0.003), "0.30 %");
        assert_eq!([percent(0.25), percent(1.0), percent(0.0)], ["25 %", "100 %", "0 %"]);
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(7.4, 5), [0.0, 2.0, 4.0, 6.0]);
        assert_eq!(ticks(0.0, 5), [0.0]);
        assert_eq!(ticks(f64::NAN, 5), [0.0]);
        assert!(ticks(1e-300, 5).len() < 10 && ticks(1e300, 5).len() < 10);
    }
}
