//! What the patient may have, and the limit that sets it. Equations: `docs/methods/prescription.md`.

use crate::quantity::Quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known about a limit.
#[derive(Clone, Debug, PartialEq)]
pub enum LimitEvidence {
    /// The limit is one of the administered activity itself.
    Administered,
    /// What counts against it per GBq, in the limit's unit per GBq, and what counted before.
    PerActivity {
        /// Per GBq.
        per_gbq: Quantity,
        /// From earlier treatments.
        earlier: Option<Quantity>,
    },
    /// Nothing, and why.
    NotChecked(String),
}

/// A limit and what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitInput {
    /// What it is about: "blood dose".
    pub name: String,
    /// The limit.
    pub limit: f64,
    /// Its unit, `Gy` or `GBq`.
    pub unit: &'static str,
    /// What is known.
    pub evidence: LimitEvidence,
}

/// One limit, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitRow {
    /// What it is about.
    pub name: String,
    /// The limit.
    #[schemars(extend("unit" = "what unit says"))]
    pub limit: f64,
    /// Its unit, `Gy` or `GBq`.
    pub unit: String,
    /// What counts against it per GBq; `None` for the administered activity and where it is not checked.
    #[schemars(extend("unit" = "that of the limit, per GBq"))]
    pub per_gbq: Option<Quantity>,
    /// What counted before.
    #[schemars(extend("unit" = "what unit says"))]
    pub earlier: Option<Quantity>,
    /// The activity it allows by the estimate, GBq; `None` where it is not checked or nothing counts against it.
    #[serde(rename = "allowed_GBq")]
    pub allowed_gbq: Option<Quantity>,
    /// The same with the margin that was asked for: what the table goes by.
    #[serde(rename = "used_GBq")]
    pub used_gbq: Option<f64>,
    /// Whether it is the one that sets the activity.
    pub sets_activity: bool,
    /// Why it was not checked.
    pub not_checked: Option<String>,
    /// What else a reader must know.
    pub remark: Option<String>,
}

impl LimitRow {
    /// The limit with its unit: "blood dose (2 Gy)".
    pub fn describe(&self) -> String {
        format!("{} ({} {})", self.name, self.limit, self.unit)
    }

    /// What counts against it at an activity (GBq), earlier treatments included; `None` where it is not checked.
    pub fn at(&self, activity_gbq: f64) -> Option<Quantity> {
        if self.not_checked.is_some() {
            return None;
        }
        let now = match self.per_gbq {
            Some(per_gbq) => per_gbq.times(activity_gbq),
            None => Quantity::exact(activity_gbq),
        };
        Some(self.earlier.map_or(now, |earlier| now.plus(earlier)))
    }
}

/// Every limit judged: the lowest activity first, those that do not bind next, the unchecked last.
pub fn judge(limits: &[LimitInput], margin_k: f64) -> Vec<LimitRow> {
    let mut rows: Vec<LimitRow> = limits.iter().map(|limit| row(limit, margin_k)).collect();
    let rank = |row: &LimitRow| (row.not_checked.is_some(), row.used_gbq.unwrap_or(f64::INFINITY));
    rows.sort_by(|a, b| {
        let ((a_unchecked, a_most), (b_unchecked, b_most)) = (rank(a), rank(b));
        a_unchecked.cmp(&b_unchecked).then(a_most.total_cmp(&b_most))
    });
    if let Some(first) = rows.first_mut().filter(|row| row.used_gbq.is_some()) {
        first.sets_activity = true;
    }
    rows
}

