//! Many cases in one table: their verdicts and their lesions.

use crate::csv::table;
use crate::number::optional;
use crate::prescription::Verdict;
use serde::Deserialize;

/// As many digits as the tables of a single case have.
const DIGITS: usize = 8;

/// The cases of a batch, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cohort {
    /// The cases, those that failed among them.
    pub cases: Vec<CohortCase>,
    /// Version of the program.
    pub version: String,
}

/// A case of a cohort.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CohortCase {
    /// Pseudonym; empty where the case file could not be read.
    pub id: String,
    /// The case file.
    pub file: String,
    /// Folder of its results, relative to that of the cohort.
    pub folder: String,
    /// What was wrong; `None` for a case that has results.
    pub error: Option<String>,
    /// The answer of its prescription table, where it has lesions.
    pub verdict: Option<Verdict>,
    /// What its `lesions.json` says.
    pub lesions: CohortLesions,
}

/// What a cohort shows of a `lesions.json`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct CohortLesions {
    /// The nuclide whose dose this is.
    pub nuclide: String,
    /// What the doses belong to.
    pub dose_basis: String,
    /// Unit of the fields named `_Gy`.
    pub dose_unit: String,
    /// Number of warnings.
    pub warnings: Vec<String>,
    /// The lesions.
    pub lesions: Vec<CohortLesion>,
}

/// A lesion of a cohort; fields as in `lesions.json`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[expect(missing_docs, reason = "named and documented in docs/lesions.schema.json")]
pub struct CohortLesion {
    pub label: u32,
    pub name: String,
    #[serde(rename = "volume_mL")]
    pub volume_ml: f64,
    pub partial_volume_flag: String,
    #[serde(rename = "dose_mean_Gy")]
    pub dose_mean: Option<f64>,
    #[serde(rename = "dose_mean_u_Gy")]
    pub dose_mean_u: Option<f64>,
    #[serde(rename = "dose_mean_corrected_Gy")]
    pub dose_mean_corrected: Option<f64>,
    #[serde(rename = "dose_mean_corrected_u_Gy")]
    pub dose_mean_corrected_u: Option<f64>,
    #[serde(rename = "D95_Gy")]
    pub d95: Option<f64>,
    #[serde(rename = "D50_Gy")]
    pub d50: Option<f64>,
    #[serde(rename = "D2_Gy")]
    pub d2: Option<f64>,
    #[serde(rename = "dose_per_activity_Gy_per_GBq")]
    pub dose_per_activity: Option<f64>,
    pub response_band: Option<String>,
    pub response_band_certainty: Option<String>,
    #[serde(default)]
    pub response_band_corrected: Option<String>,
    #[serde(default)]
    pub response_band_corrected_certainty: Option<String>,
}

