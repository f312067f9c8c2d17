//! Holds the engine against published numbers and exact answers, and says in one table how far it is from each.
//!
//! The expected numbers stand in one file, `data/expected.toml`, each with its citation; none of them comes from this
//! engine. What is judged is a [`Subject`], of which [`Engine`] is the real one; tests put others in its place to show
//! that a wrong constant is found out.

mod bench;
mod cases;
mod document;
mod engine;
mod error;
mod expected;
mod gate;
mod plot;
mod row;
mod subject;
mod table;

pub use cases::Group;
pub use document::document;
pub use engine::Engine;
pub use error::ValidationError;
pub use expected::Expected;
pub use plot::{Curve, Plot};
pub use row::{Row, Verdict};
pub use subject::{Dose, DoseRequest, Emission, KernelRequest, PointRequest, Run, Subject};
pub use table::{json, markdown, text};

use bench::Bench;

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Every row with fewer histories and wider margins, within two minutes on two cores.
    pub quick: bool,
    /// Seed of all runs.
    pub seed: u64,
    /// Only these groups; all where empty.
    pub only: Vec<Group>,
}

impl Default for Options {
    /// Everything at full statistics.
    fn default() -> Self {
        Self { quick: false, seed: 1, only: Vec::new() }
    }
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    /// One row per comparison.
    pub rows: Vec<Row>,
    /// Plots of the kernels beside the published ones.
    pub plots: Vec<Plot>,
}

impl Validation {
    /// Whether no gated row is out of its tolerance.
    pub fn passed(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.verdict != Verdict::Fail)
    }
}

/// Compares `subject` with everything that `expected` holds. `report` is told each row as soon as it is known.
pub fn validate(
    subject: &dyn Subject,
    expected: &Expected,
    options: &Options,
    mut report: impl FnMut(&Row),
) -> Result<Validation, ValidationError> {
    let mut validation = Validation::default();
    for group in Group::ALL {
        if options.only.is_empty() || options.only.contains(&group) {
            let found = group.run(&mut Bench::new(subject, expected, options, group))?;
            found.rows.iter().for_each(&mut report);
            validation.rows.extend(found.rows);
            validation.plots.extend(found.plots);
        }
    }
    Ok(validation)
}
