//! Bremsstrahlung. Equations: `docs/methods/electrons.md`.

use crate::constants::{AVOGADRO, beta_squared};
use crate::{Library, Material, PhysicsError};

/// Bremsstrahlung of a material from scaled cross sections.
///
/// Seltzer & Berger, At. Data Nucl. Data Tables 35 (1986) 345: chi = (beta^2/Z^2) k d sigma/dk, summed over the
/// elements per mass. 1 keV to 4 MeV; electrons (positrons radiate less below 1 MeV: neglected, under 0.1 % of their
/// energy in light materials).
#[derive(Clone, Debug)]
pub struct Bremsstrahlung {
    reduced: Vec<f64>,
    energies: Vec<f64>,
    /// `weighted[row][column]`: sum over elements of (N_A w/A) Z^2 chi, cm2/g; times 1/beta^2 this is k d sigma/dk.
    weighted: Vec<Vec<f64>>,
}

impl Bremsstrahlung {
    /// For a material.
    pub fn new(material: &Material, library: &Library) -> Result<Self, PhysicsError> {
        const CM2_PER_MILLIBARN: f64 = 1e-27;
        let constituents = material.constituents(library)?;
        let energies: Vec<f64> = match constituents.first() {
            Some(first) => first.element.bremsstrahlung.iter().map(|row| row.energy).collect(),
            None => Vec::new(),
        };
        let reduced = library.reduced_photon_energies().to_vec();
        let mut weighted = vec![vec![0.0; reduced.len()]; energies.len()];
        for constituent in &constituents {
            let z = f64::from(constituent.element.atomic_number);
            let factor =
                constituent.weight * AVOGADRO / constituent.element.atomic_weight * z * z * CM2_PER_MILLIBARN;
            for (sums, row) in weighted.iter_mut().zip(&constituent.element.bremsstrahlung) {
                for (sum, chi) in sums.iter_mut().zip(&row.chi) {
                    *sum += factor * chi;
                }
            }
        }
        Ok(Self { reduced, energies, weighted })
    }

    /// k d sigma/dk (cm2/g) of (E6) at every tabulated reduced energy k/E, for one electron energy (MeV).
    ///
    /// Between tabulated energies linear in ln E.
    fn spectrum(&self, energy: f64) -> Vec<f64> {
        let above = self.energies.partition_point(|&e| e <= energy).clamp(1, self.energies.len() - 1);
        let (e0, e1) = (self.energies[above - 1], self.energies[above]);
        let fraction = (libm::log(energy / e0) / libm::log(e1 / e0)).clamp(0.0, 1.0);
        let beta2 = beta_squared(energy);
        let rows = self.weighted[above - 1].iter().zip(&self.weighted[above]);
        rows.map(|(low, high)| (low + fraction * (high - low)) / beta2).collect()
    }

    /// Photons above `cut` (MeV) per mass thickness, 1/(g/cm2) (E6).
    pub fn rate(&self, energy: f64, cut: f64) -> f64 {
        let spectrum = self.spectrum(energy);
        self.integrate(&spectrum, cut / energy, 1.0, |low, high, f0, f1| {
            // integral of (f0 + slope (x - low)) / x
            let slope = (f1 - f0) / (high - low);
            (f0 - slope * low) * libm::log(high / low) + (f1 - f0)
        })
    }

    /// Energy lost to photons below `cut` (MeV) per mass thickness, MeV cm2/g (E6).
    pub fn restricted_stopping_power(&self, energy: f64, cut: f64) -> f64 {
        let spectrum = self.spectrum(energy);
        energy
            * self.integrate(&spectrum, 0.0, (cut / energy).min(1.0), |low, high, f0, f1| {
                0.5 * (f0 + f1) * (high - low)
            })
    }

    /// All radiative losses, MeV cm2/g.
    pub fn stopping_power(&self, energy: f64) -> f64 {
        self.restricted_stopping_power(energy, energy)
    }

    /// k d sigma/dk at every tabulated reduced energy over its largest value: the probability to accept a photon drawn
    /// from 1/k.
    pub fn relative_spectrum(&self, energy: f64) -> Vec<f64> {
        let spectrum = self.spectrum(energy);
        let largest = spectrum.iter().copied().fold(0.0, f64::max);
        spectrum.into_iter().map(|value| value / largest).collect()
    }

    /// The reduced photon energies k/E of [`Self::relative_spectrum`], ascending from 0 to 1.
    pub fn reduced_energies(&self) -> &[f64] {
        &self.reduced
    }

    /// Sums `panel(low, high, f(low), f(high))` over the linear pieces of a spectrum between two reduced energies.
    fn integrate(
        &self,
        spectrum: &[f64],
        from: f64,
        to: f64,
        panel: impl Fn(f64, f64, f64, f64) -> f64,
    ) -> f64 {
        if from >= to {
            return 0.0;
        }
        let mut sum = 0.0;
        for (x, f) in self.reduced.windows(2).zip(spectrum.windows(2)) {
            let (low, high) = (x[0].max(from), x[1].min(to));
            if low < high {
                let at = |point: f64| f[0] + (f[1] - f[0]) * (point - x[0]) / (x[1] - x[0]);
                sum += panel(low, high, at(low), at(high));
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use crate::{Bremsstrahlung, Library};
    use approx::assert_relative_eq;

    #[test]
    fn radiative_losses_of_water_agree_with_estar() {
        let library = Library::embedded().unwrap();
        let water = Bremsstrahlung::new(library.material("water").unwrap(), &library).unwrap();
        // ESTAR (Berger et al., NISTIR 4999), radiative stopping power of liquid water, MeV cm2/g.
        for (energy, expected) in [(0.01, 3.898e-3), (0.3, 5.514e-3), (1.0, 1.280e-2), (2.0, 2.678e-2)] {
            assert_relative_eq!(water.stopping_power(energy), expected, max_relative = 0.02);
        }
    }

    #[test]
    fn more_photons_pass_a_lower_cut_and_none_a_cut_above_the_energy() {
        let library = Library::embedded().unwrap();
        let water = Bremsstrahlung::new(library.material("water").unwrap(), &library).unwrap();
        assert!(water.rate(0.5, 0.001) > water.rate(0.5, 0.002));
        assert_eq!(water.rate(0.5, 0.6), 0.0);
        assert!(water.restricted_stopping_power(0.5, 0.002) < 0.02 * water.stopping_power(0.5));
    }
}
