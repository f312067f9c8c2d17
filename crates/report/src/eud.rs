//! Equivalent uniform dose: a model result, never measured. Equations: `docs/methods/bed-eud.md`.

use crate::bed::{ModelError, positive};
use serde::{Deserialize, Serialize};

/// How unequal doses are put into one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EudModel {
    /// The uniform dose that leaves the same surviving fraction exp(-alpha D) (Niemierko 1997, Med. Phys. 24, 103): alpha in 1/Gy.
    Survival {
        /// Radiosensitivity, 1/Gy.
        #[serde(rename = "alpha_per_Gy")]
        alpha_per_gy: f64,
    },
    /// The generalised mean (mean of D^a)^(1/a) (Niemierko 1999, Med. Phys. 26, 1100); negative a for tumours, above 1 for organs.
    Generalised {
        /// The exponent.
        a: f64,
    },
}

/// An equivalent uniform dose and how it answers to a factor common to all doses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquivalentDose {
    /// EUD in the unit of the doses.
    pub value: f64,
    /// Its change per relative change of all doses, same unit: its uncertainty is this times the relative one of the mean.
    pub per_relative_change: f64,
}

impl EudModel {
    /// # Errors
    /// An alpha that is not above 0; an exponent of 0 or not finite.
    pub fn check(self) -> Result<Self, ModelError> {
        match self {
            Self::Survival { alpha_per_gy } => positive("alpha_per_Gy", alpha_per_gy).map(|_| self),
            Self::Generalised { a } if a.is_finite() && a != 0.0 => Ok(self),
            Self::Generalised { a } => {
                Err(ModelError { field: "eud_a", found: a, expected: "a finite number other than 0" })
            }
        }
    }

    /// EUD of equal voxels (BE4), (BE5), each dose times `factor` first; `None` without voxels.
    ///
    /// # Errors
    /// As [`EudModel::check`]; a dose that is not finite. One below 0 within its uncertainty has no power and counts as 0 in (BE5).
    pub fn of(self, doses: &[f32], factor: f64) -> Result<Option<EquivalentDose>, ModelError> {
        self.check()?;
        let scaled = || doses.iter().map(|&dose| f64::from(dose) * factor);
        if let Some(found) = scaled().find(|dose| !dose.is_finite()) {
            return Err(ModelError { field: "dose_Gy", found, expected: "a finite dose" });
        }
        if doses.is_empty() {
            return Ok(None);
        }
        Ok(Some(match self {
            Self::Survival { alpha_per_gy } => survival(scaled, alpha_per_gy),
            Self::Generalised { a } => generalised(|| scaled().map(|dose| dose.max(0.0)), a),
        }))
    }

    /// The model and its parameter in words.
    pub fn describe(self) -> String {
        match self {
            Self::Survival { alpha_per_gy } => format!("EUD of equal survival, alpha = {alpha_per_gy} /Gy"),
            Self::Generalised { a } => format!("generalised EUD, a = {a}"),
        }
    }
}

fn survival<I: Iterator<Item = f64>>(doses: impl Fn() -> I, alpha: f64) -> EquivalentDose {
    // Survival relative to that of the lowest dose does not underflow.
    let lowest = doses().fold(f64::INFINITY, f64::min);
    let (mut count, mut weights, mut weighted) = (0.0, 0.0, 0.0);
    for dose in doses() {
        let weight = libm::exp(-alpha * (dose - lowest));
        count += 1.0;
        weights += weight;
        weighted += weight * dose;
    }
    EquivalentDose {
        value: lowest - libm::log(weights / count) / alpha,
        per_relative_change: weighted / weights,
    }
}

