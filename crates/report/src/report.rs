//! Everything a report is made of.

use crate::lesion::{LesionResult, Settings};
use crate::picture::{Overlays, Pictures, Projections, Viewer};
use crate::position::LesionPositions;
use crate::prescription::Prescription;
use crate::time_activity::TimeActivity;

/// A file that went into the result.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct InputFile {
    /// What it is: "CT", "PET, 24 h", "lesion mask".
    pub what: String,
    /// Its path as the user gave it.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// A whole case, ready for [`html::render`](crate::html::render) and [`json::lesions_json`](crate::json::lesions_json).
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// Pseudonym of the case.
    pub case_id: String,
    /// `pre-therapy` or `post-therapy`.
    pub purpose: String,
    /// The nuclide whose dose this is, `I-131`.
    pub nuclide: String,
    /// What the doses belong to, and the limits used.
    pub settings: Settings,
    /// The lesions, in the order to show.
    #[serde(with = "crate::stored::lesions")]
    pub lesions: Vec<LesionResult>,
    /// The organs, in the order to show.
    #[serde(with = "crate::stored::lesions")]
    pub organs: Vec<LesionResult>,
    /// Which lesions reach which dose at the activity that the limits allow, where there are lesions.
    pub prescription: Option<Prescription>,
    /// Three slices, where there are images.
    pub pictures: Option<Pictures>,
    /// The same volumes for a page that shows any slice, where they fit; see [`room`](crate::html::room).
    pub viewer: Option<Viewer>,
    /// Dose seen from the front and from the side, where there are images.
    pub projections: Option<Projections>,
    /// Time-activity curves; lesions may be missing.
    pub time_activity: Vec<TimeActivity>,
    /// The activity images over anatomy, where there are images.
    pub overlays: Option<Overlays>,
    /// Where the lesions' activity lies at each time; lesions may be missing.
    pub positions: Vec<LesionPositions>,
    /// The files that went in.
    pub inputs: Vec<InputFile>,
    /// Everything else that was set: name and value, in the order to show.
    pub parameters: Vec<(String, String)>,
    /// What the reader must be warned of.
    pub warnings: Vec<String>,
    /// Paragraphs on how the dose was computed, put before this crate's own on how it was summarised.
    pub methods: Vec<String>,
    /// Version of the program.
    pub version: String,
}

#[cfg(test)]
pub(crate) mod example {
    use super::*;
    use crate::{DoseBasis, LesionInput};

    /// A lesion of 20 mm that the activity image does not show.
    pub(crate) fn lost(name: &str) -> LesionResult {
        let input = LesionInput {
            label: 9,
            name: name.into(),
            volume_ml: 4.188_790_2,
            resolution_mm: Some(6.5),
            fraction_outside_activity_image: Some(1.0),
            ..LesionInput::default()
        };
        input.judge(&Settings::new(DoseBasis::Planned { activity_gbq: 7.4 })).unwrap()
    }

    /// A case with these lesion names, each with its own dose, planned for 7.4 GBq.
    pub(crate) fn report(names: &[&str]) -> Report {
        report_of(DoseBasis::Planned { activity_gbq: 7.4 }, names)
    }

    /// The same on another basis.
    pub(crate) fn report_of(basis: DoseBasis, names: &[&str]) -> Report {
        let settings = Settings::new(basis);
        let lesions = names.iter().enumerate().map(|(number, name)| {
            let input = LesionInput {
                label: number as u32 + 1,
                name: (*name).into(),
                doses: (1..=50).map(|step| (number * step) as f32).collect(),
                volume_ml: 2.0,
                mean_u_mc: Some(0.5),
                ..LesionInput::default()
            };
            input.judge(&settings).unwrap()
        });
        Report {
            case_id: "demo".into(),
            purpose: "pre-therapy".into(),
            nuclide: "I-131".into(),
            settings,
            lesions: lesions.collect(),
            organs: vec![],
            prescription: None,
            pictures: None,
            viewer: None,
            projections: None,
            time_activity: vec![],
            overlays: None,
            positions: vec![],
            inputs: vec![InputFile { what: "CT".into(), path: "ct.nii.gz".into(), sha256: "00ff".into() }],
            parameters: vec![("seed".into(), "1".into())],
            warnings: vec!["the mask was resampled".into()],
            methods: vec![],
            version: "0.1.0".into(),
        }
    }
}
