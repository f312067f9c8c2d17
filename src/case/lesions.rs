//! `[lesions]`: where the lesions are and what they are called.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::path::CasePath;
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
        let is_label_map = |path: &CasePath| path.ends_in(&super::image::SILENT_FORMATS);
        if contour_rule.is_some() && path.as_ref().is_some_and(is_label_map) {
            table.note_wrong("contour_rule", "it only with an RTSTRUCT, a label map has no contours");
        }
        table.refuse_unknown_keys();
        Some(Self { path: path?, names, contour_rule })
    }
}