fn generalised<I: Iterator<Item = f64>>(doses: impl Fn() -> I, a: f64) -> EquivalentDose {
    // Relative to the dose that counts most, so that no power overflows.
    let reference = if a > 0.0 { doses().fold(0.0, f64::max) } else { doses().fold(f64::INFINITY, f64::min) };
    let value = if reference > 0.0 {
        let (count, sum) = doses()
            .fold((0.0, 0.0), |(count, sum), dose| (count + 1.0, sum + libm::pow(dose / reference, a)));
        reference * libm::pow(sum / count, 1.0 / a)
    } else {
        // A negative exponent makes one voxel without dose the whole.
        0.0
    };
    EquivalentDose { value, per_relative_change: value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn eud(model: EudModel, doses: &[f32]) -> EquivalentDose {
        model.of(doses, 1.0).unwrap().unwrap()
    }

    #[test]
    fn a_uniform_dose_is_its_own_equivalent() {
        for model in [
            EudModel::Survival { alpha_per_gy: 0.35 },
            EudModel::Generalised { a: -10.0 },
            EudModel::Generalised { a: 8.0 },
        ] {
            let found = eud(model, &[70.0; 9]);
            assert_relative_eq!(found.value, 70.0, max_relative = 1e-12);
            assert_relative_eq!(found.per_relative_change, 70.0, max_relative = 1e-12);
        }
    }

    #[test]
    fn two_voxels_by_hand() {
        // -ln((e^-1 + e^-3)/2)/0.1
        let found = eud(EudModel::Survival { alpha_per_gy: 0.1 }, &[10.0, 30.0]);
        assert_relative_eq!(found.value, 15.662_192, max_relative = 1e-6);
        assert_eq!(eud(EudModel::Generalised { a: 1.0 }, &[10.0, 30.0]).value, 20.0);
        assert_relative_eq!(
            eud(EudModel::Generalised { a: -1.0 }, &[10.0, 30.0]).value,
            15.0,
            max_relative = 1e-12
        );
        assert_relative_eq!(
            eud(EudModel::Generalised { a: 2.0 }, &[10.0, 30.0]).value,
            500f64.sqrt(),
            max_relative = 1e-12
        );
    }

    /// Of normally distributed doses the EUD of equal survival is mean - alpha sigma^2 / 2.
    #[test]
    fn a_normal_distribution_has_its_known_equivalent() {
        let (mean, sigma, alpha) = (60.0, 5.0, 0.3);
        // Doses at even steps, each as often as the distribution has it.
        let mut doses = Vec::new();
        for step in -50..=50 {
            let x = f64::from(step) / 10.0;
            let times = (4e4 * (-0.5 * x * x).exp()).round() as usize;
            doses.extend(std::iter::repeat_n((mean + sigma * x) as f32, times));
        }
        let found = eud(EudModel::Survival { alpha_per_gy: alpha }, &doses).value;
        assert_relative_eq!(found, mean - 0.5 * alpha * sigma * sigma, max_relative = 1e-4);
    }

    #[test]
    fn high_doses_neither_overflow_nor_underflow() {
        let found = eud(EudModel::Survival { alpha_per_gy: 1.0 }, &[5000.0, 9000.0]);
        assert_relative_eq!(found.value, 5000.0 + 2f64.ln(), max_relative = 1e-9);
        assert!(eud(EudModel::Generalised { a: -40.0 }, &[1e-6, 1e6]).value < 2e-6);
        assert_eq!(eud(EudModel::Generalised { a: -10.0 }, &[0.0, 80.0]).value, 0.0);
        assert_eq!(eud(EudModel::Generalised { a: 1.0 }, &[-1.0, 80.0]).value, 40.0);
        assert!(eud(EudModel::Survival { alpha_per_gy: 0.1 }, &[-1.0, 80.0]).value > -1.0);
    }

    #[test]
    fn the_answer_to_a_common_factor_is_the_derivative() {
        let model = EudModel::Survival { alpha_per_gy: 0.1 };
        let doses = [10.0, 30.0, 44.0];
        let at = |factor| model.of(&doses, factor).unwrap().unwrap().value;
        let difference = (at(1.0001) - at(0.9999)) / 2e-4;
        assert_relative_eq!(eud(model, &doses).per_relative_change, difference, max_relative = 1e-6);
    }

    #[test]
    fn what_is_no_parameter_is_named() {
        let error = EudModel::Generalised { a: 0.0 }.of(&[1.0], 1.0).unwrap_err().to_string();
        assert!(error.starts_with("eud_a: found 0"), "{error}");
        let error = EudModel::Survival { alpha_per_gy: -0.1 }.check().unwrap_err().to_string();
        assert!(error.starts_with("alpha_per_Gy: found -0.1"), "{error}");
        assert!(EudModel::Generalised { a: 2.0 }.of(&[f32::NAN], 1.0).is_err());
        assert_eq!(EudModel::Generalised { a: 2.0 }.of(&[], 1.0).unwrap(), None);
    }
}
