//! What a caller asks of the engine alone.

use crate::case::{StopRule, Transport};
use crate::dose::DoseSettings;
use crate::given::Given;
use iodose_io::HuCurve;
use iodose_transport::{Measure, Reductions};

/// Unit of a map of time-integrated activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TiaUnit {
    /// Bq.s/mL: decays per mL.
    BqSecondPerMl,
    /// MBq.h/mL.
    MbqHourPerMl,
    /// Bq.s in each voxel: decays per voxel.
    BqSecondPerVoxel,
}

impl TiaUnit {
    /// All units by the name they are called on the command line.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("Bq.s/mL", Self::BqSecondPerMl),
        ("MBq.h/mL", Self::MbqHourPerMl),
        ("Bq.s/voxel", Self::BqSecondPerVoxel),
    ];

    /// Decays (Bq.s) in a voxel of `voxel_ml` mL for a stored value of 1.
    pub fn decays_per_voxel(self, voxel_ml: f64) -> f64 {
        match self {
            Self::BqSecondPerMl => voxel_ml,
            Self::MbqHourPerMl => 3.6e9 * voxel_ml,
            Self::BqSecondPerVoxel => 1.0,
        }
    }
}

/// Where density and material come from.
#[derive(Clone, Debug, PartialEq)]
pub enum TissueChoice {
    /// A map in g/cm3, and optionally a label map of materials ([`crate::MATERIAL_LABELS`]).
    Density {
        /// g/cm3
        density: Given<f32>,
        /// Labels.
        materials: Option<Given<u16>>,
    },
    /// A CT in HU.
    Ct {
        /// HU; may be a DICOM folder.
        ct: Given<f32>,
        /// Its curve.
        curve: HuCurve,
    },
    /// Water of 1 g/cm3 everywhere.
    Water,
}

/// What to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulateRequest {
    /// Time-integrated activity; its grid is the dose grid.
    pub tia: Given<f32>,
    /// Its unit.
    pub unit: TiaUnit,
    /// Density and material.
    pub tissue: TissueChoice,
    /// Label map of the voxels whose uncertainty counts.
    pub roi: Option<Given<u16>>,
    /// The nuclide.
    pub nuclide: String,
    /// Seed.
    pub seed: u64,
    /// When to stop.
    pub stop: StopRule,
    /// Ceiling in decays, beside a target uncertainty.
    pub max_histories: Option<u64>,
    /// Ceiling in seconds of wall time.
    pub max_seconds: Option<f64>,
    /// Number of threads; `None` for all.
    pub threads: Option<usize>,
    /// The uncertainty that a target is about.
    pub measure: Measure,
    /// How time is saved.
    pub reductions: Reductions,
}

impl SimulateRequest {
    /// Decays of a nuclide in some tissue, until the mean uncertainty of the goal voxels is 1 %: those of [`Self::regions`], or else
    /// those above half the largest dose. Everything else as the command has it when nothing is said.
    pub fn new(tia: impl Into<Given<f32>>, unit: TiaUnit, tissue: TissueChoice, nuclide: &str) -> Self {
        let usual = Transport::default();
        Self {
            tia: tia.into(),
            unit,
            tissue,
            roi: None,
            nuclide: nuclide.to_owned(),
            seed: usual.seed,
            stop: usual.stop,
            max_histories: None,
            max_seconds: None,
            threads: None,
            measure: usual.goal,
            reductions: usual.variance_reduction,
        }
    }

    /// With labels: mean doses of each, and their voxels are those whose uncertainty counts.
    #[must_use]
    pub fn regions(mut self, labels: impl Into<Given<u16>>) -> Self {
        self.roi = Some(labels.into());
        self
    }

    /// Until the relative uncertainty (k = 1) of the goal is at most this, such as 0.01 for 1 %.
    #[must_use]
    pub fn uncertainty(self, target: f64) -> Self {
        Self { stop: StopRule::Uncertainty(target), ..self }
    }

    /// The uncertainty that is meant.
    #[must_use]
    pub fn measure(self, measure: Measure) -> Self {
        Self { measure, ..self }
    }

    /// So many decays, in place of an uncertainty.
    #[must_use]
    pub fn histories(self, histories: u64) -> Self {
        Self { stop: StopRule::Histories(histories), ..self }
    }

    /// With a ceiling in decays and in seconds of wall time, whatever is reached.
    #[must_use]
    pub fn at_most(self, max_histories: Option<u64>, max_seconds: Option<f64>) -> Self {
        Self { max_histories, max_seconds, ..self }
    }

    /// With another seed: the same seed gives the same bytes, on any number of threads.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// On a number of threads of its own; `None` for the rayon pool that the caller runs in.
    #[must_use]
    pub fn threads(self, threads: Option<usize>) -> Self {
        Self { threads, ..self }
    }

    /// With these ways to save time.
    #[must_use]
    pub fn reductions(self, reductions: Reductions) -> Self {
        Self { reductions, ..self }
    }

    pub(super) fn dose_settings(&self) -> DoseSettings {
        DoseSettings {
            seed: self.seed,
            stop: self.stop.with_ceilings(self.max_histories, self.max_seconds),
            threads: self.threads,
            measure: self.measure,
            reductions: self.reductions,
        }
    }

    /// For the record.
    pub(super) fn json(&self) -> serde_json::Value {
        let unit = TiaUnit::NAMES.iter().find(|(_, unit)| *unit == self.unit).map(|(name, _)| *name);
        let tissue = match &self.tissue {
            TissueChoice::Water => serde_json::json!("water"),
            TissueChoice::Ct { ct, curve } => serde_json::json!({ "ct": ct, "curve": curve.points() }),
            TissueChoice::Density { density, materials } => {
                serde_json::json!({ "density": density, "materials": materials })
            }
        };
        serde_json::json!({
            "tia": self.tia,
            "unit": unit,
            "tissue": tissue,
            "roi": self.roi,
            "nuclide": self.nuclide,
            "stop": self.stop,
            "max_histories": self.max_histories,
            "max_seconds": self.max_seconds,
            "goal": self.measure.to_string(),
            "variance_reduction": self.reductions.to_string(),
        })
    }
}
