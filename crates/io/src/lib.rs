//! iodose
