//! Samples of whole body and blood: from a CSV file to what counts against the limits. Equations: `docs/methods/blood.md`.

mod samples;

use crate::Error;
use crate::case::{Blood as Section, Case, Purpose};
use crate::inputs::Inputs;
use iodose_kinetics::blood::{
    BodyMass, Estimate, RETENTION_TIME_H, blood_dosimetry, blood_from_one_retention,
};
use iodose_kinetics::{
    Conversion, DecayConstant, Fit, KineticsError, Model, RegionCurve, UptakePrior, fit_auto,
};
use iodose_physics::Library;
use iodose_report::Quantity;
use samples::{Sample, Samples};

/// The coefficients of the blood dose are this nuclide's.
const NUCLIDE: &str = "I-131";
/// When one measurement of the whole body says enough, h (Haenscheid et al. 2009).
const SINGLE_RANGE_H: std::ops::RangeInclusive<f64> = 12.0..=60.0;
/// The measurement nearest to this time is taken where there are several.
const SINGLE_TIME_H: f64 = 24.0;

/// A number per GBq, or why there is none.
pub(crate) type Finding = Result<Quantity, String>;

/// What blood and whole body say.
#[derive(Clone, Debug)]
pub(crate) struct BloodFindings {
    /// Absorbed dose to the blood, Gy/GBq.
    pub(crate) dose_gy_per_gbq: Finding,
    /// Activity in the whole body after 48 h, GBq per GBq.
    pub(crate) retention_48h: Finding,
}

impl BloodFindings {
    /// Reads and judges the samples of a case; without any, both are unknown.
    pub(crate) fn read(case: &Case, library: &Library, inputs: &mut Inputs) -> Result<Self, Error> {
        let Some(section) = &case.blood else {
            let none = || Err("no samples".to_owned());
            return Ok(Self { dose_gy_per_gbq: none(), retention_48h: none() });
        };
        if case.therapy.nuclide != NUCLIDE {
            let expected = format!("{NUCLIDE}, whose coefficients of the blood dose are published");
            return Err(Error::input(
                &case.file,
                "blood beside therapy.nuclide",
                &case.therapy.nuclide,
                expected,
            ));
        }
        let file = &section.path.resolved;
        let samples = Samples::read(section, case.imaged_activity_mbq(), inputs)?;
        let conversion = share_conversion(case, library)?;
        let imaged_per_h = conversion.imaged().per_hour();
        let mass = BodyMass::new(section.body_mass_kg).map_err(|source| in_file(section, source))?;
        let whole_body = samples.whole_body(file, imaged_per_h)?;
        inputs.convert(&section.path.written, samples.note());
        let found = judge(section, &whole_body, &samples.blood, &conversion, mass)?;
        for warning in found.1 {
            inputs.warn(format!("{}: {warning}", section.path.written));
        }
        Ok(found.0)
    }
}

/// Shares of the imaged nuclide to shares of the therapy's.
fn share_conversion(case: &Case, library: &Library) -> Result<Conversion, Error> {
    let failed = |source| Error::Kinetics { context: case.file.clone(), source };
    let decay = |name: &str| -> Result<DecayConstant, Error> {
        DecayConstant::from_half_life_h(library.nuclide(name)?.half_life / 3600.0).map_err(failed)
    };
    let therapy = decay(&case.therapy.nuclide)?;
    match case.header.purpose {
        Purpose::PreTherapy => {
            Conversion::predicted(decay(&case.images[0].nuclide)?, therapy, 1.0, 1.0).map_err(failed)
        }
        Purpose::PostTherapy => Ok(Conversion::delivered(therapy)),
    }
}

fn in_file(section: &Section, source: KineticsError) -> Error {
    Error::Kinetics { context: section.path.resolved.display().to_string(), source }
}

fn curve(samples: &[Sample]) -> Result<RegionCurve, KineticsError> {
    let column = |value: fn(&Sample) -> f64| samples.iter().map(value).collect::<Vec<f64>>();
    RegionCurve::new(
        &column(|sample| sample.time_h),
        &column(|sample| sample.value),
        &column(|sample| sample.value * sample.relative_u),
    )
}

