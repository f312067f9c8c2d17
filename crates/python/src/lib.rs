//! `iodose._native`: the engine as the Python package beside this crate calls it.
//!
//! The package checks types and takes geometry from images; everything that is computed is computed by the engine, whose errors
//! become exceptions. What is in this module is described to Python in `python/iodose/_native.pyi`.

mod batch;
mod case;
mod dvh;
mod effort;
mod error;
mod follow;
mod image;
mod kernel;
mod library;
mod simulate;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{
        batch::{batch, folder_name},
        case::run,
        dvh::Dvh,
        error::{Error, InputError},
        kernel::kernel,
        simulate::{merge, shard, simulate},
    };
    #[pymodule_export]
    const VERSION: &str = iodose::VERSION;
}
