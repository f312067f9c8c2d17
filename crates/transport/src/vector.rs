//! Directions.

use crate::random::Stream;

/// Three components along the index axes i, j, k.
pub type Vector = [f64; 3];

/// The sum of `a` and `scale` times `b`.
#[inline]
pub fn advance(a: Vector, b: Vector, scale: f64) -> Vector {
    [a[0] + scale * b[0], a[1] + scale * b[1], a[2] + scale * b[2]]
}

/// The vector over its length.
#[inline]
pub fn normalise(v: Vector) -> Vector {
    let scale = 1.0 / (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
    v.map(|x| x * scale)
}

/// A direction at angle theta to `direction`, with a uniform azimuth; mu = (1 - cos theta)/2.
///
/// mu rather than the cosine, because small angles keep their digits.
#[inline]
pub fn deflect(direction: Vector, mu: f64, random: &mut Stream) -> Vector {
    let (x, y, square) = random.in_disc();
    // sin theta = 2 sqrt(mu (1 - mu)); (x, y)/sqrt(square) is the azimuth.
    let scale = 2.0 * (mu * (1.0 - mu) / square).max(0.0).sqrt();
    let (across, along) = perpendicular(direction);
    let cosine = 1.0 - 2.0 * mu;
    let turned =
        std::array::from_fn(|axis| cosine * direction[axis] + scale * (x * across[axis] + y * along[axis]));
    normalise(turned)
}

/// Two unit vectors at right angles to a unit vector and each other.
///
/// Duff et al., J. Comput. Graph. Tech. 6 (2017) 1: no branch, no singular direction.
#[inline]
fn perpendicular([x, y, z]: Vector) -> (Vector, Vector) {
    let sign = 1f64.copysign(z);
    let a = -1.0 / (sign + z);
    let b = x * y * a;
    ([1.0 + sign * x * x * a, sign * b, -sign * x], [b, sign + y * y * a, -y])
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn deflection_keeps_the_angle_and_spreads_the_azimuth() {
        let mut random = Stream::new(1, 1);
        for start in [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [0.6, -0.8, 0.0], normalise([1.0, 2.0, -3.0])] {
            let mut mean = [0.0; 3];
            for _ in 0..20_000 {
                let turned = deflect(start, 0.3, &mut random);
                let cosine: f64 = (0..3).map(|axis| turned[axis] * start[axis]).sum();
                assert_abs_diff_eq!(cosine, 0.4, epsilon = 1e-12);
                for axis in 0..3 {
                    mean[axis] += turned[axis] / 20_000.0;
                }
            }
            for axis in 0..3 {
                assert_abs_diff_eq!(mean[axis], 0.4 * start[axis], epsilon = 0.02);
            }
        }
    }
}
