//! A material: what a voxel is made of, apart from its density.

use crate::{Element, Library, PhysicsError};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One element in a material.
#[derive(Clone, Debug)]
pub struct Constituent<'a> {
    /// The element with its tables.
    pub element: &'a Element,
    /// Its share of the mass, 0 to 1.
    pub weight: f64,
}

/// Composition, nominal density and mean excitation energy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Name, as given on the command line.
    pub name: String,
    /// Density (g/cm3) assumed where none is given.
    #[serde(rename = "density_g_per_cm3")]
    pub nominal_density: f64,
    /// Density (g/cm3) at which the density effect is evaluated, where it differs from the nominal one.
    #[serde(rename = "density_effect_at_g_per_cm3")]
    pub density_effect_density: Option<f64>,
    /// Mean excitation energy, eV.
    #[serde(rename = "I_eV")]
    pub mean_excitation_energy: f64,
    /// Where composition and mean excitation energy were published.
    pub source: String,
    /// Share of the mass by chemical symbol.
    pub weights: BTreeMap<String, f64>,
}

impl Material {
    /// The elements of the material with their tables, in alphabetical order of symbol, weights summing to 1.
    pub fn constituents<'a>(&self, library: &'a Library) -> Result<Vec<Constituent<'a>>, PhysicsError> {
        let total: f64 = self.weights.values().sum();
        self.weights
            .iter()
            .map(|(symbol, weight)| {
                Ok(Constituent { element: library.element(symbol)?, weight: weight / total })
            })
            .collect()
    }

    /// Checks every number; `file` names the source in the error.
    pub(crate) fn check(&self, file: &str) -> Result<(), PhysicsError> {
        let problem = |text: String| PhysicsError::File {
            file: file.into(),
            problem: format!("{}: {text}", self.name),
        };
        let positive = |field: &str, value: f64| {
            if value.is_finite() && value > 0.0 {
                Ok(())
            } else {
                Err(problem(format!("{field}: found {value}, expected a positive number")))
            }
        };
        positive("density_g_per_cm3", self.nominal_density)?;
        positive("density_effect_at_g_per_cm3", self.density_effect_density.unwrap_or(self.nominal_density))?;
        // The formula for the stopping power fails where the mean excitation energy nears the lowest energy, 1 keV.
        if !(10.0..=400.0).contains(&self.mean_excitation_energy) {
            return Err(problem(format!(
                "I_eV: found {}, expected 10 to 400 eV",
                self.mean_excitation_energy
            )));
        }
        for (symbol, &weight) in &self.weights {
            positive(&format!("weights.{symbol}"), weight)?;
        }
        let total: f64 = self.weights.values().sum();
        if (total - 1.0).abs() > 1e-3 {
            return Err(problem(format!("weights: found a sum of {total}, expected 1 within 0.001")));
        }
        Ok(())
    }
}

/// Mole of electrons per gram: sum of w Z/A.
pub(crate) fn electrons_per_gram(constituents: &[Constituent<'_>]) -> f64 {
    constituents.iter().map(|c| c.weight * f64::from(c.element.atomic_number) / c.element.atomic_weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn water() -> Material {
        Material {
            name: "water".into(),
            nominal_density: 1.0,
            density_effect_density: None,
            mean_excitation_energy: 75.0,
            source: "test".into(),
            weights: [("H".to_string(), 0.111894), ("O".to_string(), 0.888106)].into(),
        }
    }

    #[test]
    fn impossible_numbers_are_refused_by_name() {
        assert!(water().check("m.toml").is_ok());
        let mut wrong = water();
        wrong.weights.insert("H".into(), 0.5);
        let error = wrong.check("m.toml").unwrap_err().to_string();
        assert!(error.starts_with("m.toml: water: weights: found a sum of 1.388"), "{error}");
        let mut wrong = water();
        wrong.mean_excitation_energy = 900.0;
        assert!(
            wrong.check("m.toml").unwrap_err().to_string().contains("I_eV: found 900, expected 10 to 400")
        );
        let mut wrong = water();
        wrong.nominal_density = f64::NAN;
        assert!(wrong.check("m.toml").unwrap_err().to_string().contains("density_g_per_cm3: found NaN"));
    }
}
