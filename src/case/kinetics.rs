//! `[kinetics]`: how activity changes between and after the images.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::table::Table;
use super::value;

const MODELS: [(&str, KineticsModel); 3] = [
    ("auto", KineticsModel::Auto),
    ("mono", KineticsModel::Mono),
    ("single-time", KineticsModel::SingleTime),
];
const EXPECTED_MODEL: &str = r#""auto", "mono" or "single-time""#;
/// Names that the case file keeps for models still to come.
const RESERVED_MODELS: [&str; 3] = ["bi", "uptake-washout", "trapezoid"];
const EXPECTED_HALF_LIFE: &str = "an effective half-life in hours, above 0";

const EVERYWHERE: &str = "effective_half_life_h";
const UNCERTAINTY: &str = "effective_half_life_u";
const LESIONS: &str = "lesion_half_life_h";
const BACKGROUND: &str = "background_half_life_h";

/// How activity changes between and after the images. Half-lives are effective ones (physical and biological
/// together) of the imaged nuclide; they are stated for a single image and fitted to several.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Kinetics {
    /// "single-time": one image and stated half-lives. "mono": a mono-exponential fitted to two images or more.
    /// "auto": the one of these that suits the number of images.
    pub model: KineticsModel,
    /// Effective half-life of the imaged nuclide in hours, wherever no other is stated. Needed for a single image.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub effective_half_life_h: Option<f64>,
    /// Relative standard uncertainty (k=1) of all stated half-lives, from 0 to below 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("exclusiveMaximum" = 1))]
    pub effective_half_life_u: Option<f64>,
    /// Effective half-life of the imaged nuclide in hours, by lesion label.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lesion_half_life_h: BTreeMap<u16, f64>,
    /// Effective half-life of the imaged nuclide in hours, outside all lesions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub background_half_life_h: Option<f64>,
}

/// The time-activity model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum KineticsModel {
    /// Single-time for one image, mono-exponential for several.
    #[default]
    Auto,
    /// A mono-exponential fitted to two images or more.
    Mono,
    /// One image and stated effective half-lives.
    SingleTime,
}

impl Kinetics {
    /// The stated effective half-life in hours of the lesion with this label, or of the background for `None`.
    /// `None` if none is stated: there are several images, or the label is missing from `lesion_half_life_h`
    /// in a case that names no `effective_half_life_h`.
    #[must_use]
    pub fn half_life_h(&self, label: Option<u16>) -> Option<f64> {
        let own = match label {
            Some(label) => self.lesion_half_life_h.get(&label).copied(),
            None => self.background_half_life_h,
        };
        own.or(self.effective_half_life_h)
    }

    pub(super) fn read(root: &mut Table, images: usize) -> Self {
        let mut table = root.table("kinetics");
        let kinetics = Self {
            model: read_model(&mut table).unwrap_or_default(),
            effective_half_life_h: table.optional(EVERYWHERE, EXPECTED_HALF_LIFE, value::positive),
            effective_half_life_u: table.optional(
                UNCERTAINTY,
                "a relative standard uncertainty, from 0 to below 1",
                value::relative,
            ),
            lesion_half_life_h: table.by_label(LESIONS, EXPECTED_HALF_LIFE, value::positive),
            background_half_life_h: table.optional(BACKGROUND, EXPECTED_HALF_LIFE, value::positive),
        };
        table.refuse_unknown_keys();
        match images {
            0 => {}
            1 => {
                kinetics.refuse_for_one_image(&table);
                if table.has(LESIONS) && !root.has("lesions") {
                    table.note_wrong(LESIONS, "it only beside a [lesions] section");
                }
            }
            several => kinetics.refuse_for_several_images(&table, several),
        }
        kinetics
    }

    fn refuse_for_one_image(&self, table: &Table) {
        if self.model == KineticsModel::Mono {
            table.note_wrong("model", "\"single-time\": one image is too few for a fit");
        }
        // Lesions and background can each have their own; whether every lesion does is known once they are read.
        let is_complete = table.has(EVERYWHERE) || (table.has(LESIONS) && table.has(BACKGROUND));
        if !is_complete {
            table.note(
                EVERYWHERE,
                format!("missing, expected {EXPECTED_HALF_LIFE}, as there is a single image"),
            );
        }
    }

    fn refuse_for_several_images(&self, table: &Table, images: usize) {
        if self.model == KineticsModel::SingleTime {
            table.note_wrong("model", &format!("\"auto\" or \"mono\": there are {images} images"));
            return;
        }
        for key in [EVERYWHERE, UNCERTAINTY, LESIONS, BACKGROUND] {
            if table.has(key) {
                table.note_wrong(key, &format!("it only with a single image: {images} images are fitted"));
            }
        }
    }
}

fn read_model(table: &mut Table) -> Option<KineticsModel> {
    let is_reserved =
        |found: &DeValue| value::text(found).is_some_and(|name| RESERVED_MODELS.contains(&name));
    let mut reserved = false;
    let model = table.optional("model", EXPECTED_MODEL, |found| {
        reserved = is_reserved(found);
        value::choice(&MODELS)(found).or(reserved.then_some(KineticsModel::Auto))
    });
    if reserved {
        let found = table.quote("model");
        table.note("model", format!("{found} is not available in this version, expected {EXPECTED_MODEL}"));
    }
    model
}
