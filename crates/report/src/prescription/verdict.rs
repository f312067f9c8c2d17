//! The protocol's question, answered in a sentence.

use super::certainty::{Certainty, at_least};
use super::goals::{GoalRow, LesionType, Protocol};
use super::limits::LimitRow;
use super::table::LesionRow;
use super::{Occasion, UNKNOWN_AFTER_THERAPY, UNKNOWN_BEFORE_THERAPY};
use crate::number::{readable, significant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The answer by the estimates alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As many lesions as asked for reach the goal.
    Met,
    /// They do not.
    NotMet,
    /// Too few doses are known to say.
    Unknown,
}

impl Outcome {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::Unknown => "unknown",
        }
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// By the estimates alone.
    pub outcome: Outcome,
    /// How sure the outcome is, whatever the correlation of the lesions' errors.
    #[serde(default)]
    pub certainty: Certainty,
    /// Probability that as many metastases as asked for truly reach the goal: that of the last of them that is needed, which
    /// for one is the least that it can be (PR3); `None` where too few have a known u.
    pub probability: Option<f64>,
    /// The least and the most that this probability can be, whatever the correlation of the lesions' errors (PR6).
    #[serde(default)]
    #[schemars(extend("unit" = "1"))]
    pub probability_bounds: [f64; 2],
    /// Labels of the metastases that reach the goal by the estimate.
    pub reaching: Vec<u32>,
    /// The question with its numbers.
    pub question: String,
    /// The answer in a few sentences.
    pub sentence: String,
    /// Limits that nothing is known of, with the reason.
    pub not_checked: Vec<String>,
    /// What the study behind it cannot know.
    pub cannot_know: String,
}

/// What the metastases say to the protocol's goal.
struct Count {
    outcome: Outcome,
    certainty: Certainty,
    probability: Option<f64>,
    bounds: [f64; 2],
    reaching: Vec<u32>,
    unknown: usize,
    all: usize,
    /// What the u of some of them lack.
    u_lacks: Vec<String>,
}

pub(super) fn judge(
    protocol: &Protocol,
    occasion: Occasion,
    planned_gbq: Option<f64>,
    limits: &[LimitRow],
    rows: &[LesionRow],
) -> Verdict {
    let count = Count::new(protocol, rows);
    let more = [beyond_plan(occasion, planned_gbq), exceeded(occasion, limits)].concat();
    let cannot_know = match occasion {
        Occasion::Allowed { .. } => UNKNOWN_BEFORE_THERAPY,
        Occasion::Delivered { .. } => UNKNOWN_AFTER_THERAPY,
    };
    let not_checked =
        limits.iter().filter_map(|row| Some(format!("{}: {}", row.describe(), row.not_checked.as_ref()?)));
    Verdict {
        outcome: count.outcome,
        certainty: count.certainty,
        probability: count.probability,
        probability_bounds: count.bounds,
        question: question(protocol, occasion, limits),
        sentence: count.sentence(protocol, occasion, limits) + &more,
        reaching: count.reaching,
        not_checked: not_checked.collect(),
        cannot_know: cannot_know.into(),
    }
}

impl Count {
    fn new(protocol: &Protocol, rows: &[LesionRow]) -> Self {
        let metastases = || rows.iter().filter(|row| row.lesion_type == LesionType::Metastasis);
        let goals: Vec<(u32, &GoalRow)> =
            metastases().filter_map(|row| Some((row.label, row.goal(protocol.goal_gy)?))).collect();
        let reaching: Vec<u32> =
            goals.iter().filter(|(_, goal)| goal.reached == Some(true)).map(|(label, _)| *label).collect();
        let unknown = goals.iter().filter(|(_, goal)| goal.reached.is_none()).count();
        let needed = protocol.lesions_needed;
        let outcome = if reaching.len() >= needed {
            Outcome::Met
        } else if reaching.len() + unknown >= needed {
            Outcome::Unknown
        } else {
            Outcome::NotMet
        };
        let mut probabilities: Vec<f64> = goals.iter().filter_map(|(_, goal)| goal.probability).collect();
        probabilities.sort_by(|a, b| b.total_cmp(a));
        // Those of unknown u can only add to it.
        let probability = needed.checked_sub(1).and_then(|last| probabilities.get(last)).copied();
        let each: Vec<Option<f64>> = goals.iter().map(|(_, goal)| goal.probability).collect();
        let bounds = at_least(needed, &each);
        let certainty = match Certainty::of(bounds) {
            Certainty::NotDecided if each.contains(&None) => Certainty::Unknown,
            decided => decided,
        };
        let mut u_lacks: Vec<String> = metastases().flat_map(|row| row.u_lacks.iter().cloned()).collect();
        u_lacks.sort();
        u_lacks.dedup();
        let all = goals.len();
        Self { outcome, certainty, probability, bounds, reaching, unknown, all, u_lacks }
    }

