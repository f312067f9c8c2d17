//! What a PET series must be: static, corrected, in one unit, of one radiopharmaceutical, whole.

use super::PetOptions;
use crate::element::Attributes;
use crate::error::{Result, element_name};
use crate::series::SeriesInfo;
use crate::slices::Slices;
use dicom_core::Tag;
use dicom_dictionary_std::tags;

pub(super) fn is_enhanced(root: &Attributes<'_>) -> bool {
    root.has(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
}

/// Refuses dynamic, gated and uncorrected series.
pub(super) fn check_acquisition(
    series: &SeriesInfo,
    roots: &[Attributes<'_>],
    warnings: &mut Vec<String>,
) -> Result<()> {
    let root = &roots[0];
    if is_enhanced(root) {
        for root in roots {
            let attenuation = root.text(tags::ATTENUATION_CORRECTED)?;
            if attenuation != "YES" {
                return Err(root.error(tags::ATTENUATION_CORRECTED, attenuation, "YES"));
            }
        }
        return Ok(());
    }
    let kind = same(series, roots, tags::SERIES_TYPE)?;
    if !matches!(kind.as_str(), "STATIC\\IMAGE" | "WHOLE BODY\\IMAGE") {
        return Err(root.error(tags::SERIES_TYPE, kind, "STATIC\\IMAGE or WHOLE BODY\\IMAGE"));
    }
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
pub(super) fn check_bits_and_count(
    series: &SeriesInfo,
    roots: &[Attributes<'_>],
    slices: usize,
) -> Result<()> {
    for root in roots {
        let bits = root.integer(tags::BITS_ALLOCATED)?;
        if bits < 16 {
            return Err(root.error(tags::BITS_ALLOCATED, bits.to_string(), "16"));
        }
    }
    // Missing slices at either end leave no gap.
    match roots[0].integer_optional(tags::NUMBER_OF_SLICES)? {
        Some(stated) if !is_enhanced(&roots[0]) && stated > slices as i64 => {
            Err(series.error("(0054,0081) NumberOfSlices", format!("{slices} slices"), stated.to_string()))
        }
        _ => Ok(()),
    }
}

/// Bq/mL per unit of the file.
pub(super) fn unit_factor(
    series: &SeriesInfo,
    roots: &[Attributes<'_>],
    slices: &Slices,
    options: &PetOptions,
    conversions: &mut Vec<String>,
) -> Result<f64> {
    let root = &roots[0];
    let unit = match slices.slices.first().and_then(|slice| slice.unit.clone()) {
        Some(unit) if is_enhanced(root) => {
            if let Some(other) = slices.slices.iter().find(|slice| slice.unit.as_deref() != Some(&unit)) {
                let found = format!("{unit} and {}", other.unit.as_deref().unwrap_or("nothing"));
                return Err(series.error("(0028,1054) RescaleType", found, "one unit"));
            }
            unit
        }
        _ => same(series, roots, tags::UNITS)?,
    };
    match (unit.as_str(), options.bq_per_ml_per_unit) {
        ("BQML", None) => Ok(1.0),
        ("BQML", Some(factor)) => {
            Err(root.error(tags::UNITS, "BQML", format!("no factor ({factor} was given), or another unit")))
        }
        (other, None) => Err(root.error(tags::UNITS, other, "BQML, or a factor to Bq/mL from the user")),
        (other, Some(factor)) if factor.is_finite() && factor > 0.0 => {
            conversions.push(format!("unit {other} taken to Bq/mL by the stated factor: x {factor}"));
            Ok(factor)
        }
        (_, Some(factor)) => Err(root.error(tags::UNITS, format!("the factor {factor}"), "a factor above 0")),
    }
}

/// Refuses slices that were made with different nuclide data.
pub(super) fn same_radiopharmaceutical(series: &SeriesInfo, roots: &[Attributes<'_>]) -> Result<()> {
    let sequence = tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE;
    let data = |root: &Attributes<'_>| -> Result<[Option<f64>; 2]> {
        let Some(item) = root.item_optional(sequence)? else { return Ok([None; 2]) };
        Ok([
            item.decimal_optional(tags::RADIONUCLIDE_HALF_LIFE)?,
            item.decimal_optional(tags::RADIONUCLIDE_POSITRON_FRACTION)?,
        ])
    };
    let first = data(&roots[0])?;
    for root in roots {
        let other = data(root)?;
        if other != first {
            let found = format!(
                "{first:?} in {} and {other:?} in {}",
                roots[0].path().display(),
                root.path().display()
            );
            let field = "(0018,1075) RadionuclideHalfLife, (0018,1076) RadionuclidePositronFraction";
            return Err(series.error(field, found, "the same in every slice"));
        }
    }
    Ok(())
}

/// A text that must be there and the same in all objects.
pub(super) fn same(series: &SeriesInfo, roots: &[Attributes<'_>], tag: Tag) -> Result<String> {
    let first = roots[0].text(tag)?;
    for root in roots {
        let other = root.text(tag)?;
        if other != first {
            let found =
                format!("{first} in {} and {other} in {}", roots[0].path().display(), root.path().display());
            return Err(series.error(element_name(tag), found, "the same in every slice"));
        }
    }
    Ok(first)
}
