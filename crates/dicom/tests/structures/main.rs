//! Structure sets, segmentations, registrations and doses made in the test.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

mod builder;
mod contours;
mod dose;
mod registration;
mod segmentation;
