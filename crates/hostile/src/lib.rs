//! Hostile input for the readers of iodose. What was found and how to run it: `docs/reliability.md`.
//!
//! A [`Reader`] is one reader of the project behind a function of bytes: it says how far the bytes came, and panics where they
//! made it break a promise (a result that contradicts itself). [`campaign::damaged`] is one damaged file made of
//! valid ones, the same for the same number. [`campaign::run`] makes many of them and watches panics, time and memory; the targets of `fuzz/` call the same
//! readers with what libFuzzer finds.
// A broken promise ends the execution: that is what the crate is for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod campaign;
pub mod damage;
pub mod memory;
pub mod place;
pub mod promise;
pub mod random;
pub mod readers;
pub mod seeds;

pub use readers::{Progress, READERS, Reader};
