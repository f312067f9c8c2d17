//! The activity that each limit allows. Equations: `docs/methods/blood.md`.

use super::{BloodDosimetry, Estimate};
use crate::KineticsError;

/// Whether metastases fill the lungs, which bear less activity then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LungDisease {
    /// None, or single nodules.
    NotDiffuse,
    /// Diffuse lung metastases.
    Diffuse,
}

/// The limits, editable; the defaults are those of Benua et al. 1962 (Am. J. Roentgenol. 87, 171) as taken over by
/// Lassmann et al. 2008: 2 Gy to the blood, 4.44 GBq (120 mCi) in the whole body after 48 h, or 2.96 GBq (80 mCi) with diffuse
/// lung metastases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Gy.
    pub blood_gy: f64,
    /// GBq after 48 h.
    pub retention_gbq: f64,
    /// GBq after 48 h with diffuse lung metastases.
    pub retention_diffuse_lung_gbq: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { blood_gy: 2.0, retention_gbq: 4.44, retention_diffuse_lung_gbq: 2.96 }
    }
}

/// What a limit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Absorbed dose to the blood.
    BloodDose,
    /// Activity in the whole body after 48 h.
    Retention48h,
}

/// The activity that a limit allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AllowedActivity {
    /// The limit.
    pub limit: Limit,
    /// GBq; infinite where nothing counts against the limit.
    pub activity_gbq: Estimate,
}

impl BloodDosimetry {
    /// The activity each limit allows (BL3), the lowest first.
    ///
    /// # Errors
    /// [`KineticsError::NotPositive`] for a limit that is not above 0.
    pub fn allowed(
        &self,
        limits: &Limits,
        lungs: LungDisease,
    ) -> Result<[AllowedActivity; 2], KineticsError> {
        let (field, retention_gbq) = match lungs {
            LungDisease::NotDiffuse => ("retention limit in GBq", limits.retention_gbq),
            LungDisease::Diffuse => {
                ("retention limit with diffuse lung disease in GBq", limits.retention_diffuse_lung_gbq)
            }
        };
        for (field, found) in [("blood limit in Gy", limits.blood_gy), (field, retention_gbq)] {
            if !(found.is_finite() && found > 0.0) {
                return Err(KineticsError::NotPositive { field, found });
            }
        }
        let mut allowed = [
            (Limit::BloodDose, limits.blood_gy, self.dose_gy_per_gbq),
            (Limit::Retention48h, retention_gbq, self.retention_48h),
        ]
        .map(|(limit, most, per_gbq)| AllowedActivity { limit, activity_gbq: quotient(most, per_gbq) });
        allowed.sort_by(|a, b| a.activity_gbq.value.total_cmp(&b.activity_gbq.value));
        Ok(allowed)
    }
}

/// An exact number over an estimate, to first order.
fn quotient(most: f64, per_gbq: Estimate) -> Estimate {
    let value = most / per_gbq.value;
    Estimate { value, u: if value.is_finite() { value * per_gbq.u / per_gbq.value } else { 0.0 } }
}
