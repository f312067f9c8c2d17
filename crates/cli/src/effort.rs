//! When a Monte Carlo run ends, and on what it depends.

use clap::Args;
use iodose::case::StopRule;
use iodose::transport::{Measure, Reductions, UnknownReduction};

/// Options that all Monte Carlo commands share.
#[derive(Debug, Args)]
#[command(next_help_heading = "Monte Carlo")]
pub(crate) struct Effort {
    /// Number of threads [default: all]; the result does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// Seed of the random numbers [default: 1, or the case's]; the same seed gives the same bytes
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Run until the mean relative uncertainty (k=1) of the goal voxels is at most this, such as 0.01 for 1 %
    #[arg(long, value_name = "P", value_parser = share, conflicts_with = "histories")]
    pub(crate) uncertainty: Option<f64>,
    /// Simulate this many decays, in place of an uncertainty
    #[arg(long, value_name = "N", value_parser = decays)]
    pub(crate) histories: Option<u64>,
    /// The uncertainty that is meant: the mean over the goal voxels, the largest of them, the largest of a lesion's mean dose, or of
    /// its D95 [default: voxels]
    #[arg(long, value_name = "WHAT", value_parser = measure)]
    pub(crate) goal: Option<Measure>,
    /// Ways to save time: all, none (analog transport), or some of balance, tracks, importance, lattice, kerma joined by
    /// commas [default: all]; none changes the result
    #[arg(long, value_name = "KIND", value_parser = reductions)]
    pub(crate) variance_reduction: Option<Reductions>,
    /// End after this many decays, whatever the uncertainty
    #[arg(long, value_name = "N", conflicts_with = "histories", value_parser = decays)]
    pub(crate) max_histories: Option<u64>,
    /// End after this many seconds of simulation, whatever was reached
    #[arg(long, value_name = "T", value_parser = positive)]
    pub(crate) max_seconds: Option<f64>,
}

impl Effort {
    pub(crate) fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }

    /// What was asked for, if anything was.
    pub(crate) fn rule(&self) -> Option<StopRule> {
        self.histories.map(StopRule::Histories).or(self.uncertainty.map(StopRule::Uncertainty))
    }
}

fn measure(text: &str) -> Result<Measure, String> {
    let known = Measure::ALL.iter().find(|(name, _)| *name == text);
    known.map(|(_, measure)| *measure).ok_or_else(|| "expected voxels, voxel-max, lesion-mean or D95".into())
}

fn reductions(text: &str) -> Result<Reductions, UnknownReduction> {
    text.parse()
}

/// A number above 0 and below 1.
fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value < 1.0 => Ok(value),
        _ => Err("expected a number above 0 and below 1".into()),
    }
}

/// A number of decays, `1000000` or `1e6`, as in the case file.
pub(crate) fn decays(text: &str) -> Result<u64, String> {
    const MOST: u64 = 10_000_000_000;
    let scientific = || {
        let number = text.parse::<f64>().ok()?;
        (number.fract() == 0.0 && (0.0..=MOST as f64).contains(&number)).then_some(number as u64)
    };
    match text.parse::<u64>().ok().or_else(scientific) {
        Some(number) if (1..=MOST).contains(&number) => Ok(number),
        _ => Err(format!("expected a whole number from 1 to {MOST}")),
    }
}

/// A finite number above 0.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("expected a number above 0".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decays_are_whole_and_can_be_written_with_an_exponent() {
        assert_eq!(decays("1"), Ok(1));
        assert_eq!(decays("1e8"), Ok(100_000_000));
        assert_eq!(decays("10000000000"), Ok(10_000_000_000));
        for wrong in ["", "0", "-1", "1.5", "0.5", "nan", "inf", "1e11", "10000000001", "many"] {
            assert!(decays(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_uncertainty_is_a_share() {
        assert_eq!(share("0.01"), Ok(0.01));
        for wrong in ["0", "1", "-0.1", "nan", "1%"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
