//! The whole job on a small study: from images in a folder to a folder of results.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests count as tests")]

#[path = "../common/mod.rs"]
mod common;

mod files;
mod grids;
mod lesions;
mod positions;
mod prescription;
mod purposes;
mod scale;
mod statements;
