//! Where decays happen. Equations: `docs/methods/decay.md`.

use crate::EngineError;
use crate::alias::AliasTable;
use crate::medium::Voxel;
use crate::random::Stream;
use crate::vector::Vector;
use iodose_volume::Volume;
use std::hint::black_box;
use std::ops::Range;

/// Draws the place of a decay: a voxel by its time-integrated activity, a point uniform within it.
#[derive(Clone, Debug)]
pub struct Source {
    size: [u32; 3],
    /// Draws the offset of a voxel, i fastest.
    choice: AliasTable,
    total_decays: f64,
}

/// Where a history starts, and the random numbers that it has left.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) random: Stream,
    pub(crate) voxel: Voxel,
    /// cm
    pub(crate) position: Vector,
}

impl Source {
    /// From time-integrated activity per voxel, Bq.s (decays).
    pub fn from_decays(decays: &Volume<f32>) -> Result<Self, EngineError> {
        let grid = decays.grid();
        if let Some(offset) = decays.data().iter().position(|d| !(d.is_finite() && *d >= 0.0)) {
            return Err(EngineError::Activity {
                found: f64::from(decays.data()[offset]),
                index: grid.index(offset),
            });
        }
        if grid.len() > u32::MAX as usize {
            return Err(EngineError::TooLarge(grid.len()));
        }
        let all = || decays.data().iter().copied().map(f64::from);
        let active = decays.data().iter().filter(|d| **d > 0.0).count();
        // A column takes 8 bytes and a label 4: at most 8 bytes a voxel either way.
        let choice = if 3 * active > 2 * grid.len() {
            AliasTable::new(all())
        } else {
            let offsets: Vec<u32> =
                (0..grid.len() as u32).filter(|&offset| decays.data()[offset as usize] > 0.0).collect();
            let weights: Vec<f32> = offsets.iter().map(|&offset| decays.data()[offset as usize]).collect();
            AliasTable::labelled(weights.iter().copied().map(f64::from), offsets)
        };
        Ok(Self {
            size: grid.size().map(|n| n as u32),
            choice: choice.ok_or(EngineError::NoActivity)?,
            total_decays: all().sum(),
        })
    }

    /// One decay in voxel (0, 0, 0).
    pub fn one_voxel() -> Self {
        // One positive weight always makes a table.
        #[allow(clippy::expect_used)]
        let choice = AliasTable::new([1.0].into_iter()).expect("a single weight of one");
        Self { size: [1; 3], choice, total_decays: 1.0 }
    }

    /// Decays in all voxels: the time-integrated activity in Bq.s.
    pub fn total_decays(&self) -> f64 {
        self.total_decays
    }

    /// Draws the starts of histories with these numbers into `starts`, empty before.
    ///
    /// Together, since the voxels of a large source lie in no cache: looked at in a loop that does nothing else, one does
    /// not wait for another.
    pub(crate) fn starts(&self, sides: [f64; 3], seed: u64, numbers: Range<u64>, starts: &mut Vec<Start>) {
        starts.extend(numbers.map(|number| Start {
            random: Stream::new(seed, number),
            voxel: [0; 3],
            position: [0.0; 3],
        }));
        for start in starts.iter() {
            black_box(self.choice.sample(start.random.clone().uniform()));
        }
        for start in starts {
            (start.voxel, start.position) = self.sample(sides, &mut start.random);
        }
    }

    /// The place of one decay: voxel and position (cm) on a lattice with these sides (cm): (D1).
    #[inline]
    pub(crate) fn sample(&self, sides: [f64; 3], random: &mut Stream) -> (Voxel, Vector) {
        let offset = self.choice.sample(random.uniform()) as u32;
        let [nx, ny, _] = self.size;
        let voxel = [offset % nx, offset / nx % ny, offset / nx / ny].map(|n| n as i32);
        let position = std::array::from_fn(|axis| (f64::from(voxel[axis]) + random.uniform()) * sides[axis]);
        (voxel, position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{Law, Trial, assert_shares, even};
    use iodose_volume::Grid;

    #[test]
    fn decays_fall_where_the_activity_is() {
        let grid = Grid::axis_aligned([3, 2, 2], [10.0, 20.0, 30.0], [0.0; 3]).unwrap();
        let mut decays = Volume::filled(grid, 0f32);
        decays[[2, 0, 1]] = 3.0;
        decays[[0, 1, 0]] = 1.0;
        let source = Source::from_decays(&decays).unwrap();
        assert_eq!(source.total_decays(), 4.0);
        let sides = [1.0, 2.0, 3.0];
        for axis in 0..3 {
            let mut hits = [0.0; 2];
            let trial = Trial::new(1, 100_000, |random| {
                let (voxel, position) = source.sample(sides, random);
                hits[[[2, 0, 1], [0, 1, 0]].iter().position(|hot| *hot == voxel).unwrap()] += 1.0;
                position[axis] - f64::from(voxel[axis]) * sides[axis]
            });
            trial.follows(&Law::new(even(0.0, sides[axis], 1), |_| 1.0));
            assert_shares(&hits, &[3.0, 1.0]);
            // The voxel, and three coordinates.
            trial.takes(4.0);
        }
    }

    #[test]
    fn empty_voxels_stay_empty_among_many_and_among_few() {
        let grid = Grid::axis_aligned([5, 2, 2], [1.0; 3], [0.0; 3]).unwrap();
        for hot in [3, 10, 14, 19] {
            let weight = |offset: usize| if offset < hot { 1.0 + offset as f32 } else { 0.0 };
            let decays = Volume::new(grid, (0..20).map(weight).collect()).unwrap();
            let source = Source::from_decays(&decays).unwrap();
            let mut hits = [0.0; 20];
            let mut random = Stream::new(2, hot as u64);
            for _ in 0..100_000 {
                let ([i, j, k], _) = source.sample([1.0; 3], &mut random);
                hits[(i + 5 * (j + 2 * k)) as usize] += 1.0;
            }
            assert_shares(&hits, &(0..20).map(|offset| f64::from(weight(offset))).collect::<Vec<_>>());
        }
    }

    #[test]
    fn impossible_activities_are_refused_with_their_voxel() {
        let grid = Grid::axis_aligned([3, 2, 2], [1.0; 3], [0.0; 3]).unwrap();
        assert_eq!(Source::from_decays(&Volume::filled(grid, 0.0)).unwrap_err(), EngineError::NoActivity);
        let mut decays = Volume::filled(grid, 1f32);
        decays[[2, 1, 0]] = -1.0;
        let error = Source::from_decays(&decays).unwrap_err().to_string();
        assert!(error.contains("found -1 Bq.s at voxel [2, 1, 0]"), "{error}");
        decays[[2, 1, 0]] = f32::NAN;
        assert!(Source::from_decays(&decays).is_err());
    }
}
