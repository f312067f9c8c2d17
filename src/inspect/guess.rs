//! What an image that does not say it may be, by its name and values. A guess is always shown as one.

use super::entry::Kind;
use std::collections::BTreeSet;

/// A label map has no more different values than this.
const MOST_LABELS: usize = 256;
/// No tissue and no implant that is in use is denser, g/cm3.
const DENSEST: f32 = 23.0;
/// Below this lie CT numbers of lung and air, and no reconstruction's negative activities of any size.
const CERTAIN_CT: f32 = -200.0;

/// Words in names, and what files with them are.
const WORDS: [(&[&str], Kind); 7] = [
    (&["dose", "uncertainty", "tia", "materials", "umap", "mumap"], Kind::Other),
    (
        &["lesion", "lesions", "label", "labels", "mask", "masks", "roi", "rois", "seg", "segmentation"],
        Kind::Labels,
    ),
    (&["density", "densities", "rho"], Kind::Density),
    (&["pet", "pt"], Kind::Pet),
    (&["spect", "nm"], Kind::Spect),
    (&["ct", "ldct", "hu"], Kind::Ct),
    (&["activity"], Kind::Activity),
];

/// What there is to know of an image's values.
pub(super) struct Values {
    least: f32,
    most: f32,
    are_labels: bool,
}

impl Values {
    pub(super) fn of(data: &[f32]) -> Self {
        let (mut least, mut most) = (f32::INFINITY, f32::NEG_INFINITY);
        let (mut different, mut are_labels) = (BTreeSet::new(), true);
        for &value in data.iter().filter(|value| value.is_finite()) {
            (least, most) = (least.min(value), most.max(value));
            if are_labels {
                different.insert(value.to_bits());
                let is_label = value >= 0.0 && value <= f32::from(u16::MAX) && value.fract() == 0.0;
                are_labels = is_label && different.len() <= MOST_LABELS;
            }
        }
        Self { least, most, are_labels }
    }
}

/// What a file may be, and from what that was judged. Values that contradict a name count more.
pub(super) fn kind(name: &str, values: &Values) -> (Kind, String) {
    let Values { least, most, are_labels } = *values;
    let by_values = if least < CERTAIN_CT {
        Kind::Ct
    } else if are_labels {
        Kind::Labels
    } else if least > 0.0 && most < DENSEST {
        Kind::Density
    } else {
        Kind::Activity
    };
    let range = format!("its values from {least} to {most}");
    match by_name(name) {
        Some((word, kind)) if fits(kind, values) => (kind, format!("{word:?} in its name, {range}")),
        _ => (by_values, range),
    }
}

fn fits(kind: Kind, values: &Values) -> bool {
    match kind {
        Kind::Labels => values.are_labels,
        Kind::Density => values.least >= 0.0 && values.most < DENSEST,
        Kind::Pet | Kind::Spect | Kind::Activity => values.least >= CERTAIN_CT,
        _ => true,
    }
}

fn by_name(name: &str) -> Option<(&'static str, Kind)> {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphabetic()).collect();
    WORDS.iter().find_map(|(known, kind)| {
        let word = known.iter().find(|word| words.contains(word))?;
        Some((*word, *kind))
    })
}

/// Hours that a name suggests: `pet_024h.nii.gz` is 24.
pub(super) fn hours(name: &str) -> Option<f64> {
    let name = name.to_ascii_lowercase();
    let tokens = name.split(|c: char| !c.is_ascii_alphanumeric());
    let numbers = tokens.filter_map(|token| token.strip_suffix('h').or_else(|| token.strip_prefix('h')));
    numbers.filter_map(|number| number.parse::<u16>().ok()).find(|&hours| hours > 0).map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_where_values_do_not_contradict_them() {
        let of = |name: &str, data: &[f32]| kind(name, &Values::of(data)).0;
        assert_eq!(of("pet_024h.nii.gz", &[0.0, 1.5, 900.0]), Kind::Pet);
        assert_eq!(of("pet.nii", &[-1000.0, 40.0]), Kind::Ct);
        assert_eq!(of("lesions.nii", &[0.0, 1.0, 2.0]), Kind::Labels);
        assert_eq!(of("lesions.nii", &[0.0, 1.5, 2.0]), Kind::Activity);
        assert_eq!(of("a.nii", &[0.0012, 1.05]), Kind::Density);
        assert_eq!(of("spectrum.nii", &[0.0, 1.0]), Kind::Labels);
        assert_eq!(of("spect_counts.nii", &[0.0, 1.0, 7.0]), Kind::Spect);
        assert_eq!(of("dose_per_GBq.nii.gz", &[0.0, 1.5]), Kind::Other);
        assert_eq!(of("nothing.nii", &[f32::NAN]), Kind::Labels);
    }

    #[test]
    fn hours_stand_beside_an_h() {
        assert_eq!(hours("pet_024h.nii.gz"), Some(24.0));
        assert_eq!(hours("SPECT-H48.mha"), Some(48.0));
        assert_eq!(hours("pet_24.nii"), None);
        assert_eq!(hours("h.nii"), None);
    }
}
