//! What can be wrong with a description.

use thiserror::Error;

/// Why a phantom cannot be read or rendered.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum PhantomError {
    /// Not TOML, an unknown or missing key, or a value of the wrong type; the message holds the line and the key.
    #[error("phantom description: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A value out of range.
    #[error("{key}: found {found}, expected {expected}")]
    Value {
        /// The key, with the shape's number (from 1) and name where it belongs to one.
        key: String,
        /// What was found.
        found: String,
        /// What would be right.
        expected: String,
    },
}

impl PhantomError {
    pub(crate) fn value(key: impl Into<String>, found: impl ToString, expected: impl Into<String>) -> Self {
        Self::Value { key: key.into(), found: found.to_string(), expected: expected.into() }
    }
}
