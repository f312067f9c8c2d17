//! The moment that PET values are corrected to, and from there to the scan's start (PS3.3 C.8.9.1.1.5).

use super::timing::{Correction, Timing};
use crate::error::Result;
use crate::radiopharmaceutical::Radiopharmaceutical;
use crate::series::SeriesInfo;
use crate::time::DateTime;

/// Clocks of one scanner; acquisition times are often cut to whole seconds.
const SAME_MOMENT_S: f64 = 1.0;
/// Where the file leaves open which of two moments is meant, activities may differ by this much.
const MAX_AMBIGUITY: f64 = 0.02;

/// How values of the file become activities at the scan's start.
pub(super) struct ToStart {
    pub start: DateTime,
    /// One for every slice along k.
    pub factors: Vec<f64>,
    /// Seconds from `start` to the moment at which each slice's values occurred; empty where that is unknown.
    pub moments_s: Vec<f64>,
}

pub(super) fn to_start(
    series: &SeriesInfo,
    timing: &Timing,
    given: &Radiopharmaceutical,
    conversions: &mut Vec<String>,
    warnings: &mut Vec<String>,
) -> Result<ToStart> {
    let slices = timing.frames.len();
    let constant = given.decay_constant();
    let half_life = || {
        constant
            .ok_or_else(|| series.error("(0018,1075) RadionuclideHalfLife", "nothing", "a half-life in s"))
    };
    let (start, factors) = match timing.correction {
        Correction::Start => (reference(series, timing, constant, warnings)?, vec![1.0; slices]),
        Correction::None => {
            let (start, constant) = (timing.earliest(), half_life()?);
            let Some(moments) = timing.moments_s(start, Some(constant), warnings) else {
                let found = "DecayCorrection NONE without it";
                return Err(series.error(
                    "(0018,1242) ActualFrameDuration",
                    found,
                    "the duration of every slice",
                ));
            };
            let factors: Vec<f64> = moments.iter().map(|moment| libm::exp(constant * moment)).collect();
            let (least, most) = range(&factors);
            conversions.push(format!(
                "no decay correction in the file: corrected from each slice's time to {start}, values x {least:.5} to {most:.5}"
            ));
            (start, factors)
        }
        Correction::Administration => {
            let Some(administered) = given.administered else {
                let field = "(0018,1078) RadiopharmaceuticalStartDateTime";
                return Err(series.error(field, "nothing", "date and time of administration, which the values are corrected to (DecayCorrection ADMIN)"));
            };
            (timing.earliest(), moved(timing, administered, "administration", half_life()?, conversions))
        }
        Correction::At(moment) => {
            let start = timing.earliest();
            let apart = start.seconds_since(moment).abs() > SAME_MOMENT_S;
            let factors = if apart {
                moved(timing, moment, "the stated time", half_life()?, conversions)
            } else {
                vec![1.0; slices]
            };
            (start, factors)
        }
    };
    let moments_s = timing.moments_s(start, constant, warnings).unwrap_or_default();
    Ok(ToStart { start, factors, moments_s })
}

/// Factors from activity at another moment to activity at the scan's start.
fn moved(
    timing: &Timing,
    from: DateTime,
    name: &str,
    constant: f64,
    conversions: &mut Vec<String>,
) -> Vec<f64> {
    let start = timing.earliest();
    let factor = libm::exp(-constant * start.seconds_since(from));
    conversions.push(format!(
        "values decay-corrected to {name} ({from}) taken to the scan's start ({start}): x {factor:.5}"
    ));
    vec![factor; timing.frames.len()]
}

/// The moment of DecayCorrection START. By the standard that is the acquisition's start; scanners that take several bed
/// positions mean the series' start. Where both differ, decay factor and frame reference time say which it is; without them
/// the difference must not matter.
fn reference(
    series: &SeriesInfo,
    timing: &Timing,
    constant: Option<f64>,
    warnings: &mut Vec<String>,
) -> Result<DateTime> {
    let acquisition = timing.earliest();
    let Some(series_start) = timing.series_start else { return Ok(acquisition) };
    let apart = acquisition.seconds_since(series_start);
    if apart.abs() <= SAME_MOMENT_S {
        return Ok(acquisition);
    }
    let ambiguity = |seconds: f64| constant.map(|constant| libm::expm1(constant * seconds.abs()));
    let field = "(0054,1102) DecayCorrection START";
    let both = format!("acquisition from {acquisition}, series from {series_start}");
    let stated = constant.and_then(|constant| Some((constant, timing.stated_reference(constant)?)));
    if let Some((constant, stated)) = stated {
        let off = |moment: DateTime| stated.seconds_since(moment).abs();
        let chosen = if off(acquisition) <= off(series_start) { acquisition } else { series_start };
        if libm::expm1(constant * off(chosen)) > MAX_AMBIGUITY {
            let found = format!("{both}, decay factor and frame reference time that mean {stated}");
            return Err(series.error(field, found, "one of both times"));
        }
        warnings.push(format!("{both}: the decay factor says that values belong to {chosen}"));
        return Ok(chosen);
    }
    match ambiguity(apart) {
        Some(change) if change <= MAX_AMBIGUITY => {
            // A series time after the acquisition is that of a reconstruction.
            let chosen = acquisition.min(series_start);
            let percent = 100.0 * change;
            warnings.push(format!(
                "{both}: values taken to belong to {chosen} (the other would change them by {percent:.2} %)"
            ));
            Ok(chosen)
        }
        _ => Err(series.error(
            field,
            format!("{both}, and no decay factor that says which is meant"),
            "one time",
        )),
    }
}

fn range(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &value| (a.min(value), b.max(value)))
}
