//! The case file: one TOML text that says what to compute, read into a checked [`Case`].
//!
//! Everything that can be judged from the text alone is judged here; whether the files exist and agree with
//! each other, and whether a nuclide's data are at hand, is found out when they are opened.
//! All problems of a file are collected, each with its line, so that one look mends them all.
//!
//! A [`Case`] serialises back into the keys of the file, which is how a run records its settings, and
//! [`Case::json_schema`] is made from the same types, so that the two cannot drift apart.

mod blood;
mod earlier;
mod error;
mod header;
mod image;
mod image_unit;
mod kinetics;
mod lesions;
mod limits;
mod notes;
mod organs;
mod path;
mod protocol;
mod radiobiology;
mod recovery;
mod registration;
mod report;
mod schema;
mod series;
mod table;
mod therapy;
mod tissue;
mod transport;
mod value;

use std::io::Read;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

pub use blood::Blood;
pub use earlier::EarlierTreatment;
pub use error::{CaseError, Problem};
pub use header::{Frames, Header, Purpose};
pub use image::{Image, Modality, ScannerNuclideData};
pub use image_unit::ImageUnit;
pub use kinetics::{Kinetics, KineticsModel, KineticsVoxels};
pub use lesions::{ContourRule, Lesions};
pub use limits::Limits;
pub use organs::{Organ, OrganKind};
pub use path::CasePath;
pub use protocol::{Protocol, ProtocolMean};
pub use radiobiology::Radiobiology;
pub use recovery::{Recovery, RecoveryMethod};
pub use registration::{Registration, RegistrationAxes, RegistrationMaps};
pub use report::Report;
pub use series::SeriesKey;
pub use therapy::{Administration, Therapy};
pub use tissue::{Ct, CtCurve, Density, Tissue};
pub use transport::{DoseGrid, StopRule, Transport};

pub(crate) use path::is_dicom;

use notes::Notes;
use table::Table;

/// A case file is a page of text; anything larger is an image named by mistake.
const LARGEST_FILE_BYTES: u64 = 1 << 20;

/// An iodose case: the images, the patient's tissue, the lesions, and how to compute their absorbed dose.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["ct"] }, { "required": ["density"] }]))]
pub struct Case {
    /// What messages call the case file; no part of the case itself.
    #[serde(skip)]
    pub file: String,
    /// What the case is called and what it is for.
    #[serde(rename = "case")]
    pub header: Header,
    /// The activity images, one per time point, in order of time; all of one nuclide and modality.
    #[serde(rename = "image")]
    #[schemars(length(min = 1))]
    pub images: Vec<Image>,
    /// What the patient is made of: a CT or a density map.
    #[serde(flatten)]
    #[schemars(with = "tissue::TissueKeys")]
    pub tissue: Tissue,
    /// The lesions to report on. Absent: dose maps only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lesions: Option<Lesions>,
    /// The activity given for imaging; required in a pre-therapy case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administration: Option<Administration>,
    /// The therapy that is planned or was given.
    #[serde(default)]
    pub therapy: Therapy,
    /// How activity changes between and after the images.
    #[serde(default)]
    pub kinetics: Kinetics,
    /// How means are corrected for the blur of the images.
    #[serde(default)]
    pub recovery: Recovery,
    /// The Monte Carlo run.
    #[serde(default)]
    pub transport: Transport,
    /// Limits used in the report.
    #[serde(default)]
    pub report: Report,
    /// Organs reported like lesions.
    #[serde(default, rename = "organ", skip_serializing_if = "Vec::is_empty")]
    pub organs: Vec<Organ>,
    /// Samples of whole body and blood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blood: Option<Blood>,
    /// What the patient may have.
    #[serde(default)]
    pub limits: Limits,
    /// The question that the prescription table answers.
    #[serde(default)]
    pub protocol: Protocol,
    /// Treatments before this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierTreatment>,
    /// Parameters of radiobiological models. Absent: none is computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radiobiology: Option<Radiobiology>,
}

