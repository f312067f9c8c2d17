//! One plane of contours in the indices (i, j) of a slice: which voxels, and how far.

/// A centre this close to a contour lies on it, mm. Contours are written with two decimals or more.
pub(super) const ON_CONTOUR: f64 = 0.02;
/// Lines per row of voxels along which the share is integrated (exactly along the line).
const LINES: usize = 64;

/// A line from one corner to the next.
pub(super) type Edge = ([f64; 2], [f64; 2]);

/// Polygons in fractional indices of a slice of `size` voxels.
pub(super) struct Plane<'a> {
    pub(super) size: [usize; 2],
    /// Steps in mm from one voxel centre to the next along i and j.
    pub(super) steps: [[f64; 3]; 2],
    pub(super) polygons: &'a [Vec<[f64; 2]>],
}

impl Plane<'_> {
    /// The voxels whose centre lies inside by the even-odd rule (CN1), or on a contour (CN2). `mark` may be called twice for one.
    pub(super) fn centres(&self, mut mark: impl FnMut(usize, usize)) {
        let edges = self.edges();
        for row in self.rows(0.0) {
            for [begin, end] in spans(&edges, row as f64) {
                for column in whole_between(begin, end, self.size[0]) {
                    mark(column, row);
                }
            }
        }
        for (a, b) in edges {
            self.on_edge(a, b, &mut mark);
        }
    }

    /// The share of every voxel that lies inside by the even-odd rule (CN3), called once for each piece of it.
    pub(super) fn shares(&self, mut add: impl FnMut(usize, usize, f64)) {
        let edges = self.edges();
        for row in self.rows(0.5) {
            let (above, below) = (row as f64 - 0.5, row as f64 + 0.5);
            let reaches = |(a, b): &&Edge| a[1].min(b[1]) <= below && a[1].max(b[1]) >= above;
            let near: Vec<Edge> = edges.iter().filter(reaches).copied().collect();
            for line in 0..LINES {
                let y = above + (line as f64 + 0.5) / LINES as f64;
                for [begin, end] in spans(&near, y) {
                    let (begin, end) = (begin.max(-0.5), end.min(self.size[0] as f64 - 0.5));
                    if begin >= end {
                        continue;
                    }
                    let last = ((end + 0.5).ceil() as usize).min(self.size[0]);
                    for column in ((begin + 0.5).floor() as usize)..last {
                        let (low, high) = (column as f64 - 0.5, column as f64 + 0.5);
                        add(column, row, (end.min(high) - begin.max(low)) / LINES as f64);
                    }
                }
            }
        }
    }

    /// Whether a corner lies outside the voxels of the slice.
    pub(super) fn reaches_beyond(&self) -> bool {
        let [right, bottom] = self.size.map(|side| side as f64 - 0.5);
        self.polygons.iter().flatten().any(|[x, y]| *x < -0.5 || *y < -0.5 || *x > right || *y > bottom)
    }

    /// Rows that the polygons reach, to a margin.
    fn rows(&self, margin: f64) -> std::ops::Range<usize> {
        let all = self.polygons.iter().flatten().map(|point| point[1]);
        let (low, high) =
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
        let begin = (low - margin).ceil().max(0.0) as usize;
        let end = ((high + margin).floor() + 1.0).clamp(0.0, self.size[1] as f64) as usize;
        begin.min(end)..end
    }

    fn edges(&self) -> Vec<Edge> {
        self.polygons.iter().flat_map(|polygon| edges(polygon)).collect()
    }

    fn on_edge(&self, a: [f64; 2], b: [f64; 2], mark: &mut impl FnMut(usize, usize)) {
        let lengths = self.steps.map(|step| step.iter().map(|x| x * x).sum::<f64>().sqrt());
        // An index range that surely holds the tolerance, also between axes that are not quite at right angles.
        let margin = lengths.map(|length| 2.0 * ON_CONTOUR / length);
        let (low, high) = (a[1].min(b[1]) - margin[1], a[1].max(b[1]) + margin[1]);
        for row in whole_between(low, high, self.size[1]) {
            let reached = |y: f64| ((y - a[1]) / (b[1] - a[1])).clamp(0.0, 1.0);
            let parts = if b[1] == a[1] {
                [0.0, 1.0]
            } else {
                [reached(row as f64 - margin[1]), reached(row as f64 + margin[1])]
            };
            let [s, t] = parts.map(|part| a[0] + part * (b[0] - a[0]));
            for column in whole_between(s.min(t) - margin[0], s.max(t) + margin[0], self.size[0]) {
                if self.distance([column as f64, row as f64], a, b) <= ON_CONTOUR {
                    mark(column, row);
                }
            }
        }
    }

    /// Distance in mm between a point and a line from `a` to `b`, all in indices.
    fn distance(&self, point: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
        let to_mm = |v: [f64; 2]| -> [f64; 3] {
            std::array::from_fn(|n| v[0] * self.steps[0][n] + v[1] * self.steps[1][n])
        };
        let dot = |u: [f64; 3], v: [f64; 3]| u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
        let (along, from) = (to_mm([b[0] - a[0], b[1] - a[1]]), to_mm([point[0] - a[0], point[1] - a[1]]));
        let square = dot(along, along);
        let part = if square > 0.0 { (dot(along, from) / square).clamp(0.0, 1.0) } else { 0.0 };
        let gap: [f64; 3] = std::array::from_fn(|n| from[n] - part * along[n]);
        dot(gap, gap).sqrt()
    }
}

