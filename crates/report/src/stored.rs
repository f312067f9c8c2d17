//! `report.json`: everything that the page shows, to make the page again.
//!
//! It follows the types of this crate from version to version; for other programs there are `lesions.json` and
//! `prescription.json`, whose schemas are kept in `docs`.

use crate::report::Report;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Names the layout; the number rises when what an earlier version wrote cannot be read any more.
pub const SCHEMA: &str = "iodose-report/1";

/// A text that is no report.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{field}: found {found}, expected {expected}")]
pub struct StoredError {
    /// What is wrong in it.
    pub field: &'static str,
    /// What was found.
    pub found: String,
    /// What would be right.
    pub expected: &'static str,
}

#[derive(Serialize)]
struct Written<'a> {
    schema: &'static str,
    report: &'a Report,
}

#[derive(Deserialize)]
struct Read {
    report: Report,
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

/// A report as JSON.
///
/// # Errors
/// None in practice: the serialiser's error, were it ever to fail in memory.
pub fn report_json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Written { schema: SCHEMA, report }).map(|text| text + "\n")
}

/// The report of [`report_json`]; [`html::render`](crate::html::render) makes the same page of it.
///
/// # Errors
/// A text that is no JSON, or that of another schema, or damaged.
pub fn read_report(text: &str) -> Result<Report, StoredError> {
    let damaged = |error: serde_json::Error| StoredError {
        field: "JSON",
        found: error.to_string(),
        expected: "a whole report.json of this version",
    };
    match serde_json::from_str::<Head>(text).map_err(damaged)?.schema.as_deref() {
        Some(SCHEMA) => {}
        other => {
            let found = other.map_or("none".into(), |schema| format!("{schema:?}"));
            return Err(StoredError { field: "schema", found, expected: SCHEMA });
        }
    }
    serde_json::from_str::<Read>(text).map(|read| read.report).map_err(damaged)
}

/// Lesions with their histograms, which `lesions.json` leaves to `dvh.csv`.
pub(crate) mod lesions {
    use crate::dvh::DvhPoint;
    use crate::lesion::LesionResult;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize)]
    struct Written<'a> {
        #[serde(flatten)]
        lesion: &'a LesionResult,
        /// Dose and volume fraction.
        curve: Vec<[f64; 2]>,
    }

    #[derive(Deserialize)]
    struct Read {
        #[serde(flatten)]
        lesion: LesionResult,
        curve: Vec<[f64; 2]>,
    }

    pub(crate) fn serialize<S: Serializer>(
        lesions: &[LesionResult],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(lesions.iter().map(|lesion| {
            let curve = lesion.dose.iter().flat_map(|dose| &dose.curve);
            Written { lesion, curve: curve.map(|point| [point.dose, point.volume_fraction]).collect() }
        }))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<LesionResult>, D::Error> {
        let lesions = Vec::<Read>::deserialize(deserializer)?;
        Ok(lesions
            .into_iter()
            .map(|Read { mut lesion, curve }| {
                if let Some(dose) = &mut lesion.dose {
                    let point = |[dose, volume_fraction]: [f64; 2]| DvhPoint { dose, volume_fraction };
                    dose.curve = curve.into_iter().map(point).collect();
                }
                lesion
            })
            .collect())
    }
}

/// Pictures as base64.
pub(crate) mod base64 {
    use ::base64::Engine;
    use ::base64::engine::general_purpose::STANDARD;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PictureSource;
    use crate::html::render;
    use crate::report::example;
    use crate::{Background, OverlaySource, Overlays, Pictures};
    use iodose_volume::{Grid, Volume};

    /// Pictures, a histogram, a lost lesion, an organ, names to escape and uncertainties that are none.
    fn full() -> Report {
        let mut report = example::report(&["a", "<b> & \u{7f}肺", "\"c\""]);
        let dose = |report: &mut Report, number: usize| report.lesions[number].dose.clone().unwrap();
        let mut unsure = dose(&mut report, 1);
        unsure.mean_u = Some(f64::NAN);
        unsure.mean_corrected = Some(0.1 + 0.2);
        unsure.mean_corrected_u = Some(f64::INFINITY);
        report.lesions[1].dose = Some(unsure);
        report.lesions.push(example::lost("pelvis"));
        report.organs.push(example::lost("gland"));
        let grid = Grid::axis_aligned([6, 5, 4], [4.0; 3], [0.0; 3]).unwrap();
        let dose = Volume::from_fn(grid, |[i, j, k]| (i * j * k) as f32);
        let labels = Volume::from_fn(grid, |[i, _, _]| u16::from(i > 3));
        let background = Background::density(&dose);
        let drawn = PictureSource {
            background: Some(background),
            labels: Some(&labels),
            ..PictureSource::new(&dose)
        };
        report.pictures = Pictures::draw(&drawn, None, None).ok();
        let source = OverlaySource { title: "PET".into(), activity: &dose };
        report.overlays = Overlays::draw(&[source], background, true, Some(&labels), &[1]).ok();
        report.positions.push(crate::LesionPositions {
            label: 1,
            positions: vec![crate::Position {
                image: "pet.nii.gz".into(),
                time_h: 24.0,
                centroid: Some([1.0 / 3.0; 3]),
                shift: None,
                shift_mm: None,
            }],
            largest_shift: None,
        });
        report
    }

    #[test]
    fn what_was_written_makes_the_same_page() {
        for report in
            [full(), example::report(&[]), example::report_of(crate::DoseBasis::PerActivity, &["a"])]
        {
            let text = report_json(&report).unwrap();
            let again = read_report(&text).unwrap();
            assert_eq!(render(&again), render(&report));
            assert_eq!(report_json(&again).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_report_is_named() {
        let text = report_json(&full()).unwrap();
        let message = |text: &str| read_report(text).unwrap_err().to_string();
        assert!(message(&text[..text.len() / 2]).starts_with("JSON: found EOF"));
        let other = text.replacen(SCHEMA, "iodose-report/999", 1);
        assert_eq!(message(&other), "schema: found \"iodose-report/999\", expected iodose-report/1");
        assert_eq!(message("{}"), "schema: found none, expected iodose-report/1");
        assert!(message(&text.replacen("\"nuclide\"", "\"nuclid\"", 1)).contains("missing field `nuclide`"));
        assert!(
            message(&text.replacen("\"png\":\"iVB", "\"png\":\"!", 1)).starts_with("JSON: found Invalid")
        );
    }
}
