//! How the binding of electrons in atoms shapes the angles of scattered photons. Equations: `docs/methods/photons.md`.

use crate::constants::PLANCK_TIMES_C;
use crate::{Library, Material, PhysicsError};

/// S(x)/Z of a material: the probability that an electron struck with momentum transfer x takes it (P3).
///
/// Hubbell et al., J. Phys. Chem. Ref. Data 4 (1975) 471; atoms weighted by number. x = E sin(theta/2)/hc in 1/angstrom.
#[derive(Clone, Debug)]
pub struct ScatteringFunction {
    momentum_transfer: Vec<f64>,
    ratio: Vec<f64>,
}

/// F(x)^2 of a material and its integral over x^2, from which coherent scattering angles are drawn (P2b).
///
/// Hubbell et al., J. Phys. Chem. Ref. Data 4 (1975) 471; independent atoms, weighted by number.
#[derive(Clone, Debug)]
pub struct CoherentFormFactor {
    momentum_transfer_squared: Vec<f64>,
    cumulative: Vec<f64>,
}

fn sum_over_atoms(
    material: &Material,
    library: &Library,
    value: impl Fn(&crate::Element, usize) -> f64,
) -> Result<Vec<f64>, PhysicsError> {
    let constituents = material.constituents(library)?;
    Ok((0..library.momentum_transfers().len())
        .map(|point| {
            constituents.iter().map(|c| c.weight / c.element.atomic_weight * value(c.element, point)).sum()
        })
        .collect())
}

impl ScatteringFunction {
    /// For a material.
    pub fn new(material: &Material, library: &Library) -> Result<Self, PhysicsError> {
        let sums = sum_over_atoms(material, library, |element, point| element.scattering_function[point])?;
        let electrons = sum_over_atoms(material, library, |element, _| f64::from(element.atomic_number))?;
        let ratio = sums.iter().zip(&electrons).map(|(s, z)| (s / z).min(1.0)).collect();
        Ok(Self { momentum_transfer: library.momentum_transfers().to_vec(), ratio })
    }

    /// S(x)/Z at x in 1/angstrom, linear between the tabulated points.
    pub fn ratio(&self, x: f64) -> f64 {
        let above = self.momentum_transfer.partition_point(|&p| p <= x);
        if above == 0 || above == self.momentum_transfer.len() {
            return if above == 0 { 0.0 } else { 1.0 };
        }
        let (x0, x1) = (self.momentum_transfer[above - 1], self.momentum_transfer[above]);
        let (s0, s1) = (self.ratio[above - 1], self.ratio[above]);
        s0 + (s1 - s0) * (x - x0) / (x1 - x0)
    }

    /// x in 1/angstrom for a photon of `energy` (MeV) and mu = (1 - cos theta)/2.
    #[inline]
    pub fn momentum_transfer(energy: f64, mu: f64) -> f64 {
        energy / PLANCK_TIMES_C * mu.sqrt()
    }
}

impl CoherentFormFactor {
    /// For a material.
    pub fn new(material: &Material, library: &Library) -> Result<Self, PhysicsError> {
        let squares = sum_over_atoms(material, library, |element, point| element.form_factor[point].powi(2))?;
        let rows: Vec<(f64, f64)> = library.momentum_transfers().iter().copied().zip(squares).collect();
        // Between two rows F^2 is a power of x, as the table asks for; trapezoids follow it only in short pieces.
        const PIECES: usize = 8;
        let (mut momentum_transfer_squared, mut cumulative, mut sum) = (vec![0.0], vec![0.0], 0.0);
        for pair in rows.windows(2) {
            let ((x0, f0), (x1, f1)) = (pair[0], pair[1]);
            let at = |piece: usize| {
                let share = piece as f64 / PIECES as f64;
                if x0 > 0.0 {
                    ((x0 * libm::pow(x1 / x0, share)).powi(2), f0 * libm::pow(f1 / f0, share))
                } else {
                    ((x1 * share).powi(2), f0 + (f1 - f0) * share * share)
                }
            };
            for piece in 0..PIECES {
                let ((q0, f0), (q1, f1)) = (at(piece), at(piece + 1));
                sum += 0.5 * (f0 + f1) * (q1 - q0);
                momentum_transfer_squared.push(q1);
                cumulative.push(sum);
            }
        }
        Ok(Self { momentum_transfer_squared, cumulative })
    }

    /// mu = (1 - cos theta)/2 drawn from F^2 of (P2b) up to the largest momentum transfer of a photon of `energy` (MeV), for a
    /// uniform random number; the caller still accepts it with probability (1 + cos^2 theta)/2 (Thomson's factor).
    pub fn sample_mu(&self, energy: f64, uniform: f64) -> f64 {
        let largest = (energy / PLANCK_TIMES_C).powi(2);
        let target = uniform * interpolate(&self.momentum_transfer_squared, &self.cumulative, largest);
        (interpolate(&self.cumulative, &self.momentum_transfer_squared, target) / largest).min(1.0)
    }
}

/// Linear interpolation of y over ascending x, end values outside.
fn interpolate(x: &[f64], y: &[f64], at: f64) -> f64 {
    let above = x.partition_point(|&p| p <= at).clamp(1, x.len() - 1);
    let width = x[above] - x[above - 1];
    let fraction = if width > 0.0 { ((at - x[above - 1]) / width).clamp(0.0, 1.0) } else { 0.0 };
    y[above - 1] + fraction * (y[above] - y[above - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn binding_matters_at_small_and_not_at_large_momentum_transfer() {
        let library = Library::embedded().unwrap();
        let water = ScatteringFunction::new(library.material("water").unwrap(), &library).unwrap();
        assert!(water.ratio(0.05) < 0.2);
        assert!(water.ratio(0.05) > 0.0);
        assert_relative_eq!(water.ratio(20.0), 1.0, epsilon = 1e-3);
        assert_relative_eq!(ScatteringFunction::momentum_transfer(0.1, 1.0), 8.0655, max_relative = 1e-4);
    }

    #[test]
    fn coherent_scattering_is_forward_and_more_so_at_high_energy() {
        let library = Library::embedded().unwrap();
        let water = CoherentFormFactor::new(library.material("water").unwrap(), &library).unwrap();
        let median = |energy: f64| water.sample_mu(energy, 0.5);
        assert!(median(0.01) > median(0.1) && median(0.1) > median(0.4));
        assert!(median(0.1) < 0.02);
        assert_eq!(water.sample_mu(0.1, 0.0), 0.0);
        assert!(water.sample_mu(0.001, 0.999_999) <= 1.0);
    }
}
