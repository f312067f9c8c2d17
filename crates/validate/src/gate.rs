//! Two numbers and how far apart they may be.

use crate::row::{Row, Verdict};

/// One comparison before judgement.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    /// Which of the compared numbers this is: an energy, a voxel.
    pub(crate) what: String,
    pub(crate) published: f64,
    pub(crate) ours: f64,
    /// What deviation and uncertainty are relative to.
    pub(crate) scale: f64,
    /// Standard uncertainty of the deviation, relative to `scale`.
    pub(crate) u: f64,
}

impl Comparison {
    /// Relative to the published number; both uncertainties relative to their own number.
    ///
    /// The variance of a Monte Carlo mean goes with the number of hits: ours is taken as it would be at the published
    /// number, so that a voxel hit less often by chance does not pass for a more certain one.
    pub(crate) fn relative(what: String, published: (f64, f64), ours: (f64, f64)) -> Self {
        let u = libm::hypot(published.1, ours.1 * (ours.0 / published.0).abs().sqrt());
        Self { what, published: published.0, ours: ours.0, scale: published.0, u }
    }

    /// Mean of ours over published, weighted by certainty: many numbers show a common offset better than each alone.
    pub(crate) fn mean_ratio(what: String, all: &[Self]) -> Self {
        let weight = |c: &Self| if c.u > 0.0 { c.u.powi(-2) } else { 0.0 };
        let total: f64 = all.iter().map(weight).sum();
        let ours = all.iter().map(|c| weight(c) * c.ours / c.published).sum::<f64>() / total;
        Self { what, published: 1.0, ours, scale: 1.0, u: total.sqrt().recip() }
    }

    fn deviation(&self) -> f64 {
        (self.ours - self.published) / self.scale
    }
}

/// How far a deviation may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Gate {
    /// Within the tolerance.
    Within(f64),
    /// Within the tolerance plus two standard deviations; of many numbers at once, as many as the largest of them
    /// exceeds as seldom as a single one exceeds two.
    PlusTwoSigma(f64),
    /// Within the tolerance or three standard deviations, whichever is more; of many numbers likewise.
    OrThreeSigma(f64),
}

impl Gate {
    /// The gate of a published tolerance, with or without statistics.
    pub(crate) fn new(tolerance: f64, two_sigma: bool) -> Self {
        if two_sigma { Self::PlusTwoSigma(tolerance) } else { Self::Within(tolerance) }
    }

    fn allowed(self, u: f64, count: usize) -> f64 {
        match self {
            Self::Within(tolerance) => tolerance,
            Self::PlusTwoSigma(tolerance) => tolerance + sigmas_of_many(2.0, count) * u,
            Self::OrThreeSigma(tolerance) => tolerance.max(sigmas_of_many(3.0, count) * u),
        }
    }

    fn tolerance(self) -> f64 {
        match self {
            Self::Within(tolerance) | Self::PlusTwoSigma(tolerance) | Self::OrThreeSigma(tolerance) => {
                tolerance
            }
        }
    }

    /// The row of the comparison that uses up most of what is allowed; all must be within. An uncertainty that is not
    /// known, an answer that is no number, or no comparison at all is out of any tolerance.
    pub(crate) fn row(self, case: &str, source: &str, shown: bool, all: &[Comparison]) -> Row {
        let used = |c: &Comparison| {
            let share = c.deviation().abs() / self.allowed(c.u, all.len());
            if share.is_finite() { share } else { f64::INFINITY }
        };
        let none = Comparison {
            what: "nothing to compare".into(),
            published: f64::NAN,
            ours: f64::NAN,
            scale: f64::NAN,
            u: f64::NAN,
        };
        let worst = all.iter().max_by(|a, b| used(a).total_cmp(&used(b))).unwrap_or(&none);
        let verdict = match (shown, used(worst) <= 1.0) {
            (true, _) => Verdict::Shown,
            (false, true) => Verdict::Pass,
            (false, false) => Verdict::Fail,
        };
        let what = if worst.what.is_empty() { String::new() } else { format!(", {}", worst.what) };
        let of = if all.len() > 1 { format!(" (worst of {})", all.len()) } else { String::new() };
        Row {
            case: format!("{case}{what}{of}"),
            source: source.into(),
            published: worst.published,
            ours: worst.ours,
            deviation: worst.deviation(),
            scale: worst.scale,
            allowed: self.allowed(worst.u, all.len()),
            tolerance: self.tolerance(),
            u: worst.u,
            compared: all.len(),
            verdict,
        }
    }
}

/// Standard deviations that the largest of `count` normal numbers exceeds as seldom as a single one exceeds `sigmas`
/// (Sidak, J. Am. Stat. Assoc. 62 (1967) 626).
fn sigmas_of_many(sigmas: f64, count: usize) -> f64 {
    let outside = |sigmas: f64| libm::erfc(sigmas / std::f64::consts::SQRT_2);
    let wanted = -libm::expm1(libm::log1p(-outside(sigmas)) / count.max(1) as f64);
    let (mut low, mut high) = (0.5 * sigmas, 12.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if outside(middle) > wanted { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(ours: f64, u: f64) -> Comparison {
        Comparison::relative(String::new(), (2.0, 0.0), (ours, u))
    }

    #[test]
    fn the_worst_decides() {
        let all = [comparison(2.001, 0.0), comparison(1.98, 0.0), comparison(2.0, 0.0)];
        let row = Gate::Within(0.005).row("case", "source", false, &all);
        assert_eq!((row.verdict, row.ours, row.compared), (Verdict::Fail, 1.98, 3));
        assert_eq!(Gate::Within(0.02).row("", "", false, &all).verdict, Verdict::Pass);
        assert_eq!(Gate::Within(0.0).row("", "", true, &all).verdict, Verdict::Shown);
        assert_eq!(Gate::Within(1.0).row("", "", false, &[]).verdict, Verdict::Fail);
    }

    #[test]
    fn statistics_widen_what_they_should() {
        assert!((Gate::PlusTwoSigma(0.01).allowed(0.02, 1) - 0.05).abs() < 1e-9);
        assert!((Gate::OrThreeSigma(0.002).allowed(0.01, 1) - 0.03).abs() < 1e-9);
        assert_eq!(Gate::OrThreeSigma(0.002).allowed(0.0, 1), 0.002);
        let combined = Comparison::relative(String::new(), (2.0, 0.03), (2.0, 0.04));
        assert!((combined.u - 0.05).abs() < 1e-12);
    }

    #[test]
    fn no_number_never_passes() {
        for wrong in [comparison(f64::NAN, 0.0), comparison(2.0, f64::NAN), comparison(f64::INFINITY, 0.0)] {
            let row = Gate::PlusTwoSigma(0.5).row("", "", false, &[comparison(2.0, 0.0), wrong]);
            assert_eq!(row.verdict, Verdict::Fail);
        }
    }

    #[test]
    fn many_numbers_reach_farther() {
        assert!((sigmas_of_many(3.0, 1) - 3.0).abs() < 1e-6);
        // The two-sided probability 0.0027/1000 belongs to 4.69 standard deviations.
        assert!((sigmas_of_many(3.0, 1000) - 4.69).abs() < 0.02, "{}", sigmas_of_many(3.0, 1000));
    }
}
