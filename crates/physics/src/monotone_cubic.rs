//! Interpolation that neither overshoots nor goes negative.

/// Puts `pieces - 1` points between each two of a curve, on the monotone cubic through them.
///
/// Fritsch & Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300: the slope at a point is the weighted harmonic mean of
/// those on either side, and zero at an extremum. `points` ascend strictly in their first component.
pub(crate) fn refine(points: &[[f64; 2]], pieces: usize) -> Vec<[f64; 2]> {
    let secants: Vec<f64> = points.windows(2).map(|p| (p[1][1] - p[0][1]) / (p[1][0] - p[0][0])).collect();
    let slope = |index: usize| -> f64 {
        if index == 0 || index == points.len() - 1 {
            return secants[index.min(secants.len() - 1)];
        }
        let (before, after) = (secants[index - 1], secants[index]);
        if before * after <= 0.0 {
            return 0.0;
        }
        let (h0, h1) = (points[index][0] - points[index - 1][0], points[index + 1][0] - points[index][0]);
        let (w0, w1) = (2.0 * h1 + h0, h1 + 2.0 * h0);
        (w0 + w1) / (w0 / before + w1 / after)
    };
    let mut refined = Vec::with_capacity((points.len() - 1) * pieces + 1);
    for index in 0..points.len() - 1 {
        let ([x0, y0], [x1, y1]) = (points[index], points[index + 1]);
        let (width, m0, m1) = (x1 - x0, slope(index), slope(index + 1));
        for piece in 0..pieces {
            let t = piece as f64 / pieces as f64;
            let (t2, t3) = (t * t, t * t * t);
            let y = (2.0 * t3 - 3.0 * t2 + 1.0) * y0
                + (t3 - 2.0 * t2 + t) * width * m0
                + (3.0 * t2 - 2.0 * t3) * y1
                + (t3 - t2) * width * m1;
            // The cubic stays between its ends; rounding must not take it below zero.
            refined.push([x0 + t * width, y.clamp(y0.min(y1), y0.max(y1))]);
        }
    }
    refined.push(points[points.len() - 1]);
    refined
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_line_stays_a_line_and_a_curve_is_followed_without_overshoot() {
        let line = [[0.0, 1.0], [1.0, 3.0], [4.0, 9.0]];
        for [x, y] in refine(&line, 5) {
            assert_relative_eq!(y, 1.0 + 2.0 * x, epsilon = 1e-12);
        }
        let hollow: Vec<[f64; 2]> = (0..=10).map(|n| [f64::from(n), (f64::from(n) - 10.0).powi(2)]).collect();
        let refined = refine(&hollow, 8);
        assert_eq!(refined.len(), 81);
        for [x, y] in refined {
            assert!((y - (x - 10.0).powi(2)).abs() < 0.3, "{x}: {y}");
            assert!(y >= 0.0);
        }
        let peak = refine(&[[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]], 4);
        assert!(peak.iter().all(|p| p[1] <= 1.0));
    }
}
