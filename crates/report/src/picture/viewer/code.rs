//! Numbers as codes of so many digits: what a reader is shown is exact.
//!
//! A logarithmic scale would round once more than the display does, and show another last digit now and then.

/// Codes in a decade of numbers with three digits, 100 to 999.
const THREE_DIGITS: i32 = 900;
/// Codes in a decade of numbers with two digits, 10 to 99.
const TWO_DIGITS: i32 = 90;
/// What is not a number.
pub(super) const NOT_A_NUMBER: u16 = u16::MAX;
/// The power of ten of the least relative uncertainty, 0.10 %.
const LEAST_RELATIVE: i32 = -3;

/// Whether a dose is told; what is not a number is, to be told apart from a low dose.
pub(super) fn is_held(dose: f32, threshold: f64) -> bool {
    dose.is_nan() || (dose > 0.0 && f64::from(dose) >= threshold)
}

/// The power of ten of the first digit; 0 for 0.
pub(super) fn exponent_of(value: f64) -> i32 {
    if value > 0.0 && value.is_finite() { libm::log10(value).floor() as i32 } else { 0 }
}

/// The code of a dose.
pub(super) fn dose(dose: f32, threshold: f64, exponent: i32) -> u16 {
    match dose {
        dose if !is_held(dose, threshold) => 0,
        dose if !dose.is_finite() => NOT_A_NUMBER,
        dose => {
            let code = 1 + digits(f64::from(dose), THREE_DIGITS, exponent);
            code.clamp(1, i32::from(NOT_A_NUMBER) - 1) as u16
        }
    }
}

/// The code of an uncertainty over its dose.
pub(super) fn relative(uncertainty: f32, dose: f32) -> u16 {
    let ratio = f64::from(uncertainty) / f64::from(dose);
    if !(ratio.is_finite() && ratio >= 0.0) {
        return 0;
    }
    if ratio == 0.0 {
        return 255;
    }
    match 1 + digits(ratio, TWO_DIGITS, LEAST_RELATIVE) {
        ..1 => 255,
        code @ 1..=253 => code as u16,
        _ => 254,
    }
}

/// Position among the numbers of two or three digits, from 10 or 100 times a power of ten on; ties go to the even number, as in
/// the tables of the page.
fn digits(value: f64, per_decade: i32, first: i32) -> i32 {
    let lowest = per_decade / 9;
    let exponent = exponent_of(value);
    // Of powers of ten up to 22 a double is exact, so that what is halfway stays so.
    let places = libm::round(libm::log10(f64::from(lowest))) as i32 - exponent;
    let power = libm::exp10(f64::from(places.abs()));
    let mantissa = if places < 0 { value / power } else { value * power };
    per_decade * (exponent - first) + mantissa.round_ties_even() as i32 - lowest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As `script/number.js` does it.
    fn shown(code: u16, per_decade: i32, first: i32) -> f64 {
        let place = i32::from(code) - 1;
        let lowest = per_decade / 9;
        let power = first + place.div_euclid(per_decade) - (lowest as f64).log10().round() as i32;
        format!("{}e{power}", lowest + place.rem_euclid(per_decade)).parse().unwrap()
    }

    proptest! {
        #[test]
        fn the_digits_are_those_of_the_voxel(value in 1e-3..9.9e4f32) {
            let text = format!("{value:.2e}");
            prop_assert_eq!(shown(dose(value, 1e-3, -3), THREE_DIGITS, -3), text.parse::<f64>().unwrap());
        }

        #[test]
        fn two_digits_of_an_uncertainty(ratio in 0.00101..0.8f32) {
            let expected: f64 = format!("{:.1e}", f64::from(ratio)).parse().unwrap();
            prop_assert_eq!(shown(relative(ratio, 1.0), TWO_DIGITS, LEAST_RELATIVE), expected);
        }
    }

    #[test]
    fn what_no_digits_can_say_has_its_own_code() {
        assert_eq!(dose(0.5, 1.0, 0), 0);
        assert_eq!(dose(-3.0, 0.0, 0), 0);
        assert_eq!(dose(0.0, 0.0, 0), 0);
        assert_eq!((dose(f32::NAN, 1.0, 0), dose(f32::INFINITY, 1.0, 0)), (NOT_A_NUMBER, NOT_A_NUMBER));
        assert_eq!(dose(1.0, 1.0, 0), 1);
        assert_eq!(dose(12.25, 1.0, 0), 1 + 900 + 22, "halfway goes to the even digit");
        assert_eq!(dose(9.999, 1.0, 0), 1 + 900, "rounds into the next decade");
        assert_eq!(relative(f32::NAN, 1.0), 0);
        assert_eq!((relative(0.0, 1.0), relative(1e-5, 1.0), relative(2.0, 1.0)), (255, 255, 254));
        assert_eq!(relative(0.001, 1.0), 1);
    }
}
