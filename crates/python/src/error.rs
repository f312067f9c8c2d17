//! Errors as Python's exceptions.

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::{PyErr, create_exception};

create_exception!(
    iodose,
    InputError,
    PyValueError,
    "The input or the request is to blame; the text says what is."
);
create_exception!(iodose, Error, PyRuntimeError, "Any other failure.");

/// The engine's error with its text.
pub(crate) fn raised(error: impl Into<iodose::Error>) -> PyErr {
    let error = error.into();
    let text = error.to_string();
    if error.is_bad_input() { InputError::new_err(text) } else { Error::new_err(text) }
}
