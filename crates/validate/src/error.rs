//! Why a validation cannot be carried out.

use iodose_physics::PhysicsError;
use iodose_transport::EngineError;
use iodose_volume::GridError;
use thiserror::Error;

/// Why a validation stops before it has a verdict.
#[derive(Debug, Error)]
pub enum ValidationError {
    /// The file of expected values is not what it should be.
    #[error("expected.toml: {0}")]
    Expected(String),
    /// The engine refused a request.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The physical data refused a request.
    #[error(transparent)]
    Physics(#[from] PhysicsError),
    /// A grid of a test case cannot be.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// An answer lacks something that was asked for.
    #[error("{0}: found no answer, expected one")]
    Missing(String),
}
