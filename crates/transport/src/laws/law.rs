//! Densities integrated numerically.

/// A distribution given by its density, of any scale, over the pieces between `edges`.
pub(crate) struct Law<F> {
    edges: Vec<f64>,
    /// Integral up to each edge.
    cumulative: Vec<f64>,
    density: F,
}

impl<F: Fn(f64) -> f64> Law<F> {
    /// Edges ascend; between two of them the density must be smooth.
    pub(crate) fn new(edges: Vec<f64>, density: F) -> Self {
        let mut cumulative = vec![0.0];
        for edge in edges.windows(2) {
            cumulative.push(cumulative[cumulative.len() - 1] + integral(edge[0], edge[1], &density));
        }
        Self { edges, cumulative, density }
    }

    /// Integral of the density as given.
    pub(crate) fn total(&self) -> f64 {
        self.cumulative[self.cumulative.len() - 1]
    }

    /// Probability of less than `x`, which must lie on the support but for rounding.
    pub(crate) fn below(&self, x: f64) -> f64 {
        let (first, last) = (self.edges[0], self.edges[self.edges.len() - 1]);
        let slack = 1e-9 * (last - first);
        assert!((first - slack..=last + slack).contains(&x), "{x} is not on [{first}, {last}]");
        let piece = self.edges.partition_point(|&edge| edge <= x).clamp(1, self.edges.len() - 1) - 1;
        let within = integral(self.edges[piece], x.clamp(first, last), &self.density);
        (self.cumulative[piece] + within) / self.total()
    }

    /// Mean of a function that is smooth between the edges.
    pub(crate) fn mean(&self, function: impl Fn(f64) -> f64) -> f64 {
        let product = |x: f64| function(x) * (self.density)(x);
        self.edges.windows(2).map(|edge| integral(edge[0], edge[1], &product)).sum::<f64>() / self.total()
    }
}

/// Gauss-Legendre with five points (Abramowitz & Stegun 1964, table 25.4).
fn integral(low: f64, high: f64, function: &impl Fn(f64) -> f64) -> f64 {
    const NODES: [(f64, f64); 5] = [
        (-0.906_179_845_938_664, 0.236_926_885_056_189),
        (-0.538_469_310_105_683, 0.478_628_670_499_366),
        (0.0, 0.568_888_888_888_889),
        (0.538_469_310_105_683, 0.478_628_670_499_366),
        (0.906_179_845_938_664, 0.236_926_885_056_189),
    ];
    let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
    half * NODES.iter().map(|(node, weight)| weight * function(centre + half * node)).sum::<f64>()
}

/// Edges of equal pieces.
pub(crate) fn even(low: f64, high: f64, pieces: usize) -> Vec<f64> {
    (0..=pieces).map(|n| low + (high - low) * n as f64 / pieces as f64).collect()
}

/// Edges of pieces of equal ratio, from above zero.
pub(crate) fn geometric(low: f64, high: f64, pieces: usize) -> Vec<f64> {
    let mut edges: Vec<f64> =
        (0..=pieces).map(|n| low * (high / low).powf(n as f64 / pieces as f64)).collect();
    // The power rounds.
    edges[pieces] = high;
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn shares_and_means_of_a_known_law() {
        let law = Law::new(geometric(0.01, 1.0, 40), |x| 3.0 / (x * x));
        assert_relative_eq!(law.total(), 297.0, max_relative = 1e-9);
        assert_relative_eq!(law.below(0.02), (100.0 - 50.0) / 99.0, max_relative = 1e-9);
        assert_relative_eq!(law.mean(|x| x), 100f64.ln() / 99.0, max_relative = 1e-9);
        assert_eq!((law.below(0.01), law.below(1.0)), (0.0, 1.0));
    }
}
