//! Overlaps of two oblique grids, counted with points inside each voxel (G5). Equations: `docs/methods/resampling.md`.
//!
//! The points are a low-discrepancy sequence (M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018:
//! the R3 sequence, steps 1/g, 1/g^2, 1/g^3 with g^4 = g + 1) and their mirror images, so their centroid is the voxel's centre.
//! A regular lattice would be worse: it lies nearly parallel to the faces of a slightly turned voxel. With 512 points the
//! volume of an oblique cut through a voxel is right to about 1 % of the voxel. A voxel that lies wholly in another one, or
//! outside, is not sampled but taken whole. Where the voxels of the two grids differ in size the number of points follows the
//! ratio of their volumes, but not below 128, so that 1 % is meant of the larger voxel; a single small one is cut to some 2 %,
//! and within 6 % in 80 000 random pairs of grids.

use crate::{Affine, Grid, Volume};

/// Points per voxel of the grid whose voxels are asked for.
const POINTS: f64 = 512.0;
/// Bounds of the number of points in one voxel: an odd pair of spacings must not cost all the memory.
const BOUNDS: (f64, f64) = (128.0, 65536.0);

/// Shares out a quantity per voxel; also returns what fell outside.
pub(super) fn scatter<T: Copy + Into<f64>>(source: &Volume<T>, target: &Grid) -> (Volume<f64>, f64) {
    let overlap = SampledOverlap::with_points(source.grid(), target, POINTS);
    let mut shared = Volume::filled(*target, 0.0);
    let mut outside = 0.0;
    for (offset, &value) in source.data().iter().enumerate() {
        let value: f64 = value.into();
        if value == 0.0 {
            continue;
        }
        let mut inside = 0.0;
        overlap.for_each_part(source.grid().index(offset), |target_offset, weight| {
            shared.data_mut()[target_offset] += value * weight;
            inside += weight;
        });
        outside += value * (1.0 - inside);
    }
    (shared, outside)
}

/// The part of the first grid inside the second.
pub(super) fn fraction_inside(first: &Grid, second: &Grid) -> f64 {
    const COUNT: usize = 1 << 16;
    let size = first.size().map(|n| n as f64);
    let inside = symmetric_points(COUNT)
        .filter(|point| {
            let index = std::array::from_fn(|axis| (point[axis] + 0.5) * size[axis] - 0.5);
            second.voxel_at(first.index_to_patient(index)).is_some()
        })
        .count();
    inside as f64 / COUNT as f64
}

/// The voxels of one grid cut into parts by the voxels of another (G5).
pub(super) struct SampledOverlap {
    /// From an index in the cut grid to the (fractional) index in the cutting grid.
    map: Affine,
    /// Half the width of a cut voxel's bounding box, in indices of the cutting grid.
    reach: [f64; 3],
    /// Steps from a cut voxel's centre, in indices of the cutting grid, as fixed-point numbers.
    points: Vec<[i64; 3]>,
    cutting: Grid,
}

impl SampledOverlap {
    /// Cuts the voxels of `cut` by those of `cutting`, for means over the voxels of `cut`.
    pub(super) fn new(cut: &Grid, cutting: &Grid) -> Self {
        let ratio = cut.voxel_volume_ml() / cutting.voxel_volume_ml();
        // Where the other voxels are much finer, a few points in each of them.
        Self::with_points(cut, cutting, if ratio > 1.0 { (POINTS / ratio).max(4.0) } else { POINTS })
    }

    /// With so many points per voxel of `cutting`.
    fn with_points(cut: &Grid, cutting: &Grid, per_voxel: f64) -> Self {
        let to_cutting = |index| cutting.patient_to_index(cut.index_to_patient(index));
        let origin = to_cutting([0.0; 3]);
        let columns = std::array::from_fn(|axis| {
            let mut step = [0.0; 3];
            step[axis] = 1.0;
            let end = to_cutting(step);
            std::array::from_fn(|row| end[row] - origin[row])
        });
        let map = Affine { columns, origin };
        let linear = Affine { columns, origin: [0.0; 3] };
        let count = per_voxel * cut.voxel_volume_ml() / cutting.voxel_volume_ml();
        let count = count.clamp(BOUNDS.0, BOUNDS.1) as usize / 2 * 2;
        Self {
            map,
            reach: std::array::from_fn(|row| columns.iter().map(|column| column[row].abs() / 2.0).sum()),
            points: symmetric_points(count).map(|point| linear.apply(point).map(fixed)).collect(),
            cutting: *cutting,
        }
    }

    /// Calls `visit` with the offset in the cutting grid and the share of the cut voxel, for each part found; the shares
    /// of one offset may come in pieces, and what is missing to 1 lies outside.
    pub(super) fn for_each_part(&self, voxel: [usize; 3], mut visit: impl FnMut(usize, f64)) {
        let centre = self.map.apply(voxel.map(|n| n as f64));
        let (low, high) = (self.shifted(centre, -1.0), self.shifted(centre, 1.0));
        let size = self.cutting.size();
        if (0..3).any(|axis| high[axis] <= 0.0 || low[axis] >= size[axis] as f64) {
            return;
        }
        if let (Some(first), Some(last)) = (self.cell(low.map(fixed)), self.cell(high.map(fixed)))
            && first == last
        {
            return visit(first, 1.0);
        }
        let weight = 1.0 / self.points.len() as f64;
        let [x, y, z] = self.shifted(centre, 0.0).map(fixed);
        for step in &self.points {
            if let Some(offset) = self.cell([x + step[0], y + step[1], z + step[2]]) {
                visit(offset, weight);
            }
        }
    }

