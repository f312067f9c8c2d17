//! From one TOML value to one plain value; `None` where it is of the wrong type or out of range.

use toml::de::DeValue;

/// The largest whole number up to which every whole number is also an exact `f64`.
const LARGEST_EXACT_WHOLE: f64 = 9_007_199_254_740_992.0;

pub(super) fn text<'a>(found: &'a DeValue) -> Option<&'a str> {
    found.as_str()
}

/// Text that can stand on one line of a report: not empty, no control characters.
pub(super) fn printable<'a>(found: &'a DeValue) -> Option<&'a str> {
    text(found).filter(|text| !text.trim().is_empty() && !text.chars().any(char::is_control))
}

/// A list of one text or more, each fit for one line.
pub(super) fn texts(found: &DeValue) -> Option<Vec<String>> {
    let array = found.as_array().filter(|array| !array.is_empty())?;
    array.iter().map(|text| printable(text.get_ref()).map(str::to_owned)).collect()
}

/// A finite number, written with or without a decimal point.
pub(super) fn number(found: &DeValue) -> Option<f64> {
    let number = match found {
        DeValue::Float(float) => float.as_str().parse().ok()?,
        DeValue::Integer(_) => integer(found)? as f64,
        _ => return None,
    };
    Some(number).filter(|number: &f64| number.is_finite())
}

pub(super) fn positive(found: &DeValue) -> Option<f64> {
    number(found).filter(|&number| number > 0.0)
}

/// A relative standard uncertainty: zero is allowed, a whole is not.
pub(super) fn relative(found: &DeValue) -> Option<f64> {
    number(found).filter(|number| (0.0..1.0).contains(number))
}

/// A whole number from 0 up; `1e8` counts as one.
pub(super) fn whole(found: &DeValue) -> Option<u64> {
    match found {
        DeValue::Integer(_) => u64::try_from(integer(found)?).ok(),
        DeValue::Float(_) => number(found)
            .filter(|number| (0.0..=LARGEST_EXACT_WHOLE).contains(number) && number.fract() == 0.0)
            .map(|number| number as u64),
        _ => None,
    }
}

/// The value that stands for the text found, out of a list of pairs.
pub(super) fn choice<T: Copy>(choices: &[(&str, T)]) -> impl Fn(&DeValue) -> Option<T> {
    move |found| {
        let written = text(found)?;
        choices.iter().find(|(name, _)| *name == written).map(|(_, value)| *value)
    }
}

/// What messages say a nuclide should be.
pub(super) const EXPECTED_NUCLIDE: &str = "a nuclide such as \"I-131\" or \"Tc-99m\"";

/// A nuclide written as element, hyphen, mass number and `m` if metastable: `I-131`, `Tc-99m`.
pub(super) fn nuclide(found: &DeValue) -> Option<String> {
    let written = text(found)?;
    let (element, mass) = written.split_once('-')?;
    let mass = mass.strip_suffix('m').unwrap_or(mass);
    let mut letters = element.chars();
    let element_fits = letters.next().is_some_and(|letter| letter.is_ascii_uppercase())
        && element.len() <= 2
        && letters.all(|letter| letter.is_ascii_lowercase());
    let mass_fits = (1..=3).contains(&mass.len())
        && !mass.starts_with('0')
        && mass.chars().all(|digit| digit.is_ascii_digit());
    (element_fits && mass_fits).then(|| written.to_owned())
}

/// A lesion label written as a TOML key, in its one plain spelling.
pub(super) fn label(key: &str) -> Option<u16> {
    let label = key.parse().ok().filter(|&label: &u16| label > 0)?;
    (label.to_string() == key).then_some(label)
}

fn integer(found: &DeValue) -> Option<i128> {
    let integer = found.as_integer()?;
    i128::from_str_radix(integer.as_str(), integer.radix()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<T>(written: &str, read: impl Fn(&DeValue) -> Option<T>) -> Option<T> {
        read(DeValue::parse(written).unwrap().get_ref())
    }

    #[test]
    fn numbers_may_lack_the_decimal_point_but_must_be_finite() {
        assert_eq!(of("24", number), Some(24.0));
        assert_eq!(of("-1_000.5", number), Some(-1000.5));
        assert_eq!(of("inf", number), None);
        assert_eq!(of("nan", number), None);
        assert_eq!(of("1e999", number), None);
        assert_eq!(of("\"24\"", number), None);
    }

    #[test]
    fn whole_numbers_in_every_spelling() {
        assert_eq!(of("1_000_000", whole), Some(1_000_000));
        assert_eq!(of("0x10", whole), Some(16));
        assert_eq!(of("1e8", whole), Some(100_000_000));
        assert_eq!(of("18446744073709551615", whole), Some(u64::MAX));
        assert_eq!(of("18446744073709551616", whole), None);
        assert_eq!(of("1.5", whole), None);
        assert_eq!(of("-1", whole), None);
        assert_eq!(of("1e17", whole), None);
    }

    #[test]
    fn nuclides_have_one_spelling() {
        for good in ["I-131", "Tc-99m", "Y-90", "Lu-177"] {
            assert_eq!(of(&format!("\"{good}\""), nuclide), Some(good.to_owned()));
        }
        for bad in ["I131", "131I", "i-131", "I-", "-131", "I-1311", "I-013", "I-131n", "Iod-131", "I -131"] {
            assert_eq!(of(&format!("\"{bad}\""), nuclide), None, "{bad}");
        }
    }

    #[test]
    fn labels_are_positive_and_fit_sixteen_bits() {
        assert_eq!(label("1"), Some(1));
        assert_eq!(label("65535"), Some(65535));
        for bad in ["0", "65536", "-1", "01", "+1", "1.0", "", "one"] {
            assert_eq!(label(bad), None, "{bad}");
        }
    }

    #[test]
    fn printable_text_has_no_control_characters() {
        assert_eq!(of("\"µ-met\"", |found| printable(found).map(str::to_owned)), Some("µ-met".to_owned()));
        assert_eq!(of("\"a\\nb\"", |found| printable(found).map(str::to_owned)), None);
        assert_eq!(of("\"  \"", |found| printable(found).map(str::to_owned)), None);
    }
}
