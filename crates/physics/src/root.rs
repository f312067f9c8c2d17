//! Roots of functions of one variable, to the last bits.

/// The root of an increasing function between `low` and `high`, by bisection.
pub(crate) fn bisect(mut low: f64, mut high: f64, function: impl Fn(f64) -> f64) -> f64 {
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if function(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The root of a function by Newton's steps from `start` below it, where the function is concave and increasing, or convex and
/// decreasing: its tangents then lie beyond it, no step passes the root, and only rounding ends the rise.
pub(crate) fn newton_from_below(start: f64, step: impl Fn(f64) -> f64) -> f64 {
    let mut root = start;
    loop {
        let next = root + step(root);
        if next <= root || next.is_nan() {
            return root;
        }
        root = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn both_find_the_square_root_of_two() {
        assert_relative_eq!(bisect(0.0, 1e3, |x| x * x - 2.0), 2f64.sqrt(), max_relative = 4e-16);
        // 2/x^2 - 1 is convex and decreasing.
        let step = |x: f64| (2.0 / (x * x) - 1.0) / (4.0 / (x * x * x));
        assert_relative_eq!(newton_from_below(1e-3, step), 2f64.sqrt(), max_relative = 4e-16);
    }
}