    /// A corner of the bounding box, counted from the cutting grid's edge.
    fn shifted(&self, centre: [f64; 3], sign: f64) -> [f64; 3] {
        std::array::from_fn(|axis| centre[axis] + 0.5 + sign * self.reach[axis])
    }

    /// The voxel of the cutting grid around a fixed-point position counted from its edge.
    fn cell(&self, position: [i64; 3]) -> Option<usize> {
        // A negative position becomes a huge one: a single comparison tests both sides.
        let index = position.map(|x| (x >> FRACTION_BITS) as u64 as usize);
        let size = self.cutting.size();
        let inside = index[0] < size[0] && index[1] < size[1] && index[2] < size[2];
        inside.then(|| self.cutting.offset(index))
    }
}

/// Bits after the point of a fixed-point position: finer than 1e-9 voxel, and room for 2^30 voxels.
const FRACTION_BITS: u32 = 32;

/// A position as a fixed-point number: adding and rounding down is then a matter of integers, several times faster.
fn fixed(x: f64) -> i64 {
    // Positions far outside saturate well before a sum of two could overflow.
    (x * (1u64 << FRACTION_BITS) as f64).clamp(-(2f64.powi(61)), 2f64.powi(61)).floor() as i64
}

/// `count` points (an even number) in the unit cube around zero, each with its mirror image.
fn symmetric_points(count: usize) -> impl Iterator<Item = [f64; 3]> {
    const G: f64 = 1.220_744_084_605_759_5;
    let steps = [1.0 / G, 1.0 / (G * G), 1.0 / (G * G * G)];
    (0..count / 2).flat_map(move |n| {
        let point = steps.map(|step| ((n as f64 + 0.5) * step).fract() - 0.5);
        [point, point.map(|x| -x)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid turned by some degrees about two axes.
    fn turned(size: usize, spacing: f64, degrees: f64) -> Grid {
        let (s, c) = degrees.to_radians().sin_cos();
        let columns = [[c, s, 0.0], [-s * c, c * c, s], [s * s, -s * c, c]].map(|u| u.map(|x| x * spacing));
        let half = (size as f64 - 1.0) / 2.0;
        let linear = Affine { columns, origin: [0.0; 3] };
        let origin = linear.apply([half; 3]).map(|x| -x);
        Grid::new([size; 3], Affine { columns, origin }).unwrap()
    }

    #[test]
    fn uniform_quantity_stays_uniform_to_one_percent_of_a_voxel() {
        for (degrees, spacing) in [(1.0, 3.0), (7.0, 4.0), (30.0, 2.0), (17.0, 1.0), (3.0, 9.0)] {
            let source = Volume::filled(turned(24, 3.0, 0.0), 27.0f32);
            let target = turned((36.0 / spacing) as usize, spacing, degrees);
            let (shared, outside) = scatter(&source, &target);
            let expected = spacing.powi(3);
            let square: f64 = shared.data().iter().map(|v| (v / expected - 1.0).powi(2)).sum();
            let rms = (square / target.len() as f64).sqrt();
            let worst = shared.data().iter().map(|v| (v / expected - 1.0).abs()).fold(0.0, f64::max);
            assert!(rms < 0.01 && worst < 0.04, "{degrees} degrees, {spacing} mm: rms {rms}, worst {worst}");
            let total: f64 = shared.data().iter().sum::<f64>() + outside;
            assert!((total / (27.0 * 24f64.powi(3)) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_cut_through_a_voxel_is_right_to_one_percent() {
        // One voxel of 3 mm, and a plane between target voxels at a known place and angle.
        let source = Volume::filled(Grid::axis_aligned([1; 3], [3.0; 3], [0.0; 3]).unwrap(), 1.0f64);
        for degrees in [0.7, 5.0, 21.0, 44.0] {
            let (s, c) = f64::to_radians(degrees).sin_cos();
            for depth in [-1.1, -0.4, 0.3, 0.9] {
                let columns =
                    [[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]].map(|u: [f64; 3]| u.map(|x| x * 3.0));
                let linear = Affine { columns, origin: [0.0; 3] };
                let origin = linear.apply([depth / 3.0 - 2.5, -2.5, -2.5]);
                let (shared, outside) =
                    scatter(&source, &Grid::new([6; 3], Affine { columns, origin }).unwrap());
                let beyond: f64 =
                    (0..216).filter(|offset| offset % 6 >= 3).map(|offset| shared.data()[offset]).sum();
                let fine = 1000;
                let along = |n: usize| 3.0 * ((n as f64 + 0.5) / fine as f64 - 0.5);
                let exact =
                    (0..fine * fine).filter(|n| c * along(n % fine) + s * along(n / fine) > depth).count();
                assert!(outside.abs() < 1e-12);
                let exact = exact as f64 / (fine * fine) as f64;
                assert!(
                    (beyond - exact).abs() < 0.01,
                    "{degrees} degrees at {depth} mm: {beyond}, exact {exact}"
                );
            }
        }
    }

    #[test]
    fn points_are_centred_and_even() {
        let points = symmetric_points(512).collect::<Vec<_>>();
        for axis in 0..3 {
            let mean: f64 = points.iter().map(|p| p[axis]).sum::<f64>() / 512.0;
            let square: f64 = points.iter().map(|p| p[axis] * p[axis]).sum::<f64>() / 512.0;
            assert!(mean.abs() < 1e-15);
            assert!((square * 12.0 - 1.0).abs() < 0.02, "variance of a uniform edge is 1/12");
        }
    }
}
