//! Testing samplers as laws.

/// Chi-square of `draws` values in [0, 1) from `sample` against a density on it (any scale), in `bins` equal bins.
pub(crate) fn chi_square(
    bins: usize,
    draws: usize,
    mut sample: impl FnMut() -> f64,
    density: impl Fn(f64) -> f64,
) -> f64 {
    const POINTS: usize = 200;
    let mut counts = vec![0f64; bins];
    for _ in 0..draws {
        counts[((sample() * bins as f64) as usize).min(bins - 1)] += 1.0;
    }
    let area = |bin: usize| -> f64 {
        (0..POINTS).map(|n| density((bin as f64 + (n as f64 + 0.5) / POINTS as f64) / bins as f64)).sum()
    };
    let areas: Vec<f64> = (0..bins).map(area).collect();
    let total: f64 = areas.iter().sum();
    let of_bin = |(count, area): (&f64, &f64)| {
        let expected = draws as f64 * area / total;
        (count - expected).powi(2) / expected
    };
    // A bin that hardly anything falls into is no test.
    counts.iter().zip(&areas).filter(|(_, area)| draws as f64 * **area / total > 5.0).map(of_bin).sum()
}

#[test]
fn a_wrong_law_is_found_out() {
    let mut random = crate::random::Stream::new(1, 2);
    // 19 degrees of freedom: 43.8 is passed once in a thousand.
    assert!(chi_square(20, 100_000, || random.uniform(), |_| 1.0) < 43.8);
    assert!(chi_square(20, 100_000, || random.uniform(), |x| 1.0 + 0.1 * x) > 43.8);
}