/// Where a line along i at height `y` is inside: pairs of crossings, even-odd over all edges.
fn spans(edges: &[Edge], y: f64) -> Vec<[f64; 2]> {
    let mut crossings: Vec<f64> = edges
        .iter()
        // Half-open, so that a corner on the line counts once or twice as it must.
        .filter(|(a, b)| (a[1] <= y) != (b[1] <= y))
        .map(|(a, b)| a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    crossings.as_chunks::<2>().0.to_vec()
}

/// The edges of a polygon, the last of which leads back to its first corner.
pub(super) fn edges(polygon: &[[f64; 2]]) -> impl Iterator<Item = Edge> + '_ {
    polygon.iter().copied().zip(polygon.iter().copied().cycle().skip(1))
}

/// The whole numbers from `low` to `high` that are indices of `count` voxels.
fn whole_between(low: f64, high: f64, count: usize) -> std::ops::Range<usize> {
    let begin = low.ceil().max(0.0) as usize;
    let end = (high.floor() + 1.0).clamp(0.0, count as f64) as usize;
    begin.min(end)..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(polygons: &[Vec<[f64; 2]>]) -> Plane<'_> {
        Plane { size: [8, 6], steps: [[2.0, 0.0, 0.0], [0.0, 3.0, 0.0]], polygons }
    }

    fn picture(polygons: &[Vec<[f64; 2]>]) -> Vec<String> {
        let mut rows = vec![vec!['.'; 8]; 6];
        plane(polygons).centres(|i, j| rows[j][i] = '#');
        rows.into_iter().map(String::from_iter).collect()
    }

    fn area(polygons: &[Vec<[f64; 2]>]) -> f64 {
        let mut sum = 0.0;
        plane(polygons).shares(|_, _, share| sum += share);
        sum
    }

    #[test]
    fn centres_on_the_contour_belong_to_it() {
        let diamond = vec![vec![[3.0, 1.0], [5.0, 3.0], [3.0, 5.0], [1.0, 3.0]]];
        assert_eq!(
            picture(&diamond),
            ["........", "...#....", "..###...", ".#####..", "..###...", "...#...."]
        );
        let point = vec![vec![[2.0, 2.0]]];
        assert_eq!(picture(&point)[2], "..#.....");
        let line = vec![vec![[1.0, 1.0], [4.0, 4.0]]];
        assert_eq!(picture(&line), ["........", ".#......", "..#.....", "...#....", "....#...", "........"]);
    }

    #[test]
    fn the_tolerance_is_in_millimetres() {
        // 0.019 and 0.021 mm beside the centres, along i (2 mm) and j (3 mm).
        for (mm, marked) in [(0.019, true), (0.021, false)] {
            let right = vec![vec![[2.0 + mm / 2.0, 1.0], [2.0 + mm / 2.0, 3.0]]];
            assert_eq!(picture(&right)[2].contains('#'), marked);
            let above = vec![vec![[1.0, 2.0 + mm / 3.0], [3.0, 2.0 + mm / 3.0]]];
            assert_eq!(picture(&above)[2].contains('#'), marked);
        }
    }

    #[test]
    fn holes_are_outside_whether_nested_or_joined_by_a_keyhole() {
        let outer = [[0.4, 0.4], [6.6, 0.4], [6.6, 5.4], [0.4, 5.4]];
        let inner = [[1.6, 1.6], [5.4, 1.6], [5.4, 4.4], [1.6, 4.4]];
        let nested = vec![outer.to_vec(), inner.to_vec()];
        let mut keyhole = outer.to_vec();
        keyhole.push(outer[0]);
        keyhole.extend(inner);
        keyhole.push(inner[0]);
        let expected = ["........", ".######.", ".#....#.", ".#....#.", ".#....#.", ".######."];
        for polygons in [nested, vec![keyhole]] {
            assert_eq!(picture(&polygons), expected);
            assert!((area(&polygons) - (6.2 * 5.0 - 3.8 * 2.8)).abs() < 0.05, "{}", area(&polygons));
        }
    }

    #[test]
    fn shares_add_up_to_the_area_within_the_slice() {
        let triangle = vec![vec![[0.2, 0.3], [6.7, 1.1], [2.4, 5.2]]];
        // Shoelace formula.
        let exact = 0.5 * (6.5f64 * 4.9 - 2.2 * 0.8);
        assert!((area(&triangle) - exact).abs() < 1e-3 * exact, "{} {exact}", area(&triangle));
        let beyond = vec![vec![[-100.0, -100.0], [100.0, -100.0], [100.0, 100.0], [-100.0, 100.0]]];
        assert!((area(&beyond) - 48.0).abs() < 1e-9);
        assert_eq!(picture(&beyond), ["########"; 6]);
        let outside = vec![
            vec![[20.0, 20.0], [30.0, 20.0], [30.0, 30.0]],
            vec![[-9.0, -9.0], [-5.0, -9.0], [-5.0, -3.0]],
        ];
        assert_eq!((area(&outside), picture(&outside).concat().contains('#')), (0.0, false));
    }
}
