//! iodose for C and C++. The functions and their contract stand in `include/iodose.h`, which is made from this crate.

mod arrays;
mod grid;
mod outcome;
mod request;
mod run;
mod status;
mod watch;

pub use grid::GridC;
pub use outcome::{RegionC, ResultC};
pub use request::{Goal, Request, Unit};
pub use status::Status;
pub use watch::Watcher;

use std::ffi::c_char;

/// The version of the library, such as "0.1.0". Lives as long as the program.
#[unsafe(no_mangle)]
pub extern "C" fn iodose_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
