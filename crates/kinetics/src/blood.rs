//! Blood and whole body: what the patient may have. Equations: `docs/methods/blood.md`.

mod limits;

pub use limits::{AllowedActivity, Limit, Limits, LungDisease};

use crate::{Conversion, Fit, KineticsError, Model, RegionCurve, UptakePrior, fit_auto};

/// Absorbed dose to the blood from the activity in it: Gy per GBq administered for a residence time of 1 h per mL of blood,
/// 131I (Lassmann et al. 2008, Eur. J. Nucl. Med. Mol. Imaging 35, 1405) (BL2).
pub const BLOOD_GY_ML_PER_GBQ_H: f64 = 108.0;

/// Absorbed dose to the blood from photons of the whole body: Gy per GBq administered for a residence time of 1 h in the
/// whole body of a patient of 1 kg, falling with the mass to the power 2/3, 131I (same source) (BL2).
pub const WHOLE_BODY_GY_PER_GBQ_H: f64 = 0.0188;

/// Share of the whole body's residence time that is the blood's where no blood was sampled (Hänscheid et al. 2009,
/// Endocr. Relat. Cancer 16, 1283).
pub const BLOOD_SHARE: f64 = 0.14;

/// Relative standard uncertainty of the estimate without blood samples: a mean absolute deviation of 14 % from the full
/// dosimetry (same source), that of a normal distribution of this standard deviation.
pub const SINGLE_RETENTION_RELATIVE_U: f64 = 0.175;

/// When the retention of the whole body is limited, h after administration.
pub const RETENTION_TIME_H: f64 = 48.0;

/// A number and its standard uncertainty (k=1), in the same unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its standard uncertainty (k=1).
    pub u: f64,
}

/// Body mass, kg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyMass(f64);

impl BodyMass {
    /// # Errors
    /// [`KineticsError::OutOfRange`] for a mass that is not between 1 and 1000 kg.
    pub fn new(kg: f64) -> Result<Self, KineticsError> {
        let (from, to) = (1.0, 1000.0);
        if (from..=to).contains(&kg) {
            Ok(Self(kg))
        } else {
            Err(KineticsError::OutOfRange { field: "body mass in kg", found: kg, from, to })
        }
    }

    /// Gy/GBq to the blood for 1 h of residence in the whole body.
    fn whole_body_coefficient(self) -> f64 {
        WHOLE_BODY_GY_PER_GBQ_H * libm::pow(self.0, -2.0 / 3.0)
    }
}

/// What a tracer or a therapy says of blood and whole body.
#[derive(Clone, Debug, PartialEq)]
pub struct BloodDosimetry {
    /// Retention of the therapy nuclide in the whole body over time, as a share of the administered activity; its integral
    /// is the residence time, h. `None` where but one retention was measured.
    pub whole_body: Option<Fit>,
    /// The same per mL of blood, its integral in h/mL. `None` where no blood was sampled.
    pub blood: Option<Fit>,
    /// Absorbed dose to the blood per administered activity, Gy/GBq.
    pub dose_gy_per_gbq: Estimate,
    /// Share of the administered activity in the whole body after 48 h, not decay-corrected.
    pub retention_48h: Estimate,
}

/// Blood dosimetry after the EANM procedure (Lassmann et al. 2008) (BL1)-(BL3).
///
/// `whole_body` holds the share of the administered activity in the patient over time, `blood` the share per mL of whole
/// blood, both as measured (not decay-corrected) in place of the concentrations of a [`RegionCurve`]. Both are fitted by the
/// model of lowest AICc among one and two exponentials. The coefficients are those of 131I, which `conversion` must lead to.
///
/// # Errors
/// As [`fit_auto`].
pub fn blood_dosimetry(
    whole_body: &RegionCurve,
    blood: &RegionCurve,
    conversion: &Conversion,
    mass: BodyMass,
) -> Result<BloodDosimetry, KineticsError> {
    let fit = |curve| {
        let among = [Model::Mono, Model::BiExponential];
        fit_auto(&among, curve, conversion, &UptakePrior::IMMEDIATE)
    };
    let (whole_body, blood) = (fit(whole_body)?, fit(blood)?);
    let coefficient = mass.whole_body_coefficient();
    let dose_gy_per_gbq = Estimate {
        value: BLOOD_GY_ML_PER_GBQ_H * blood.tia_bq_h_per_ml + coefficient * whole_body.tia_bq_h_per_ml,
        u: libm::hypot(
            BLOOD_GY_ML_PER_GBQ_H * blood.tia_u_bq_h_per_ml,
            coefficient * whole_body.tia_u_bq_h_per_ml,
        ),
    };
    let retention_48h = Estimate {
        value: whole_body.curve.value_at(RETENTION_TIME_H),
        u: whole_body.curve.value_u_at(RETENTION_TIME_H),
    };
    Ok(BloodDosimetry { whole_body: Some(whole_body), blood: Some(blood), dose_gy_per_gbq, retention_48h })
}

/// The estimate from one measurement of the whole body, without blood (Hänscheid et al. 2009) (BL4): one exponential from
/// the whole activity at the administration through `retention` (a share of the administered activity of the therapy
/// nuclide, 131I, not decay-corrected) at `time_h`, 14 % of whose residence time is the blood's. Tested by its authors for measurements on day 1 or 2.
///
/// # Errors
/// [`KineticsError::OutOfRange`] for a retention that is not between 0 and 1, a time outside 12 to 60 h, a blood volume
/// outside 100 to 20000 mL.
pub fn blood_from_one_retention(
    retention: Estimate,
    time_h: f64,
    blood_volume_ml: f64,
    mass: BodyMass,
) -> Result<BloodDosimetry, KineticsError> {
    let ranges = [
        ("retention of the whole body", retention.value, f64::MIN_POSITIVE, 1.0 - f64::EPSILON),
        ("standard uncertainty of the retention", retention.u, 0.0, 1.0),
        ("time_h", time_h, 12.0, 60.0),
        ("blood volume in mL", blood_volume_ml, 100.0, 20_000.0),
    ];
    if let Some(&(field, found, from, to)) =
        ranges.iter().find(|(_, found, from, to)| !(*from..=*to).contains(found))
    {
        return Err(KineticsError::OutOfRange { field, found, from, to });
    }
    let depth = -libm::log(retention.value);
    let residence_h = time_h / depth;
    let relative_u = retention.u / retention.value;
    let per_residence = BLOOD_GY_ML_PER_GBQ_H * BLOOD_SHARE / blood_volume_ml + mass.whole_body_coefficient();
    let dose = per_residence * residence_h;
    let later = RETENTION_TIME_H / time_h;
    let at_48h = libm::exp(-depth * later);
    Ok(BloodDosimetry {
        whole_body: None,
        blood: None,
        // d ln(residence) / d ln(retention) = 1 / depth.
        dose_gy_per_gbq: Estimate {
            value: dose,
            u: dose * libm::hypot(relative_u / depth, SINGLE_RETENTION_RELATIVE_U),
        },
        retention_48h: Estimate { value: at_48h, u: at_48h * later * relative_u },
    })
}

#[cfg(test)]
mod tests;