fn row(input: &LimitInput, margin_k: f64) -> LimitRow {
    let mut row = LimitRow {
        name: input.name.clone(),
        limit: input.limit,
        unit: input.unit.into(),
        per_gbq: None,
        earlier: None,
        allowed_gbq: None,
        used_gbq: None,
        sets_activity: false,
        not_checked: None,
        remark: None,
    };
    match &input.evidence {
        LimitEvidence::Administered => {
            row.allowed_gbq = Some(Quantity::exact(input.limit));
            row.used_gbq = Some(input.limit);
        }
        LimitEvidence::NotChecked(why) => row.not_checked = Some(why.clone()),
        LimitEvidence::PerActivity { per_gbq, earlier } => {
            let before = earlier.unwrap_or(Quantity::exact(0.0));
            row.per_gbq = Some(*per_gbq);
            row.earlier = *earlier;
            let left = Quantity::new((input.limit - before.value).max(0.0), before.u);
            row.allowed_gbq = left.over(*per_gbq);
            row.used_gbq = row.allowed_gbq.map(|allowed| allowed.value);
            match (before.u, per_gbq.u) {
                _ if margin_k == 0.0 => {}
                // (PR4): both uncertainties to their full amount, which is more than their sum in quadrature.
                (Some(before_u), Some(u)) if row.allowed_gbq.is_some() => {
                    let left = (left.value - margin_k * before_u).max(0.0);
                    row.used_gbq = Some(left / (per_gbq.value + margin_k * u));
                }
                (Some(_), Some(_)) => {}
                _ => row.remark = Some(format!("u unknown: no margin of {margin_k} u kept")),
            }
            if before.value >= input.limit {
                row.remark = Some("reached by earlier treatments".into());
            }
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn limit(name: &str, limit: f64, evidence: LimitEvidence) -> LimitInput {
        LimitInput { name: name.into(), limit, unit: "Gy", evidence }
    }

    fn per_activity(value: f64, u: Option<f64>, earlier: Option<Quantity>) -> LimitEvidence {
        LimitEvidence::PerActivity { per_gbq: Quantity::new(value, u), earlier }
    }

    #[test]
    fn the_lowest_activity_sets_and_the_unchecked_come_last() {
        let rows = judge(
            &[
                limit("retention", 4.44, LimitEvidence::NotChecked("no samples".into())),
                limit("administered activity", 11.1, LimitEvidence::Administered),
                limit("lungs", 25.0, per_activity(0.0, Some(0.0), None)),
                limit("blood dose", 2.0, per_activity(0.25, Some(0.02), None)),
            ],
            0.0,
        );
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["blood dose", "administered activity", "lungs", "retention"]);
        assert!(rows[0].sets_activity && rows[1..].iter().all(|row| !row.sets_activity));
        let allowed = rows[0].allowed_gbq.unwrap();
        assert_eq!(allowed.value, 8.0);
        assert_relative_eq!(allowed.u.unwrap(), 0.64, max_relative = 1e-12);
        assert_eq!((rows[2].allowed_gbq, rows[3].allowed_gbq), (None, None));
        assert_eq!(rows[3].not_checked.as_deref(), Some("no samples"));
        assert_eq!(rows[3].at(7.4), None);
        assert_eq!(rows[0].at(4.0).unwrap().value, 1.0);
        assert_eq!(rows[1].at(4.0), Some(Quantity::exact(4.0)));
    }

    #[test]
    fn a_margin_keeps_the_limit_with_so_many_u() {
        let rows = judge(&[limit("blood dose", 2.0, per_activity(0.2, Some(0.05), None))], 1.0);
        assert_eq!(rows[0].allowed_gbq.unwrap().value, 10.0);
        assert_relative_eq!(rows[0].used_gbq.unwrap(), 8.0, max_relative = 1e-12);
        let unsure = judge(&[limit("blood dose", 2.0, per_activity(0.2, None, None))], 1.0);
        assert_eq!(unsure[0].used_gbq, Some(10.0));
        assert!(unsure[0].remark.as_deref().unwrap().starts_with("u unknown"));
    }

    #[test]
    fn earlier_treatments_take_their_part() {
        let before = |dose| Some(Quantity::new(dose, Some(1.0)));
        let rows = judge(&[limit("lungs", 25.0, per_activity(2.0, Some(0.2), before(15.0)))], 0.0);
        let allowed = rows[0].allowed_gbq.unwrap();
        assert_eq!(allowed.value, 5.0);
        assert_relative_eq!(allowed.u.unwrap(), f64::hypot(0.5, 0.5), max_relative = 1e-12);
        let spent = judge(&[limit("lungs", 25.0, per_activity(2.0, Some(0.2), before(26.0)))], 0.0);
        assert_eq!(spent[0].used_gbq, Some(0.0));
        assert_eq!(spent[0].remark.as_deref(), Some("reached by earlier treatments"));
    }
}
