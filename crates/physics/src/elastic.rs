//! Elastic scattering of electrons and positrons by atoms. Equations: `docs/methods/multiple-scattering.md`.

use crate::material::Constituent;
use crate::root::newton_from_below;
use crate::stopping_power::Charge;
use crate::{Library, Material, PhysicsError, constants::AVOGADRO};

/// First and second transport coefficients (M1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ElasticMoments {
    /// l = 1; per atom in cm2 or per mass in cm2/g.
    pub first_transport: f64,
    /// l = 2; same unit.
    pub second_transport: f64,
}

/// Elastic scattering in a material: transport coefficients per mass from partial waves.
///
/// Tables: ELSEPA, Salvat, Jablonski, Powell, Comput. Phys. Commun. 165 (2005) 157; ICRU Report 77 (2007).
/// Atoms scatter independently (additivity rule), which neglects chemical binding: valid above about 1 keV.
#[derive(Clone, Debug)]
pub struct ElasticModel<'a> {
    constituents: Vec<Constituent<'a>>,
}

impl<'a> ElasticModel<'a> {
    /// For a material.
    pub fn new(material: &Material, library: &'a Library) -> Result<Self, PhysicsError> {
        Ok(Self { constituents: material.constituents(library)? })
    }

    /// Transport coefficients (cm2/g) at a kinetic energy (MeV): (M1), summed over the atoms.
    pub fn moments(&self, charge: Charge, energy: f64) -> ElasticMoments {
        let mut sum = ElasticMoments { first_transport: 0.0, second_transport: 0.0 };
        for constituent in &self.constituents {
            let atoms_per_gram = constituent.weight * AVOGADRO / constituent.element.atomic_weight;
            let atom = constituent.element.elastic_moments(charge, energy);
            sum.first_transport += atoms_per_gram * atom.first_transport;
            sum.second_transport += atoms_per_gram * atom.second_transport;
        }
        sum
    }
}

/// Wentzel's screened Rutherford distribution (M3) over mu = (1 - cos theta)/2, its two parameters chosen so that both
/// transport coefficients are exact.
///
/// Wentzel, Z. Phys. 40 (1926) 590; moments as in Salvat, PENELOPE-2018 (NEA/MBDAV/R(2019)1), on elastic collisions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WentzelDistribution {
    /// Screening parameter A.
    pub screening: f64,
    /// Total cross section of the fitted distribution, cm2/g.
    pub strength: f64,
}

impl WentzelDistribution {
    /// The distribution with these transport coefficients: (M2), (M3b).
    ///
    /// A solution exists for first < second < 3 first. Every material above 1 keV keeps to that but iodine alone below
    /// 1.3 keV, where the nearly isotropic limit is taken: an electron's last 0.1 micrometres.
    pub fn from_moments(moments: ElasticMoments) -> Self {
        // <mu^2>/<mu> grows from 0 to 2/3 with the screening A. Its inverse falls with ln A, convex, and nowhere under -1 - ln A:
        // that line leads to a place below the root.
        let inverse =
            1.0 / (1.0 - moments.second_transport / (3.0 * moments.first_transport)).clamp(0.02, 0.66);
        let logarithm = newton_from_below(-1.0 - inverse, |logarithm| {
            let a = libm::exp(logarithm);
            let mean = mean_mu(a);
            let rest = 1.0 - 2.0 * mean;
            let slope = (a * mean_mu_slope(a) - mean * rest) / (a * rest * rest);
            (inverse - mean / (a * rest)) / slope
        });
        let screening = libm::exp(logarithm);
        Self { screening, strength: 0.5 * moments.first_transport / mean_mu(screening) }
    }

    /// Cross section (cm2/g) of deflections with mu above `cut` (M4).
    pub fn above(&self, cut: f64) -> f64 {
        let a = self.screening;
        self.strength * a * (1.0 - cut) / (a + cut)
    }

    /// Integrals of mu and mu^2 over the deflections with mu below `cut`, cm2/g (M5).
    pub fn moments_below(&self, cut: f64) -> (f64, f64) {
        let a = self.screening;
        let scale = self.strength * a * (1.0 + a);
        let logarithm = libm::log1p(cut / a);
        let first = logarithm - cut / (a + cut);
        let second = cut * (1.0 + a / (a + cut)) - 2.0 * a * logarithm;
        (scale * first, scale * second)
    }

    /// A deflection mu above `cut`, for a uniform random number in [0, 1) (M4).
    #[inline]
    pub fn sample_above(screening: f64, cut: f64, uniform: f64) -> f64 {
        // Inverse of the integral of 1/(A + mu)^2 from the cut to 1.
        let remaining = uniform * (1.0 - cut);
        (cut * (1.0 + screening) + remaining * screening) / (1.0 + screening - remaining)
    }
}

/// Mean mu of the distribution (M3b).
fn mean_mu(a: f64) -> f64 {
    a * ((1.0 + a) * libm::log1p(1.0 / a) - 1.0)
}

/// How the mean mu grows with A.
fn mean_mu_slope(a: f64) -> f64 {
    (1.0 + 2.0 * a) * libm::log1p(1.0 / a) - 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gauss_legendre;
    use approx::assert_relative_eq;

    #[test]
    fn both_transport_coefficients_are_kept() {
        for ratio in [1.05, 1.5, 2.2, 2.6, 2.9] {
            let moments = ElasticMoments { first_transport: 7.0, second_transport: 7.0 * ratio };
            let fitted = WentzelDistribution::from_moments(moments);
            let (first, second) = fitted.moments_below(1.0);
            assert_relative_eq!(2.0 * first, moments.first_transport, max_relative = 1e-9);
            assert_relative_eq!(6.0 * (first - second), moments.second_transport, max_relative = 1e-9);
        }
    }

    #[test]
    fn soft_and_hard_parts_are_integrals_of_one_density() {
        let wentzel = WentzelDistribution { screening: 0.003, strength: 10.0 };
        let density = |mu: f64| 10.0 * 0.003 * 1.003 / (0.003 + mu).powi(2);
        let cut = 0.2;
        let (first, second) = wentzel.moments_below(cut);
        // Substituting mu = A (e^t - 1) flattens the peak.
        let over = |power: i32, low: f64, high: f64| {
            let t = |mu: f64| (mu / 0.003f64).ln_1p();
            gauss_legendre(t(low), t(high), |t| {
                let mu = 0.003 * t.exp_m1();
                density(mu) * mu.powi(power) * (0.003 + mu)
            })
        };
        assert_relative_eq!(first, over(1, 0.0, cut), max_relative = 1e-9);
        assert_relative_eq!(second, over(2, 0.0, cut), max_relative = 1e-9);
        assert_relative_eq!(wentzel.above(cut), over(0, cut, 1.0), max_relative = 1e-9);
    }

    #[test]
    fn hard_deflections_invert_their_law() {
        let (screening, cut) = (0.01, 0.1);
        let wentzel = WentzelDistribution { screening, strength: 1.0 };
        assert_relative_eq!(
            WentzelDistribution::sample_above(screening, cut, 0.0),
            cut,
            max_relative = 1e-12
        );
        for uniform in [0.1, 0.5, 0.9] {
            let mu = WentzelDistribution::sample_above(screening, cut, uniform);
            let share = 1.0 - wentzel.above(mu) / wentzel.above(cut);
            assert_relative_eq!(share, uniform, max_relative = 1e-9);
        }
    }
}
