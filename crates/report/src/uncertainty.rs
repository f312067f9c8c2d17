//! The uncertainty budget of a lesion's mean dose. Equations: `docs/methods/uncertainty-budget.md`.
//!
//! After the EANM guidance (Gear et al., Eur J Nucl Med Mol Imaging 45:2456, 2018): independent relative standard
//! uncertainties (k=1) add in quadrature. What cannot be computed is absent from the sum and named as absent.

mod delineation;

pub use delineation::{corrected_volume_effect, delineation_relative_u, relative_volume_u, sphere_recovery};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Statistical uncertainty of the simulation.
pub const MONTE_CARLO: &str = "Monte Carlo";
/// Uncertainty of the scanner's calibration, counts to activity.
pub const CALIBRATION: &str = "calibration";
/// Uncertainty of where the lesion ends.
pub const DELINEATION: &str = "delineation";
/// Uncertainty of the recovery coefficient at the size the lesion has: width of the blur, and background around it.
pub const RECOVERY: &str = "recovery";
/// Uncertainty of the time-integrated activity from the fit over time.
pub const KINETICS: &str = "kinetics fit";

/// The components every budget speaks of, present or not.
pub const EXPECTED: [&str; 4] = [MONTE_CARLO, CALIBRATION, DELINEATION, KINETICS];

/// One cause of uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// What it is.
    pub name: String,
    /// Relative standard uncertainty (k=1, 0.05 is 5 %) it causes in the mean dose; `None` where it is not known.
    pub relative_u: Option<f64>,
}

/// Named relative standard uncertainties of one lesion's mean dose, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Budget {
    components: Vec<Component>,
}

impl Budget {
    /// A budget without components.
    pub fn new() -> Self {
        Self::default()
    }

    /// The budget with one more component, or with that component replaced. `None`, NaN, infinite and negative values
    /// are kept as "not included".
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, relative_u: Option<f64>) -> Self {
        let relative_u = relative_u.filter(|u| u.is_finite() && *u >= 0.0);
        let component = Component { name: name.into(), relative_u };
        match self.components.iter_mut().find(|known| known.name == component.name) {
            Some(known) => *known = component,
            None => self.components.push(component),
        }
        self
    }

    /// The budget with every [expected](EXPECTED) component that it lacks named as not included.
    #[must_use]
    pub fn completed(mut self) -> Self {
        for name in EXPECTED {
            if self.relative_u_of(name).is_none() {
                self = self.with(name, None);
            }
        }
        self
    }

    /// All components, included or not.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The relative standard uncertainty of one component, if it is included.
    pub fn relative_u_of(&self, name: &str) -> Option<f64> {
        self.components.iter().find(|component| component.name == name)?.relative_u
    }

    /// The relative combined standard uncertainty (k=1) of the included components (Q1); `None` if there is none.
    pub fn combined(&self) -> Option<f64> {
        let squares = self.components.iter().filter_map(|component| component.relative_u).map(|u| u * u);
        squares.reduce(|a, b| a + b).map(f64::sqrt)
    }

    /// The component with the largest relative uncertainty; the first of equals.
    pub fn largest(&self) -> Option<&Component> {
        let known = self.components.iter().filter(|component| component.relative_u.is_some());
        known.reduce(|largest, next| if next.relative_u > largest.relative_u { next } else { largest })
    }

    /// The names of the components that are not included.
    pub fn not_included(&self) -> Vec<&str> {
        let missing = self.components.iter().filter(|component| component.relative_u.is_none());
        missing.map(|component| component.name.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn components_add_in_quadrature() {
        let budget = Budget::new().with(MONTE_CARLO, Some(0.03)).with(CALIBRATION, Some(0.04));
        assert_relative_eq!(budget.combined().unwrap(), 0.05, epsilon = 1e-15);
        assert_relative_eq!(budget.with(CALIBRATION, Some(0.0)).combined().unwrap(), 0.03, epsilon = 1e-15);
    }

    #[test]
    fn what_is_unknown_is_named_and_not_summed() {
        let budget = Budget::new().with(CALIBRATION, Some(0.04)).with(KINETICS, Some(f64::NAN)).completed();
        assert_eq!(budget.combined(), Some(0.04));
        assert_eq!(budget.not_included(), [KINETICS, MONTE_CARLO, DELINEATION]);
        assert_eq!(Budget::new().completed().combined(), None);
    }

    #[test]
    fn the_largest_component_is_named() {
        assert_eq!(Budget::new().with(KINETICS, None).largest(), None);
        let budget =
            Budget::new().with(CALIBRATION, Some(0.03)).with(KINETICS, Some(0.08)).with(RECOVERY, None);
        assert_eq!(budget.largest().map(|component| component.name.as_str()), Some(KINETICS));
    }
}
