//! Points on the circle by a table and a short turn. Method: `docs/methods/random-numbers.md`.

use std::f64::consts::TAU;

/// Bits that choose a sector of the circle; the others choose the place in it.
const SECTOR_BITS: u32 = 8;
const SECTORS: usize = 1 << SECTOR_BITS;
const PLACE_BITS: u32 = u32::BITS - SECTOR_BITS;
/// Angle between the middles of neighbouring places, of which the circle has 2^32.
const STEP: f64 = TAU / (1u64 << u32::BITS) as f64;

/// Cosine and sine of the middles of the sectors. Made by the compiler, so that it is the same for every machine.
static MIDDLES: [[f64; 2]; SECTORS] = middles();

/// The point (cosine, sine) at the middle of the place with this number, of 2^32 around the circle.
///
/// The middle of its sector, turned by an angle of at most pi/256, whose sine and cosine are the first terms of
/// their series: the terms left out are below 1e-14.
#[inline]
pub(crate) fn point(number: u32) -> [f64; 2] {
    let [cosine, sine] = MIDDLES[(number >> PLACE_BITS) as usize];
    let place = (number & ((1 << PLACE_BITS) - 1)) as i32 - (1 << (PLACE_BITS - 1));
    let angle = (f64::from(place) + 0.5) * STEP;
    let square = angle * angle;
    let turn_sine = angle * (1.0 - square * (1.0 / 6.0 - square * (1.0 / 120.0)));
    let turn_cosine = 1.0 - square * (0.5 - square * (1.0 / 24.0));
    [cosine * turn_cosine - sine * turn_sine, sine * turn_cosine + cosine * turn_sine]
}

const fn middles() -> [[f64; 2]; SECTORS] {
    let mut points = [[0.0; 2]; SECTORS];
    let mut sector = 0;
    while sector < SECTORS {
        // Half the angle from -pi, for which the series is short; doubled afterwards.
        let half = 0.5 * ((sector as f64 + 0.5) / SECTORS as f64 - 0.5) * TAU;
        let [cosine, sine] = series(half);
        points[sector] = [1.0 - 2.0 * sine * sine, 2.0 * sine * cosine];
        sector += 1;
    }
    points
}

/// Cosine and sine of an angle between -pi/2 and pi/2 by their series.
const fn series(angle: f64) -> [f64; 2] {
    let mut sums = [0.0; 2];
    let (mut term, mut order) = (1.0, 0);
    while order < 28 {
        let sign = if order % 4 < 2 { 1.0 } else { -1.0 };
        sums[order % 2] += sign * term;
        order += 1;
        term *= angle / order as f64;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn points_lie_on_the_circle_where_their_number_says() {
        for number in (0..=u32::MAX).step_by(65_521).chain([0, (1 << 24) - 1, 1 << 24, u32::MAX]) {
            let angle = (f64::from(number) + 0.5) * STEP - TAU / 2.0;
            let [cosine, sine] = point(number);
            assert_abs_diff_eq!(cosine, libm::cos(angle), epsilon = 2e-14);
            assert_abs_diff_eq!(sine, libm::sin(angle), epsilon = 2e-14);
        }
    }
}
