//! The cumulative dose-volume histogram of one lesion, from its voxel doses. Equations: `docs/methods/dvh.md`.
//!
//! D_x is the dose that at least x % of the volume receives (ICRU Report 83, 2010, section 3.4: D98 near-minimum,
//! D50 median, D2 near-maximum). Voxel values are samples of a continuous dose, so between the sorted values the
//! histogram is joined by straight lines (H2). D100 is therefore the minimum and D0 the maximum, and D_x is the quantile
//! of level 1 - x/100 after definition 7 of Hyndman and Fan, Am Stat 50:361 (1996), the usual default of numerical
//! libraries. Unequal voxels take the centre of their share of the cumulated volume, stretched to run from 1 to 0 in the
//! same way (H3).
//!
//! An estimate of next to nothing may lie below 0 within its uncertainty (variance reduction takes differences). It
//! counts as it is: cutting it off would lift the mean.

use serde::Serialize;
use thiserror::Error;

/// Most points a curve has, for plots and files.
const MOST_POINTS: usize = 400;

/// Why a histogram cannot be made.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum DvhError {
    /// No voxel, or none with a share above zero.
    #[error("doses: found no voxel, expected at least one")]
    Empty,
    /// A dose that is NaN or infinite.
    #[error("doses: found {0}, expected a finite dose")]
    Dose(f64),
    /// A share that is NaN, infinite or negative.
    #[error("shares: found {0}, expected a finite share of at least 0")]
    Share(f64),
}

/// One point of a cumulative histogram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DvhPoint {
    /// Absorbed dose, Gy (or Gy/GBq).
    pub dose: f64,
    /// Fraction of the volume that receives at least this dose, 0 to 1.
    pub volume_fraction: f64,
}

/// A cumulative dose-volume histogram. Doses come out in the unit they went in with.
#[derive(Clone, Debug, PartialEq)]
pub struct Dvh {
    /// Doses upwards with the volume fraction receiving them, from 1 strictly down to 0.
    points: Vec<DvhPoint>,
    mean: f64,
}

impl Dvh {
    /// The histogram of equal voxels (H2).
    ///
    /// # Errors
    /// No voxel; a dose that is NaN or infinite.
    pub fn new(doses: impl IntoIterator<Item: Into<f64>>) -> Result<Self, DvhError> {
        Self::weighted(doses.into_iter().map(|dose| (dose.into(), 1.0)))
    }

    /// The histogram of (dose, share) pairs, the share being the part of the voxel inside the lesion (any unit): (H3).
    /// Voxels of share zero do not count.
    ///
    /// # Errors
    /// No voxel with a share; a dose or share that is NaN or infinite; a negative share.
    pub fn weighted(voxels: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, DvhError> {
        let mut sorted = Vec::new();
        for (dose, share) in voxels {
            if !dose.is_finite() {
                return Err(DvhError::Dose(dose));
            }
            if !(share.is_finite() && share >= 0.0) {
                return Err(DvhError::Share(share));
            }
            if share > 0.0 {
                sorted.push((dose, share));
            }
        }
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = sorted.iter().map(|&(_, share)| share).sum();
        let (Some(&(lowest, first)), Some(&(highest, last))) = (sorted.first(), sorted.last()) else {
            return Err(DvhError::Empty);
        };
        let mean = sorted.iter().map(|&(dose, share)| dose * (share / total)).sum::<f64>();

        // From the centre of the first share to the centre of the last one.
        let span = total - 0.5 * (first + last);
        let mut below = 0.0;
        let mut points = Vec::with_capacity(sorted.len());
        for &(dose, share) in &sorted {
            let volume_fraction = (1.0 - (below + 0.5 * (share - first)) / span).clamp(0.0, 1.0);
            points.push(DvhPoint { dose, volume_fraction });
            below += share;
        }
        // One voxel is a step; for more, rounding must not keep the ends from being exact.
        if points.len() == 1 {
            points = vec![DvhPoint { dose: lowest, volume_fraction: 1.0 }; 2];
        }
        if let Some(end) = points.last_mut() {
            end.volume_fraction = 0.0;
        }
        Ok(Self { points, mean: mean.clamp(lowest, highest) })
    }

    /// Mean dose, every voxel counting by its share (H1).
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Lowest voxel dose.
    pub fn min(&self) -> f64 {
        self.points.first().map_or(0.0, |point| point.dose)
    }

    /// Highest voxel dose.
    pub fn max(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.dose)
    }

    /// D_x of (H1): the dose that at least `percent` of the volume receives. Percentages beyond 0 to 100 count as those.
    pub fn dose_at_volume(&self, percent: f64) -> f64 {
        let fraction = percent / 100.0;
        if fraction <= 0.0 {
            return self.max();
        }
        let next = self.points.partition_point(|point| point.volume_fraction > fraction);
        match (next.checked_sub(1).and_then(|before| self.points.get(before)), self.points.get(next)) {
            (Some(a), Some(b)) => {
                let step = (a.volume_fraction - fraction) / (a.volume_fraction - b.volume_fraction);
                (a.dose + step * (b.dose - a.dose)).min(b.dose)
            }
            (None, _) => self.min(),
            (_, None) => self.max(),
        }
    }

    /// The fraction (0 to 1) of the volume that receives at least `dose`: V(D) of (H1).
    pub fn volume_at_dose(&self, dose: f64) -> f64 {
        let next = self.points.partition_point(|point| point.dose < dose);
        match (next.checked_sub(1).and_then(|before| self.points.get(before)), self.points.get(next)) {
            (Some(a), Some(b)) => {
                let step = (dose - a.dose) / (b.dose - a.dose);
                a.volume_fraction + step * (b.volume_fraction - a.volume_fraction)
            }
            (None, _) => 1.0,
            (_, None) => 0.0,
        }
    }

