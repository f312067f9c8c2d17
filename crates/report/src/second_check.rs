//! A mean dose beside two simpler reckonings: a sphere of the lesion's mass, and deposition on the spot. Equations:
//! `docs/methods/second-check.md`.
//!
//! Nothing here comes from the Monte Carlo engine: ranges are those of Katz and Penfold 1952 (Rev. Mod. Phys. 24, 28),
//! photons go by one energy-absorption coefficient.

use crate::partial_volume::equivalent_diameter_mm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// J/MeV.
const JOULE_PER_MEV: f64 = 1.602_176_634e-13;
/// Where an electron's energy ends on average, over half of its range: that of a kernel level out to this much of it. The
/// mean of published kernels in water (100 keV to 1 MeV) lies at 0.48 to 0.51 of the range.
const LEVEL_TO: f64 = 0.98;
/// What a shape other than a sphere and the simple photons leave open, relative.
const LEAST_TOLERANCE: f64 = 0.03;

/// What a nuclide emits: energy of one particle (MeV) and energy of all of them per decay (MeV).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Emissions {
    /// Betas, conversion and Auger electrons.
    pub electrons: Vec<[f64; 2]>,
    /// Gammas and X rays.
    pub photons: Vec<[f64; 2]>,
}

/// A lesion as a sphere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sphere {
    /// Its decays: time-integrated activity in Bq.s.
    pub decays: f64,
    /// g
    pub mass_g: f64,
    /// g/cm3
    pub density_g_per_cm3: f64,
}

/// Whether the methods agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They differ by no more than escape explains.
    Agrees,
    /// They differ by more.
    Differs,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
        })
    }
}

/// Doses in the unit of the decays: Gy, or Gy/GBq.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecondCheck {
    /// Self dose of a sphere of the lesion's mass (SC1).
    pub sphere: f64,
    /// Dose if electrons ended where they began and photons left (SC4).
    pub local: f64,
    /// How far the mean dose may lie from the sphere's (SC5).
    pub tolerance: f64,
    /// Whether it lies within.
    pub verdict: Verdict,
}

impl SecondCheck {
    /// Holds a mean dose and its Monte Carlo standard uncertainty against a sphere. `None` for a sphere without mass.
    pub fn new(mean: f64, u: f64, sphere: &Sphere, emissions: &Emissions) -> Option<Self> {
        let volume_ml = sphere.mass_g / sphere.density_g_per_cm3;
        if !(sphere.mass_g > 0.0 && volume_ml.is_finite() && volume_ml > 0.0 && sphere.decays.is_finite()) {
            return None;
        }
        // Lengths in g/cm2.
        let diameter = 0.1 * equivalent_diameter_mm(volume_ml) * sphere.density_g_per_cm3;
        let gray = |mev: f64| sphere.decays * mev * JOULE_PER_MEV / (1e-3 * sphere.mass_g);
        let sum = |particles: &[[f64; 2]], fraction: &dyn Fn(f64) -> f64| -> f64 {
            particles.iter().map(|&[energy, per_decay]| per_decay * fraction(energy)).sum()
        };
        let emitted = gray(sum(&emissions.electrons, &|_| 1.0));
        let electrons = gray(sum(&emissions.electrons, &|energy| electron_fraction(energy, diameter)));
        let photons = gray(sum(&emissions.photons, &|energy| photon_fraction(energy, diameter)));
        let total = electrons + photons;
        let tolerance = (emitted - electrons) + photons + LEAST_TOLERANCE * total + 2.0 * u;
        let verdict = if (mean - total).abs() <= tolerance { Verdict::Agrees } else { Verdict::Differs };
        Some(Self { sphere: total, local: emitted, tolerance, verdict })
    }
}

/// The part of an electron's energy (MeV) that stays in a uniform sphere of this diameter (g/cm2): (SC2).
fn electron_fraction(energy: f64, diameter: f64) -> f64 {
    let reach = LEVEL_TO * electron_range(energy) / diameter;
    let end = reach.min(1.0);
    end * (1.0 - 0.75 * end + 0.125 * end.powi(3)) / reach.max(f64::MIN_POSITIVE)
}

