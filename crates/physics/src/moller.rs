//! Hard collisions: knock-on electrons above a cut, after Moller (electrons) and Bhabha (positrons). Equations: `docs/methods/electrons.md`.

use crate::constants::{COLLISION_FACTOR, ELECTRON_REST_ENERGY, beta_squared};
use crate::stopping_power::Charge;

/// Collisions of an electron or positron with free electrons at rest that lose more than a cut.
///
/// Moller, Ann. Phys. 406 (1932) 531, and Bhabha, Proc. R. Soc. A 154 (1936) 195, as in ICRU Report 37 (1984).
/// Binding is neglected: valid for losses far above the binding energies of light elements.
/// In a Moller collision the slower electron counts as the secondary, so the loss is at most half the energy.
#[derive(Clone, Copy, Debug)]
pub struct HardCollisions {
    /// Which particle collides.
    pub charge: Charge,
    /// Least loss that is simulated, MeV.
    pub cut: f64,
}

impl HardCollisions {
    /// Largest loss possible at `energy`, MeV.
    pub fn largest_loss(&self, energy: f64) -> f64 {
        match self.charge {
            Charge::Electron => 0.5 * energy,
            Charge::Positron => energy,
        }
    }

    /// d sigma/dW in units of COLLISION_FACTOR x (Z/A) / beta^2, 1/MeV^2, for a loss W (MeV): (E3).
    pub fn differential(&self, energy: f64, loss: f64) -> f64 {
        self.ratio_to_rutherford(energy, loss) / (loss * loss)
    }

    /// The differential cross section over 1/W^2, the non-relativistic Rutherford form (E4).
    pub fn ratio_to_rutherford(&self, energy: f64, loss: f64) -> f64 {
        RutherfordRatio::new(self.charge, energy).at(loss / energy)
    }

    /// Collisions per mass thickness, 1/(g/cm2), for `electrons_per_gram` mol of electrons per gram: (E3) above the cut.
    pub fn rate(&self, energy: f64, electrons_per_gram: f64) -> f64 {
        let highest = self.largest_loss(energy);
        if self.cut >= highest {
            return 0.0;
        }
        let integral = self.number_between(energy, self.cut, highest);
        COLLISION_FACTOR * electrons_per_gram / beta_squared(energy) * integral
    }

    /// Integral of the differential cross section over losses from `low` to `high`, 1/MeV.
    fn number_between(&self, energy: f64, low: f64, high: f64) -> f64 {
        let ratio = RutherfordRatio::new(self.charge, energy);
        (ratio.number(high / energy) - ratio.number(low / energy)) / energy
    }

    /// One loss W in MeV from (E3); `random` gives uniform numbers in [0, 1).
    ///
    /// Draws W from 1/W^2 and accepts it by its ratio to that form, which lies between 0.75 and 1.91 below 3 MeV. Two
    /// random numbers a try; 1.3 tries at 0.5 MeV, 1.9 at 3 MeV.
    pub fn sample(&self, energy: f64, mut random: impl FnMut() -> f64) -> f64 {
        let highest = self.largest_loss(energy);
        let (least, most) = (1.0 / highest, 1.0 / self.cut);
        // Both ratios are convex or falling in W, so their largest value stands at an end of the interval.
        let ratio = RutherfordRatio::new(self.charge, energy);
        let bound = 1f64.max(ratio.at(highest / energy));
        loop {
            let loss = 1.0 / (most - random() * (most - least));
            if random() * bound < ratio.at(loss / energy) {
                return loss;
            }
        }
    }
}

/// [`HardCollisions::ratio_to_rutherford`] at one energy.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RutherfordRatio {
    Moller { a: f64 },
    Bhabha { b: [f64; 4] },
}

impl RutherfordRatio {
    /// At a kinetic energy (MeV).
    pub(crate) fn new(charge: Charge, energy: f64) -> Self {
        let gamma = 1.0 + energy / ELECTRON_REST_ENERGY;
        let a = ((gamma - 1.0) / gamma).powi(2);
        match charge {
            Charge::Electron => Self::Moller { a },
            Charge::Positron => {
                let square = (gamma + 1.0) * (gamma + 1.0);
                Self::Bhabha {
                    b: [
                        a * (2.0 * square - 1.0) / (gamma * gamma - 1.0),
                        a * (3.0 * square + 1.0) / square,
                        a * 2.0 * gamma * (gamma - 1.0) / square,
                        a * (gamma - 1.0) * (gamma - 1.0) / square,
                    ],
                }
            }
        }
    }

    /// For a loss that is this share of the energy.
    #[inline]
    pub(crate) fn at(self, share: f64) -> f64 {
        match self {
            Self::Moller { a } => {
                let rest = share / (1.0 - share);
                1.0 + rest * rest - rest + a * (share * share + rest)
            }
            Self::Bhabha { b: [b1, b2, b3, b4] } => {
                1.0 - share * (b1 - share * (b2 - share * (b3 - share * b4)))
            }
        }
    }

