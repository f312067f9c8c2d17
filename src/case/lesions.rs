//! `[lesions]`: where the lesions are and what they are called.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::path::CasePath;
use super::registration::Registration;
use super::series::SeriesKey;
use super::table::Table;
use super::value;

/// Where the lesions are and what they are called.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lesions {
    /// Label map (NIfTI or MetaImage), DICOM SEG or DICOM RTSTRUCT.
    pub path: CasePath,
    /// Names by label, from 1 to 65535, such as { 1 = "lung met deep" }. SEG and RTSTRUCT bring their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<u16, String>,
    /// Which voxels a contour takes: those whose centre it encloses, or each by the share it covers.
    /// For RTSTRUCT only. Absent: "voxel-centre".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contour_rule: Option<ContourRule>,
    /// Names of the only regions of a SEG or RTSTRUCT that are lesions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Names of regions of a SEG or RTSTRUCT that are no lesions, such as the body's outline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Which series of a DICOM folder: its SeriesInstanceUID or SeriesNumber. Absent: there must be only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<SeriesKey>,
    /// How the lesions lie to the CT or density map, where they were drawn on an image of another frame of reference.
    #[serde(flatten)]
    pub registration: Registration,
}

/// Which voxels a contour takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum ContourRule {
    /// A voxel whose centre the contour encloses.
    VoxelCentre,
    /// Each voxel by the share that the contour covers.
    Coverage,
}

impl Lesions {
    pub(super) fn read(root: &mut Table, base: &Path) -> Option<Self> {
        let mut table = root.optional_table("lesions")?;
        let path = table.required("path", CasePath::EXPECTED, CasePath::below(base));
        let names = table.by_label("names", "the name of a lesion, in printable characters", |found| {
            value::printable(found).map(str::to_owned)
        });
        let rules = [("voxel-centre", ContourRule::VoxelCentre), ("coverage", ContourRule::Coverage)];
        let contour_rule =
            table.optional("contour_rule", r#""voxel-centre" or "coverage""#, value::choice(&rules));
        let names_of = |table: &mut Table, key| {
            table.optional(key, "names of regions, such as [\"BODY\"]", value::texts).unwrap_or_default()
        };
        let only = names_of(&mut table, "only");
        let exclude = names_of(&mut table, "exclude");
        let series = SeriesKey::read(&mut table, path.as_ref());
        let registration = Registration::read(&mut table, base);
        if path.as_ref().is_some_and(|path| !path.is_dicom()) {
            if contour_rule.is_some() {
                table.note_wrong("contour_rule", "it only with an RTSTRUCT, a label map has no contours");
            }
            for key in ["only", "exclude"].into_iter().filter(|key| table.has(key)) {
                table.note_wrong(key, "it only with an RTSTRUCT or SEG, a label map has no names");
            }
        }
        if table.has("only") && table.has("exclude") {
            table.note_wrong("exclude", "only one of lesions.only and lesions.exclude");
        }
        table.refuse_unknown_keys();
        Some(Self { path: path?, names, contour_rule, only, exclude, series, registration })
    }
}
