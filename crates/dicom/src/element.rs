//! Elements by tag, as the type that is wanted; what is absent or wrong gives an error that names file, tag and keyword.

use crate::error::{DicomError, Result, element_name};
use dicom_core::value::Value;
use dicom_core::{PrimitiveValue, Tag};
use dicom_object::InMemDicomObject;
use std::fmt;
use std::path::Path;

/// The elements of a data set or of one item of a sequence.
///
/// An element without value counts as absent (type 2 elements, PS3.5 7.4.3).
#[derive(Clone)]
pub struct Attributes<'a> {
    path: &'a Path,
    object: &'a InMemDicomObject,
    within: String,
}

impl<'a> Attributes<'a> {
    /// The elements of an object from a file.
    pub fn new(path: &'a Path, object: &'a InMemDicomObject) -> Self {
        Self { path, object, within: String::new() }
    }

    /// The file they come from.
    pub fn path(&self) -> &'a Path {
        self.path
    }

    /// The data set or item itself.
    pub fn object(&self) -> &'a InMemDicomObject {
        self.object
    }

    /// Whether an element is there and holds a value.
    pub fn has(&self, tag: Tag) -> bool {
        match self.object.get(tag).map(|element| element.value()) {
            None => false,
            Some(Value::Sequence(sequence)) => !sequence.items().is_empty(),
            Some(Value::Primitive(_)) => self.texts(tag).iter().any(|text| !text.is_empty()),
            Some(Value::PixelSequence(_)) => true,
        }
    }

    /// Text without padding; several values are joined by backslashes as in the file.
    pub fn text(&self, tag: Tag) -> Result<String> {
        self.text_optional(tag).ok_or_else(|| self.missing(tag))
    }

    /// [`Self::text`], `None` where it is absent or empty.
    pub fn text_optional(&self, tag: Tag) -> Option<String> {
        let joined = self.texts(tag).join("\\");
        (!joined.is_empty()).then_some(joined)
    }

    /// All values as text without padding; none where the element is absent.
    pub fn texts(&self, tag: Tag) -> Vec<String> {
        let Some(value) = self.primitive(tag) else { return Vec::new() };
        value.to_multi_str().iter().map(|text| text.trim_matches(['\0', ' ']).to_owned()).collect()
    }

    /// A finite number, from text (DS, IS) or binary.
    pub fn decimal(&self, tag: Tag) -> Result<f64> {
        self.decimal_optional(tag)?.ok_or_else(|| self.missing(tag))
    }

    /// [`Self::decimal`], `None` where it is absent or empty; what is there must be one number.
    pub fn decimal_optional(&self, tag: Tag) -> Result<Option<f64>> {
        Ok(self.vector_optional::<1>(tag)?.map(|[value]| value))
    }

    /// Exactly `N` finite numbers.
    pub fn vector<const N: usize>(&self, tag: Tag) -> Result<[f64; N]> {
        self.vector_optional(tag)?.ok_or_else(|| self.missing(tag))
    }

    /// [`Self::vector`], `None` where it is absent or empty.
    pub fn vector_optional<const N: usize>(&self, tag: Tag) -> Result<Option<[f64; N]>> {
        if !self.has(tag) {
            return Ok(None);
        }
        let values = self.decimals(tag)?;
        let count = values.len();
        match values.try_into() {
            Ok(values) => Ok(Some(values)),
            Err(_) => Err(self.error(tag, format!("{count} values"), format!("{N}"))),
        }
    }

    /// All values as finite numbers; none where the element is absent.
    pub fn decimals(&self, tag: Tag) -> Result<Vec<f64>> {
        let Some(value) = self.primitive(tag) else { return Ok(Vec::new()) };
        let numbers: Option<Vec<f64>> = match value {
            PrimitiveValue::Empty => Some(Vec::new()),
            PrimitiveValue::Str(_) | PrimitiveValue::Strs(_) => {
                if !self.has(tag) {
                    return Ok(Vec::new());
                }
                self.texts(tag).iter().map(|text| text.trim().parse().ok()).collect()
            }
            _ => value.to_multi_float64().ok(),
        };
        match numbers {
            Some(numbers) if numbers.iter().all(|number| number.is_finite()) => Ok(numbers),
            _ => Err(self.error(tag, quoted(value), "finite numbers")),
        }
    }

    /// A whole number, from text (IS) or binary.
    pub fn integer(&self, tag: Tag) -> Result<i64> {
        self.integer_optional(tag)?.ok_or_else(|| self.missing(tag))
    }

    /// [`Self::integer`], `None` where it is absent or empty.
    pub fn integer_optional(&self, tag: Tag) -> Result<Option<i64>> {
        match self.integers(tag)?.as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(*value)),
            values => Err(self.error(tag, format!("{} values", values.len()), "1")),
        }
    }

    /// All values as whole numbers; none where the element is absent.
    pub fn integers(&self, tag: Tag) -> Result<Vec<i64>> {
        let values = self.decimals(tag)?;
        // Up to 2^53 every whole number is one of f64.
        if values.iter().any(|value| value.fract() != 0.0 || value.abs() > 9_007_199_254_740_992.0) {
            return Err(self.error(tag, format!("{values:?}"), "whole numbers"));
        }
        Ok(values.into_iter().map(|value| value as i64).collect())
    }

    /// The items of a sequence; none where it is absent.
    pub fn items(&self, tag: Tag) -> Result<Vec<Attributes<'a>>> {
        let items = match self.object.get(tag).map(|element| element.value()) {
            None => return Ok(Vec::new()),
            Some(Value::Sequence(sequence)) => sequence.items(),
            Some(Value::Primitive(PrimitiveValue::Empty)) => return Ok(Vec::new()),
            Some(_) => return Err(self.error(tag, "a value", "a sequence")),
        };
        let inside = |(index, object): (usize, &'a InMemDicomObject)| Attributes {
            path: self.path,
            object,
            within: format!("{}{} item {} > ", self.within, element_name(tag), index + 1),
        };
        Ok(items.iter().enumerate().map(inside).collect())
    }

    /// The only item of a sequence.
    pub fn item(&self, tag: Tag) -> Result<Attributes<'a>> {
        self.item_optional(tag)?.ok_or_else(|| self.missing(tag))
    }

    /// [`Self::item`], `None` where the sequence is absent or empty; several items are an error.
    pub fn item_optional(&self, tag: Tag) -> Result<Option<Attributes<'a>>> {
        let mut items = self.items(tag)?;
        match items.len() {
            0 | 1 => Ok(items.pop()),
            count => Err(self.error(tag, format!("{count} items"), "1")),
        }
    }

    /// The value as bytes in little endian; `None` where it is absent.
    pub fn bytes(&self, tag: Tag) -> Option<Vec<u8>> {
        self.primitive(tag).map(|value| value.to_bytes().into_owned())
    }

    /// An error about one of its elements.
    pub fn error(&self, tag: Tag, found: impl Into<String>, expected: impl Into<String>) -> DicomError {
        DicomError::Element {
            path: self.path.to_owned(),
            element: format!("{}{}", self.within, element_name(tag)),
            found: found.into(),
            expected: expected.into(),
        }
    }

    /// The error for an element that must be there.
    pub fn missing(&self, tag: Tag) -> DicomError {
        self.error(tag, "nothing", "a value")
    }

    fn primitive(&self, tag: Tag) -> Option<&'a PrimitiveValue> {
        match self.object.get(tag)?.value() {
            Value::Primitive(value) => Some(value),
            _ => None,
        }
    }
}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The elements may hold the patient's identity.
        write!(formatter, "Attributes({} {})", self.path.display(), self.within)
    }
}

/// The beginning of a value, for messages.
fn quoted(value: &PrimitiveValue) -> String {
    let text = value.to_str();
    let short: String = text.chars().take(60).collect();
    format!("{:?}{}", short, if short.len() < text.len() { "..." } else { "" })
}
