//! `image.unit`: what the numbers of an image mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::table::Table;
use super::value;

const EXPECTED_UNIT: &str = r#""Bq/mL", "kBq/mL", "MBq/mL" or "counts""#;
const CALIBRATION: &str = "calibration_cps_per_MBq";
const DURATION: &str = "duration_s";

/// What the numbers of an image mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "unit")]
pub enum ImageUnit {
    /// Activity concentration in Bq/mL.
    #[serde(rename = "Bq/mL")]
    BqPerMl,
    /// Activity concentration in kBq/mL.
    #[serde(rename = "kBq/mL")]
    KbqPerMl,
    /// Activity concentration in MBq/mL.
    #[serde(rename = "MBq/mL")]
    MbqPerMl,
    /// Counts per voxel, collected over the duration.
    #[serde(rename = "counts")]
    Counts {
        /// Count rate of the reconstructed image per activity, in counts per second and MBq; above 0.
        #[serde(rename = "calibration_cps_per_MBq")]
        calibration_cps_per_mbq: f64,
        /// Duration of the acquisition in seconds, above 0. `None`, with DICOM only: as the file says.
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_s: Option<f64>,
    },
}

impl ImageUnit {
    /// Factor from the stored numbers to Bq/mL where they are a concentration; `None` for counts, which need the
    /// voxel's volume as well.
    #[must_use]
    pub fn bq_per_ml(self) -> Option<f64> {
        match self {
            Self::BqPerMl => Some(1.0),
            Self::KbqPerMl => Some(1e3),
            Self::MbqPerMl => Some(1e6),
            Self::Counts { .. } => None,
        }
    }

    /// Reads the unit and what belongs to it; it must be there where the image file `is_silent` about it.
    pub(super) fn read(table: &mut Table, is_silent: bool) -> Option<Self> {
        // "counts" becomes a unit with its calibration only.
        let units = [
            ("Bq/mL", Some(Self::BqPerMl)),
            ("kBq/mL", Some(Self::KbqPerMl)),
            ("MBq/mL", Some(Self::MbqPerMl)),
            ("counts", None),
        ];
        let unit = if is_silent {
            table.required("unit", EXPECTED_UNIT, value::choice(&units))
        } else {
            table.optional("unit", EXPECTED_UNIT, value::choice(&units))
        };
        let calibration = table.optional(CALIBRATION, "counts per second and MBq, above 0", value::positive);
        let duration_s = table.optional(DURATION, "a duration in seconds, above 0", value::positive);
        match unit {
            Some(None) => {
                require_calibration(table, is_silent);
                Some(Self::Counts { calibration_cps_per_mbq: calibration?, duration_s })
            }
            Some(concentration) => {
                refuse_calibration(table);
                concentration
            }
            None => {
                // A unit that is wrong, or missing where it must not be, has been noted; that will do.
                if !is_silent && !table.has("unit") {
                    refuse_calibration(table);
                }
                None
            }
        }
    }
}

fn require_calibration(table: &Table, is_silent: bool) {
    let required = if is_silent { &[CALIBRATION, DURATION][..] } else { &[CALIBRATION] };
    let missing: Vec<_> = required.iter().copied().filter(|key| !table.has(key)).collect();
    if !missing.is_empty() {
        let needs = format!("found \"counts\", which needs {CALIBRATION} and {DURATION}");
        table.note("unit", format!("{needs}; missing: {}", missing.join(", ")));
    }
}

fn refuse_calibration(table: &Table) {
    for key in [CALIBRATION, DURATION].into_iter().filter(|key| table.has(key)) {
        table.note_wrong(key, "it only beside unit = \"counts\"");
    }
}

/// The keys of [`ImageUnit`] as the file has them, side by side.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the schema only")]
pub(super) struct UnitKeys {
    /// Unit of the stored numbers; "counts" needs calibration_cps_per_MBq and duration_s.
    /// Required unless the image is DICOM, which says it itself.
    unit: Option<UnitName>,
    /// Count rate of the reconstructed image per activity, in counts per second and MBq; for "counts" only.
    #[schemars(rename = "calibration_cps_per_MBq", extend("exclusiveMinimum" = 0))]
    calibration: Option<f64>,
    /// Duration of the acquisition in seconds; for "counts" only. DICOM says it itself.
    #[schemars(extend("exclusiveMinimum" = 0))]
    duration_s: Option<f64>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "describes the schema only")]
enum UnitName {
    #[schemars(rename = "Bq/mL")]
    BqPerMl,
    #[schemars(rename = "kBq/mL")]
    KbqPerMl,
    #[schemars(rename = "MBq/mL")]
    MbqPerMl,
    #[schemars(rename = "counts")]
    Counts,
}
