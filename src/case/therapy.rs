//! `[administration]` and `[therapy]`: the activity given for imaging and the activity of the therapy.

use schemars::JsonSchema;
use serde::Serialize;

use super::header::Purpose;
use super::table::Table;
use super::value;

const DEFAULT_NUCLIDE: &str = "I-131";
/// Two statements of one activity may differ by their rounding.
const SAME_ACTIVITY: f64 = 1e-3;

/// The activity given for imaging.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Administration {
    /// Administered activity of the imaged nuclide in MBq.
    #[serde(rename = "activity_MBq")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub activity_mbq: f64,
}

/// The therapy that is planned (pre-therapy) or was given (post-therapy).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Therapy {
    /// The nuclide of the therapy, such as "I-131".
    #[schemars(regex(pattern = "^[A-Z][a-z]?-[1-9][0-9]{0,2}m?$"))]
    pub nuclide: String,
    /// Activity of the therapy in GBq. Absent before therapy: results are per GBq. After therapy: the activity
    /// that was given.
    #[serde(rename = "activity_GBq", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub activity_gbq: Option<f64>,
}

impl Default for Therapy {
    fn default() -> Self {
        Self { nuclide: DEFAULT_NUCLIDE.to_owned(), activity_gbq: None }
    }
}

/// Reads both sections, which must fit each other, the purpose and the imaged nuclide (where those are known).
pub(super) fn read(
    root: &mut Table,
    purpose: Option<Purpose>,
    imaged: Option<&str>,
) -> (Option<Administration>, Therapy) {
    let mut table = root.table("administration");
    let expected = "the administered activity of the imaged nuclide in MBq, above 0";
    let activity_mbq = if purpose == Some(Purpose::PreTherapy) || root.has("administration") {
        table.required("activity_MBq", expected, value::positive)
    } else {
        None
    };
    table.refuse_unknown_keys();
    let administration = activity_mbq.map(|activity_mbq| Administration { activity_mbq });

    let mut therapy_table = root.table("therapy");
    let mut therapy = Therapy::read(&mut therapy_table);
    match (purpose, imaged) {
        (Some(Purpose::PostTherapy), Some(imaged)) if imaged != therapy.nuclide => {
            let why = "the imaged nuclide, as a post-therapy case images the therapy itself";
            therapy_table
                .note("nuclide", format!("found \"{}\", expected \"{imaged}\", {why}", therapy.nuclide));
        }
        // A default must not turn images of, say, Lu-177 into a radioiodine therapy unasked.
        (Some(Purpose::PreTherapy), Some(imaged))
            if !imaged.starts_with("I-") && !therapy_table.has("nuclide") =>
        {
            let why = format!("the nuclide of the therapy, as the images are of \"{imaged}\"");
            therapy_table.note("nuclide", format!("missing, expected {why}"));
        }
        _ => {}
    }
    if let (Some(Purpose::PostTherapy), Some(activity_mbq)) = (purpose, activity_mbq) {
        let activity_gbq = activity_mbq / 1000.0;
        let stated = *therapy.activity_gbq.get_or_insert(activity_gbq);
        if (stated - activity_gbq).abs() > SAME_ACTIVITY * stated {
            let why = "as in therapy.activity_GBq: a post-therapy case images the therapy itself";
            table.note_wrong("activity_MBq", &format!("{}, {why}", stated * 1000.0));
        }
    }
    (administration, therapy)
}

impl Therapy {
    fn read(table: &mut Table) -> Self {
        let nuclide = table.optional("nuclide", value::EXPECTED_NUCLIDE, value::nuclide);
        let activity_gbq =
            table.optional("activity_GBq", "the activity of the therapy in GBq, above 0", value::positive);
        table.refuse_unknown_keys();
        Self { nuclide: nuclide.unwrap_or_else(|| DEFAULT_NUCLIDE.to_owned()), activity_gbq }
    }
}
