//! What can be wrong with physical data.

use thiserror::Error;

/// Why physical data cannot be used. Every message names the table or file and the field.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum PhysicsError {
    /// A line of a data table does not have its documented form.
    #[error("{table}:{line}: {problem}")]
    Table {
        /// Name of the table.
        table: String,
        /// Line, from 1.
        line: usize,
        /// What was found and what was expected.
        problem: String,
    },
    /// A material or nuclide file does not have its documented form.
    #[error("{file}: {problem}")]
    File {
        /// Name of the file.
        file: String,
        /// What was found and what was expected.
        problem: String,
    },
    /// An element without data.
    #[error("element: found {0:?}, expected one of H C N O Na Mg Si P S Cl Ar K Ca Fe Zn I")]
    UnknownElement(String),
    /// A material that is not in the library.
    #[error("material: found {found:?}, expected one of {known}")]
    UnknownMaterial {
        /// The name asked for.
        found: String,
        /// Names in the library.
        known: String,
    },
    /// A nuclide that is not in the library.
    #[error("nuclide: found {found:?}, expected one of {known}")]
    UnknownNuclide {
        /// The name asked for.
        found: String,
        /// Names in the library.
        known: String,
    },
}
