//! The facts about a series or file.

use iodose_dicom::{DateTime, Registration, StructureSet};
use iodose_volume::Grid;
use std::path::PathBuf;

/// What a series or file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Computed tomography.
    Ct,
    /// Mass density in g/cm3.
    Density,
    /// Positron emission tomography.
    Pet,
    /// Reconstructed SPECT.
    Spect,
    /// An activity image of which the file does not say how it was taken.
    Activity,
    /// DICOM segmentation.
    Segmentation,
    /// DICOM structure set.
    Structures,
    /// Label map.
    Labels,
    /// DICOM spatial registration.
    Registration,
    /// Transform file: ITK's or a 4x4 matrix.
    Transform,
    /// Nothing that a run uses.
    Other,
}

impl Kind {
    /// How it is called in texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ct => "CT",
            Self::Density => "density map",
            Self::Pet => "PET",
            Self::Spect => "SPECT",
            Self::Activity => "activity image",
            Self::Segmentation => "SEG",
            Self::Structures => "RTSTRUCT",
            Self::Labels => "label map",
            Self::Registration => "REG",
            Self::Transform => "transform",
            Self::Other => "not used",
        }
    }

    /// True for what shows activity.
    pub fn is_activity(self) -> bool {
        matches!(self, Self::Pet | Self::Spect | Self::Activity)
    }
}

/// A DICOM series, an object of its own (SEG, RTSTRUCT, REG) or a single file.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// `DICOM`, `NIfTI`, `MetaImage` or `text`.
    pub format: &'static str,
    /// Modality, number and description of a series, or the file's name.
    pub name: String,
    /// What a case file names: the file, the archive, or the innermost folder that holds all files.
    pub path: PathBuf,
    /// All its files.
    pub sources: Vec<PathBuf>,
    /// SeriesInstanceUID.
    pub series_uid: Option<String>,
    /// Place in [`Inspection::patients`](super::Inspection::patients).
    pub patient: Option<usize>,
    /// When it was made, where the file says so.
    pub made: Option<DateTime>,
    /// UID of the frame of reference.
    pub frame_of_reference: Option<String>,
    /// Its voxels; `None` where it has none or cannot be read.
    pub grid: Option<Grid>,
    /// Nuclide, unit and times of an activity image.
    pub activity: Option<Activity>,
    /// Its lesions or other regions.
    pub lesions: Vec<Lesion>,
    /// SeriesInstanceUIDs of the images that lesions were drawn on.
    pub drawn_on: Vec<String>,
    /// Contours that wait for the images that they were drawn on.
    pub(super) contours: Option<StructureSet>,
    /// How frames of reference lie to each other.
    pub registration: Option<Registration>,
    /// From what a file that does not say its kind was judged.
    pub guessed_from: Option<String>,
    /// What stops a run with it: texts that name field, found and expected.
    pub problems: Vec<String>,
    /// What it leaves open and how it was understood.
    pub warnings: Vec<String>,
}

impl Entry {
    /// An entry of which no more is known yet.
    pub(super) fn new(kind: Kind, format: &'static str, name: String, path: PathBuf) -> Self {
        Self {
            kind,
            format,
            name,
            sources: vec![path.clone()],
            path,
            series_uid: None,
            patient: None,
            made: None,
            frame_of_reference: None,
            grid: None,
            activity: None,
            lesions: Vec::new(),
            drawn_on: Vec::new(),
            contours: None,
            registration: None,
            guessed_from: None,
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds a reader's error.
    pub(super) fn fail(&mut self, error: impl ToString) {
        self.problems.push(error.to_string());
    }
}

/// What the numbers of an activity image are.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueUnit {
    /// Activity concentration, as the file says or by what it says.
    BqPerMl,
    /// Counts, which need the camera's calibration; whether the file states the duration of the scan.
    Counts {
        /// True where no duration has to be stated.
        duration_known: bool,
    },
    /// What a file's free text says.
    Stated(String),
    /// The file does not say.
    Unknown,
}

/// What is known of an activity image.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// Of the numbers.
    pub unit: ValueUnit,
    /// As `I-124`.
    pub nuclide: Option<String>,
    /// Half-life in s that the file states, and that of the nuclide's data at hand.
    pub half_life_s: [Option<f64>; 2],
    /// Positrons per decay that the file states, and those of the nuclide's data at hand.
    pub positron_fraction: [Option<f64>; 2],
    /// Bq at the time of administration.
    pub administered_bq: Option<f64>,
    /// When it was given.
    pub administered: Option<DateTime>,
    /// Hours from administration to the scan's start.
    pub hours: Option<f64>,
    /// The same as the file's name suggests.
    pub hours_by_name: Option<f64>,
    /// Why the scanner's nuclide data are refused, where they are.
    pub deviation: Option<String>,
}

/// A lesion or another region.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesion {
    /// Label, segment number or ROI number.
    pub label: i64,
    /// Its name; empty in a label map.
    pub name: String,
    /// mL; `None` where no image tells the voxels that contours enclose.
    pub volume_ml: Option<f64>,
    /// True where the file says that it is the body's outline.
    pub is_outline: bool,
}
