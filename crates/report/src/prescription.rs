//! The prescription table: which lesions reach which dose at the activity that the limits allow, and how sure that is.
//! Method: `docs/methods/prescription.md`.
//!
//! [`Prescription::new`] puts together what the other modules judge:
//! * [`goals`]: doses asked of a lesion, by its type; whether one is reached, and the activity for it.
//! * [`limits`]: what the patient may have, and the limit that sets it.
//! * [`table`]: one lesion's row.
//! * [`certainty`]: how sure an answer is.
//! * [`reached`]: the lesions that reach each goal.
//! * [`models`]: BED and EUD, where they were asked for.
//! * [`verdict`]: the protocol's question, answered in a sentence.
//! * [`text`]: CSV, JSON and terminal.

pub mod certainty;
pub mod goals;
pub mod limits;
pub mod models;
pub mod reached;
pub mod table;
pub mod text;
pub mod verdict;

pub use certainty::Certainty;
pub use goals::{Goals, LesionType, MeanChoice, Protocol};
pub use limits::{LimitEvidence, LimitInput, LimitRow};
pub use models::{ModelChoice, ModelResult};
pub use reached::ReachedGoal;
pub use table::{LesionEvidence, LesionRow};
pub use verdict::{Outcome, Verdict};

use crate::basis::DoseBasis;
use crate::lesion::LesionResult;
use crate::quantity::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names the layout; the number rises when a field changes its meaning or goes.
pub const SCHEMA: &str = "iodose-prescription/1";

/// How probabilities are meant; stands in every output that has them.
pub const PROBABILITY_MODEL: &str = "Probabilities are those of a normal distribution about the estimate with its standard \
    uncertainty u: an answer is called sure from 97.7 % (2 u) on, likely from 84.1 % (1 u) on, else not decided. What u lacks, \
    they lack too. Gy/GBq is taken to be the same for every activity.";

/// What no study with a tracer can know; stands beside every verdict before therapy.
pub const UNKNOWN_BEFORE_THERAPY: &str = "A tracer study cannot know whether the tracer itself lowers the uptake that follows \
    (stunning), whether the therapy will meet the same TSH stimulation (withdrawal or rhTSH) and iodine pool as the tracer \
    did, and whether lesions gain or lose mass before and during the therapy.";

/// The same for images of the therapy itself.
pub const UNKNOWN_AFTER_THERAPY: &str = "Images of a therapy cannot know how the mass of the lesions changes while the dose is \
    given; what a next therapy would give depends on stunning by this one, on TSH stimulation (withdrawal or rhTSH), and on \
    what is left of the lesions.";

/// What the doses of the table belong to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Occasion {
    /// Before therapy: the largest activity that the limits allow; `None` where none of them is checked.
    Allowed {
        /// GBq.
        #[serde(rename = "activity_GBq")]
        activity_gbq: Option<f64>,
    },
    /// After therapy: the activity that was given, where known.
    Delivered {
        /// GBq.
        #[serde(rename = "activity_GBq")]
        activity_gbq: Option<f64>,
    },
}

/// What a prescription is made of.
#[derive(Clone, Debug)]
pub struct PrescriptionInput<'a> {
    /// Pseudonym of the case.
    pub case_id: &'a str,
    /// Nuclide of the therapy.
    pub nuclide: &'a str,
    /// What the lesions' doses belong to.
    pub basis: DoseBasis,
    /// The question.
    pub protocol: Protocol,
    /// What the patient may have.
    pub limits: Vec<LimitInput>,
    /// For limits that are estimated: they are kept with this many standard uncertainties to spare.
    pub limit_margin_k: f64,
    /// The lesions, in the order to show.
    pub lesions: Vec<LesionEvidence<'a>>,
    /// The radiobiological models that were asked for.
    pub models: ModelChoice,
}

/// The prescription table of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prescription {
    /// Name and number of this layout; the number rises when a field changes its meaning or goes.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Pseudonym of the case.
    pub case_id: String,
    /// Nuclide of the therapy.
    pub nuclide: String,
    /// What the doses of the table belong to.
    pub occasion: Occasion,
    /// Activity (GBq) that the case plans, where it names one before therapy.
    #[serde(rename = "planned_activity_GBq")]
    pub planned_activity_gbq: Option<f64>,
    /// The question.
    pub protocol: Protocol,
    /// The limits, those that set the activity first; unchecked ones last.
    pub limits: Vec<LimitRow>,
    /// For limits that are estimated: they are kept with this many standard uncertainties to spare.
    #[schemars(extend("unit" = "standard uncertainties"))]
    pub limit_margin_k: f64,
    /// One row per lesion.
    pub lesions: Vec<LesionRow>,
    /// The lesions that reach each goal.
    pub goals: Vec<ReachedGoal>,
    /// The answer.
    pub verdict: Verdict,
    /// How probabilities are meant.
    pub probability_model: String,
}

impl Prescription {
    /// The table of a case.
    pub fn new(input: &PrescriptionInput<'_>) -> Self {
        let limits = limits::judge(&input.limits, input.limit_margin_k);
        let (occasion, planned_activity_gbq) = match input.basis {
            DoseBasis::Delivered { activity_gbq } => (Occasion::Delivered { activity_gbq }, None),
            basis => {
                let activity_gbq = limits.iter().find_map(|row| row.used_gbq);
                (Occasion::Allowed { activity_gbq }, basis.activity_gbq())
            }
        };
        let lesions: Vec<LesionRow> = input
            .lesions
            .iter()
            .map(|lesion| table::row(lesion, &input.basis, &input.protocol, occasion, &input.models))
            .collect();
        let verdict = verdict::judge(&input.protocol, occasion, planned_activity_gbq, &limits, &lesions);
        Self {
            schema: SCHEMA.into(),
            case_id: input.case_id.into(),
            nuclide: input.nuclide.into(),
            occasion,
            planned_activity_gbq,
            protocol: input.protocol.clone(),
            limits,
            limit_margin_k: input.limit_margin_k,
            goals: reached::reached(&input.protocol, &lesions),
            lesions,
            verdict,
            probability_model: PROBABILITY_MODEL.into(),
        }
    }

    /// Tells each lesion's record which goals it reaches at the activity of this table, and how sure that is.
    pub fn mark(&self, lesions: &mut [LesionResult]) {
        for lesion in lesions {
            if let Some(row) = self.lesions.iter().find(|row| row.label == lesion.label) {
                lesion.goals.clone_from(&row.goals);
                lesion.goals_activity_gbq = self.occasion.activity_gbq();
            }
        }
    }

    /// The limits that nothing is known of.
    pub fn unchecked(&self) -> impl Iterator<Item = &LimitRow> {
        self.limits.iter().filter(|row| row.not_checked.is_some())
    }
}

impl Occasion {
    /// The activity (GBq), where known.
    pub fn activity_gbq(self) -> Option<f64> {
        match self {
            Self::Allowed { activity_gbq } | Self::Delivered { activity_gbq } => activity_gbq,
        }
    }

    /// A dose at this activity from one per activity (Gy/GBq) and, after therapy, the delivered one (Gy).
    fn dose(self, per_gbq: Option<Quantity>, delivered: Quantity) -> Option<Quantity> {
        match self {
            Self::Allowed { activity_gbq } => Some(per_gbq?.times(activity_gbq?)),
            Self::Delivered { .. } => Some(delivered),
        }
    }
}

#[cfg(test)]
mod tests;
