//! Which shape fills which share of each voxel.

use crate::geometry::Body;
use iodose_volume::Grid;

/// Calls `visit(offset, shares)` for every voxel in order. `shares` lists (region, share) with shares above 0 that
/// add up to 1, by increasing region: region 0 is outside all bodies, region n + 1 is body n. `grid` must be along
/// the axes.
pub(crate) fn for_each_voxel(
    grid: &Grid,
    bodies: &[Body],
    subsamples: usize,
    mut visit: impl FnMut(usize, &[(usize, f64)]),
) {
    let half = grid.spacing().map(|spacing| 0.5 * spacing);
    let samples = sample_points(subsamples, half);
    let total = samples.len() as f64;
    let mut counts = vec![0u32; bodies.len() + 1];
    let mut candidates = Vec::new();
    let mut shares = Vec::new();
    for offset in 0..grid.len() {
        let centre = grid.index_to_patient(grid.index(offset).map(|i| i as f64));
        candidates.clear();
        let mut base = 0;
        // From the top: what lies under a body that holds the whole voxel is not seen.
        for (number, body) in bodies.iter().enumerate().rev() {
            if body.may_touch(centre, half) {
                if body.holds(centre, half) {
                    base = number + 1;
                    break;
                }
                candidates.push(number);
            }
        }
        shares.clear();
        if candidates.is_empty() {
            shares.push((base, 1.0));
        } else {
            for sample in &samples {
                let point = std::array::from_fn(|axis| centre[axis] + sample[axis]);
                let top = candidates.iter().find(|&&number| bodies[number].contains(point));
                counts[top.map_or(base, |number| number + 1)] += 1;
            }
            let seen = candidates.iter().rev().map(|number| number + 1);
            for region in std::iter::once(base).chain(seen) {
                if counts[region] > 0 {
                    shares.push((region, f64::from(counts[region]) / total));
                    counts[region] = 0;
                }
            }
        }
        visit(offset, &shares);
    }
}

/// The centres of `count`^3 equal cells of a voxel, relative to the voxel's centre.
fn sample_points(count: usize, half: [f64; 3]) -> Vec<[f64; 3]> {
    let step = |s: usize| (2 * s + 1) as f64 / count as f64 - 1.0;
    (0..count.pow(3))
        .map(|n| [n % count, n / count % count, n / (count * count)])
        .map(|steps| std::array::from_fn(|axis| step(steps[axis]) * half[axis]))
        .collect()
}

/// The value with the largest total share; on a tie the smaller value.
pub(crate) fn largest_share<T: Copy + Ord>(shares: impl Iterator<Item = (T, f64)>) -> Option<T> {
    let mut totals: Vec<(T, f64)> = Vec::new();
    for (value, share) in shares {
        match totals.iter_mut().find(|(other, _)| *other == value) {
            Some((_, total)) => *total += share,
            None => totals.push((value, share)),
        }
    }
    totals.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_and_split_shares() {
        assert_eq!(largest_share([(3, 0.5), (1, 0.5)].into_iter()), Some(1));
        assert_eq!(largest_share([(3, 0.3), (1, 0.4), (3, 0.3)].into_iter()), Some(3));
        assert_eq!(largest_share(std::iter::empty::<(u16, f64)>()), None);
    }
}
