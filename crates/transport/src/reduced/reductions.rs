//! The choice of variance reductions.

use std::fmt;
use std::str::FromStr;

/// A way to the same dose in less time. Each is described in `docs/methods/variance-reduction.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// What is known of the dose of electrons is not simulated, only the difference to it.
    Balance,
    /// An electron track is recorded once and laid many times.
    Tracks,
    /// Histories start where they count most for the voxels asked for.
    Importance,
    /// Starting values are spread evenly instead of drawn independently.
    Lattice,
    /// Photons score kerma along their way instead of following their electrons.
    Kerma,
}

impl Reduction {
    /// All, with their names.
    pub const ALL: [(&'static str, Self); 5] = [
        ("balance", Self::Balance),
        ("tracks", Self::Tracks),
        ("importance", Self::Importance),
        ("lattice", Self::Lattice),
        ("kerma", Self::Kerma),
    ];
}

/// A set of reductions; without any, transport is analog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reductions(u8);

impl Reductions {
    /// Analog transport.
    pub const NONE: Self = Self(0);
    /// All reductions.
    pub const ALL: Self = Self((1 << Reduction::ALL.len()) - 1);

    /// Whether a reduction is in the set.
    pub fn contains(self, reduction: Reduction) -> bool {
        self.0 & 1 << reduction as u8 != 0
    }

    /// The set without a reduction.
    #[must_use]
    pub fn without(self, reduction: Reduction) -> Self {
        Self(self.0 & !(1 << reduction as u8))
    }
}

/// "all", "none", or names joined by commas.
impl fmt::Display for Reductions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => formatter.write_str("all"),
            Self::NONE => formatter.write_str("none"),
            some => {
                let names = Reduction::ALL.iter().filter(|(_, reduction)| some.contains(*reduction));
                formatter.write_str(&names.map(|(name, _)| *name).collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// A name that is none of [`Reduction::ALL`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "found '{0}', expected all, none, or some of balance, tracks, importance, lattice, kerma joined by commas"
)]
pub struct UnknownReduction(String);

impl FromStr for Reductions {
    type Err = UnknownReduction;

    fn from_str(text: &str) -> Result<Self, UnknownReduction> {
        match text {
            "all" => Ok(Self::ALL),
            "none" => Ok(Self::NONE),
            names => names.split(',').try_fold(Self::NONE, |set, name| {
                let known = Reduction::ALL.iter().find(|(known, _)| *known == name);
                let (_, reduction) = known.ok_or_else(|| UnknownReduction(name.into()))?;
                Ok(Self(set.0 | 1 << *reduction as u8))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_as_they_are_written() {
        for text in ["all", "none", "balance,kerma", "lattice"] {
            assert_eq!(text.parse::<Reductions>().unwrap().to_string(), text);
        }
        assert_eq!("kerma,balance".parse::<Reductions>(), "balance,kerma".parse());
        assert!(Reductions::ALL.contains(Reduction::Kerma));
        assert!(!Reductions::ALL.without(Reduction::Kerma).contains(Reduction::Kerma));
        assert_eq!(
            Reductions::ALL.without(Reduction::Tracks).to_string(),
            "balance,importance,lattice,kerma"
        );
        assert!("kernel".parse::<Reductions>().unwrap_err().to_string().starts_with("found 'kernel'"));
    }
}
