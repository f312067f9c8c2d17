//! Bodies: which points lie inside.

use crate::check::{key, within};
use crate::{CylinderAxis, PhantomError, Shape};

/// A convex body along the axes of patient space, LPS mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Body {
    centre: [f64; 3],
    /// Half lengths along x, y, z.
    half: [f64; 3],
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Ellipsoid,
    Box,
    /// The length runs along this axis.
    Cylinder(usize),
}

impl Body {
    /// The body of a shape (`number` counts from 0), its lengths checked.
    pub(crate) fn of(number: usize, shape: &Shape) -> Result<Self, PhantomError> {
        let key = |name: &str| key(number, shape, name);
        let (body, lengths) = match (&shape.sphere, &shape.ellipsoid, &shape.box_, &shape.cylinder) {
            (Some(sphere), None, None, None) => {
                let half = [0.5 * sphere.diameter_mm; 3];
                let body = Self { centre: sphere.centre_mm, half, kind: Kind::Ellipsoid };
                (body, vec![("sphere.diameter_mm", sphere.diameter_mm)])
            }
            (None, Some(ellipsoid), None, None) => {
                let half = ellipsoid.semi_axes_mm;
                let body = Self { centre: ellipsoid.centre_mm, half, kind: Kind::Ellipsoid };
                (body, half.map(|length| ("ellipsoid.semi_axes_mm", length)).to_vec())
            }
            (None, None, Some(cuboid), None) => {
                let half = cuboid.size_mm.map(|length| 0.5 * length);
                let body = Self { centre: cuboid.centre_mm, half, kind: Kind::Box };
                (body, cuboid.size_mm.map(|length| ("box.size_mm", length)).to_vec())
            }
            (None, None, None, Some(cylinder)) => {
                let [a, b] = cylinder.semi_axes_mm;
                let half_length = 0.5 * cylinder.length_mm;
                let (axis, half) = match cylinder.axis {
                    CylinderAxis::X => (0, [half_length, a, b]),
                    CylinderAxis::Y => (1, [a, half_length, b]),
                    CylinderAxis::Z => (2, [a, b, half_length]),
                };
                let body = Self { centre: cylinder.centre_mm, half, kind: Kind::Cylinder(axis) };
                let semi_axes = "cylinder.semi_axes_mm";
                (body, vec![("cylinder.length_mm", cylinder.length_mm), (semi_axes, a), (semi_axes, b)])
            }
            (sphere, ellipsoid, cuboid, cylinder) => {
                let given = [sphere.is_some(), ellipsoid.is_some(), cuboid.is_some(), cylinder.is_some()];
                let count = given.iter().filter(|&&given| given).count();
                let expected = "exactly one of sphere, ellipsoid, box, cylinder";
                return Err(PhantomError::value(key("body"), count, expected));
            }
        };
        for (name, length) in lengths {
            within(key(name), length, 1e-3, 1e5)?;
        }
        for coordinate in body.centre {
            within(key("centre_mm"), coordinate, -1e5, 1e5)?;
        }
        Ok(body)
    }

    /// Centre, LPS mm.
    pub(crate) fn centre(&self) -> [f64; 3] {
        self.centre
    }

    /// Whether a point lies inside or on the surface.
    pub(crate) fn contains(&self, point: [f64; 3]) -> bool {
        let scaled: [f64; 3] =
            std::array::from_fn(|axis| (point[axis] - self.centre[axis]) / self.half[axis]);
        let squares = scaled.map(|x| x * x);
        match self.kind {
            Kind::Ellipsoid => squares.iter().sum::<f64>() <= 1.0,
            Kind::Box => squares.iter().all(|&square| square <= 1.0),
            Kind::Cylinder(axis) => {
                squares[axis] <= 1.0 && squares.iter().sum::<f64>() - squares[axis] <= 1.0
            }
        }
    }

    /// Whether a box given by its centre and half lengths may touch the body: false only where it cannot.
    pub(crate) fn may_touch(&self, centre: [f64; 3], half: [f64; 3]) -> bool {
        (0..3).all(|axis| (centre[axis] - self.centre[axis]).abs() <= self.half[axis] + half[axis])
    }

    /// Whether a box lies inside as a whole. The body is convex, so its corners tell.
    pub(crate) fn holds(&self, centre: [f64; 3], half: [f64; 3]) -> bool {
        (0..8).all(|corner| {
            self.contains(std::array::from_fn(|axis| {
                if corner >> axis & 1 == 0 { centre[axis] - half[axis] } else { centre[axis] + half[axis] }
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn body(kind: Kind) -> Body {
        Body { centre: [10.0, -20.0, 5.0], half: [3.0, 4.0, 5.0], kind }
    }

    #[test]
    fn surfaces_lie_where_they_should() {
        let inside = |kind, d: [f64; 3]| body(kind).contains([10.0 + d[0], -20.0 + d[1], 5.0 + d[2]]);
        assert!(inside(Kind::Ellipsoid, [2.99, 0.0, 0.0]) && !inside(Kind::Ellipsoid, [3.01, 0.0, 0.0]));
        assert!(!inside(Kind::Ellipsoid, [2.9, 3.9, 0.0]) && inside(Kind::Box, [2.9, -3.9, 4.9]));
        assert!(inside(Kind::Cylinder(2), [2.99, 0.0, 4.99]) && !inside(Kind::Cylinder(2), [2.9, 0.0, 5.01]));
        assert!(!inside(Kind::Cylinder(0), [2.9, 3.9, 3.9]) && inside(Kind::Cylinder(0), [2.9, 0.0, 4.9]));
    }

    proptest! {
        #[test]
        fn touch_and_hold_agree_with_the_points_of_the_box(
            centre in [4.0f64..16.0, -27.0f64..-13.0, -3.0f64..13.0],
            inner in [-1.0f64..1.0, -1.0f64..1.0, -1.0f64..1.0],
            which in 0usize..5,
        ) {
            let kind = [Kind::Ellipsoid, Kind::Box, Kind::Cylinder(0), Kind::Cylinder(1), Kind::Cylinder(2)][which];
            let half = [2.0, 1.0, 1.5];
            let point: [f64; 3] = std::array::from_fn(|axis| centre[axis] + inner[axis] * half[axis]);
            let body = body(kind);
            if body.holds(centre, half) {
                prop_assert!(body.contains(point));
            }
            if body.contains(point) {
                prop_assert!(body.may_touch(centre, half));
            }
        }
    }
}
