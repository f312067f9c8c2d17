//! How sure an answer is. Equations: `docs/methods/prescription.md`.

use super::goals::GoalRow;
use crate::quantity::normal_distribution;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How sure it is that a dose reaches a goal, or that it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// With the probability of two standard uncertainties, 97.7 %, or more.
    Sure,
    /// With that of one, 84.1 %, or more.
    Likely,
    /// Less than that either way.
    NotDecided,
    /// The uncertainty is not known.
    #[default]
    Unknown,
}

impl Certainty {
    /// Of an answer whose probability lies between two numbers; `Unknown` is for the caller to say.
    pub fn of([least, most]: [f64; 2]) -> Self {
        let within = |k: f64| least >= normal_distribution(k) || most <= normal_distribution(-k);
        match () {
            () if within(2.0) => Self::Sure,
            () if within(1.0) => Self::Likely,
            () => Self::NotDecided,
        }
    }

    /// The text in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::NotDecided => "not decided",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl GoalRow {
    /// Whether the goal is reached and how sure that is, in words.
    pub fn state(&self) -> &'static str {
        match (self.reached, self.certainty) {
            (None, _) => "unknown",
            (_, Certainty::NotDecided) => "not decided",
            (Some(true), Certainty::Sure) => "reached, sure",
            (Some(true), Certainty::Likely) => "reached, likely",
            (Some(true), Certainty::Unknown) => "reached by the estimate, u unknown",
            (Some(false), Certainty::Sure) => "missed, sure",
            (Some(false), Certainty::Likely) => "missed, likely",
            (Some(false), Certainty::Unknown) => "missed by the estimate, u unknown",
        }
    }
}

/// Between what the probability lies that at least `needed` of some lesions reach a goal, whatever the correlation of their
/// errors (PR6); the probability of each, `None` where it is not known.
pub(super) fn at_least(needed: usize, probabilities: &[Option<f64>]) -> [f64; 2] {
    let assuming = |unknown: f64| -> Vec<f64> {
        probabilities.iter().map(|probability| probability.unwrap_or(unknown)).collect()
    };
    let failing: Vec<f64> = assuming(0.0).into_iter().map(|probability| 1.0 - probability).collect();
    let allowed_to_fail = probabilities.len() + 1 - needed.min(probabilities.len() + 1);
    [1.0 - at_most(allowed_to_fail, failing), at_most(needed, assuming(1.0))]
}

/// The most that the probability of at least `needed` events can be: of events that occur together in any way, leaving out
/// the `j` most probable, `needed - j` of the others are still needed, and their expected number bounds that (Markov).
fn at_most(needed: usize, mut probabilities: Vec<f64>) -> f64 {
    probabilities.sort_by(|a, b| b.total_cmp(a));
    let most = |left_out: usize| {
        let expected: f64 = probabilities.iter().skip(left_out).sum();
        expected / (needed - left_out) as f64
    };
    (0..needed).map(most).fold(1.0, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn sure_is_two_and_likely_one_standard_uncertainty() {
        let of = |p: f64| Certainty::of([p, p]);
        assert_eq!([of(0.978), of(0.022)], [Certainty::Sure; 2]);
        assert_eq!([of(0.977), of(0.15)], [Certainty::Likely; 2]);
        assert_eq!([of(0.84), of(0.5)], [Certainty::NotDecided; 2]);
        assert_eq!(Certainty::of([0.85, 1.0]), Certainty::Likely);
        assert_eq!(Certainty::of([0.0, 1.0]), Certainty::NotDecided);
    }

    #[test]
    fn one_lesion_is_enough_or_any_of_many_may_be_it() {
        let [least, most] = at_least(1, &[Some(0.3), Some(0.6), Some(0.05)]);
        assert_relative_eq!(least, 0.6, epsilon = 1e-12);
        assert_relative_eq!(most, 0.95, epsilon = 1e-12);
        // All are needed: the least probable decides from above, Bonferroni's inequality from below.
        let [least, most] = at_least(3, &[Some(0.99), Some(0.98), Some(0.9)]);
        assert_relative_eq!(least, 0.87, epsilon = 1e-12);
        assert_relative_eq!(most, 0.9, epsilon = 1e-12);
        assert_eq!(at_least(1, &[Some(0.99), None]), [0.99, 1.0]);
        assert_eq!((at_least(2, &[Some(0.99)]), at_least(1, &[])), ([0.0; 2], [0.0; 2]));
    }

    /// Independent errors and errors that go together both lie between the bounds.
    #[test]
    fn the_bounds_hold_for_independent_and_for_common_errors() {
        let p: [f64; 4] = [0.2, 0.5, 0.7, 0.95];
        for needed in 1..=4 {
            let [least, most] = at_least(needed, &p.map(Some));
            let independent: f64 = (0..16_u32)
                .filter(|set| set.count_ones() as usize >= needed)
                .map(|set| (0..4).map(|n| if set >> n & 1 == 1 { p[n] } else { 1.0 - p[n] }).product::<f64>())
                .sum();
            let common = p[4 - needed];
            for probability in [independent, common] {
                assert!(
                    least <= probability + 1e-12 && probability <= most + 1e-12,
                    "{needed}: {probability}"
                );
            }
        }
    }
}
