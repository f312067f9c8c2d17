//! The probability that chance makes a fit at least as bad.

/// Pearson's chi-square of counts against weights (any scale); what has no weight must have no count.
pub(super) fn chi_square(counts: &[f64], weights: &[f64]) -> f64 {
    assert_eq!(counts.len(), weights.len());
    let (draws, weight): (f64, f64) = (counts.iter().sum(), weights.iter().sum());
    let (mut sum, mut freedom) = (0.0, -1.0);
    // What is expected fewer than ten times is put together: the law of the sum is a limit.
    let mut rare = [0.0; 2];
    for (count, expected) in counts.iter().zip(weights.iter().map(|w| draws * w / weight)) {
        if expected == 0.0 {
            assert_eq!(*count, 0.0, "the impossible happened {count} times");
        } else if expected < 10.0 {
            rare = [rare[0] + count, rare[1] + expected];
        } else {
            sum += (count - expected).powi(2) / expected;
            freedom += 1.0;
        }
    }
    if rare[1] >= 10.0 {
        sum += (rare[0] - rare[1]).powi(2) / rare[1];
        freedom += 1.0;
    }
    assert!(freedom > 0.0, "one outcome is no test");
    upper_gamma(0.5 * freedom, 0.5 * sum)
}

/// Incomplete gamma function Q(a, x) = Gamma(a, x)/Gamma(a): its series (DLMF 8.7.1) or continued fraction (8.9.2).
fn upper_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - libm::lgamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > 1e-16 * sum {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return 1.0 - front * sum;
    }
    // Backwards from far out.
    let tail = (1..1000).rev().fold(0.0, |tail, n| {
        let n = f64::from(n);
        n * (n - a) / (x + 2.0 * n + 1.0 - a - tail)
    });
    front / (x + 1.0 - a - tail)
}

/// The test of Kolmogorov and Smirnov of numbers that should be uniform in [0, 1), with the correction of Stephens
/// (J. R. Stat. Soc. B 32 (1970) 115) for their finite number.
pub(super) fn kolmogorov(shares: &mut [f64]) -> f64 {
    shares.sort_by(f64::total_cmp);
    let draws = shares.len() as f64;
    let distance =
        |(n, share): (usize, &f64)| (share - n as f64 / draws).max((n as f64 + 1.0) / draws - share);
    let largest = shares.iter().enumerate().map(distance).fold(0.0, f64::max);
    let root = draws.sqrt();
    kolmogorov_above((root + 0.12 + 0.11 / root) * largest)
}

/// Probability that Kolmogorov's statistic is above `t`, by the one of its two series that converges fast.
fn kolmogorov_above(t: f64) -> f64 {
    use std::f64::consts::PI;
    if t < 1.0 {
        let term = |n: i32| (-(f64::from(2 * n - 1) * PI / t).powi(2) / 8.0).exp();
        return 1.0 - (2.0 * PI).sqrt() / t * (1..6).map(term).sum::<f64>();
    }
    let term = |n: i32| if n % 2 == 0 { -1.0 } else { 1.0 } * (-2.0 * (f64::from(n) * t).powi(2)).exp();
    2.0 * (1..6).map(term).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn tabulated_percentiles_are_found() {
        // Chi-square: Abramowitz & Stegun (1964), table 26.8.
        for (freedom, limit, p) in [(1.0, 3.84146, 0.05), (10.0, 29.5883, 0.001), (30.0, 14.9535, 0.99)] {
            assert_relative_eq!(upper_gamma(0.5 * freedom, 0.5 * limit), p, max_relative = 1e-4);
        }
        // Kolmogorov: Smirnov, Ann. Math. Statist. 19 (1948) 279.
        for (limit, p) in [(1.3581, 0.05), (1.6276, 0.01), (0.5712, 0.9)] {
            assert_relative_eq!(kolmogorov_above(limit), p, max_relative = 1e-3);
        }
        assert_relative_eq!(kolmogorov_above(0.999_999), kolmogorov_above(1.0), max_relative = 1e-5);
    }

    #[test]
    #[should_panic(expected = "the impossible happened 1 times")]
    fn what_has_no_weight_must_not_happen() {
        chi_square(&[1.0, 50.0, 49.0], &[0.0, 0.5, 0.5]);
    }
}
