//! The voxels around each lesion: (RG5) of `docs/methods/registration.md`.

use iodose_volume::{Grid, Volume};
use std::collections::BTreeMap;

/// The voxels of a lesion and those around it, by their place in the data, both ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Neighbourhood {
    pub(super) inside: Vec<usize>,
    pub(super) around: Vec<usize>,
}

/// For every label but 0 the voxels whose centres lie at most `reach_mm` from the centre of one of its own, and not nearer
/// to one of another label. Voxels for which `shown` is false belong to none.
pub(super) fn neighbourhoods(
    labels: &Volume<u16>,
    reach_mm: f64,
    shown: impl Fn(usize) -> bool,
) -> BTreeMap<u16, Neighbourhood> {
    // Square distance and label of the nearest lesion; of equally near ones the lowest label.
    let mut nearest: BTreeMap<usize, (f64, u16)> = BTreeMap::new();
    for (label, bounds) in boxes(labels) {
        let close = Box3::around(bounds, labels.grid(), reach_mm);
        let squares = close.square_distances(labels, label);
        for (place, &square) in
            squares.iter().enumerate().filter(|(_, square)| **square <= reach_mm * reach_mm)
        {
            let entry = nearest.entry(close.offset(place, labels.grid())).or_insert((square, label));
            if square < entry.0 {
                *entry = (square, label);
            }
        }
    }
    let mut all: BTreeMap<u16, Neighbourhood> = BTreeMap::new();
    for (offset, (square, label)) in nearest.into_iter().filter(|(offset, _)| shown(*offset)) {
        let neighbourhood = all.entry(label).or_default();
        if square == 0.0 { &mut neighbourhood.inside } else { &mut neighbourhood.around }.push(offset);
    }
    all
}

/// The lowest and the highest index of each label.
fn boxes(labels: &Volume<u16>) -> BTreeMap<u16, [[usize; 3]; 2]> {
    let mut boxes = BTreeMap::new();
    for (offset, &label) in labels.data().iter().enumerate().filter(|(_, label)| **label > 0) {
        let index = labels.grid().index(offset);
        let [low, high] = boxes.entry(label).or_insert([index; 2]);
        for axis in 0..3 {
            low[axis] = low[axis].min(index[axis]);
            high[axis] = high[axis].max(index[axis]);
        }
    }
    boxes
}

/// A box of voxels of a grid.
struct Box3 {
    low: [usize; 3],
    size: [usize; 3],
    spacing: [f64; 3],
}

impl Box3 {
    fn around([low, high]: [[usize; 3]; 2], grid: &Grid, reach_mm: f64) -> Self {
        let spacing = grid.spacing();
        // A reach beyond the grid saturates.
        let steps = spacing.map(|side| (reach_mm / side).ceil() as usize);
        let low = [0, 1, 2].map(|axis| low[axis].saturating_sub(steps[axis]));
        let size = [0, 1, 2]
            .map(|axis| high[axis].saturating_add(steps[axis]).min(grid.size()[axis] - 1) - low[axis] + 1);
        Self { low, size, spacing }
    }

    fn index(&self, place: usize) -> [usize; 3] {
        let [nx, ny, _] = self.size;
        let index = [place % nx, place / nx % ny, place / (nx * ny)];
        [0, 1, 2].map(|axis| self.low[axis] + index[axis])
    }

    fn offset(&self, place: usize, grid: &Grid) -> usize {
        grid.offset(self.index(place))
    }

    /// Square of the distance (mm2) to the nearest voxel of a label, along voxel axes at right angles: one axis after the
    /// other (P. F. Felzenszwalb, D. P. Huttenlocher, Theory of Computing 8 (2012) 415).
    fn square_distances(&self, labels: &Volume<u16>, label: u16) -> Vec<f64> {
        let places = self.size.iter().product();
        let mut squares: Vec<f64> = (0..places)
            .map(|place| if labels[self.index(place)] == label { 0.0 } else { f64::INFINITY })
            .collect();
        let strides = [1, self.size[0], self.size[0] * self.size[1]];
        for axis in 0..3 {
            for start in (0..places).filter(|place| (place / strides[axis]).is_multiple_of(self.size[axis])) {
                let line: Vec<f64> =
                    (0..self.size[axis]).map(|n| squares[start + n * strides[axis]]).collect();
                for (n, square) in lower_envelope(&line, self.spacing[axis]).into_iter().enumerate() {
                    squares[start + n * strides[axis]] = square;
                }
            }
        }
        squares
    }
}

/// The least of line\[m\] + (n - m)^2 step^2 over m, for every n.
fn lower_envelope(line: &[f64], step: f64) -> Vec<f64> {
    let square = |n: usize| (n as f64 * step).powi(2);
    // The parabolas that are lowest somewhere, each with the place from which on it is.
    let mut lowest: Vec<(usize, f64)> = Vec::new();
    for (m, &height) in line.iter().enumerate().filter(|(_, height)| height.is_finite()) {
        let mut from = f64::NEG_INFINITY;
        while let Some(&(other, since)) = lowest.last() {
            let gap = (m - other) as f64 * step;
            from = (height + square(m) - line[other] - square(other)) / (2.0 * gap);
            if from > since {
                break;
            }
            lowest.pop();
            from = f64::NEG_INFINITY;
        }
        lowest.push((m, from));
    }
    let mut current = 0;
    (0..line.len())
        .map(|n| {
            let place = n as f64 * step;
            while lowest.get(current + 1).is_some_and(|(_, from)| *from <= place) {
                current += 1;
            }
            lowest.get(current).map_or(f64::INFINITY, |&(m, _)| line[m] + square(n.abs_diff(m)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_voxel_within_reach_goes_to_the_nearest_lesion() {
        let grid = Grid::axis_aligned([14, 11, 9], [2.0, 3.0, 4.0], [0.0; 3]).unwrap();
        let mut labels = Volume::filled(grid, 0u16);
        for (label, voxel) in
            [(3, [2, 2, 2]), (3, [3, 2, 2]), (1, [9, 6, 3]), (8, [9, 9, 5]), (8, [13, 10, 8])]
        {
            labels[voxel] = label;
        }
        let found = neighbourhoods(&labels, 9.0, |offset| offset % 7 > 0);
        let at = |offset: usize| grid.index_to_patient(grid.index(offset).map(|n| n as f64));
        for offset in 0..grid.len() {
            let square =
                |other: usize| -> f64 { (0..3).map(|n| (at(offset)[n] - at(other)[n]).powi(2)).sum() };
            let marked = labels.data().iter().enumerate().filter(|(_, label)| **label > 0);
            let expected = marked
                .map(|(other, &label)| (square(other), label))
                .min_by(|a, b| a.partial_cmp(b).unwrap())
                .filter(|&(square, _)| square <= 81.0 && offset % 7 > 0);
            for (label, Neighbourhood { inside, around }) in &found {
                let is =
                    |square: f64| expected.is_some_and(|(s, l)| l == *label && (s == 0.0) == (square == 0.0));
                assert_eq!(inside.contains(&offset), is(0.0), "{offset} {label}");
                assert_eq!(around.contains(&offset), is(1.0), "{offset} {label}");
            }
        }
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_reach_beyond_the_grid_is_the_whole_grid() {
        let grid = Grid::axis_aligned([3, 3, 3], [1.0; 3], [0.0; 3]).unwrap();
        let labels = Volume::from_fn(grid, |voxel| u16::from(voxel == [1, 1, 1]));
        let found = neighbourhoods(&labels, 1e300, |_| true);
        assert_eq!((found[&1].inside.len(), found[&1].around.len()), (1, 26));
    }
}
