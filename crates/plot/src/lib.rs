//! Curves as SVG: a title, two axes with their units, a legend. Text is black on white; lines differ in colour and dash.
//!
//! ```
//! use iodose_plot::{Axis, Curve, Mark, Plot};
//! let plot = Plot {
//!     title: "Decay of iodine 131".into(),
//!     x: Axis::linear("time, d"),
//!     y: Axis::logarithmic("activity, MBq"),
//!     curves: vec![Curve { label: "131I".into(), points: vec![[0.0, 100.0], [8.02, 50.0]], mark: Mark::Line }],
//! };
//! assert!(plot.svg().contains("activity, MBq"));
//! ```

mod scale;
mod stroke;
mod svg;

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it shows, with the unit.
    pub label: String,
    /// Whether equal steps are equal ratios; values of 0 and below are then left out.
    pub is_logarithmic: bool,
}

impl Axis {
    /// From zero in equal steps.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_logarithmic: false }
    }

    /// In powers of ten.
    pub fn logarithmic(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_logarithmic: true }
    }
}

/// How points are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Joined by a line.
    Line,
    /// Each as a circle.
    Dots,
}

/// Points of one origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// For the legend.
    pub label: String,
    /// x and y, in the units of the axes; what is not finite is left out.
    pub points: Vec<[f64; 2]>,
    /// How they are drawn.
    pub mark: Mark,
}

/// A plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Above it.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The curves, in the order of the legend.
    pub curves: Vec<Curve>,
}
