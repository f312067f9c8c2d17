//! What a reader of a fit must know.

use crate::Model;
use std::fmt;

/// What a reader of the result must know about a fit.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// The measured activity falls more slowly than physical decay, which no washout can do. The physical half-life was
    /// used for it; the other parameters are the weighted best for that.
    SlowerThanPhysicalDecay {
        /// Effective half-life of the imaged nuclide the free fit asked for, h.
        fitted_half_life_h: f64,
        /// The physical half-life used instead (of the imaged nuclide), h.
        physical_half_life_h: f64,
    },
    /// The measured activity rises: still uptake. Linear interpolation from 0 at the administration through the
    /// images, then physical decay.
    Rising,
    /// The last images hold next to nothing, so a rate cannot be told. Linear interpolation through the images,
    /// physical decay before the first and after the last.
    FallsTooFast,
    /// The region holds no activity at any time.
    NoActivity,
    /// The points do not show what the model asked for describes; a simpler one was fitted.
    SimplerModel {
        /// The model asked for.
        asked: Model,
        /// What the points do not show.
        lacking: &'static str,
    },
    /// The points lie farther from the curve than their uncertainties explain, at a significance of 1 %.
    PoorFit {
        /// Sum of the squared deviations over the points' variances.
        chi_square: f64,
        /// Points less fitted parameters.
        degrees_of_freedom: usize,
    },
    /// The rule 2t/ln 2 holds only for half-lives in a range, and none was stated to check it.
    RuleNotChecked {
        /// Shortest effective half-life of the therapy nuclide for which the rule holds, h.
        shortest_h: f64,
        /// Longest one, h.
        longest_h: f64,
    },
    /// More than half of the integral lies before the first image.
    MostlyBeforeFirstImage {
        /// That share.
        share: f64,
    },
    /// Over a fifth, but at most half, of the integral lies after the last image: worth a note.
    PartlyAfterLastImage {
        /// That share.
        share: f64,
    },
    /// More than half of the integral lies after the last image.
    MostlyAfterLastImage {
        /// That share.
        share: f64,
    },
}

impl Warning {
    /// The warning for a share of the integral after the last image: none up to a fifth, a note up to a half.
    pub(crate) fn of_tail(share: f64) -> Option<Self> {
        match share {
            share if share > 0.5 => Some(Self::MostlyAfterLastImage { share }),
            share if share > 0.2 => Some(Self::PartlyAfterLastImage { share }),
            _ => None,
        }
    }

    /// Whether it is but a note on a result that can be used as it is.
    pub fn is_note(&self) -> bool {
        matches!(self, Self::PartlyAfterLastImage { .. })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SlowerThanPhysicalDecay { fitted_half_life_h, physical_half_life_h } => write!(
                f,
                "the fit asks for an effective half-life of {fitted_half_life_h:.1} h, longer than the physical \
                 {physical_half_life_h:.1} h; the physical half-life was used"
            ),
            Self::Rising => write!(
                f,
                "the activity still rises; interpolated linearly from 0, physical decay after the last image"
            ),
            Self::FallsTooFast => write!(
                f,
                "the activity vanishes after the first images; interpolated linearly, physical decay outside them"
            ),
            Self::NoActivity => write!(f, "no activity at any time"),
            Self::SimplerModel { asked, lacking } => {
                write!(
                    f,
                    "the model \"{asked}\" was asked for, but the points show no {lacking}; a simpler one was fitted"
                )
            }
            Self::PoorFit { chi_square, degrees_of_freedom } => write!(
                f,
                "the points lie farther from the fitted curve than their uncertainty explains: chi-square \
                 {chi_square:.1} for {degrees_of_freedom} degrees of freedom"
            ),
            Self::RuleNotChecked { shortest_h, longest_h } => write!(
                f,
                "the rule 2t/ln 2 holds for effective half-lives from {shortest_h:.0} to {longest_h:.0} h; none was \
                 stated, so that this is not checked"
            ),
            Self::MostlyBeforeFirstImage { share } => write!(
                f,
                "{:.0} % of the time-integrated activity lies before the first image",
                100.0 * share
            ),
            Self::PartlyAfterLastImage { share } => write!(
                f,
                "note: {:.0} % of the time-integrated activity lies after the last image",
                100.0 * share
            ),
            Self::MostlyAfterLastImage { share } => {
                write!(f, "{:.0} % of the time-integrated activity lies after the last image", 100.0 * share)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_noted_over_a_fifth_and_flagged_over_a_half() {
        assert_eq!(Warning::of_tail(0.2), None);
        assert!(Warning::of_tail(0.21).is_some_and(|warning| warning.is_note()));
        assert_eq!(Warning::of_tail(0.5), Some(Warning::PartlyAfterLastImage { share: 0.5 }));
        assert!(Warning::of_tail(0.51).is_some_and(|warning| !warning.is_note()));
    }
}
