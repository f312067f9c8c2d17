//! One line of the table.

use serde::Serialize;

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Within its tolerance.
    Pass,
    /// Out of its tolerance.
    Fail,
    /// For information; published data that are known to disagree with each other, or that are not independent.
    Shown,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What is compared, and in which unit.
    pub case: String,
    /// Where the published number is from.
    pub source: String,
    /// The published number.
    pub published: f64,
    /// This engine's number.
    pub ours: f64,
    /// Their difference over `scale`.
    pub deviation: f64,
    /// What the deviation is relative to: the published number, or a peak.
    pub scale: f64,
    /// Largest deviation that is allowed, statistics included.
    pub allowed: f64,
    /// Tolerance without statistics.
    pub tolerance: f64,
    /// Relative standard uncertainty of the deviation, k = 1.
    pub u: f64,
    /// How many numbers were compared; the one shown is the worst of them.
    pub compared: usize,
    /// The judgement.
    pub verdict: Verdict,
}
