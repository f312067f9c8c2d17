//! Contours that cross themselves or each other.

use super::plane::{Edge, edges};

/// Comparisons after which the search is given up in all planes of a structure set; clinical contours take some ten thousand each.
pub(super) const PATIENCE: usize = 50_000_000;

/// What was found about the contours of a plane.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Crossing {
    /// None: where contours touch, or a keyhole's channel runs back on itself, nothing crosses.
    None,
    /// A contour crosses itself: its number in the plane.
    Itself(usize),
    /// Two contours cross each other.
    Each([usize; 2]),
    /// There are too many points to say.
    Unknown,
}

/// The first crossing among the edges of polygons; `patience` is the number of comparisons that may be made, and what is left of it.
pub(super) fn find(polygons: &[Vec<[f64; 2]>], patience: &mut usize) -> Crossing {
    let mut all: Vec<(usize, Edge)> = Vec::new();
    for (number, polygon) in polygons.iter().enumerate() {
        all.extend(edges(polygon).map(|edge| (number, edge)));
    }
    let low = |edge: &Edge| edge.0[1].min(edge.1[1]);
    let high = |edge: &Edge| edge.0[1].max(edge.1[1]);
    all.sort_by(|(_, a), (_, b)| low(a).total_cmp(&low(b)));
    for (n, (first, a)) in all.iter().enumerate() {
        for (second, b) in all[n + 1..].iter().take_while(|(_, b)| low(b) <= high(a)) {
            if *patience == 0 {
                return Crossing::Unknown;
            }
            *patience -= 1;
            if cross(a, b) {
                return if first == second {
                    Crossing::Itself(*first)
                } else {
                    Crossing::Each([*first.min(second), *first.max(second)])
                };
            }
        }
    }
    Crossing::None
}

/// Whether each edge has the ends of the other on either side of it.
fn cross(a: &Edge, b: &Edge) -> bool {
    let side = |edge: &Edge, point: [f64; 2]| {
        let (p, q) = edge;
        (q[0] - p[0]) * (point[1] - p[1]) - (q[1] - p[1]) * (point[0] - p[0])
    };
    side(a, b.0) * side(a, b.1) < 0.0 && side(b, a.0) * side(b, a.1) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(polygons: &[Vec<[f64; 2]>]) -> Crossing {
        super::find(polygons, &mut PATIENCE.clone())
    }

    #[test]
    fn a_bow_tie_crosses_itself_and_a_square_does_not() {
        let square = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
        let tie = vec![[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0]];
        let shifted: Vec<_> = square.iter().map(|[x, y]| [x + 2.0, y + 2.0]).collect();
        let touching: Vec<_> = square.iter().map(|[x, y]| [x + 4.0, *y]).collect();
        assert_eq!(find(&[square.clone(), touching]), Crossing::None);
        assert_eq!(find(&[square.clone(), tie]), Crossing::Itself(1));
        assert_eq!(find(&[square.clone(), shifted]), Crossing::Each([0, 1]));
        let keyhole: Vec<_> = square
            .iter()
            .copied()
            .chain([square[0], [1.0, 1.0], [2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])
            .collect();
        assert_eq!(find(&[keyhole]), Crossing::None);
    }

    #[test]
    fn a_wild_number_of_points_ends_the_search() {
        let teeth = (0..20_000).map(|n| [n as f64, if n % 2 == 0 { 0.0 } else { 1.0 }]);
        let comb: Vec<_> = teeth.chain([[20_000.0, -1.0], [-1.0, -1.0]]).collect();
        assert_eq!(find(&[comb]), Crossing::Unknown);
    }
}
