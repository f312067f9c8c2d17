//! Integrals of smooth functions by the 8-point Gauss-Legendre rule (Abramowitz & Stegun 1964, table 25.4).

const NODES: [(f64, f64); 4] = [
    (0.183_434_642_495_650, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887),
    (0.796_666_477_413_627, 0.222_381_034_453_374),
    (0.960_289_856_497_536, 0.101_228_536_290_376),
];

/// Places and weights of the rule between `low` and `high`: exact for polynomials up to the 15th power.
pub fn places(low: f64, high: f64) -> impl Iterator<Item = (f64, f64)> {
    let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
    NODES.into_iter().flat_map(move |(node, weight)| {
        [(centre - half * node, half * weight), (centre + half * node, half * weight)]
    })
}

/// Integral from `low` to `high` in four pieces.
pub fn gauss_legendre(low: f64, high: f64, function: impl Fn(f64) -> f64) -> f64 {
    const PIECES: usize = 4;
    let width = (high - low) / PIECES as f64;
    (0..PIECES)
        .flat_map(|piece| places(low + piece as f64 * width, low + (piece + 1) as f64 * width))
        .map(|(place, weight)| weight * function(place))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn powers_are_integrated_exactly() {
        let exact = (3f64.powi(16) - 1.0) / 16.0;
        let one: f64 = places(1.0, 3.0).map(|(x, weight)| weight * x.powi(15)).sum();
        assert_relative_eq!(one, exact, max_relative = 1e-13);
        assert_relative_eq!(gauss_legendre(1.0, 3.0, |x| x.powi(15)), exact, max_relative = 1e-13);
    }
}
