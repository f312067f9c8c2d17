//! Losses that stand for the energy straggling of all collisions below the cut. Equations: `docs/methods/electrons.md`.

use iodose_physics::LossMoments;

/// Discrete losses W that follow 1/W^2, as collisions do, between two limits (MeV).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SoftLoss {
    pub(crate) least: f32,
    pub(crate) most: f32,
}

impl SoftLoss {
    /// The losses from `least` (MeV) up, and their rate per g/cm2, that have the moments of the true ones (E5b).
    ///
    /// Where the moments ask for a largest loss below the least, all losses are of that size and keep the second alone.
    pub(crate) fn from_moments(moments: LossMoments, least: f64) -> (Self, f64) {
        let most = (2.0 * moments.third / moments.second - least).max(least);
        (Self { least: least as f32, most: most as f32 }, moments.second / (least * most))
    }

    /// Mean loss, MeV (E5b).
    pub(crate) fn mean(&self) -> f64 {
        let [least, most] = [self.least, self.most].map(f64::from);
        let ratio = most / least - 1.0;
        // ln(1 + x)/x, which is 1 for equal losses.
        most * if ratio > 0.0 { libm::log1p(ratio) / ratio } else { 1.0 }
    }

    /// The loss (MeV) at `number` in [0, 1) of the distribution function, counted from the largest down.
    #[inline]
    pub(crate) fn at(&self, number: f64) -> f64 {
        let [least, most] = [self.least, self.most].map(f64::from);
        least * most / (least + number * (most - least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_moments_are_those_asked_for() {
        let moments = LossMoments { second: 2.0e-3, third: 4.0e-6 };
        let (losses, rate) = SoftLoss::from_moments(moments, 0.0005);
        const POINTS: usize = 100_000;
        let mean = |power: i32| {
            let points = (0..POINTS).map(|n| losses.at((n as f64 + 0.5) / POINTS as f64).powi(power));
            points.sum::<f64>() / POINTS as f64
        };
        assert_relative_eq!(rate * mean(2), moments.second, max_relative = 1e-5);
        assert_relative_eq!(rate * mean(3), moments.third, max_relative = 1e-5);
        assert_relative_eq!(losses.mean(), mean(1), max_relative = 1e-5);
    }

    #[test]
    fn losses_that_may_not_be_smaller_keep_the_variance() {
        let moments = LossMoments { second: 2.0e-3, third: 4.0e-6 };
        let (losses, rate) = SoftLoss::from_moments(moments, 0.004);
        assert_eq!(losses.least, losses.most);
        assert_relative_eq!(rate * losses.at(0.3).powi(2), moments.second, max_relative = 1e-6);
        assert_relative_eq!(losses.mean(), 0.004, max_relative = 1e-6);
    }
}
