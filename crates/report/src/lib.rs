//! From voxel doses to the pages a physicist reads: histograms, flags, bands, uncertainties, and the files that hold them.
//!
//! Each module stands alone:
//! * [`dvh`]: the cumulative dose-volume histogram of one lesion.
//! * [`partial_volume`]: is a lesion too small for the scanner?
//! * [`recovery`]: the activity a small lesion truly holds.
//! * [`response`]: which response band does a mean dose fall into, and is that certain?
//! * [`second_check`]: a mean dose beside a sphere's and beside local deposition.
//! * [`uncertainty`]: the relative standard uncertainties of a lesion's mean dose, combined.
//! * [`lesion`]: all of these for one lesion, as one record.
//! * [`prescription`]: which lesions reach which dose at the activity that the limits allow.
//! * [`cohort`]: the lesions of many cases in one table.
//! * [`comparison`]: the lesions of two cases side by side.
//! * [`bed`], [`eud`]: radiobiological models of a dose.
//! * [`picture`]: slices of dose, and of activity images, over anatomy as PNG.
//! * [`slice_figure`]: one of the slices with its scale, as a picture of its own.
//! * [`position`]: where a lesion's activity lies at each time.
//! * [`time_activity`]: measured points and the curve through them.
//! * [`csv`], [`json`], [`html`], [`terminal`]: the same records as text.
//! * [`stored`]: a report as JSON, to be read back.
//!
//! Nothing here touches a disk: every function returns text or bytes.
//! Doses are in Gy, or in Gy/GBq where the [`DoseBasis`] says so.
//! A label like (H1) is that of an equation on the page of `docs/methods` that the module names.
//!
//! ```
//! use iodose_report::{DoseBasis, LesionInput, Settings, csv};
//!
//! let settings = Settings::new(DoseBasis::Planned { activity_gbq: 7.4 });
//! let lesion = LesionInput {
//!     label: 1,
//!     name: "rib".into(),
//!     doses: vec![61.0, 74.0, 70.0, 66.0],
//!     volume_ml: 0.256,
//!     mean_u_mc: Some(0.4),
//!     ..LesionInput::default()
//! };
//! let lesion = lesion.judge(&settings)?;
//! let band = lesion.dose.as_ref().and_then(|dose| dose.response_band.as_deref());
//! assert_eq!(band, Some("20-80"));
//! assert!(csv::lesions_csv(&[lesion])?.starts_with("label,name,voxels"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
// What a test expects need not be the same to the last bit on every processor.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod bed;
pub mod cohort;
pub mod comparison;
pub mod csv;
pub mod dvh;
pub mod eud;
pub mod html;
pub mod json;
pub mod lesion;
pub mod partial_volume;
pub mod picture;
pub mod position;
pub mod prescription;
pub mod quantity;
pub mod recovery;
pub mod response;
pub mod second_check;
pub mod slice_figure;
pub mod stored;
pub mod terminal;
pub mod time_activity;
pub mod uncertainty;

mod basis;
mod number;
mod report;
mod schema;

pub use basis::DoseBasis;
pub use dvh::{Dvh, DvhError, DvhPoint};
pub use lesion::{BestMean, LesionDose, LesionError, LesionInput, LesionResult, Settings};
pub use partial_volume::{PartialVolumeFlag, PartialVolumeRule};
pub use picture::{Background, OverlaySource, Overlays, PictureSource, Pictures, Projections, Viewer};
pub use position::{LesionPositions, Position, Shift};
pub use prescription::Prescription;
pub use quantity::Quantity;
pub use report::{InputFile, Report};
pub use response::{BandCertainty, ResponseLimits};
pub use second_check::SecondCheck;
pub use time_activity::{TimeActivity, TimePoint};
pub use uncertainty::Budget;
