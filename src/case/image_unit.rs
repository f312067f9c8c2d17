//! `image.unit`: what the numbers of an image mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::table::Table;
use super::value;

const EXPECTED_UNIT: &str = r#""Bq/mL", "kBq/mL", "MBq/mL", "arbitrary" or "counts""#;
const CALIBRATION: &str = "calibration_cps_per_MBq";
const DURATION: &str = "duration_s";
const DEAD_TIME: &str = "dead_time_factor";
const FACTOR: &str = "Bq_per_mL_per_unit";

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
    /// A unit of the scanner's own, proportional to activity concentration.
    #[serde(rename = "arbitrary")]
    Arbitrary {
        /// Bq/mL that one unit means, above 0.
        #[serde(rename = "Bq_per_mL_per_unit")]
        bq_per_ml_per_unit: f64,
    },
    /// Counts per voxel, collected over the duration.
    #[serde(rename = "counts")]
    Counts {
        /// Count rate of the reconstructed image per activity, in counts per second and MBq; above 0.
        #[serde(rename = "calibration_cps_per_MBq")]
        calibration_cps_per_mbq: f64,
        /// Duration of the acquisition in seconds, above 0. `None`, with DICOM only: as the file says.
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_s: Option<f64>,
        /// What counts are multiplied by for the camera's dead time, 1 or above. `None`: 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        dead_time_factor: Option<f64>,
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
            Self::Arbitrary { bq_per_ml_per_unit } => Some(bq_per_ml_per_unit),
            Self::Counts { .. } => None,
        }
    }

    /// Reads the unit and what belongs to it; it must be there where the image file `is_silent` about it.
    pub(super) fn read(table: &mut Table, is_silent: bool) -> Option<Self> {
        let units = [
            ("Bq/mL", Name::Concentration(Self::BqPerMl)),
            ("kBq/mL", Name::Concentration(Self::KbqPerMl)),
            ("MBq/mL", Name::Concentration(Self::MbqPerMl)),
            ("arbitrary", Name::Arbitrary),
            ("counts", Name::Counts),
        ];
        let unit = if is_silent {
            table.required("unit", EXPECTED_UNIT, value::choice(&units))
        } else {
            table.optional("unit", EXPECTED_UNIT, value::choice(&units))
        };
        let calibration = table.optional(CALIBRATION, "counts per second and MBq, above 0", value::positive);
        let duration_s = table.optional(DURATION, "a duration in seconds, above 0", value::positive);
        let dead_time_factor = table.optional(DEAD_TIME, "a factor of 1 or above", |found| {
            value::number(found).filter(|&factor| factor >= 1.0)
        });
        let factor = table.optional(FACTOR, "Bq/mL that one unit means, above 0", value::positive);
        match unit {
            Some(Name::Counts) => {
                refuse(table, &[FACTOR], "arbitrary");
                require_calibration(table, is_silent);
                Some(Self::Counts { calibration_cps_per_mbq: calibration?, duration_s, dead_time_factor })
            }
            Some(Name::Arbitrary) => {
                refuse(table, &OF_COUNTS, "counts");
                if !table.has(FACTOR) {
                    table.note("unit", format!("found \"arbitrary\", which needs {FACTOR}"));
                }
                Some(Self::Arbitrary { bq_per_ml_per_unit: factor? })
            }
            Some(Name::Concentration(concentration)) => {
                refuse(table, &OF_COUNTS, "counts");
                refuse(table, &[FACTOR], "arbitrary");
                Some(concentration)
            }
            None => {
                // A unit that is wrong, or missing where it must not be, has been noted; that will do.
                if !is_silent && !table.has("unit") {
                    refuse(table, &OF_COUNTS, "counts");
                    refuse(table, &[FACTOR], "arbitrary");
                }
                None
            }
        }
    }
}

/// What `unit` names; two of them become a unit with other keys only.
#[derive(Clone, Copy)]
enum Name {
    Concentration(ImageUnit),
    Arbitrary,
    Counts,
}

const OF_COUNTS: [&str; 3] = [CALIBRATION, DURATION, DEAD_TIME];

fn require_calibration(table: &Table, is_silent: bool) {
    let required = if is_silent { &[CALIBRATION, DURATION][..] } else { &[CALIBRATION] };
    let missing: Vec<_> = required.iter().copied().filter(|key| !table.has(key)).collect();
    if !missing.is_empty() {
        let needs = format!("found \"counts\", which needs {CALIBRATION} and {DURATION}");
        table.note("unit", format!("{needs}; missing: {}", missing.join(", ")));
    }
}

fn refuse(table: &Table, keys: &[&str], unit: &str) {
    for key in keys.iter().filter(|key| table.has(key)) {
        table.note_wrong(key, &format!("it only beside unit = \"{unit}\""));
    }
}

/// The keys of [`ImageUnit`] as the file has them, side by side.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the schema only")]
pub(super) struct UnitKeys {
    /// Unit of the stored numbers; "counts" needs calibration_cps_per_MBq and duration_s, "arbitrary" Bq_per_mL_per_unit.
    /// Required unless the image is DICOM, which says it itself.
    unit: Option<UnitName>,
    /// Count rate of the reconstructed image per activity, in counts per second and MBq; for "counts" only.
    #[schemars(rename = "calibration_cps_per_MBq", extend("exclusiveMinimum" = 0))]
    calibration: Option<f64>,
    /// Duration of the acquisition in seconds; for "counts" only. DICOM says it itself.
    #[schemars(extend("exclusiveMinimum" = 0))]
    duration_s: Option<f64>,
    /// What counts are multiplied by for the camera's dead time; for "counts" only. Absent: 1.
    #[schemars(range(min = 1))]
    dead_time_factor: Option<f64>,
    /// Bq/mL that one unit of the stored numbers means; for "arbitrary" only.
    #[schemars(rename = "Bq_per_mL_per_unit", extend("exclusiveMinimum" = 0))]
    factor: Option<f64>,
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
    #[schemars(rename = "arbitrary")]
    Arbitrary,
    #[schemars(rename = "counts")]
    Counts,
}