impl Case {
    /// Reads a case from its text. `file_name` is what errors call the file; paths in the text are joined to
    /// `base`, the folder of the case file. No file is opened.
    ///
    /// # Errors
    /// [`CaseError::Invalid`] with every problem found, in the order of the lines.
    pub fn from_toml(text: &str, file_name: &str, base: &Path) -> Result<Self, CaseError> {
        let notes = Notes::new(text);
        let case = notes.parse().and_then(|root| {
            let mut root = Table::root(&root, &notes);
            let case = Self::read_sections(&mut root, file_name, base);
            root.refuse_unknown_keys();
            case
        });
        let problems = notes.into_problems();
        match case {
            Some(case) if problems.is_empty() => Ok(case),
            _ => Err(CaseError::Invalid { file: file_name.to_owned(), problems }),
        }
    }

    /// Reads a case file. Paths in it become absolute, taken from the folder the file lies in.
    ///
    /// # Errors
    /// [`CaseError::Unreadable`] if the file cannot be read, [`CaseError::NotText`] if it is no text or larger
    /// than 1 MiB, and those of [`Case::from_toml`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, CaseError> {
        let path = path.as_ref();
        let unreadable = |source| CaseError::Unreadable { file: path.to_path_buf(), source };
        let absolute = std::path::absolute(path).map_err(unreadable)?;
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(LARGEST_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;

        let not_text = |found| CaseError::NotText { file: path.to_path_buf(), found };
        if bytes.len() as u64 > LARGEST_FILE_BYTES {
            return Err(not_text("more than 1 MiB"));
        }
        let text = String::from_utf8(bytes).map_err(|_| not_text("bytes that are not UTF-8"))?;
        let base = absolute.parent().unwrap_or(&absolute);
        Self::from_toml(&text, &path.display().to_string(), base)
    }

    /// The JSON schema (draft 7, the one editors know) of the case file, indented.
    #[must_use]
    pub fn json_schema() -> String {
        schema::json_schema()
    }

    /// The activity of the imaged nuclide that was administered, in MBq: that of `[administration]` before
    /// therapy, the therapy's own after it. `None` only in a post-therapy case that does not state it.
    #[must_use]
    pub fn imaged_activity_mbq(&self) -> Option<f64> {
        match self.header.purpose {
            Purpose::PreTherapy => self.administration.as_ref().map(|given| given.activity_mbq),
            Purpose::PostTherapy => self.therapy.activity_gbq.map(|activity| activity * 1000.0),
        }
    }

    fn read_sections(root: &mut Table, file_name: &str, base: &Path) -> Option<Self> {
        // Every section is read before the first `?`, so that no problem hides another.
        let header = Header::read(root);
        let images = image::read_all(root, base);
        let tissue = Tissue::read(root, base);
        let lesions = Lesions::read(root, base);
        let purpose = header.as_ref().map(|header| header.purpose);
        let imaged_nuclide = images.first().map(|image| image.nuclide.as_str());
        let (administration, therapy) = therapy::read(root, purpose, imaged_nuclide);
        let kinetics = Kinetics::read(root, root.count("image"));
        let recovery = Recovery::read(root, base);
        let transport = Transport::read(root);
        let report = Report::read(root);
        let organs = organs::read_all(root, base);
        let blood = Blood::read(root, base);
        let limits = Limits::read(root);
        let protocol = Protocol::read(root);
        let earlier = earlier::read_all(root, &organs);
        let radiobiology = Radiobiology::read(root);
        Some(Self {
            file: file_name.to_owned(),
            header: header?,
            images,
            tissue: tissue?,
            lesions,
            administration,
            therapy,
            kinetics,
            recovery,
            transport,
            report,
            organs,
            blood,
            limits,
            protocol,
            earlier,
            radiobiology,
        })
    }
}
