//! `[ct]` or `[density]`: what the patient is made of.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::path::CasePath;
use super::series::SeriesKey;
use super::table::Table;
use super::value;

/// What the patient is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tissue {
    /// A CT and how its numbers become density.
    Ct(Ct),
    /// A map of density.
    Density(Density),
}

/// A CT of the patient.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ct {
    /// CT in HU: NIfTI or MetaImage file, or DICOM folder.
    pub path: CasePath,
    /// Which series of a DICOM folder: its SeriesInstanceUID or SeriesNumber. Absent: there must be only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<SeriesKey>,
    /// How HU become density: "default", "schneider2000", or a .csv file with lines HU,g/cm3.
    #[serde(default)]
    #[schemars(with = "String")]
    pub curve: CtCurve,
}

/// How CT numbers become density.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub enum CtCurve {
    /// The monotone curve of iodose.
    #[default]
    #[serde(rename = "default")]
    Default,
    /// Schneider, Bortfeld and Schlegel 2000.
    #[serde(rename = "schneider2000")]
    Schneider2000,
    /// The site's own, a CSV file with lines HU,g/cm3.
    #[serde(untagged)]
    File(CasePath),
}

/// Maps in place of a CT.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Density {
    /// Mass density in g/cm3: NIfTI or MetaImage file.
    pub path: CasePath,
    /// Map of material labels on the same grid. Absent: materials are told apart by density.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materials: Option<CasePath>,
}

/// The keys of [`Tissue`] as the file has them, side by side.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the schema only")]
pub(super) struct TissueKeys {
    /// A CT of the patient. Either this or a density map.
    ct: Option<Ct>,
    /// A density map in place of a CT.
    density: Option<Density>,
}

impl Tissue {
    /// The CT or density map, to open.
    #[must_use]
    pub fn path(&self) -> &std::path::PathBuf {
        match self {
            Self::Ct(ct) => &ct.path.resolved,
            Self::Density(density) => &density.path.resolved,
        }
    }

    pub(super) fn read(root: &mut Table, base: &Path) -> Option<Self> {
        match (root.has("ct"), root.has("density")) {
            (true, true) => root.note("density", "found beside [ct], expected only one of the two"),
            (false, false) => root.note("ct", "missing, expected a [ct] or a [density] section"),
            _ => {}
        }
        let ct = root.optional_table("ct").map(|mut table| Ct::read(&mut table, base));
        let density = root.optional_table("density").map(|mut table| Density::read(&mut table, base));
        ct.flatten().map(Self::Ct).or(density.flatten().map(Self::Density))
    }
}

impl Ct {
    fn read(table: &mut Table, base: &Path) -> Option<Self> {
        let path = table.required("path", CasePath::EXPECTED, CasePath::below(base));
        let expected = r#""default", "schneider2000", or the path of a .csv file of HU,g/cm3"#;
        let curve = table.optional("curve", expected, |found| read_curve(found, base)).unwrap_or_default();
        let series = SeriesKey::read(table, path.as_ref());
        table.refuse_unknown_keys();
        Some(Self { path: path?, series, curve })
    }
}

impl Density {
    fn read(table: &mut Table, base: &Path) -> Option<Self> {
        let path = table.required("path", CasePath::EXPECTED, CasePath::below(base));
        let materials = table.optional("materials", CasePath::EXPECTED, CasePath::below(base));
        table.refuse_unknown_keys();
        Some(Self { path: path?, materials })
    }
}

// Without the ending, a misspelt "schneider2000" would be taken for a file.
fn read_curve(found: &DeValue, base: &Path) -> Option<CtCurve> {
    match value::text(found)? {
        "default" => Some(CtCurve::Default),
        "schneider2000" => Some(CtCurve::Schneider2000),
        _ => CasePath::below(base)(found).filter(|path| path.ends_in(&[".csv"])).map(CtCurve::File),
    }
}