    /// Integral of the ratio over the square of the share, but for a constant.
    fn number(self, share: f64) -> f64 {
        match self {
            Self::Moller { a } => {
                let rest = 1.0 - share;
                1.0 / rest - 1.0 / share + a * share - (1.0 - a) * libm::log(share / rest)
            }
            Self::Bhabha { b: [b1, b2, b3, b4] } => {
                share * (b2 - share * (b3 / 2.0 - share * b4 / 3.0)) - b1 * libm::log(share) - 1.0 / share
            }
        }
    }

    /// Integrals of the ratio, and of the ratio times the share, from 0 to a share.
    pub(crate) fn moments(self, share: f64) -> [f64; 2] {
        let s = share;
        match self {
            Self::Moller { a } => {
                let (rest, logarithm) = (s / (1.0 - s), libm::log1p(-s));
                [
                    3.0 * (s + logarithm) + rest + a * (s * s * s / 3.0 - s - logarithm),
                    1.5 * s * s + 3.0 * s + rest + 4.0 * logarithm
                        - a * (s + logarithm + s * s * (0.5 - 0.25 * s * s)),
                ]
            }
            Self::Bhabha { b: [b1, b2, b3, b4] } => [
                s * (1.0 - s * (b1 / 2.0 - s * (b2 / 3.0 - s * (b3 / 4.0 - s * b4 / 5.0)))),
                s * s * (0.5 - s * (b1 / 3.0 - s * (b2 / 4.0 - s * (b3 / 5.0 - s * b4 / 6.0)))),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gauss_legendre;
    use approx::assert_relative_eq;

    #[test]
    fn the_rate_is_the_integral_of_the_differential_cross_section() {
        for charge in [Charge::Electron, Charge::Positron] {
            let collisions = HardCollisions { charge, cut: 0.01 };
            let highest = collisions.largest_loss(0.5);
            // Over ln W, in two pieces for the accuracy.
            let part = |low: f64, high: f64| {
                gauss_legendre(low.ln(), high.ln(), |logarithm| {
                    collisions.differential(0.5, logarithm.exp()) * logarithm.exp()
                })
            };
            let integral = part(collisions.cut, 0.07) + part(0.07, highest);
            let expected = COLLISION_FACTOR * 0.5551 / beta_squared(0.5) * integral;
            assert_relative_eq!(collisions.rate(0.5, 0.5551), expected, max_relative = 1e-12);
            assert_eq!(collisions.rate(0.0099, 0.5551), 0.0);
        }
    }

    #[test]
    fn moments_are_integrals_of_the_ratio() {
        for charge in [Charge::Electron, Charge::Positron] {
            for energy in [0.001, 0.1, 4.0] {
                let ratio = RutherfordRatio::new(charge, energy);
                for share in [0.001, 0.01, 0.2, 0.5] {
                    let [zeroth, first] = ratio.moments(share);
                    let integral = |power: i32| gauss_legendre(0.0, share, |s| ratio.at(s) * s.powi(power));
                    assert_relative_eq!(zeroth, integral(0), max_relative = 1e-13);
                    assert_relative_eq!(first, integral(1), max_relative = 3e-15 / share);
                }
            }
        }
    }

    #[test]
    fn losses_follow_their_law() {
        for (charge, energy) in [(Charge::Electron, 1.5), (Charge::Positron, 0.8), (Charge::Electron, 0.1)] {
            let collisions = HardCollisions { charge, cut: 0.005 };
            let mut state = 88_172_645_463_325_252_u64;
            let mut random = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 11) as f64 / (1u64 << 53) as f64
            };
            const BINS: usize = 20;
            const DRAWS: usize = 200_000;
            let highest = collisions.largest_loss(energy);
            let (least, most) = (1.0 / highest, 1.0 / 0.005);
            let edge = |bin: usize| 1.0 / (most - (most - least) * bin as f64 / BINS as f64);
            let mut counts = [0usize; BINS];
            for _ in 0..DRAWS {
                let loss = collisions.sample(energy, &mut random);
                assert!((0.005..=highest * (1.0 + 1e-12)).contains(&loss));
                let position = (most - 1.0 / loss) / (most - least) * BINS as f64;
                counts[(position as usize).min(BINS - 1)] += 1;
            }
            let integral = |low: f64, high: f64| collisions.number_between(energy, low, high);
            let total = integral(0.005, highest);
            let chi_square: f64 = (0..BINS)
                .map(|bin| {
                    let expected = DRAWS as f64 * integral(edge(bin), edge(bin + 1)) / total;
                    (counts[bin] as f64 - expected).powi(2) / expected
                })
                .sum();
            // 19 degrees of freedom: 43.8 is passed once in a thousand.
            assert!(chi_square < 43.8, "{charge:?} {energy}: chi-square {chi_square}");
        }
    }
}
