//! `[[organ]]`: organs that are reported like lesions, some of them with a limit.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::lesions::ContourRule;
use super::path::CasePath;
use super::registration::Registration;
use super::series::SeriesKey;
use super::table::Table;
use super::value;

const KINDS: [(&str, OrganKind); 4] = [
    ("lung", OrganKind::Lung),
    ("marrow", OrganKind::Marrow),
    ("salivary", OrganKind::Salivary),
    ("other", OrganKind::Other),
];

/// An organ that is reported like a lesion.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Organ {
    /// What it is called; each organ by another name.
    pub name: String,
    /// What it is.
    pub kind: OrganKind,
    /// Label map (NIfTI or MetaImage), DICOM SEG or DICOM RTSTRUCT. Absent: it is a label of the lesions' label map, and
    /// no lesion then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<CasePath>,
    /// Its label, from 1 to 65535. Absent with a `path`: all labels together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub label: Option<u16>,
    /// Names of its regions of a SEG or RTSTRUCT, such as ["Lung_L", "Lung_R"]. Absent: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// As for lesions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contour_rule: Option<ContourRule>,
    /// Which series of a DICOM folder: its SeriesInstanceUID or SeriesNumber. Absent: there must be only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<SeriesKey>,
    /// How it lies to the CT or density map.
    #[serde(flatten)]
    pub registration: Registration,
    /// Mean absorbed dose that it may have, Gy. Absent: `limits.lung_Gy` for kind "lung", none for others.
    #[serde(rename = "limit_Gy", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub limit_gy: Option<f64>,
    /// Effective half-life of the imaged nuclide in hours. Absent: with a single image that of the background, with several
    /// the fitted one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub effective_half_life_h: Option<f64>,
}

/// What an organ is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum OrganKind {
    /// Lungs.
    Lung,
    /// Red marrow.
    Marrow,
    /// Salivary glands.
    Salivary,
    /// Any other.
    Other,
}

/// Reads all.
pub(super) fn read_all(root: &mut Table, base: &Path) -> Vec<Organ> {
    let has_lesions = root.has("lesions");
    let tables = root.optional_tables("organ", "[[organ]] sections, one per organ");
    let mut organs: Vec<Organ> = Vec::new();
    for mut table in tables {
        let Some(organ) = read(&mut table, base, has_lesions) else { continue };
        if organs.iter().any(|other| other.name == organ.name) {
            table.note_wrong("name", "a name that no other organ has");
        }
        organs.push(organ);
    }
    organs
}

fn read(table: &mut Table, base: &Path, has_lesions: bool) -> Option<Organ> {
    let expected = "the name of an organ, in printable characters";
    let name = table.required("name", expected, |found| value::printable(found).map(str::to_owned));
    let expected = r#""lung", "marrow", "salivary" or "other""#;
    let kind = table.required("kind", expected, value::choice(&KINDS));
    let path = table.optional("path", CasePath::EXPECTED, CasePath::below(base));
    let label = table.optional("label", "a label from 1 to 65535", |found| {
        value::whole(found).and_then(|label| u16::try_from(label).ok()).filter(|&label| label > 0)
    });
    let expected = "names of regions, such as [\"Lung_L\", \"Lung_R\"]";
    let regions = table.optional("regions", expected, value::texts).unwrap_or_default();
    let rules = [("voxel-centre", ContourRule::VoxelCentre), ("coverage", ContourRule::Coverage)];
    let contour_rule =
        table.optional("contour_rule", r#""voxel-centre" or "coverage""#, value::choice(&rules));
    let series = SeriesKey::read(table, path.as_ref());
    let registration = Registration::read(table, base);
    let limit_gy = table.optional("limit_Gy", "an absorbed dose in Gy, above 0", value::positive);
    let expected = "an effective half-life in hours, above 0";
    let effective_half_life_h = table.optional("effective_half_life_h", expected, value::positive);
    table.refuse_unknown_keys();
    refuse_what_does_not_fit(table, path.as_ref(), has_lesions);
    Some(Organ {
        name: name?,
        kind: kind?,
        path,
        label,
        regions,
        contour_rule,
        series,
        registration,
        limit_gy,
        effective_half_life_h,
    })
}

fn refuse_what_does_not_fit(table: &Table, path: Option<&CasePath>, has_lesions: bool) {
    match path {
        None if table.has("path") => {}
        None => {
            if !table.has("label") {
                table.note("label", "missing, expected a label of the lesions' label map, or a path");
            } else if !has_lesions {
                table.note_wrong("label", "it only beside a path or a [lesions] section");
            }
            for key in
                ["regions", "contour_rule", "series", "registration"].into_iter().filter(|key| table.has(key))
            {
                table.note_wrong(key, "it only beside a path");
            }
        }
        Some(path) if path.is_dicom() => {
            if table.has("label") {
                table.note_wrong("label", "regions: a SEG or RTSTRUCT has names");
            }
        }
        Some(_) => {
            for key in ["regions", "contour_rule"].into_iter().filter(|key| table.has(key)) {
                table.note_wrong(key, "it only with an RTSTRUCT or SEG, a label map has no names");
            }
        }
    }
}
