//! Exact overlaps of two grids whose axes are parallel: the product of three overlaps along a line (G4).
//! Equations: `docs/methods/resampling.md`.

use crate::affine::dot;
use crate::{Grid, Volume};

/// Largest sine of the angle between axes taken as parallel: DICOM writes direction cosines with few digits.
const PARALLEL: f64 = 1e-4;

/// What an overlap is a share of.
#[derive(Clone, Copy)]
pub(super) enum Share {
    /// Of the source voxel: for quantities that are shared out.
    OfSource,
    /// Of the target voxel: for means.
    OfTarget,
}

/// The overlaps of every target voxel with the source voxels it touches (G4).
pub(super) struct ParallelOverlap {
    /// Per source axis.
    lines: [LineOverlap; 3],
    /// The target axis that is parallel to each source axis.
    target_axis: [usize; 3],
    source: Grid,
}

impl ParallelOverlap {
    /// `None` where the axes are not parallel.
    pub(super) fn new(source: &Grid, target: &Grid, share: Share) -> Option<Self> {
        let target_axis = parallel_axes(source, target)?;
        // Referred to the centre, so that a small angle errs least.
        let centre = source.size().map(|n| (n as f64 - 1.0) / 2.0);
        let centre_in_target = target.patient_to_index(source.index_to_patient(centre));
        let lines = std::array::from_fn(|axis| {
            let along = target_axis[axis];
            let step = target.affine().columns[along];
            let scale = dot(source.affine().columns[axis], step) / dot(step, step);
            // Target voxel t reaches from t to t + 1 here.
            let edges = (0..=source.size()[axis])
                .map(|s| centre_in_target[along] + 0.5 + scale * (s as f64 - 0.5 - centre[axis]))
                .map(|edge| snap(edge, 1e-6 * scale.abs().min(1.0)))
                .collect::<Vec<_>>();
            LineOverlap::new(&edges, target.size()[along], share)
        });
        Some(Self { lines, target_axis, source: *source })
    }

    fn runs(&self, voxel: [usize; 3]) -> [&Run; 3] {
        std::array::from_fn(|axis| &self.lines[axis].runs[voxel[self.target_axis[axis]]])
    }

    /// Sum over the source voxels in a target voxel, weighted by their shares.
    pub(super) fn weighted_sum<T: Copy + Into<f64>>(&self, source: &Volume<T>, voxel: [usize; 3]) -> f64 {
        let [x, y, z] = self.runs(voxel);
        let mut sum = 0.0;
        for (k, weight_z) in z.parts() {
            for (j, weight_y) in y.parts() {
                let start = self.source.offset([x.first, j, k]);
                let row = &source.data()[start..start + x.weights.len()];
                let along_x: f64 =
                    row.iter().zip(&x.weights).map(|(&value, &weight)| value.into() * weight).sum();
                sum += along_x * (weight_y * weight_z);
            }
        }
        sum
    }

    /// Calls `visit` with the offset and share of each source voxel in a target voxel.
    pub(super) fn for_each_part(&self, voxel: [usize; 3], mut visit: impl FnMut(usize, f64)) {
        let [x, y, z] = self.runs(voxel);
        for (k, weight_z) in z.parts() {
            for (j, weight_y) in y.parts() {
                let start = self.source.offset([x.first, j, k]);
                for (i, &weight_x) in x.weights.iter().enumerate() {
                    visit(start + i, weight_x * (weight_y * weight_z));
                }
            }
        }
    }

    /// The part of a target voxel that the source covers.
    pub(super) fn covered(&self, voxel: [usize; 3]) -> f64 {
        self.runs(voxel).iter().map(|run| run.covered).product()
    }

    /// The part of the source that lies outside the target.
    pub(super) fn outside<T: Copy + Into<f64>>(&self, source: &Volume<T>) -> f64 {
        let [nx, ny, nz] = self.source.size();
        let [x, y, z] = &self.lines;
        let whole_rows = x.inside.iter().all(|&part| part == 1.0);
        let mut outside = 0.0;
        for k in 0..nz {
            for j in 0..ny {
                let row_inside = y.inside[j] * z.inside[k];
                if whole_rows && row_inside == 1.0 {
                    continue;
                }
                let start = self.source.offset([0, j, k]);
                for (&value, &part) in source.data()[start..start + nx].iter().zip(&x.inside) {
                    let rest = 1.0 - part * row_inside;
                    if rest > 0.0 {
                        outside += value.into() * rest;
                    }
                }
            }
        }
        outside
    }

