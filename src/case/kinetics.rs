//! `[kinetics]`: how activity changes between and after the images.

use std::collections::BTreeMap;

use iodose_kinetics::{Model, UptakePrior};
use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::image::Modality;
use super::table::Table;
use super::value;

const MODELS: [(&str, KineticsModel); 7] = [
    ("auto", KineticsModel::Auto),
    ("mono", KineticsModel::Mono),
    ("bi", KineticsModel::Bi),
    ("uptake-washout", KineticsModel::UptakeWashout),
    ("trapezoid", KineticsModel::Trapezoid),
    ("single-time", KineticsModel::SingleTime),
    ("2t-ln2", KineticsModel::TwoTOverLn2),
];
const EXPECTED_MODEL: &str =
    r#""auto", "mono", "bi", "uptake-washout", "trapezoid", "single-time" or "2t-ln2""#;
const EXPECTED_HALF_LIFE: &str = "an effective half-life in hours, above 0";
const EXPECTED_UPTAKE: &str = "a number of hours from 0 to 336";

/// Relative standard uncertainty (k=1) of one PET image against the next where none is stated: the coefficient of variation
/// of one scanner's measurements of a long-lived source, 3.5 % on average over 19 scanners and 14 months (Byrd et al. 2018,
/// J. Med. Imaging 5, 011016); 3 to 4 % were found for two scanners over years (Lockhart et al. 2011, J. Nucl. Med. 52, 218).
const PET_REPEATABILITY: f64 = 0.035;
/// The same of SPECT: 2.7 % for a cylinder of 99mTc on one SPECT/CT over 18 months (McDougald et al. 2016, EJNMMI Phys. 3,
/// 14); 2.3 % for the planar calibration with 131I over 4 years (Anizan et al. 2014, EJNMMI Res. 4, 67). Neither has the
/// dead time and the scatter of a therapy in it.
const SPECT_REPEATABILITY: f64 = 0.027;

const EVERYWHERE: &str = "effective_half_life_h";
const UNCERTAINTY: &str = "effective_half_life_u";
const LESIONS: &str = "lesion_half_life_h";
const BACKGROUND: &str = "background_half_life_h";
const UPTAKE: &str = "uptake_half_time_h";
const UPTAKE_U: &str = "uptake_u_h";
const NOISE_FLOOR: &str = "voxel_noise_floor";

/// How activity changes between and after the images. Half-lives are effective ones (physical and biological
/// together) of the imaged nuclide; they are stated for a single image and fitted to several, except where one is stated
/// for a lesion, an organ or the background by itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Kinetics {
    /// For several images "mono" (one exponential), "bi" (two, from 4 images on), "uptake-washout" (from 3 images on) or
    /// "trapezoid" (straight lines, physical decay after the last image); for one image "single-time" (a stated half-life)
    /// or "2t-ln2" (Haenscheid's rule). "auto": the one of the first three with the lowest AICc, where the images allow it,
    /// else "mono", and "single-time" for one image.
    pub model: KineticsModel,
    /// Effective half-life of the imaged nuclide in hours, wherever no other is stated. Needed for a single image; with
    /// "2t-ln2" it checks that the rule holds.
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
    /// Relative standard uncertainty (k=1) of an image against the next, above 0 and below 1; what is common to all images
    /// (calibration) is not in it. Absent: measured ones, 0.035 for PET and 0.027 for SPECT.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub image_u: Option<f64>,
    /// What is known beforehand of the uptake: its half-time in hours without physical decay; 0 is uptake at once.
    #[schemars(range(min = 0, max = 336))]
    pub uptake_half_time_h: f64,
    /// Standard uncertainty (k=1) of `uptake_half_time_h`, hours.
    #[schemars(range(min = 0, max = 336))]
    pub uptake_u_h: f64,
    /// How the time-integrated activity is spread over the voxels of a lesion.
    pub voxels: KineticsVoxels,
    /// For voxels = "fit": voxels below this share of their lesion's highest follow the lesion's curve.
    #[schemars(range(min = 0, max = 1))]
    pub voxel_noise_floor: f64,
}

impl Default for Kinetics {
    fn default() -> Self {
        let prior = UptakePrior::default();
        Self {
            model: KineticsModel::default(),
            effective_half_life_h: None,
            effective_half_life_u: None,
            lesion_half_life_h: BTreeMap::new(),
            background_half_life_h: None,
            image_u: None,
            uptake_half_time_h: prior.half_time_h(),
            uptake_u_h: prior.standard_uncertainty_h(),
            voxels: KineticsVoxels::default(),
            voxel_noise_floor: 0.3,
        }
    }
}

/// The time-activity model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum KineticsModel {
    /// Single-time for one image; for several the model of lowest AICc where they allow it, else the mono-exponential.
    #[default]
    Auto,
    /// A mono-exponential fitted to two images or more.
    Mono,
    /// Two exponentials fitted to four images or more.
    Bi,
    /// Uptake and washout fitted to three images or more.
    UptakeWashout,
    /// Straight lines and physical decay, two images or more.
    Trapezoid,
    /// One image and stated effective half-lives.
    SingleTime,
    /// One image and the rule 2t/ln 2.
    #[serde(rename = "2t-ln2")]
    TwoTOverLn2,
}

impl KineticsModel {
    /// The model that is fitted to several images; `None` for "auto" and for those of a single image.
    #[must_use]
    pub fn fitted(self) -> Option<Model> {
        match self {
            Self::Mono => Some(Model::Mono),
            Self::Bi => Some(Model::BiExponential),
            Self::UptakeWashout => Some(Model::UptakeWashout),
            Self::Trapezoid => Some(Model::Trapezoid),
            Self::Auto | Self::SingleTime | Self::TwoTOverLn2 => None,
        }
    }
}