    /// The histogram as at most 400 points: from (0, 1) (or a minimum below 0) to (maximum, 0), dose never falling, volume
    /// never rising.
    /// Up to 399 voxels every voxel is a point; of more, D_x is taken at even steps of x.
    pub fn curve(&self) -> Vec<DvhPoint> {
        let steps = MOST_POINTS - 2;
        let mut curve = if self.points.len() <= steps + 1 {
            self.points.clone()
        } else {
            (0..=steps)
                .map(|step| {
                    let volume_fraction = 1.0 - step as f64 / steps as f64;
                    DvhPoint { dose: self.dose_at_volume(100.0 * volume_fraction), volume_fraction }
                })
                .collect()
        };
        if self.min() > 0.0 {
            curve.insert(0, DvhPoint { dose: 0.0, volume_fraction: 1.0 });
        }
        curve
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    #[test]
    fn a_ramp_gives_the_percentiles_by_hand() {
        // Doses 0, 1, ..., 100 Gy: at least 98 % of the volume receives 2 Gy.
        let dvh = Dvh::new((0..=100u8).rev()).unwrap();
        for (percent, dose) in
            [(100.0, 0.0), (98.0, 2.0), (95.0, 5.0), (50.0, 50.0), (2.0, 98.0), (0.0, 100.0)]
        {
            assert_relative_eq!(dvh.dose_at_volume(percent), dose, epsilon = 1e-9);
            assert_relative_eq!(dvh.volume_at_dose(dose), percent / 100.0, epsilon = 1e-12);
        }
        assert_relative_eq!(dvh.mean(), 50.0, epsilon = 1e-12);
    }

    #[test]
    fn few_voxels_interpolate_like_definition_7() {
        // Hyndman-Fan 7 by hand: h = (n - 1) p = 3 * 0.05 = 0.15 -> 10 + 0.15 * (20 - 10).
        let dvh = Dvh::new([40.0f32, 10.0, 30.0, 20.0]).unwrap();
        assert_relative_eq!(dvh.dose_at_volume(95.0), 11.5, epsilon = 1e-12);
    }

    #[test]
    fn one_voxel_and_equal_voxels_are_steps() {
        for doses in [vec![7.0f32], vec![7.0; 5]] {
            let dvh = Dvh::new(doses).unwrap();
            for percent in [98.0, 50.0, 2.0] {
                assert_eq!(dvh.dose_at_volume(percent), 7.0);
            }
            assert_eq!((dvh.volume_at_dose(7.0), dvh.volume_at_dose(7.1)), (1.0, 0.0));
        }
        let dark = Dvh::new([0.0f32]).unwrap();
        let ends: Vec<_> = dark.curve().iter().map(|p| (p.dose, p.volume_fraction)).collect();
        assert_eq!(ends, [(0.0, 1.0), (0.0, 0.0)]);
    }

    #[test]
    fn bad_voxels_are_named() {
        assert_eq!(Dvh::new(Vec::<f32>::new()), Err(DvhError::Empty));
        assert_eq!(Dvh::weighted([(1.0, 0.0)]), Err(DvhError::Empty));
        assert!(matches!(Dvh::new([1.0, f64::NAN]), Err(DvhError::Dose(_))));
        assert!(matches!(Dvh::new([1.0, f64::INFINITY]), Err(DvhError::Dose(_))));
        assert_eq!(Dvh::weighted([(1.0, -0.5)]), Err(DvhError::Share(-0.5)));
    }

    #[test]
    fn a_dose_below_zero_counts_as_it_is() {
        let dvh = Dvh::new([3.0, -0.5, 1.0]).unwrap();
        assert_relative_eq!(dvh.mean(), 3.5 / 3.0, epsilon = 1e-12);
        assert_eq!((dvh.min(), dvh.dose_at_volume(100.0), dvh.volume_at_dose(-0.5)), (-0.5, -0.5, 1.0));
        let curve = dvh.curve();
        assert_eq!((curve[0].dose, curve[0].volume_fraction), (-0.5, 1.0));
    }

    proptest! {
        #[test]
        fn equal_shares_are_no_shares(doses in prop::collection::vec(0.0..500.0f64, 1..50), share in 0.1..9.0f64) {
            let plain = Dvh::new(doses.iter().copied()).unwrap();
            let shared = Dvh::weighted(doses.iter().map(|&dose| (dose, share))).unwrap();
            for percent in [98.0, 95.0, 50.0, 2.0] {
                let tolerance = 1e-9 * (1.0 + plain.max());
                prop_assert!((plain.dose_at_volume(percent) - shared.dose_at_volume(percent)).abs() < tolerance);
            }
        }

        #[test]
        fn curves_run_down_from_all_to_nothing(doses in prop::collection::vec(0.0..500.0f64, 1..1500)) {
            let dvh = Dvh::new(doses.iter().copied()).unwrap();
            let curve = dvh.curve();
            prop_assert!(curve.len() <= MOST_POINTS);
            prop_assert_eq!((curve[0].dose, curve[0].volume_fraction), (0.0, 1.0));
            let end = curve[curve.len() - 1];
            prop_assert_eq!((end.dose, end.volume_fraction), (dvh.max(), 0.0));
            for pair in curve.windows(2) {
                prop_assert!(pair[0].dose <= pair[1].dose);
                prop_assert!(pair[0].volume_fraction >= pair[1].volume_fraction);
            }
            prop_assert!(dvh.min() <= dvh.mean() && dvh.mean() <= dvh.max());
            prop_assert!(dvh.dose_at_volume(98.0) <= dvh.dose_at_volume(2.0));
        }
    }
}
