//! `[case]`: what the case is called and what it is for.

use schemars::JsonSchema;
use serde::Serialize;
use toml::de::DeValue;

use super::table::Table;
use super::value;

const LONGEST_ID: usize = 64;

/// What the case is called and what it is for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Pseudonym used in reports and logs: 1 to 64 letters, digits, spaces and ASCII punctuation marks.
    #[schemars(length(min = 1, max = LONGEST_ID))]
    pub id: String,
    /// "pre-therapy": a tracer's images plan a therapy. "post-therapy": the therapy's own activity is imaged.
    pub purpose: Purpose,
    /// "registered": images of different frames of reference (DICOM) lie over each other as they are. Absent: each such
    /// image needs a registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frames: Option<Frames>,
}

/// What a case is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Purpose {
    /// A tracer's images plan a therapy.
    PreTherapy,
    /// The therapy's own activity is imaged.
    PostTherapy,
}

/// What is said of images of different frames of reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Frames {
    /// They lie over each other as they are.
    Registered,
}

impl Header {
    pub(super) fn read(root: &mut Table) -> Option<Self> {
        let mut table = root.table("case");
        let id = table.required(
            "id",
            "a pseudonym of 1 to 64 letters, digits, spaces or ASCII punctuation marks",
            pseudonym,
        );
        let purposes = [("pre-therapy", Purpose::PreTherapy), ("post-therapy", Purpose::PostTherapy)];
        let purpose =
            table.required("purpose", r#""pre-therapy" or "post-therapy""#, value::choice(&purposes));
        let frames =
            table.optional("frames", r#""registered""#, value::choice(&[("registered", Frames::Registered)]));
        table.refuse_unknown_keys();
        Some(Self { id: id?, purpose: purpose?, frames })
    }
}

fn pseudonym(found: &DeValue) -> Option<String> {
    let fits = |id: &&str| {
        id.trim() == *id
            && id.chars().count() <= LONGEST_ID
            && id.chars().all(|c| c.is_alphanumeric() || c == ' ' || c.is_ascii_punctuation())
    };
    value::printable(found).filter(fits).map(str::to_owned)
}
