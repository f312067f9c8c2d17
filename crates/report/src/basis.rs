//! What the numbers called "dose" stand for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The activity that the absorbed doses belong to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DoseBasis {
    /// Pre-therapy: the dose that a planned therapy activity (GBq) would give; doses in Gy.
    Planned {
        /// Planned therapy activity, GBq.
        #[serde(rename = "activity_GBq")]
        activity_gbq: f64,
    },
    /// Post-therapy: the dose that was delivered; doses in Gy.
    Delivered {
        /// Administered therapy activity in GBq, where known.
        #[serde(rename = "activity_GBq")]
        activity_gbq: Option<f64>,
    },
    /// No therapy activity is known: every "dose" is in Gy per GBq of therapy activity.
    PerActivity,
}

impl DoseBasis {
    /// The therapy activity in GBq, where the doses belong to one.
    pub fn activity_gbq(&self) -> Option<f64> {
        match *self {
            Self::Planned { activity_gbq } => Some(activity_gbq),
            Self::Delivered { activity_gbq } => activity_gbq,
            Self::PerActivity => None,
        }
    }

    /// The unit of the doses: `Gy` or `Gy/GBq`.
    pub fn unit(&self) -> &'static str {
        if matches!(self, Self::PerActivity) { "Gy/GBq" } else { "Gy" }
    }

    /// The basis in words, as it stands in `run.json` and at the head of the report.
    pub fn describe(&self) -> String {
        match self {
            Self::Planned { activity_gbq } => format!("absorbed dose for {activity_gbq} GBq"),
            Self::Delivered { activity_gbq: Some(activity) } => {
                format!("absorbed dose delivered by {activity} GBq")
            }
            Self::Delivered { activity_gbq: None } => "absorbed dose delivered".to_owned(),
            Self::PerActivity => "absorbed dose per GBq".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_unit_and_activity_agree() {
        let planned = DoseBasis::Planned { activity_gbq: 7.4 };
        assert_eq!(planned.describe(), "absorbed dose for 7.4 GBq");
        assert_eq!((planned.unit(), planned.activity_gbq()), ("Gy", Some(7.4)));
        assert_eq!(DoseBasis::PerActivity.describe(), "absorbed dose per GBq");
        assert_eq!((DoseBasis::PerActivity.unit(), DoseBasis::PerActivity.activity_gbq()), ("Gy/GBq", None));
        assert_eq!(
            DoseBasis::Delivered { activity_gbq: Some(3.7) }.describe(),
            "absorbed dose delivered by 3.7 GBq"
        );
    }
}
