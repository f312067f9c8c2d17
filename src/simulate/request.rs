//! What a caller asks of the engine alone.

use crate::case::StopRule;
use crate::dose::DoseSettings;
use iodose_io::HuCurve;
use iodose_transport::{Measure, Reductions};
use std::path::PathBuf;

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
        /// NIfTI or MetaImage file, g/cm3.
        path: PathBuf,
        /// NIfTI or MetaImage file of labels.
        materials: Option<PathBuf>,
    },
    /// A CT in HU.
    Ct {
        /// NIfTI or MetaImage file, or DICOM folder, HU.
        path: PathBuf,
        /// Its curve.
        curve: HuCurve,
    },
    /// Water of 1 g/cm3 everywhere.
    Water,
}

/// What to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulateRequest {
    /// NIfTI or MetaImage file of time-integrated activity; its grid is the dose grid.
    pub tia: PathBuf,
    /// Its unit.
    pub unit: TiaUnit,
    /// Density and material.
    pub tissue: TissueChoice,
    /// Label map of the voxels whose uncertainty counts.
    pub roi: Option<PathBuf>,
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
            TissueChoice::Ct { path, curve } => serde_json::json!({ "ct": path, "curve": curve.points() }),
            TissueChoice::Density { path, materials } => {
                serde_json::json!({ "density": path, "materials": materials })
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
