//! From the imaged nuclide's activity to the therapy nuclide's. Equations: `docs/methods/kinetics.md`.

use crate::{DecayConstant, KineticsError};
use std::f64::consts::LN_2;

/// Turns what was measured of nuclide A (imaged) into what nuclide B (therapy) will do or did.
///
/// With the same biokinetics per administered activity (see the crate's documentation for all that is assumed),
/// concentrations follow (K1) and rates (K2); both activities are those administered, at the time of administration.
/// (The substitution behind 124I dosimetry for 131I therapy: Sgouros et al. 2004, J Nucl Med 45:1366-1372.)
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion {
    imaged: DecayConstant,
    therapy: DecayConstant,
    activity_ratio: f64,
}

impl Conversion {
    /// Pre-therapy: images after `administered_mbq` of the imaged nuclide, result for `therapy_mbq` of the therapy
    /// nuclide (1000 for a result per GBq). Both in MBq at the time of administration.
    ///
    /// # Errors
    /// [`KineticsError::NotPositive`] naming the activity.
    pub fn predicted(
        imaged: DecayConstant,
        therapy: DecayConstant,
        administered_mbq: f64,
        therapy_mbq: f64,
    ) -> Result<Self, KineticsError> {
        for (field, found) in
            [("administration.activity_MBq", administered_mbq), ("therapy activity in MBq", therapy_mbq)]
        {
            if !(found.is_finite() && found > 0.0) {
                return Err(KineticsError::NotPositive { field, found });
            }
        }
        Ok(Self { imaged, therapy, activity_ratio: therapy_mbq / administered_mbq })
    }

    /// Post-therapy: the imaged nuclide is the therapy nuclide and the images show the delivered activity.
    pub fn delivered(nuclide: DecayConstant) -> Self {
        Self { imaged: nuclide, therapy: nuclide, activity_ratio: 1.0 }
    }

    /// Decay constant of the imaged nuclide.
    pub fn imaged(&self) -> DecayConstant {
        self.imaged
    }

    /// Decay constant of the therapy nuclide.
    pub fn therapy(&self) -> DecayConstant {
        self.therapy
    }

    /// Activity of the therapy nuclide for one unit of the imaged nuclide's, `time_h` after administration (K1).
    pub fn factor_at(&self, time_h: f64) -> f64 {
        self.activity_ratio * libm::exp(-(self.therapy.per_hour() - self.imaged.per_hour()) * time_h)
    }

    /// Activity of the therapy nuclide at the administration for one unit of the imaged nuclide's.
    pub fn activity_ratio(&self) -> f64 {
        self.activity_ratio
    }

    /// Effective rate (1/h) of the therapy nuclide where the imaged nuclide's is `imaged_rate_per_h` (K2).
    pub fn therapy_rate_per_h(&self, imaged_rate_per_h: f64) -> f64 {
        imaged_rate_per_h - self.imaged.per_hour() + self.therapy.per_hour()
    }

    /// Effective half-life (h) of the therapy nuclide (K2).
    ///
    /// # Errors
    /// [`KineticsError::NotPositive`], and [`KineticsError::LongerThanPhysical`] where `T_eff,A > T_A`.
    pub fn therapy_effective_half_life_h(&self, imaged_effective_h: f64) -> Result<f64, KineticsError> {
        let rate = self.checked_imaged_rate_per_h(imaged_effective_h)?;
        Ok(LN_2 / self.therapy_rate_per_h(rate))
    }

