//! What was given, how much and when (PS3.3 C.8.9.2, C.8.4.10, the Enhanced PET Isotope module).

use crate::element::Attributes;
use crate::error::Result;
use crate::nuclide::{from_code, nuclide_from_text};
use crate::time::{DateTime, date_time};
use dicom_dictionary_std::tags;

/// A time without a date is understood only for nuclides that are gone after two days; of a longer-lived one it could mean
/// any day before the scan.
const MAX_HALF_LIFE_WITHOUT_DATE_S: f64 = 12.0 * 3600.0;
/// Between these lies every activity that is given to a patient; scanners that write the other unit exist, and a number
/// outside is not used.
const ACTIVITIES_BQ: std::ops::RangeInclusive<f64> = 1e4..=1e11;

/// The unit of RadionuclideTotalDose, which the standard makes another for PET (C.8.9.2) and NM (C.8.4.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DoseUnit {
    Becquerel,
    MegaBecquerel,
}

/// Elements of the only radiopharmaceutical of an image; each is absent where the file does not say it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Radiopharmaceutical {
    /// `I-124`, from the code, its meaning or the radiopharmaceutical's name.
    pub nuclide: Option<String>,
    /// The half-life used for decay correction, s.
    pub half_life_s: Option<f64>,
    /// Positrons per decay used for calibration.
    pub positron_fraction: Option<f64>,
    /// Activity given, Bq at the time of administration.
    pub activity_bq: Option<f64>,
    /// When it was given.
    pub administered: Option<DateTime>,
}

impl Radiopharmaceutical {
    /// From the data set that holds the radiopharmaceutical, which is the object or stands in it; `start` (of the scan) gives
    /// the day to a time without one.
    pub(crate) fn read(
        place: &Attributes<'_>,
        root: &Attributes<'_>,
        start: DateTime,
        unit: DoseUnit,
        warnings: &mut Vec<String>,
    ) -> Result<Self> {
        let Some(item) = place.item_optional(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE)? else {
            warnings.push("the file names no radiopharmaceutical".into());
            return Ok(Self::default());
        };
        let positive = |tag| -> Result<Option<f64>> {
            match item.decimal_optional(tag)? {
                Some(value) if value <= 0.0 => Err(item.error(tag, value.to_string(), "a value above 0")),
                other => Ok(other),
            }
        };
        let half_life_s = positive(tags::RADIONUCLIDE_HALF_LIFE)?;
        let positron_fraction = positive(tags::RADIONUCLIDE_POSITRON_FRACTION)?;
        if let Some(fraction) = positron_fraction.filter(|&fraction| fraction > 1.0) {
            return Err(item.error(tags::RADIONUCLIDE_POSITRON_FRACTION, fraction.to_string(), "0 to 1"));
        }
        let stated = positive(tags::RADIONUCLIDE_TOTAL_DOSE)?;
        let activity_bq = stated.and_then(|stated| {
            let (factor, name) = match unit {
                DoseUnit::Becquerel => (1.0, "Bq"),
                DoseUnit::MegaBecquerel => (1e6, "MBq"),
            };
            let activity = stated * factor;
            if ACTIVITIES_BQ.contains(&activity) {
                return Some(activity);
            }
            let tag = "(0018,1074) RadionuclideTotalDose";
            warnings.push(format!(
                "{tag} is {stated}, which cannot be {name}, its unit by the standard: not used"
            ));
            None
        });
        let administered = administered(&item, root, start, half_life_s, warnings)?;
        Ok(Self { nuclide: nuclide(&item)?, half_life_s, positron_fraction, activity_bq, administered })
    }

    /// Decay constant in 1/s of the half-life that the file states.
    pub(crate) fn decay_constant(&self) -> Option<f64> {
        self.half_life_s.map(|half_life| std::f64::consts::LN_2 / half_life)
    }
}

fn nuclide(item: &Attributes<'_>) -> Result<Option<String>> {
    if let Some(code) = item.item_optional(tags::RADIONUCLIDE_CODE_SEQUENCE)? {
        let meaning = code.text_optional(tags::CODE_MEANING).and_then(|text| nuclide_from_text(&text));
        let value = code.text_optional(tags::CODE_VALUE).and_then(|text| from_code(&text));
        if let (Some(meaning), Some(value)) = (&meaning, &value)
            && meaning != value
        {
            return Err(code.error(
                tags::CODE_MEANING,
                meaning.as_str(),
                format!("{value}, as CodeValue says"),
            ));
        }
        if let Some(name) = meaning.or(value) {
            return Ok(Some(name));
        }
    }
    Ok(item.text_optional(tags::RADIOPHARMACEUTICAL).and_then(|text| nuclide_from_text(&text)))
}

fn administered(
    item: &Attributes<'_>,
    root: &Attributes<'_>,
    start: DateTime,
    half_life_s: Option<f64>,
    warnings: &mut Vec<String>,
) -> Result<Option<DateTime>> {
    if let Some(moment) = date_time(item, root, tags::RADIOPHARMACEUTICAL_START_DATE_TIME)? {
        if moment > start {
            let tag = tags::RADIOPHARMACEUTICAL_START_DATE_TIME;
            return Err(item.error(
                tag,
                moment.to_string(),
                format!("a time before the scan's start, {start}"),
            ));
        }
        let text = item.text_optional(tags::RADIOPHARMACEUTICAL_START_DATE_TIME).unwrap_or_default();
        if text.contains(['+', '-']) && !root.has(tags::TIMEZONE_OFFSET_FROM_UTC) {
            warnings.push(format!(
                "(0018,1078) RadiopharmaceuticalStartDateTime {text} has an offset from universal time, and the scan's times \
                 have none: taken as times of one clock"
            ));
        }
        return Ok(Some(moment));
    }
    let Some(clock) = item.text_optional(tags::RADIOPHARMACEUTICAL_START_TIME) else { return Ok(None) };
    let day: String = start.to_string().chars().take(10).filter(|&c| c != '-').collect();
    let Some(moment) = DateTime::from_date_and_time(&day, &clock) else {
        return Err(item.error(tags::RADIOPHARMACEUTICAL_START_TIME, format!("{clock:?}"), "a time HHMMSS"));
    };
    if !half_life_s.is_some_and(|half_life| half_life < MAX_HALF_LIFE_WITHOUT_DATE_S) {
        warnings.push(format!(
            "(0018,1072) RadiopharmaceuticalStartTime {clock} has no date, which a nuclide of this half-life needs: \
             the time of administration is not used"
        ));
        return Ok(None);
    }
    if moment <= start {
        return Ok(Some(moment));
    }
    warnings.push(format!(
        "the time of administration {clock} lies after the scan's start {start}: taken as the day before"
    ));
    Ok(Some(moment.plus_days(-1)))
}
