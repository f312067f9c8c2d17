//! The models by name.

use std::fmt;

/// A model of activity over time. The order is that of simplicity: where two describe the points alike, the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// One exponential: [`fit_mono_exponential`](crate::fit_mono_exponential).
    Mono,
    /// Uptake and washout: [`fit_uptake_washout`](crate::fit_uptake_washout).
    UptakeWashout,
    /// Two exponentials: [`fit_bi_exponential`](crate::fit_bi_exponential).
    BiExponential,
    /// Straight lines and physical decay: [`fit_trapezoid`](crate::fit_trapezoid).
    Trapezoid,
    /// One exponential of stated half-life: [`fit_stated_half_life`](crate::fit_stated_half_life).
    SingleTime,
    /// Hänscheid's rule for one image: [`fit_two_t_over_ln2`](crate::fit_two_t_over_ln2).
    TwoTOverLn2,
}

impl Model {
    /// The models [`fit_auto`](crate::fit_auto) chooses from, the simplest first.
    pub const CANDIDATES: [Self; 3] = [Self::Mono, Self::UptakeWashout, Self::BiExponential];

    /// The model's name in the case file and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mono => "mono",
            Self::UptakeWashout => "uptake-washout",
            Self::BiExponential => "bi",
            Self::Trapezoid => "trapezoid",
            Self::SingleTime => "single-time",
            Self::TwoTOverLn2 => "2t-ln2",
        }
    }

    /// Number of fitted parameters; none where the points themselves are the curve.
    pub fn parameters(self) -> usize {
        match self {
            Self::Mono => 2,
            Self::UptakeWashout => 3,
            Self::BiExponential => 4,
            Self::SingleTime => 1,
            Self::Trapezoid | Self::TwoTOverLn2 => 0,
        }
    }

    /// The fewest images the model works with.
    pub fn least_images(self) -> usize {
        self.parameters().max(1)
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