type Column = (&'static str, fn(&CohortCase, &CohortLesion) -> String);

const COLUMNS: [Column; 20] = [
    ("case_id", |case, _| case.id.clone()),
    ("nuclide", |case, _| case.lesions.nuclide.clone()),
    ("dose_basis", |case, _| case.lesions.dose_basis.clone()),
    ("dose_unit", |case, _| case.lesions.dose_unit.clone()),
    ("label", |_, lesion| lesion.label.to_string()),
    ("name", |_, lesion| lesion.name.clone()),
    ("volume_mL", |_, lesion| optional(Some(lesion.volume_ml), DIGITS)),
    ("partial_volume_flag", |_, lesion| lesion.partial_volume_flag.clone()),
    ("dose_mean_Gy", |_, lesion| optional(lesion.dose_mean, DIGITS)),
    ("dose_mean_u_Gy", |_, lesion| optional(lesion.dose_mean_u, DIGITS)),
    ("dose_mean_corrected_Gy", |_, lesion| optional(lesion.dose_mean_corrected, DIGITS)),
    ("dose_mean_corrected_u_Gy", |_, lesion| optional(lesion.dose_mean_corrected_u, DIGITS)),
    ("D95_Gy", |_, lesion| optional(lesion.d95, DIGITS)),
    ("D50_Gy", |_, lesion| optional(lesion.d50, DIGITS)),
    ("D2_Gy", |_, lesion| optional(lesion.d2, DIGITS)),
    ("dose_per_activity_Gy_per_GBq", |_, lesion| optional(lesion.dose_per_activity, DIGITS)),
    ("response_band", |_, lesion| lesion.response_band.clone().unwrap_or_default()),
    ("response_band_certainty", |_, lesion| lesion.response_band_certainty.clone().unwrap_or_default()),
    ("response_band_corrected", |_, lesion| lesion.response_band_corrected.clone().unwrap_or_default()),
    ("response_band_corrected_certainty", |_, lesion| {
        lesion.response_band_corrected_certainty.clone().unwrap_or_default()
    }),
];

impl Cohort {
    /// A row for each lesion of all cases that have results; quoted after RFC 4180, empty where a value does not apply.
    ///
    /// # Errors
    /// None in practice: the writer's error, were it ever to fail in memory.
    pub fn lesions_csv(&self) -> Result<String, ::csv::Error> {
        let header = COLUMNS.map(|(name, _)| name.to_owned()).to_vec();
        let lesions =
            self.cases.iter().flat_map(|case| case.lesions.lesions.iter().map(move |lesion| (case, lesion)));
        let rows = lesions.map(|(case, lesion)| COLUMNS.map(|(_, value)| value(case, lesion)).to_vec());
        table(std::iter::once(header).chain(rows))
    }

    /// A row for each case, those that failed among them.
    ///
    /// # Errors
    /// As [`Self::lesions_csv`].
    pub fn cases_csv(&self) -> Result<String, ::csv::Error> {
        let header =
            ["case_id", "file", "folder", "state", "lesions", "warnings", "outcome", "probability", "error"];
        let rows = self.cases.iter().map(|case| {
            let verdict = case.verdict.as_ref();
            vec![
                case.id.clone(),
                case.file.clone(),
                case.folder.clone(),
                if case.error.is_some() { "failed" } else { "done" }.to_owned(),
                case.lesions.lesions.len().to_string(),
                case.lesions.warnings.len().to_string(),
                verdict.map_or(String::new(), |verdict| verdict.outcome.as_str().to_owned()),
                optional(verdict.and_then(|verdict| verdict.probability), DIGITS),
                case.error.clone().unwrap_or_default(),
            ]
        });
        table(std::iter::once(header.map(str::to_owned).to_vec()).chain(rows))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A case with results and one without.
    pub(crate) fn cohort(name: &str) -> Cohort {
        let lesion = CohortLesion {
            label: 3,
            name: name.into(),
            volume_ml: 2.5,
            partial_volume_flag: "ok".into(),
            dose_mean: Some(81.5),
            dose_mean_u: Some(8.0),
            ..CohortLesion::default()
        };
        let lesions = CohortLesions {
            nuclide: "I-131".into(),
            dose_basis: "absorbed dose for 7.4 GBq".into(),
            dose_unit: "Gy".into(),
            warnings: vec!["a".into()],
            lesions: vec![lesion],
        };
        let verdict = serde_json::json!({
            "outcome": "met",
            "probability": 0.975,
            "reaching": [3],
            "question": "at least 1 lesion of at least 20 Gy",
            "sentence": "Met.",
            "not_checked": [],
            "cannot_know": "",
        });
        let done = CohortCase {
            id: "first".into(),
            file: "a.toml".into(),
            folder: "first".into(),
            verdict: Some(serde_json::from_value(verdict).unwrap()),
            lesions,
            ..CohortCase::default()
        };
        let failed = CohortCase {
            id: "second".into(),
            file: "b.toml".into(),
            error: Some("ct.nii.gz: cannot be read".into()),
            ..CohortCase::default()
        };
        Cohort { cases: vec![done, failed], version: "0.1.0".into() }
    }

    #[test]
    fn lesions_and_cases_have_a_row_each() {
        let cohort = cohort("rib, left");
        let lesions = cohort.lesions_csv().unwrap();
        let lines: Vec<&str> = lesions.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("case_id,nuclide,dose_basis,dose_unit,label,name"), "{}", lines[0]);
        assert!(
            lines[1].starts_with("first,I-131,absorbed dose for 7.4 GBq,Gy,3,\"rib, left\",2.5,ok,81.5,8,,"),
            "{}",
            lines[1]
        );
        let cases = cohort.cases_csv().unwrap();
        let lines: Vec<&str> = cases.lines().collect();
        assert_eq!(lines[1], "first,a.toml,first,done,1,1,met,0.975,");
        assert_eq!(lines[2], "second,b.toml,,failed,0,0,,,ct.nii.gz: cannot be read");
    }
}
