//! An image as it comes from a file, whatever the format.

use iodose_volume::Volume;

/// Values on a grid, and what the file says about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Image<T = f32> {
    /// The values, on a grid in LPS millimetres.
    pub volume: Volume<T>,
    /// The unit or meaning of the values where the file states one; NIfTI has no such field, but `intent_name` may hold it.
    pub unit: Option<String>,
    /// The file's free text, empty where there is none.
    pub description: String,
    /// What the file leaves open and how it was understood, each to be shown to the user.
    pub warnings: Vec<String>,
}