    /// The rate (1/h) of a stated effective half-life of the imaged nuclide. A half-life up to 0.5 % above the
    /// physical one is taken as the physical one: tables round.
    pub(crate) fn checked_imaged_rate_per_h(&self, imaged_effective_h: f64) -> Result<f64, KineticsError> {
        let physical = self.imaged.half_life_h();
        if !(imaged_effective_h.is_finite() && imaged_effective_h > 0.0) {
            return Err(KineticsError::NotPositive {
                field: "effective_half_life_h",
                found: imaged_effective_h,
            });
        }
        if imaged_effective_h > 1.005 * physical {
            return Err(KineticsError::LongerThanPhysical { found: imaged_effective_h, physical });
        }
        Ok(LN_2 / imaged_effective_h.min(physical))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    pub(crate) fn iodine_124() -> DecayConstant {
        DecayConstant::from_half_life_h(4.176 * 24.0).unwrap()
    }

    pub(crate) fn iodine_131() -> DecayConstant {
        DecayConstant::from_half_life_h(8.0207 * 24.0).unwrap()
    }

    /// 74 MBq of 124I imaged, result per GBq of 131I.
    pub(crate) fn per_gbq() -> Conversion {
        Conversion::predicted(iodine_124(), iodine_131(), 74.0, 1000.0).unwrap()
    }

    #[test]
    fn without_washout_the_therapy_nuclide_decays_physically() {
        let back = per_gbq().therapy_effective_half_life_h(iodine_124().half_life_h()).unwrap();
        assert_relative_eq!(back, iodine_131().half_life_h(), max_relative = 1e-12);
    }

    #[test]
    fn delivered_activity_stays_as_it_is() {
        let same = Conversion::delivered(iodine_131());
        assert_eq!(same.factor_at(77.0), 1.0);
        assert_relative_eq!(same.therapy_effective_half_life_h(60.0).unwrap(), 60.0, max_relative = 1e-14);
    }

    /// The dose of the tracer itself: the therapy nuclide is the imaged one, with the activity administered for the images.
    #[test]
    fn the_tracers_own_decays_need_no_conversion() {
        let own = Conversion::predicted(iodine_124(), iodine_124(), 74.0, 74.0).unwrap();
        for conversion in [own, Conversion::delivered(iodine_124())] {
            assert_eq!((conversion.activity_ratio(), conversion.factor_at(50.0)), (1.0, 1.0));
            assert_relative_eq!(
                conversion.therapy_effective_half_life_h(40.0).unwrap(),
                40.0,
                max_relative = 1e-14
            );
        }
    }

    #[test]
    fn impossible_input_is_refused_by_name() {
        let error = Conversion::predicted(iodine_124(), iodine_131(), 0.0, 1.0).unwrap_err();
        assert!(error.to_string().starts_with("administration.activity_MBq: found 0"), "{error}");
        assert!(Conversion::predicted(iodine_124(), iodine_131(), 74.0, f64::NAN).is_err());
        assert!(matches!(
            per_gbq().therapy_effective_half_life_h(120.0),
            Err(KineticsError::LongerThanPhysical { .. })
        ));
        assert!(per_gbq().therapy_effective_half_life_h(f64::NAN).is_err());
        assert!(per_gbq().therapy_effective_half_life_h(100.3).is_ok(), "rounding of a table");
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_identity(half_life in 1.0f64..100.0, time in 0.1f64..500.0) {
            let forth = per_gbq();
            let back = Conversion::predicted(iodine_131(), iodine_124(), 1000.0, 74.0).unwrap();
            assert_relative_eq!(forth.factor_at(time) * back.factor_at(time), 1.0, max_relative = 1e-12);
            let there = forth.therapy_effective_half_life_h(half_life).unwrap();
            prop_assert!(there > half_life && there <= iodine_131().half_life_h());
            assert_relative_eq!(
                back.therapy_effective_half_life_h(there).unwrap(), half_life, max_relative = 1e-10
            );
        }

        #[test]
        fn the_curve_and_the_half_life_convert_alike(half_life in 5.0f64..100.0, time in 0.1f64..300.0) {
            let conversion = per_gbq();
            let imaged = libm::exp(-LN_2 / half_life * time);
            let therapy = conversion.therapy_effective_half_life_h(half_life).unwrap();
            assert_relative_eq!(
                conversion.factor_at(time) * imaged,
                conversion.activity_ratio() * libm::exp(-LN_2 / therapy * time),
                max_relative = 1e-10
            );
        }
    }
}
