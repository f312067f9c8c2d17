//! `lesions.json`: the lesions with their units, limits and warnings. Unknown values are `null`.

use crate::lesion::LesionResult;
use crate::position::{Position, Shift};
use crate::report::{InputFile, Report};
use crate::schema;
use schemars::JsonSchema;
use serde::Serialize;

/// Names the layout; the number rises when a field changes its meaning or goes.
pub const SCHEMA: &str = "iodose-lesions/1";

/// The lesions of one case, as `iodose run` writes them. What is not known or does not apply is null.
#[derive(JsonSchema, Serialize)]
struct Document<'a> {
    /// Name and number of this layout; the number rises when a field changes its meaning or goes.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// Version of the program that wrote the file.
    version: &'a str,
    /// Pseudonym of the case.
    case_id: &'a str,
    /// When the images were taken.
    #[schemars(extend("enum" = ["pre-therapy", "post-therapy"]))]
    purpose: &'a str,
    /// The nuclide whose dose this is, such as I-131.
    nuclide: &'a str,
    /// What the doses belong to, in words.
    dose_basis: String,
    /// Unit of the doses of lesions and organs, whose names end in `_Gy` either way.
    #[schemars(extend("enum" = ["Gy", "Gy/GBq"]))]
    dose_unit: &'static str,
    /// What the doses belong to, and the limits used.
    settings: &'a crate::lesion::Settings,
    /// The files that went in.
    inputs: &'a [InputFile],
    /// What the reader must be warned of.
    warnings: &'a [String],
    /// The lesions, in the order of the case.
    lesions: Vec<Lesion<'a>>,
    /// The organs, with the fields of a lesion.
    organs: &'a [LesionResult],
}

/// A lesion's fields side by side, the same ones for every lesion.
#[derive(JsonSchema, Serialize)]
struct Lesion<'a> {
    #[serde(flatten)]
    result: &'a LesionResult,
    /// Where its activity lies in each image, in order of time.
    positions: &'a [Position],
    /// The largest shift of its activity between two images; `None` with fewer than two of them that show it.
    largest_shift: Option<Shift>,
}

impl<'a> Lesion<'a> {
    fn of(report: &'a Report, result: &'a LesionResult) -> Self {
        let found = report.positions.iter().find(|lesion| lesion.label == result.label);
        Self {
            result,
            positions: found.map_or(&[], |lesion| &lesion.positions),
            largest_shift: found.and_then(|lesion| lesion.largest_shift),
        }
    }
}

/// The lesions of a report as JSON. The fields named `_Gy` hold the unit that `dose_unit` says.
///
/// # Errors
/// None in practice: the serialiser's error, were it ever to fail in memory.
pub fn lesions_json(report: &Report) -> Result<String, serde_json::Error> {
    let document = Document {
        schema: SCHEMA,
        version: &report.version,
        case_id: &report.case_id,
        purpose: &report.purpose,
        nuclide: &report.nuclide,
        dose_basis: report.settings.basis.describe(),
        dose_unit: report.settings.basis.unit(),
        settings: &report.settings,
        inputs: &report.inputs,
        warnings: &report.warnings,
        lesions: report.lesions.iter().map(|lesion| Lesion::of(report, lesion)).collect(),
        organs: &report.organs,
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

/// The JSON schema of [`lesions_json`], kept in `docs/lesions.schema.json`.
pub fn lesions_schema() -> String {
    schema::of::<Document<'_>>("lesions.json")
}

/// The JSON schema of [`Prescription::json`](crate::Prescription::json), kept in `docs/prescription.schema.json`.
pub fn prescription_schema() -> String {
    schema::of::<crate::Prescription>("prescription.json")
}

#[cfg(test)]
mod tests;
