//! Everything that can go wrong between a case and its result.

use crate::case::CaseError;
use iodose_dicom::DicomError;
use iodose_io::tissue::TissueError;
use iodose_io::{EmptyLabelMap, IoError};
use iodose_kinetics::KineticsError;
use iodose_phantom::PhantomError;
use iodose_physics::PhysicsError;
use iodose_report::LesionError;
use iodose_transport::EngineError;
use iodose_validate::ValidationError;
use iodose_volume::GridError;
use std::path::PathBuf;
use thiserror::Error;

/// Why there is no result. Messages name the file and the field, what was found and what would be right.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The case file.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// A file that cannot be read or written, or holds what it must not.
    #[error(transparent)]
    Io(#[from] IoError),
    /// A DICOM file or series that cannot be read, or holds what it must not.
    #[error(transparent)]
    Dicom(#[from] DicomError),
    /// A value that contradicts another, or a file of a kind that is not read.
    #[error("{file}: {field}: found {found}, expected {expected}")]
    Input {
        /// The file.
        file: String,
        /// The field.
        field: String,
        /// What was found.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// What an inspection found to be unusable; the text names file, field, found and expected.
    #[error("{0}")]
    Refused(String),
    /// CT numbers or densities.
    #[error("{}: {source}", path.display())]
    Tissue {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: TissueError,
    },
    /// A label map without labels.
    #[error("{}: {source}", path.display())]
    Labels {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: EmptyLabelMap,
    },
    /// Activity images and the curves through them.
    #[error("{context}: {source}")]
    Kinetics {
        /// The image or region.
        context: String,
        /// What is wrong.
        source: KineticsError,
    },
    /// Physical data.
    #[error(transparent)]
    Physics(#[from] PhysicsError),
    /// The Monte Carlo engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The dose grid.
    #[error("dose grid: {0}")]
    Grid(#[from] GridError),
    /// Cases of a batch that failed; what was wrong with each was told when it ended.
    #[error("{failed} of {of} cases failed: {names}")]
    Batch {
        /// Cases that failed.
        failed: usize,
        /// Cases in all.
        of: usize,
        /// Their files.
        names: String,
    },
    /// A lesion's result.
    #[error(transparent)]
    Lesion(#[from] LesionError),
    /// A phantom's description.
    #[error(transparent)]
    Phantom(#[from] PhantomError),
    /// The comparison with published values could not be made.
    #[error(transparent)]
    Validation(#[from] ValidationError),
    /// The engine is not what its validation expects.
    #[error("validation: {0} rows are out of tolerance")]
    OutOfTolerance(usize),
    /// The report could not be made: a fault of this program, not of the input.
    #[error("report: {0}")]
    Report(String),
}

impl Error {
    /// True where the input or the request is to blame (exit code 2), false for any other failure (exit code 1).
    pub fn is_bad_input(&self) -> bool {
        !matches!(
            self,
            Self::Io(IoError::Write { .. })
                | Self::Batch { .. }
                | Self::Report(_)
                | Self::OutOfTolerance(_)
                | Self::Engine(EngineError::Cancelled | EngineError::Threads(_))
        )
    }

    pub(crate) fn input(
        file: impl ToString,
        field: impl ToString,
        found: impl ToString,
        expected: impl ToString,
    ) -> Self {
        Self::Input {
            file: file.to_string(),
            field: field.to_string(),
            found: found.to_string(),
            expected: expected.to_string(),
        }
    }
}