/// Range in light matter, g/cm2, 10 keV to 2.5 MeV (Katz and Penfold 1952).
fn electron_range(energy: f64) -> f64 {
    let log = libm::log(energy.max(1e-6));
    // The exponent is a fit above 10 keV; what lies below has no range to speak of.
    let log = log.max(libm::log(0.01));
    0.412 * libm::exp((1.265 - 0.0954 * log) * log)
}

/// The part of a photon's energy (MeV) that stays in a uniform sphere of this diameter (g/cm2): (SC3).
fn photon_fraction(energy: f64, diameter: f64) -> f64 {
    const POINTS: usize = 32;
    // cm2/g: level to 10 % in water from 80 keV to 1.5 MeV, photoelectric below (NIST, Hubbell and Seltzer 1995).
    let absorption = if energy > 0.05 { 0.030 } else { 0.15 * (0.03 / energy.max(1e-3)).powi(3) };
    let depth = absorption * diameter;
    let step = 1.0 / POINTS as f64;
    let sum: f64 = (0..POINTS)
        .map(|n| {
            let t = (n as f64 + 0.5) * step;
            libm::exp(-depth * t) * (1.0 - 1.5 * t + 0.5 * t.powi(3))
        })
        .sum();
    (depth * sum * step).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// 131I after ICRP Publication 107: betas by branch mean, conversion and Auger electrons, gammas, X rays.
    fn iodine_131() -> Emissions {
        Emissions {
            electrons: vec![[0.191, 0.1714], [0.07, 0.0105], [0.33, 0.006], [0.045, 0.0036], [0.003, 0.0004]],
            photons: vec![[0.364, 0.297], [0.637, 0.045], [0.284, 0.017], [0.723, 0.013], [0.03, 0.0015]],
        }
    }

    fn check(mean: f64, mass_g: f64) -> SecondCheck {
        let sphere = Sphere { decays: 1e10, mass_g, density_g_per_cm3: 1.0 };
        SecondCheck::new(mean, 0.0, &sphere, &iodine_131()).unwrap()
    }

    /// The thyroid's 2.808 Gy g/(MBq d) at 20 g (Haenscheid et al. 2013, Eur. J. Nucl. Med. Mol. Imaging 40, 1126).
    #[test]
    fn twenty_grams_of_iodine_131_as_published() {
        let dose = check(1.0, 20.0).sphere;
        let gray_gram_per_megabecquerel_day = dose * 20.0 / (1e10 / (1e6 * 86_400.0));
        assert_relative_eq!(gray_gram_per_megabecquerel_day, 2.808, max_relative = 0.03);
    }

    #[test]
    fn less_stays_in_a_smaller_sphere_and_all_in_a_large_one() {
        let mut last = 0.0;
        for mass in [1e-3, 0.01, 0.1, 1.0, 10.0, 1e3] {
            let dose = check(1.0, mass);
            let stays = (dose.sphere * mass) / (dose.local * mass);
            assert!(stays > last, "{mass} g: {stays}");
            last = stays;
        }
        assert!(electron_fraction(0.2, 1e3) > 0.999 && electron_fraction(2.0, 1e-4) < 1e-3);
        assert_relative_eq!(check(1.0, 5.0).local, 1e10 * 0.1919 * JOULE_PER_MEV / 5e-3, max_relative = 1e-3);
    }

    #[test]
    fn more_than_the_escape_is_flagged() {
        let exact = check(1.0, 5.0);
        assert_eq!(check(exact.sphere, 5.0).verdict, Verdict::Agrees);
        assert_eq!(check(1.05 * exact.sphere, 5.0).verdict, Verdict::Agrees);
        assert_eq!(check(1.3 * exact.sphere, 5.0).verdict, Verdict::Differs);
        assert_eq!(check(0.7 * exact.sphere, 5.0).verdict, Verdict::Differs);
        // In a small lesion the escape is wide.
        let small = check(1.0, 0.01);
        assert_eq!(check(1.15 * small.sphere, 0.01).verdict, Verdict::Agrees);
        let none = Sphere { decays: 1.0, mass_g: 0.0, density_g_per_cm3: 1.0 };
        assert_eq!(SecondCheck::new(1.0, 0.0, &none, &iodine_131()), None);
    }
}
