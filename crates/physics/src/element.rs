//! One chemical element: its measured and computed cross sections as tabulated. Equations: `docs/methods/multiple-scattering.md`.

use crate::elastic::ElasticMoments;
use crate::fluorescence::KShell;
use crate::stopping_power::Charge;

/// Energy (MeV) and value pairs, ascending in energy; two rows of equal energy mark an absorption edge.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tabulated {
    pub(crate) energy: Vec<f64>,
    pub(crate) value: Vec<f64>,
    /// d ln(value) / d ln(energy) from each row to the next.
    slope: Vec<f64>,
}

impl Tabulated {
    pub(crate) fn push(&mut self, energy: f64, value: f64) {
        if let (Some(e0), Some(v0)) = (self.energy.last(), self.value.last()) {
            self.slope.push(libm::log(value / v0) / libm::log(energy / e0));
        }
        self.energy.push(energy);
        self.value.push(value);
    }

    /// Interpolation linear in the logarithms, as XCOM recommends (Berger & Hubbell, NBSIR 87-3597, 1987); 0 where
    /// either neighbour is 0. At an edge the value above it. Outside the table its end value.
    pub(crate) fn log_log(&self, energy: f64) -> f64 {
        let above = self.energy.partition_point(|&e| e <= energy);
        if above == 0 {
            return self.value.first().copied().unwrap_or(0.0);
        }
        if above == self.energy.len() {
            return self.value[above - 1];
        }
        let (e0, v0) = (self.energy[above - 1], self.value[above - 1]);
        if v0 <= 0.0 || self.value[above] <= 0.0 {
            return 0.0;
        }
        v0 * libm::exp(self.slope[above - 1] * libm::log(energy / e0))
    }
}

/// An oscillator of the density effect: electrons per atom of one binding energy (eV).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Oscillator {
    pub(crate) electrons: f64,
    pub(crate) binding: f64,
}

/// Scaled bremsstrahlung cross section (beta^2/Z^2) k dsigma/dk in mb at one electron energy (MeV).
#[derive(Clone, Debug)]
pub(crate) struct BremsstrahlungRow {
    pub(crate) energy: f64,
    pub(crate) chi: Vec<f64>,
}

/// One chemical element with all its tables.
#[derive(Clone, Debug, Default)]
pub struct Element {
    pub(crate) atomic_number: u8,
    pub(crate) symbol: String,
    pub(crate) atomic_weight: f64,
    pub(crate) coherent: Tabulated,
    pub(crate) incoherent: Tabulated,
    pub(crate) photoelectric: Tabulated,
    pub(crate) pair_nuclear: Tabulated,
    pub(crate) pair_electron: Tabulated,
    pub(crate) k_shell: Option<KShell>,
    pub(crate) oscillators: Vec<Oscillator>,
    /// First and second transport cross section, cm2 per atom.
    pub(crate) elastic_electron: [Tabulated; 2],
    pub(crate) elastic_positron: [Tabulated; 2],
    pub(crate) bremsstrahlung: Vec<BremsstrahlungRow>,
    pub(crate) form_factor: Vec<f64>,
    pub(crate) scattering_function: Vec<f64>,
}

impl Element {
    /// Atomic number.
    pub fn atomic_number(&self) -> u8 {
        self.atomic_number
    }

    /// Chemical symbol.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// Standard atomic weight, g/mol.
    pub fn atomic_weight(&self) -> f64 {
        self.atomic_weight
    }

    /// Elastic scattering at one energy (MeV), cm2 per atom (M1).
    pub(crate) fn elastic_moments(&self, charge: Charge, energy: f64) -> ElasticMoments {
        let [first, second] = match charge {
            Charge::Electron => &self.elastic_electron,
            Charge::Positron => &self.elastic_positron,
        };
        ElasticMoments { first_transport: first.log_log(energy), second_transport: second.log_log(energy) }
    }

    /// Pair production in one field, cm2/g: the table divided by its threshold behaviour is what is interpolated,
    /// ln[sigma / (1 - threshold/E)^3] linear in ln E, since sigma itself bends sharply at the threshold.
    pub(crate) fn pair(table: &Tabulated, threshold: f64, energy: f64) -> f64 {
        if energy <= threshold {
            return 0.0;
        }
        let shape = |e: f64| (1.0 - threshold / e).powi(3);
        let above = table.energy.partition_point(|&e| e <= energy).clamp(1, table.energy.len().max(2) - 1);
        let scaled = |index: usize| table.value[index] / shape(table.energy[index]);
        let (e0, e1) = (table.energy[above - 1], table.energy[above]);
        if e1 <= threshold || table.value[above] <= 0.0 {
            return 0.0;
        }
        let upper = scaled(above);
        let lower = if e0 <= threshold || table.value[above - 1] <= 0.0 { upper } else { scaled(above - 1) };
        let fraction = libm::log(energy / e0) / libm::log(e1 / e0);
        lower * libm::pow(upper / lower, fraction) * shape(energy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn log_log_is_exact_for_power_laws_and_takes_the_upper_side_of_an_edge() {
        let table = |rows: &[(f64, f64)]| {
            let mut table = Tabulated::default();
            rows.iter().for_each(|&(energy, value)| table.push(energy, value));
            table
        };
        let power_law = table(&[(1.0, 100.0), (10.0, 0.1)]);
        assert_relative_eq!(power_law.log_log(10f64.sqrt()), 10f64.sqrt(), max_relative = 1e-12);
        let edge = table(&[(1.0, 4.0), (2.0, 1.0), (2.0, 9.0), (4.0, 3.0)]);
        assert_relative_eq!(edge.log_log(2.0), 9.0);
        assert_relative_eq!(edge.log_log(1.999_999_999), 1.0, max_relative = 1e-6);
    }
}