/// The findings, and what the reader must know of them.
fn judge(
    section: &Section,
    whole_body: &[Sample],
    blood: &[Sample],
    conversion: &Conversion,
    mass: BodyMass,
) -> Result<(BloodFindings, Vec<String>), Error> {
    let failed = |source| in_file(section, source);
    if whole_body.len() >= 2 && blood.len() >= 2 {
        let (whole_body, blood) = (curve(whole_body).map_err(failed)?, curve(blood).map_err(failed)?);
        let found = blood_dosimetry(&whole_body, &blood, conversion, mass).map_err(failed)?;
        let said = |what: &str, fit: &Option<Fit>| -> Vec<String> {
            let warnings = fit.iter().flat_map(|fit| &fit.warnings).filter(|warning| !warning.is_note());
            warnings.map(|warning| format!("{what}: {warning}")).collect()
        };
        let warnings = [said("whole body", &found.whole_body), said("blood", &found.blood)].concat();
        let findings = BloodFindings {
            dose_gy_per_gbq: Ok(quantity(found.dose_gy_per_gbq)),
            retention_48h: Ok(quantity(found.retention_48h)),
        };
        return Ok((findings, warnings));
    }
    let (single, mut warnings) = from_one(section, whole_body, conversion, mass)?;
    let few = match blood.len() {
        0 => "no blood samples",
        _ if whole_body.is_empty() => "no whole-body samples",
        _ => "too few samples: at least two of blood and two of the whole body",
    };
    let dose_gy_per_gbq = match (&single, blood.is_empty()) {
        (Some(single), true) => Ok(quantity(single.0)),
        _ => Err(few.to_owned()),
    };
    if dose_gy_per_gbq.is_ok() {
        warnings.push(
            "no blood samples: the blood dose is estimated from one retention of the whole body".into(),
        );
    }
    let retention_48h = if whole_body.len() >= 2 {
        let among = [Model::Mono, Model::BiExponential];
        let curve = curve(whole_body).map_err(failed)?;
        let fit = fit_auto(&among, &curve, conversion, &UptakePrior::IMMEDIATE).map_err(failed)?;
        Ok(Quantity::new(fit.curve.value_at(RETENTION_TIME_H), Some(fit.curve.value_u_at(RETENTION_TIME_H))))
    } else {
        single.map(|single| quantity(single.1)).ok_or_else(|| match whole_body.len() {
            0 => "no whole-body samples".to_owned(),
            _ => "one whole-body sample, which needs a time from 12 to 60 h and blood.blood_volume_mL"
                .to_owned(),
        })
    };
    Ok((BloodFindings { dose_gy_per_gbq, retention_48h }, warnings))
}

/// Blood dose and retention after 48 h from one measurement of the whole body, where there is one that serves and the blood
/// volume is known.
#[allow(clippy::type_complexity, reason = "two estimates and what to say of them")]
fn from_one(
    section: &Section,
    whole_body: &[Sample],
    conversion: &Conversion,
    mass: BodyMass,
) -> Result<(Option<(Estimate, Estimate)>, Vec<String>), Error> {
    let distance = |sample: &&Sample| (sample.time_h - SINGLE_TIME_H).abs();
    let nearest = whole_body
        .iter()
        .filter(|sample| SINGLE_RANGE_H.contains(&sample.time_h))
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let (Some(sample), Some(volume)) = (nearest, section.blood_volume_ml) else {
        return Ok((None, Vec::new()));
    };
    let value = sample.value * conversion.factor_at(sample.time_h);
    let retention = Estimate { value, u: value * sample.relative_u };
    let found = blood_from_one_retention(retention, sample.time_h, volume, mass)
        .map_err(|source| in_file(section, source))?;
    let note = format!(
        "whole body after {} h used alone, one exponential from the administration on",
        sample.time_h
    );
    Ok((Some((found.dose_gy_per_gbq, found.retention_48h)), vec![note]))
}

fn quantity(estimate: Estimate) -> Quantity {
    Quantity::new(estimate.value, Some(estimate.u))
}

#[cfg(test)]
mod tests;