    /// The part of the source grid's volume inside the target.
    pub(super) fn source_fraction(&self) -> f64 {
        self.lines.iter().map(|line| line.inside.iter().sum::<f64>() / line.inside.len() as f64).product()
    }
}

/// Overlaps along one line of source cells.
struct LineOverlap {
    /// Per target cell.
    runs: Vec<Run>,
    /// Per source cell: the part of it inside the target.
    inside: Vec<f64>,
}

/// The source cells that one target cell touches, and their shares.
#[derive(Clone, Default)]
struct Run {
    first: usize,
    weights: Vec<f64>,
    covered: f64,
}

impl Run {
    fn parts(&self) -> impl Iterator<Item = (usize, f64)> {
        self.weights.iter().enumerate().map(|(n, &weight)| (self.first + n, weight))
    }
}

impl LineOverlap {
    /// `edges` of the source cells in units of target cells, of which there are `count`: cell t reaches from t to t + 1.
    fn new(edges: &[f64], count: usize, share: Share) -> Self {
        let mut runs = vec![Run::default(); count];
        let mut inside = Vec::with_capacity(edges.len() - 1);
        for (cell, pair) in edges.windows(2).enumerate() {
            let (low, high) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            let (from, to) = (low.max(0.0), high.min(count as f64));
            inside.push((to - from).max(0.0) / (high - low));
            if to <= from {
                continue;
            }
            for (t, run) in runs.iter_mut().enumerate().take(to.ceil() as usize).skip(from as usize) {
                let length = to.min((t + 1) as f64) - from.max(t as f64);
                if run.weights.is_empty() {
                    run.first = cell;
                }
                run.covered += length;
                run.weights.push(match share {
                    Share::OfSource => length / (high - low),
                    Share::OfTarget => length,
                });
            }
        }
        Self { runs, inside }
    }
}

/// Puts an edge that misses a target edge by rounding onto it, so that equal voxels are copied and no sliver is cut off.
fn snap(edge: f64, tolerance: f64) -> f64 {
    if (edge - edge.round()).abs() <= tolerance { edge.round() } else { edge }
}

/// The target axis parallel to each source axis, if every one has its own.
fn parallel_axes(source: &Grid, target: &Grid) -> Option<[usize; 3]> {
    let mut axes = [3; 3];
    for (axis, &a) in axes.iter_mut().zip(&source.affine().columns) {
        *axis = (0..3).find(|&b| {
            let b = target.affine().columns[b];
            1.0 - dot(a, b).powi(2) / (dot(a, a) * dot(b, b)) <= PARALLEL * PARALLEL
        })?;
    }
    let each_once = (0..3).all(|axis| axes.contains(&axis));
    each_once.then_some(axes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_the_edges_fall() {
        // Source cells of 1.5 target cells, the first beginning half a cell outside.
        let line = LineOverlap::new(&[-0.5, 1.0, 2.5], 2, Share::OfTarget);
        assert_eq!(line.runs[0].weights, [1.0]);
        assert_eq!((line.runs[1].first, line.runs[1].weights.as_slice()), (1, &[1.0][..]));
        assert_eq!(line.inside, [1.0 / 1.5, 1.0 / 1.5]);
    }

    #[test]
    fn a_small_angle_is_parallel_and_a_larger_is_not() {
        let straight = Grid::axis_aligned([4; 3], [1.0; 3], [0.0; 3]).unwrap();
        let turned = |angle: f64| {
            let mut affine = *straight.affine();
            affine.columns[0] = [angle.cos(), angle.sin(), 0.0];
            affine.columns[1] = [-angle.sin(), angle.cos(), 0.0];
            Grid::new([4; 3], affine).unwrap()
        };
        assert!(parallel_axes(&straight, &turned(0.5e-4)).is_some());
        assert!(parallel_axes(&straight, &turned(2e-4)).is_none());
    }

    #[test]
    fn two_axes_along_one_are_not_parallel_grids() {
        let straight = Grid::axis_aligned([4; 3], [1.0; 3], [0.0; 3]).unwrap();
        let mut sheared = *straight.affine();
        sheared.columns[1] = [1.0, 3e-5, 0.0];
        let sheared = Grid::new([4; 3], sheared).unwrap();
        assert!(parallel_axes(&sheared, &straight).is_none());
    }
}