/// How voxels follow their lesion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum KineticsVoxels {
    /// Every voxel keeps the shape of its lesion's curve.
    #[default]
    Shape,
    /// Every voxel above the noise floor gets a washout of its own.
    Fit,
}

impl Kinetics {
    /// The stated effective half-life in hours of the lesion with this label, or of the background for `None`.
    /// `None` if none is stated: there are several images, or the label is missing from `lesion_half_life_h`
    /// in a case that names no `effective_half_life_h`.
    #[must_use]
    pub fn half_life_h(&self, label: Option<u16>) -> Option<f64> {
        self.own_half_life_h(label).or(self.effective_half_life_h)
    }

    /// The relative standard uncertainty (k=1) of an image against the next: the stated one, or that of the modality.
    #[must_use]
    pub fn image_u(&self, modality: Modality) -> f64 {
        self.image_u.unwrap_or(match modality {
            Modality::Pet => PET_REPEATABILITY,
            Modality::Spect => SPECT_REPEATABILITY,
        })
    }

    /// The half-life in hours that the case states for this lesion, or for the background for `None`, by itself: it counts
    /// beside several images too.
    #[must_use]
    pub fn own_half_life_h(&self, label: Option<u16>) -> Option<f64> {
        label.map_or(self.background_half_life_h, |label| self.lesion_half_life_h.get(&label).copied())
    }

    pub(super) fn read(root: &mut Table, images: usize) -> Self {
        let mut table = root.table("kinetics");
        let prior = UptakePrior::default();
        let kinetics = Self {
            model: table.optional("model", EXPECTED_MODEL, value::choice(&MODELS)).unwrap_or_default(),
            effective_half_life_h: table.optional(EVERYWHERE, EXPECTED_HALF_LIFE, value::positive),
            effective_half_life_u: table.optional(
                UNCERTAINTY,
                "a relative standard uncertainty, from 0 to below 1",
                value::relative,
            ),
            lesion_half_life_h: table.by_label(LESIONS, EXPECTED_HALF_LIFE, value::positive),
            background_half_life_h: table.optional(BACKGROUND, EXPECTED_HALF_LIFE, value::positive),
            image_u: table.optional(
                "image_u",
                "a relative standard uncertainty, above 0 and below 1",
                |found| value::relative(found).filter(|u| *u > 0.0),
            ),
            uptake_half_time_h: table.optional(UPTAKE, EXPECTED_UPTAKE, hours).unwrap_or(prior.half_time_h()),
            uptake_u_h: table
                .optional(UPTAKE_U, EXPECTED_UPTAKE, hours)
                .unwrap_or(prior.standard_uncertainty_h()),
            voxels: table
                .optional("voxels", "\"shape\" or \"fit\"", value::choice(&VOXELS))
                .unwrap_or_default(),
            voxel_noise_floor: table
                .optional(NOISE_FLOOR, "a share from 0 to 1", share)
                .unwrap_or(Self::default().voxel_noise_floor),
        };
        table.refuse_unknown_keys();
        match images {
            0 => {}
            1 => {
                kinetics.refuse_for_one_image(&table);
            }
            several => kinetics.refuse_for_several_images(&table, several, root.has("organ")),
        }
        if images > 0 && table.has(LESIONS) && !root.has("lesions") {
            table.note_wrong(LESIONS, "it only beside a [lesions] section");
        }
        kinetics
    }

    fn refuse_for_one_image(&self, table: &Table) {
        if self.model.fitted().is_some() {
            table.note_wrong("model", "\"single-time\": one image is too few for a fit");
        }
        if self.voxels == KineticsVoxels::Fit {
            table.note_wrong("voxels", "\"shape\": one image is too few for a fit");
        }
        if self.model == KineticsModel::TwoTOverLn2 {
            if table.has(UNCERTAINTY) {
                table.note_wrong(
                    UNCERTAINTY,
                    "it only with another model: the rule 2t/ln 2 has no use for it",
                );
            }
            return;
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

    fn refuse_for_several_images(&self, table: &Table, images: usize, has_organs: bool) {
        if matches!(self.model, KineticsModel::SingleTime | KineticsModel::TwoTOverLn2) {
            let expected = format!("\"auto\" or a model that is fitted: there are {images} images");
            table.note_wrong("model", &expected);
            return;
        }
        if let Some(least) = self.model.fitted().map(Model::least_images).filter(|least| *least > images) {
            let expected =
                format!("\"auto\" or a simpler model: it needs {least} images, there are {images}");
            table.note_wrong("model", &expected);
        }
        if table.has(EVERYWHERE) {
            table.note_wrong(
                EVERYWHERE,
                &format!("it only with a single image: {images} images are fitted; {LESIONS} and {BACKGROUND} state those of single regions"),
            );
        }
        if table.has(UNCERTAINTY) && !(table.has(LESIONS) || table.has(BACKGROUND) || has_organs) {
            table.note_wrong(
                UNCERTAINTY,
                &format!("it only beside {LESIONS} or {BACKGROUND}: {images} images are fitted"),
            );
        }
    }
}

const VOXELS: [(&str, KineticsVoxels); 2] = [("shape", KineticsVoxels::Shape), ("fit", KineticsVoxels::Fit)];

fn hours(found: &DeValue) -> Option<f64> {
    value::number(found).filter(|hours| (0.0..=UptakePrior::LONGEST_H).contains(hours))
}

fn share(found: &DeValue) -> Option<f64> {
    value::number(found).filter(|share| (0.0..=1.0).contains(share))
}
