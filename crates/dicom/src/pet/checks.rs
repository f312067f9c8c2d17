//! What a PET series must be: static, corrected, in one unit, of one radiopharmaceutical, whole.

use super::PetOptions;
use super::views::{View, same};
use crate::element::Attributes;
use crate::error::Result;
use crate::series::SeriesInfo;
use crate::slices::Slices;
use dicom_dictionary_std::tags;

const BQML: &str = "BQML";

/// Legacy Converted Enhanced PET: functional groups, but of what single slices say.
const LEGACY_CONVERTED: &str = "1.2.840.10008.5.1.4.1.1.128.1";

pub(super) fn is_legacy(root: &Attributes<'_>) -> bool {
    root.text_optional(tags::SOP_CLASS_UID).as_deref() == Some(LEGACY_CONVERTED)
}

pub(super) fn is_enhanced(root: &Attributes<'_>) -> bool {
    root.has(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE) && !is_legacy(root)
}

/// Refuses dynamic, gated and uncorrected series.
pub(super) fn check_acquisition(
    series: &SeriesInfo,
    views: &[&View<'_>],
    warnings: &mut Vec<String>,
) -> Result<()> {
    let first = views[0];
    if is_enhanced(first.root()) {
        for root in views.iter().map(|view| view.root()) {
            let attenuation = root.text(tags::ATTENUATION_CORRECTED)?;
            if attenuation != "YES" {
                return Err(root.error(tags::ATTENUATION_CORRECTED, attenuation, "YES"));
            }
        }
        return Ok(());
    }
    let kind = same(series, views, tags::SERIES_TYPE)?;
    if !matches!(kind.as_str(), "STATIC\\IMAGE" | "WHOLE BODY\\IMAGE") {
        let root = first.place(tags::SERIES_TYPE);
        return Err(root.error(tags::SERIES_TYPE, kind, "STATIC\\IMAGE or WHOLE BODY\\IMAGE"));
    }
    let root = first.place(tags::CORRECTED_IMAGE);
    let corrections = root.texts(tags::CORRECTED_IMAGE);
    let done = |name: &str| corrections.iter().any(|correction| correction == name);
    if corrections.iter().all(String::is_empty) {
        warnings.push("(0028,0051) CorrectedImage does not say what was corrected".into());
    } else if !done("ATTN") {
        let found = corrections.join("\\");
        return Err(root.error(
            tags::CORRECTED_IMAGE,
            found,
            "ATTN among them: values without attenuation correction are no activities",
        ));
    } else {
        for (name, what) in [("SCAT", "scattered"), ("RAN", "random"), ("NORM", "normalised")] {
            if !done(name) {
                warnings.push(format!("(0028,0051) CorrectedImage does not hold {name} ({what} events)"));
            }
        }
    }
    Ok(())
}

/// PET pixels have 16 bits (PS3.3 C.8.9.4); 8 hold a picture, not a measurement. And none of the slices may be missing.
pub(super) fn check_bits_and_count(series: &SeriesInfo, views: &[&View<'_>], slices: usize) -> Result<()> {
    for root in views.iter().map(|view| view.root()) {
        let bits = root.integer(tags::BITS_ALLOCATED)?;
        if bits < 16 {
            return Err(root.error(tags::BITS_ALLOCATED, bits.to_string(), "16"));
        }
    }
    // Missing slices at either end leave no gap.
    match views[0].place(tags::NUMBER_OF_SLICES).integer_optional(tags::NUMBER_OF_SLICES)? {
        Some(stated) if !is_enhanced(views[0].root()) && stated > slices as i64 => {
            Err(series.error("(0054,0081) NumberOfSlices", format!("{slices} slices"), stated.to_string()))
        }
        _ => Ok(()),
    }
}

/// Bq/mL per unit of the file.
pub(super) fn unit_factor(
    series: &SeriesInfo,
    views: &[&View<'_>],
    slices: &Slices,
    options: &PetOptions,
    conversions: &mut Vec<String>,
) -> Result<f64> {
    let root = views[0].place(tags::UNITS);
    let unit = match slices.slices.first().and_then(|slice| slice.unit.clone()) {
        Some(unit) if is_enhanced(root) => {
            if let Some(other) = slices.slices.iter().find(|slice| slice.unit.as_deref() != Some(&unit)) {
                let found = format!("{unit} and {}", other.unit.as_deref().unwrap_or("nothing"));
                return Err(series.error("(0028,1054) RescaleType", found, "one unit"));
            }
            unit
        }
        Some(unit) if is_legacy(views[0].root()) && unit == BQML => {
            // Frames of a converted object may state the unit anew; both must be one.
            if root.has(tags::UNITS) {
                let stated = same(series, views, tags::UNITS)?;
                if stated != BQML {
                    return Err(root.error(tags::UNITS, stated, "BQML, as the frames say"));
                }
            }
            if slices.slices.iter().any(|slice| slice.unit.as_deref() != Some(BQML)) {
                return Err(series.error("(0028,1054) RescaleType", "BQML and another", "one unit"));
            }
            unit
        }
        _ if !root.has(tags::UNITS) => return Err(root.error(tags::UNITS, "nothing", BQML)),
        _ => same(series, views, tags::UNITS)?,
    };
    match (unit.as_str(), options.bq_per_ml_per_unit) {
        (BQML, None) => Ok(1.0),
        (BQML, Some(factor)) => {
            Err(root.error(tags::UNITS, BQML, format!("no factor ({factor} was given), or another unit")))
        }
        (other, None) => Err(root.error(tags::UNITS, other, wanted_factor(views[0].root()))),
        (other, Some(factor)) if factor.is_finite() && factor > 0.0 => {
            conversions.push(format!("unit {other} taken to Bq/mL by the stated factor: x {factor}"));
            Ok(factor)
        }
        (_, Some(factor)) => Err(root.error(tags::UNITS, format!("the factor {factor}"), "a factor above 0")),
    }
}

/// What the user has to give for another unit, and where some makers keep it. Private elements are not read: what they hold
/// is no part of the standard and changes with the maker's software.
fn wanted_factor(root: &Attributes<'_>) -> String {
    let maker = root.text_optional(tags::MANUFACTURER).unwrap_or_default().to_ascii_lowercase();
    let place = if maker.contains("philips") {
        "; Philips writes it as (7053,1009), to be applied after RescaleSlope"
    } else {
        ""
    };
    format!("BQML, or the factor from this unit to Bq/mL (in a case file: Bq_per_mL_per_unit{place})")
}

/// Refuses slices that were made with different nuclide data.
pub(super) fn same_radiopharmaceutical(series: &SeriesInfo, views: &[&View<'_>]) -> Result<()> {
    let sequence = tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE;
    let data = |view: &View<'_>| -> Result<[Option<f64>; 2]> {
        let Some(item) = view.place(sequence).item_optional(sequence)? else { return Ok([None; 2]) };
        Ok([
            item.decimal_optional(tags::RADIONUCLIDE_HALF_LIFE)?,
            item.decimal_optional(tags::RADIONUCLIDE_POSITRON_FRACTION)?,
        ])
    };
    let first = data(views[0])?;
    for view in views {
        let other = data(view)?;
        if other != first {
            let found = format!(
                "{first:?} in {} and {other:?} in {}",
                views[0].root().path().display(),
                view.root().path().display()
            );
            let field = "(0018,1075) RadionuclideHalfLife, (0018,1076) RadionuclidePositronFraction";
            return Err(series.error(field, found, "the same in every slice"));
        }
    }
    Ok(())
}