    fn sentence(&self, protocol: &Protocol, occasion: Occasion, limits: &[LimitRow]) -> String {
        let unknown =
            if self.unknown > 0 { format!(" ({} of unknown dose)", self.unknown) } else { String::new() };
        let verb = if matches!(occasion, Occasion::Allowed { .. }) { "would get" } else { "got" };
        let certainty = match self.certainty {
            _ if self.all < protocol.lesions_needed => String::new(),
            Certainty::Unknown => "; how probable that is cannot be said, as u is unknown".to_owned(),
            _ => format!(
                "; the probability that at least {} truly {verb} it is {}",
                protocol.lesions_needed,
                between(self.bounds)
            ),
        };
        let lacks = match self.u_lacks.as_slice() {
            lacks if lacks.is_empty() || self.certainty == Certainty::Unknown => String::new(),
            lacks => format!(" The u behind it lacks {}.", lacks.join(", ")),
        };
        let answer = answer(self.outcome, self.certainty);
        let answer = answer[..1].to_uppercase() + &answer[1..];
        format!(
            "{answer}: by the estimates {} of {} {verb} at least {} Gy from {}{unknown}{certainty}.{lacks}",
            self.reaching.len(),
            plural(self.all),
            significant(protocol.goal_gy, 6),
            activity(occasion, limits),
        )
    }
}

/// An outcome and how sure it is, in words.
pub(crate) fn answer(outcome: Outcome, certainty: Certainty) -> &'static str {
    match (outcome, certainty) {
        (Outcome::Unknown, _) => "not known",
        (_, Certainty::NotDecided) => "not decided",
        (Outcome::Met, Certainty::Sure) => "met, sure",
        (Outcome::Met, Certainty::Likely) => "met, likely",
        (Outcome::Met, Certainty::Unknown) => "met by the estimates",
        (Outcome::NotMet, Certainty::Sure) => "not met, sure",
        (Outcome::NotMet, Certainty::Likely) => "not met, likely",
        (Outcome::NotMet, Certainty::Unknown) => "not met by the estimates",
    }
}

/// A probability known within bounds.
fn between([least, most]: [f64; 2]) -> String {
    match (rounded(least), rounded(most)) {
        (least, most) if least == most => least,
        (least, most) if most == rounded(1.0) => format!("at least {least}"),
        (least, most) if least == rounded(0.0) => format!("at most {most}"),
        (least, most) => format!("{least} to {most}, by how the lesions' errors go together"),
    }
}

fn question(protocol: &Protocol, occasion: Occasion, limits: &[LimitRow]) -> String {
    let goal = significant(protocol.goal_gy, 6);
    let asked = format!("at least {} of at least {goal} Gy", plural(protocol.lesions_needed));
    match occasion {
        Occasion::Allowed { .. } => {
            let administered = limits.iter().find(|row| row.per_gbq.is_none() && row.not_checked.is_none());
            let at_most = administered.map_or(String::new(), |row| format!(" at {} GBq or less", row.limit));
            format!("{asked}{at_most}, within the limits")
        }
        Occasion::Delivered { .. } => format!("{asked} from the activity given"),
    }
}

fn activity(occasion: Occasion, limits: &[LimitRow]) -> String {
    match occasion {
        Occasion::Allowed { activity_gbq: Some(activity) } => {
            let setter = limits.iter().find(|row| row.sets_activity);
            let set_by = setter.map_or(String::new(), |row| format!(", set by {}", row.describe()));
            format!("{} GBq, the most that the checked limits allow{set_by}", readable(activity))
        }
        Occasion::Allowed { activity_gbq: None } => "an activity that no checked limit sets".to_owned(),
        Occasion::Delivered { activity_gbq: Some(activity) } => {
            format!("the {} GBq given", significant(activity, 4))
        }
        Occasion::Delivered { activity_gbq: None } => "the activity given, which is not stated".to_owned(),
    }
}

fn beyond_plan(occasion: Occasion, planned_gbq: Option<f64>) -> String {
    match (occasion, planned_gbq) {
        (Occasion::Allowed { activity_gbq: Some(allowed) }, Some(planned)) if planned > allowed => {
            format!(" The planned {} GBq are more than the limits allow.", significant(planned, 4))
        }
        _ => String::new(),
    }
}

/// The limits that a delivered activity went beyond.
fn exceeded(occasion: Occasion, limits: &[LimitRow]) -> String {
    let Occasion::Delivered { activity_gbq: Some(activity) } = occasion else { return String::new() };
    let is_over = |row: &&LimitRow| row.at(activity).is_some_and(|found| found.value > row.limit);
    let over: Vec<String> = limits.iter().filter(is_over).map(LimitRow::describe).collect();
    if over.is_empty() { String::new() } else { format!(" Exceeded by the estimates: {}.", over.join(", ")) }
}

fn plural(count: usize) -> String {
    if count == 1 { "1 metastasis".to_owned() } else { format!("{count} metastases") }
}

/// A probability in percent that never pretends to certainty.
pub(crate) fn rounded(probability: f64) -> String {
    match 100.0 * probability {
        percent if percent < 1.0 => "below 1 %".to_owned(),
        percent if percent > 99.0 => "above 99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}
