//! Directions. Method: `docs/methods/random-numbers.md`.

use crate::circle;
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

/// A deflection of known angle and azimuth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deflection {
    /// Cosine of the polar angle.
    pub cosine: f64,
    /// Sine of the polar angle times cosine and sine of the azimuth.
    pub across: [f64; 2],
}

impl Deflection {
    /// By the polar angle of this cosine and `sine`, at the azimuth of a number (of 2^32 around the circle).
    #[inline]
    pub fn new(cosine: f64, sine: f64, azimuth: u32) -> Self {
        let [x, y] = circle::point(azimuth);
        Self { cosine, across: [sine * x, sine * y] }
    }

    /// By theta with mu = (1 - cos theta)/2.
    ///
    /// mu rather than the cosine, because small angles keep their digits.
    #[inline]
    pub fn by(mu: f64, azimuth: u32) -> Self {
        Self::new(1.0 - 2.0 * mu, 2.0 * (mu * (1.0 - mu)).max(0.0).sqrt(), azimuth)
    }

    /// `direction` after the deflection.
    ///
    /// The sum of `direction` cos theta and of two perpendicular vectors. They are those of Duff et al., J. Comput.
    /// Graph. Tech. 6 (2017) 1 (no branch, no singular direction), multiplied out.
    #[inline]
    pub fn turn(self, [x, y, z]: Vector) -> Vector {
        let Self { cosine, across: [u, v] } = self;
        let tilt = u * x + v * y;
        let kept = cosine - tilt / (1.0 + z.abs());
        restore_length([kept * x + u, kept * y + v, cosine * z - 1f64.copysign(z) * tilt])
    }
}

/// A direction at angle theta to `direction`, with a uniform azimuth; mu = (1 - cos theta)/2.
#[inline]
pub fn deflect(direction: Vector, mu: f64, random: &mut Stream) -> Vector {
    let [azimuth, _] = random.halves();
    Deflection::by(mu, azimuth).turn(direction)
}

/// A vector whose length is 1 but for rounding, brought back to it: a step of Newton's rule for 1/sqrt, without the
/// root and the division of [`normalise`].
#[inline]
fn restore_length(v: Vector) -> Vector {
    let scale = 1.5 - 0.5 * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    v.map(|x| x * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{Law, Trial, even};
    use approx::assert_abs_diff_eq;
    use std::f64::consts::PI;

    fn dot(a: Vector, b: Vector) -> f64 {
        a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    }

    fn cross(a: Vector, b: Vector) -> Vector {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    }

    #[test]
    fn deflection_keeps_the_angle_and_spreads_the_azimuth() {
        for start in [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [0.6, -0.8, 0.0], normalise([1.0, 2.0, -3.0])] {
            // Two directions across the start, by Gram and Schmidt.
            let across = normalise(advance([1.0, 1.0, 0.5], start, -dot([1.0, 1.0, 0.5], start)));
            let along = cross(start, across);
            for mu in [1e-9, 0.3, 0.999] {
                let trial = Trial::new(1, 100_000, |random| {
                    let turned = deflect(start, mu, random);
                    assert_abs_diff_eq!(dot(turned, start), 1.0 - 2.0 * mu, epsilon = 1e-12);
                    dot(turned, along).atan2(dot(turned, across))
                });
                trial.follows(&Law::new(even(-PI, PI, 1), |_| 1.0));
                trial.takes(1.0);
            }
        }
    }

    #[test]
    fn a_million_deflections_leave_a_unit_vector() {
        let mut random = Stream::new(1, 2);
        let mut direction = [0.0, 0.0, 1.0];
        for _ in 0..1_000_000 {
            let mu = random.uniform();
            direction = deflect(direction, mu, &mut random);
        }
        assert_abs_diff_eq!(direction.iter().map(|x| x * x).sum::<f64>(), 1.0, epsilon = 1e-14);
    }
}
