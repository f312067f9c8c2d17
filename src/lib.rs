//! Voxel-level Monte Carlo absorbed dose for radioiodine therapy: images in, lesion doses out.
//!
//! Research software, not a medical device.
//!
//! The flow goes one way: images -> aligned volumes -> time-integrated activity -> absorbed dose -> lesions -> report.
//! This crate is the facade that imaging software links; each step lives in a crate of its own, usable alone.
//!
//! * [`Case::read`](case::Case::read) and [`run_into`]: the whole job from a case file to a folder of results.
//! * [`run`]: the same without writing anything.
//! * [`simulate`]: the engine alone, from a map of time-integrated activity in memory or in a file; [`simulate_into`] writes
//!   what it finds.
//! * [`run_from`], [`simulate_from`]: the same with a checkpoint, or from the parts that [`run_share`] or [`simulate_share`] wrote;
//!   [`simulate_merged`]: the latter without writing anything.
//! * [`run_batch`]: many cases side by side.
//! * [`compare`]: the lesions of two result folders side by side.
//! * [`compute_dose`]: the engine on volumes that are ready for it.
//! * [`inspect`](inspect::inspect) and [`draft`](init::draft): what lies in a folder, and a case file from it.
//! * [`write_phantom`]: a phantom with known truth, as files and a case that runs.
//!
//! Without a number of threads a call works in the rayon pool it is called in; the bytes of a result are the same for any number.
//! [`transport::Watch`] is told of progress and can end a call.
//!
//! Features, none of them on: `jpeg-2000` and `jpeg-ls`, decoders of DICOM pixels ([`dicom`]).

mod activity;
mod activity_file;
mod batch;
mod blood;
pub mod case;
mod clinical;
mod cohort;
mod compare;
mod convergence;
mod curves;
#[doc(hidden)]
pub mod doors;
mod dose;
mod drawn;
mod error;
mod folder;
mod frames;
mod given;
pub mod init;
mod inputs;
pub mod inspect;
mod judge;
mod keep;
mod lesions;
mod meter;
mod methods;
mod nuclide_data;
mod organs;
mod overlay;
mod own_dose;
mod phantom;
mod plots;
mod positions;
mod prepare;
mod prescribe;
mod quiet;
mod rebuild;
mod record;
mod recover;
mod rtdose;
mod run;
mod simulate;
mod stop;
mod time_activity;
mod tissue;

pub use iodose_dicom as dicom;
pub use iodose_io as io;
pub use iodose_kinetics as kinetics;
pub use iodose_phantom as phantoms;
pub use iodose_physics as physics;
pub use iodose_report as report;
pub use iodose_transport as transport;
pub use iodose_validate as validate;
pub use iodose_volume as volume;

pub use batch::{BatchCase, BatchOptions, BatchWatch, CaseEnd, available_memory, folder_name, run_batch};
pub use cohort::write_cohort;
pub use compare::compare;
pub use convergence::Look;
pub use curves::{ComparedModel, FittedCurve};
pub use dose::{DoseInput, DoseMaps, DoseSettings, RegionDose, Statistics, compute_dose};
pub use error::Error;
pub use folder::{
    DOSE, DOSE_DICOM, DOSE_PER_ACTIVITY, PRESCRIPTION_CSV, PRESCRIPTION_JSON, RECORD, UNCERTAINTY,
    UNCERTAINTY_DICOM,
};
pub use given::Given;
pub use keep::{Checkpoint, Origin, PartFile, Parts};
pub use phantom::{write_described_phantom, write_phantom};
pub use plots::{SliceChoice, plot_convergence, plot_dvh, plot_kernel, plot_slice};
pub use rebuild::rebuild_report;
pub use record::{EnergyPerDecay, NOTICE, Record};
pub use run::{Outcome, RunOptions, run, run_from, run_into, run_share};
pub use simulate::{
    SimulateRequest, TiaUnit, TissueChoice, simulate, simulate_from, simulate_into, simulate_merged,
    simulate_share,
};
pub use tissue::MATERIAL_LABELS;

/// Version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
