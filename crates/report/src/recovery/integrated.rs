//! What the images of a lesion say together.

use super::Solved;

/// A lesion's corrected concentrations put together over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Integrated {
    /// The sum of coefficient times corrected concentration: the time-integrated activity concentration.
    pub concentration: f64,
    /// What the images would show of the lesion alone, relative to its concentration.
    pub recovery: f64,
    /// Relative standard uncertainty of `concentration` from the width of the blur and from the background (RC9).
    pub relative_u: f64,
}

impl Integrated {
    /// Puts together one solution per image with the coefficients of a linear time integral. `wider` are the solutions with
    /// a blur wider by its standard uncertainty. `None` where the sum is not above 0.
    pub fn new(coefficients: &[f64], seen: &[Solved], wider: &[Solved]) -> Option<Self> {
        let sum = |solved: &[Solved], value: &dyn Fn(&Solved) -> f64| -> f64 {
            coefficients.iter().zip(solved).map(|(coefficient, one)| coefficient * value(one)).sum()
        };
        let concentration = sum(seen, &|one| one.concentration);
        let shown = sum(seen, &|one| one.recovery * one.concentration);
        let width = sum(wider, &|one| one.concentration) - concentration;
        let background = sum(seen, &|one| (1.0 - one.recovery) / one.recovery * one.background_spread);
        (concentration > 0.0 && concentration.is_finite()).then(|| Self {
            concentration,
            recovery: shown / concentration,
            relative_u: (width * width + background * background).sqrt() / concentration,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn width_and_background_add_in_quadrature() {
        let one = |concentration, background_spread| Solved {
            label: 1,
            measured: 0.0,
            recovery: 0.5,
            concentration,
            background: 0.0,
            background_spread,
        };
        let (seen, wider) = ([one(100.0, 3.0), one(50.0, 1.0)], [one(104.0, 0.0), one(50.0, 0.0)]);
        let found = Integrated::new(&[1.0, 2.0], &seen, &wider).unwrap();
        assert_relative_eq!(found.concentration, 200.0);
        assert_relative_eq!(found.recovery, 0.5);
        assert_relative_eq!(found.relative_u, (4.0_f64.powi(2) + 5.0_f64.powi(2)).sqrt() / 200.0);
        assert_eq!(Integrated::new(&[-1.0, 0.0], &seen, &wider), None);
    }
}
