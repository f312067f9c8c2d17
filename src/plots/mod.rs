//! Figures of what was computed, from its files.

mod columns;
mod convergence;
mod dvh;
mod kernel;
mod slice;

pub use convergence::plot_convergence;
pub use dvh::plot_dvh;
pub use kernel::plot_kernel;
pub use slice::{SliceChoice, plot_slice};
