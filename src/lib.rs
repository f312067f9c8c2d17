//! iodose

pub mod case;
