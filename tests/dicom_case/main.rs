//! Cases whose images, lesions and registrations are DICOM.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests count as tests")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../crates/dicom/tests/common/mod.rs"]
mod objects;

mod made;
mod organs;
mod refusals;
mod regions;
mod registrations;
mod twin;
