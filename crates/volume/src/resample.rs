//! From one grid to another: quantities per voxel keep their sum, densities are averaged, labels go by largest share.
//!
//! A voxel is a box of one value (piecewise constant); what counts is how much of one box lies in another. Where the
//! axes of both grids are parallel (any order, any flip) the overlaps are exact; where they are oblique they are counted
//! with sub-voxel points, see [`sampled`] for the accuracy. No sample is ever picked as "the nearest", and nothing
//! depends on the number of threads. Equations: `docs/methods/resampling.md`.

mod covering;
mod parallel;
mod sampled;

use crate::{Grid, Volume};
use parallel::{ParallelOverlap, Share};
use sampled::SampledOverlap;

/// A quantity per voxel on its new grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    /// The quantity in each voxel of the target grid, in the unit of the source.
    pub volume: Volume<f64>,
    /// The quantity that lay outside the target grid: source total = target total + outside.
    pub outside: f64,
}

/// A mean per voxel on its new grid.
#[derive(Clone, Debug, PartialEq)]
pub struct ResampledMean {
    /// The mean over each voxel of the target grid.
    pub volume: Volume<f32>,
    /// The part of each target voxel that the source covers, 0 to 1.
    pub covered: Volume<f32>,
}

impl ResampledMean {
    /// Number of target voxels of which less than half lies in the source.
    pub fn mostly_uncovered(&self) -> usize {
        self.covered.data().iter().filter(|&&fraction| fraction < 0.5).count()
    }
}

/// Takes a quantity per voxel (decays, Bq.s per voxel) to another grid: each source voxel is shared out by overlap volume (G1).
///
/// The sum is conserved to rounding: what lies outside the target is returned as [`Resampled::outside`]. On an equal grid
/// the values come back bit for bit. A concentration (per mL) must be multiplied by the voxel volume first.
pub fn resample_extensive<T: Copy + Into<f64>>(source: &Volume<T>, target: &Grid) -> Resampled {
    if source.grid() == target {
        return Resampled { volume: source.map(|&value| value.into()), outside: 0.0 };
    }
    match ParallelOverlap::new(source.grid(), target, Share::OfSource) {
        Some(overlap) => {
            let volume = Volume::from_fn(*target, |voxel| overlap.weighted_sum(source, voxel));
            Resampled { volume, outside: overlap.outside(source) }
        }
        None => {
            let (volume, outside) = sampled::scatter(source, target);
            Resampled { volume, outside }
        }
    }
}

/// Takes a density (any quantity per volume) to another grid: the overlap-weighted mean over each target voxel (G2).
///
/// Beyond the source the density is `outside` (air around a CT), and a voxel partly beyond it gets its share of that; the
/// covered part is returned with it. On an equal grid the values come back bit for bit.
pub fn resample_mean(source: &Volume<f32>, target: &Grid, outside: f32) -> ResampledMean {
    if source.grid() == target {
        return ResampledMean { volume: source.clone(), covered: Volume::filled(*target, 1.0) };
    }
    let mut covered = Volume::filled(*target, 0.0);
    let mut mean = |voxel: [usize; 3], sum: f64, fraction: f64| {
        covered[voxel] = fraction as f32;
        // A rest of rounding must not bring an infinite or NaN `outside` into a covered voxel.
        let rest = if fraction > 1.0 - 1e-9 { 0.0 } else { (1.0 - fraction) * f64::from(outside) };
        (sum + rest) as f32
    };
    let volume = match ParallelOverlap::new(source.grid(), target, Share::OfTarget) {
        Some(overlap) => Volume::from_fn(*target, |voxel| {
            mean(voxel, overlap.weighted_sum(source, voxel), overlap.covered(voxel))
        }),
        None => {
            let overlap = SampledOverlap::new(target, source.grid());
            Volume::from_fn(*target, |voxel| {
                let (mut sum, mut fraction) = (0.0, 0.0);
                overlap.for_each_part(voxel, |offset, weight| {
                    sum += f64::from(source.data()[offset]) * weight;
                    fraction += weight;
                });
                mean(voxel, sum, fraction)
            })
        }
    };
    ResampledMean { volume, covered }
}

/// Takes a label map to another grid: each voxel gets the label with the largest share of it (G3).
///
/// Background (0) counts as a label, and so does, as background, what lies outside the source. Equal shares go to the
/// smaller label. On an equal grid the labels come back unchanged.
pub fn resample_labels(source: &Volume<u16>, target: &Grid) -> Volume<u16> {
    if source.grid() == target {
        return source.clone();
    }
    let mut shares = LabelShares::default();
    match ParallelOverlap::new(source.grid(), target, Share::OfTarget) {
        Some(overlap) => Volume::from_fn(*target, |voxel| {
            overlap.for_each_part(voxel, |offset, weight| shares.add(source.data()[offset], weight));
            shares.take_largest()
        }),
        None => {
            let overlap = SampledOverlap::new(target, source.grid());
            Volume::from_fn(*target, |voxel| {
                overlap.for_each_part(voxel, |offset, weight| shares.add(source.data()[offset], weight));
                shares.take_largest()
            })
        }
    }
}

/// The part of the first grid's volume that lies inside the second, 0 to 1: exact for parallel axes, else to 1e-3.
pub fn overlap_fraction(first: &Grid, second: &Grid) -> f64 {
    match ParallelOverlap::new(first, second, Share::OfSource) {
        Some(overlap) => overlap.source_fraction(),
        None => sampled::fraction_inside(first, second),
    }
}

/// Shares of one voxel by label; a voxel seldom holds more than two or three.
#[derive(Default)]
struct LabelShares {
    shares: Vec<(u16, f64)>,
}

impl LabelShares {
    fn add(&mut self, label: u16, weight: f64) {
        if label == 0 {
            return;
        }
        match self.shares.iter_mut().find(|(present, _)| *present == label) {
            Some((_, share)) => *share += weight,
            None => self.shares.push((label, weight)),
        }
    }

    fn take_largest(&mut self) -> u16 {
        // Shares closer than rounding are a tie, and a tie goes to the smaller label.
        const TIE: f64 = 1e-9;
        self.shares.sort_unstable_by_key(|&(label, _)| label);
        let labelled: f64 = self.shares.iter().map(|&(_, share)| share).sum();
        let mut largest = (0, 1.0 - labelled);
        for (label, share) in self.shares.drain(..) {
            if share > largest.1 + TIE {
                largest = (label, share);
            }
        }
        largest.0
    }
}

#[cfg(test)]
mod tests;
