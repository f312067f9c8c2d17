//! `run.json`: what was done, with what, and what it cost.

use crate::convergence::Look;
use crate::curves::FittedCurve;
use crate::dose::{RegionDose, Statistics};
use crate::meter::{Meter, peak_memory_bytes};
use iodose_report::InputFile;
use iodose_report::prescription::Verdict;
use serde::Serialize;

/// The record of a run, as it stands in `run.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Name of the program.
    pub program: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Not to be forgotten.
    pub notice: &'static str,
    /// What the numbers called dose belong to.
    pub dose_basis: String,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Settings, as given: the case, or the options of `simulate`.
    pub settings: serde_json::Value,
    /// Files read, with their SHA-256.
    pub inputs: Vec<InputFile>,
    /// Everything that changed numbers between the files and the computation, one line each.
    pub conversions: Vec<String>,
    /// What the reader must know.
    pub warnings: Vec<String>,
    /// The curves fitted to activity over time; of a run from images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinetics: Vec<FittedCurve>,
    /// The prescription's answer; of a run with lesions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Decays simulated; `--histories` of this number gives the same bytes.
    pub decays: u64,
    /// Time-integrated activity in the dose grid, Bq.s.
    #[serde(rename = "time_integrated_activity_Bq_s")]
    pub time_integrated_activity: f64,
    /// CPU time (s) of all threads from inputs read to dose written.
    pub cpu_seconds: Option<f64>,
    /// Wall time (s) of the same.
    pub wall_seconds: f64,
    /// Largest resident memory of the process.
    pub peak_memory_bytes: Option<u64>,
    /// Mean of u/D over the goal voxels; an unhit one counts as 1.
    pub mean_rel_uncertainty: f64,
    /// Largest u/D over the goal voxels.
    pub max_rel_uncertainty: f64,
    /// Goal voxels that no history reached.
    pub unhit_goal_voxels: usize,
    /// Each look at the uncertainty of the goal, the last one at all decays; of a resumed run from there on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub convergence: Vec<Look>,
    /// Energy per decay.
    #[serde(rename = "energy_MeV_per_decay")]
    pub energy: EnergyPerDecay,
    /// Mean dose of each region with its Monte Carlo uncertainty.
    pub regions: Vec<RegionDose>,
}

/// Energy per decay, MeV; emitted = scored + escaped.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct EnergyPerDecay {
    /// Kinetic energies, photons, and the rest energy of pairs that annihilate.
    pub emitted: f64,
    /// Deposited in the dose grid.
    pub scored: f64,
    /// Left the dose grid.
    pub escaped: f64,
}

/// What stands in every output.
pub const NOTICE: &str = "Research software, not a medical device.";

/// The parts of a record that do not come from the run itself.
pub(crate) struct Circumstances {
    pub(crate) dose_basis: String,
    pub(crate) seed: u64,
    pub(crate) settings: serde_json::Value,
    pub(crate) inputs: Vec<InputFile>,
    pub(crate) conversions: Vec<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) time_integrated_activity: f64,
}

impl Record {
    pub(crate) fn new(
        circumstances: Circumstances,
        statistics: &Statistics,
        regions: &[RegionDose],
        meter: &Meter,
    ) -> Self {
        let [emitted, scored, escaped] = statistics.energy;
        let mut record = Self {
            program: "iodose",
            version: crate::VERSION,
            notice: NOTICE,
            dose_basis: circumstances.dose_basis,
            seed: circumstances.seed,
            settings: circumstances.settings,
            inputs: circumstances.inputs,
            conversions: circumstances.conversions,
            warnings: circumstances.warnings,
            kinetics: Vec::new(),
            verdict: None,
            decays: statistics.decays,
            time_integrated_activity: circumstances.time_integrated_activity,
            cpu_seconds: None,
            wall_seconds: 0.0,
            peak_memory_bytes: None,
            mean_rel_uncertainty: statistics.mean_rel_uncertainty,
            max_rel_uncertainty: statistics.max_rel_uncertainty,
            unhit_goal_voxels: statistics.unhit_goal_voxels,
            convergence: Vec::new(),
            energy: EnergyPerDecay { emitted, scored, escaped },
            regions: regions.to_vec(),
        };
        record.measure(meter);
        record
    }

    /// Brings times and memory up to now.
    pub(crate) fn measure(&mut self, meter: &Meter) {
        self.cpu_seconds = meter.cpu_seconds();
        self.wall_seconds = meter.wall_seconds();
        self.peak_memory_bytes = peak_memory_bytes();
    }
}
