//! A small study in a folder of its own: 20 x 18 x 16 voxels of 4 mm, a body with two lesions.

#![allow(dead_code, reason = "each test program takes what it needs")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

use iodose::case::Case;
use iodose::io::{read_nifti, write_nifti_f32, write_nifti_u16};
use iodose::physics::Library;
use iodose::transport::Unwatched;
use iodose::volume::{Grid, Volume};
use iodose::{Error, Outcome, RunOptions, run_into};
use std::path::{Path, PathBuf};

/// One 124I image 24 h after 74 MBq, a therapy with 7.4 GBq of 131I.
pub const CASE: &str = r#"[case]
id = "small"
purpose = "pre-therapy"

[[image]]
path = "activity.nii.gz"
modality = "PET"
nuclide = "I-124"
unit = "Bq/mL"
time_h = 24.0
resolution_mm = 6.0

[ct]
path = "ct.nii.gz"

[lesions]
path = "lesions.nii.gz"
names = { 1 = "first", 2 = "second" }

[administration]
activity_MBq = 74.0

[therapy]
nuclide = "I-131"
activity_GBq = 7.4

[kinetics]
effective_half_life_h = 60.0

[transport]
histories = 20000
"#;

/// The case with parts of its text replaced; each must occur once.
pub fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(CASE.to_owned(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "{old:?} is not once in the text");
        text.replace(old, new)
    })
}

/// The edits that make a density map of the study's tissue.
pub const WITH_DENSITY: (&str, &str) = ("[ct]\npath = \"ct.nii.gz\"", "[density]\npath = \"density.nii.gz\"");

pub fn grid() -> Grid {
    Grid::axis_aligned([20, 18, 16], [4.0; 3], [-38.0, -34.0, 100.0]).unwrap()
}

/// What lies at a place (LPS mm): lesion label, 124I concentration in Bq/mL, CT number.
pub fn body([x, y, z]: [f64; 3]) -> (u16, f32, f32) {
    let within = |centre: [f64; 3], half: f64| {
        [x, y, z].iter().zip(centre).all(|(value, middle)| (value - middle).abs() < half)
    };
    if within([-16.0, 8.0, 126.0], 8.0) {
        (1, 5e4, 40.0)
    } else if within([20.0, -12.0, 138.0], 4.0) {
        (2, 1e5, 40.0)
    } else if within([0.0, 0.0, 130.0], 30.0) {
        (0, 1e3, 0.0)
    } else {
        (0, 0.0, -1000.0)
    }
}

/// A volume from what lies at the centre of each voxel.
pub fn sampled<T>(grid: Grid, value: impl Fn([f64; 3]) -> T) -> Volume<T> {
    Volume::from_fn(grid, |index| value(grid.index_to_patient(index.map(|n| n as f64))))
}

pub fn library() -> Library {
    Library::embedded().unwrap()
}

/// A folder with images.
pub struct Study(tempfile::TempDir);

impl Study {
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The body of this module: `activity.nii.gz`, `ct.nii.gz`, `density.nii.gz`, `lesions.nii.gz`, `case.toml`.
    pub fn small() -> Self {
        let study = Self::empty();
        study.image("activity.nii.gz", &sampled(grid(), |place| body(place).1));
        study.image("ct.nii.gz", &sampled(grid(), |place| body(place).2));
        study.image(
            "density.nii.gz",
            &sampled(grid(), |place| if body(place).2 < -500.0 { 1.2e-3 } else { 1.0 }),
        );
        study.labels("lesions.nii.gz", &sampled(grid(), |place| body(place).0));
        std::fs::write(study.path("case.toml"), CASE).unwrap();
        study
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn image(&self, name: &str, volume: &Volume<f32>) {
        write_nifti_f32(&self.path(name), volume, "").unwrap();
    }

    pub fn labels(&self, name: &str, volume: &Volume<u16>) {
        write_nifti_u16(&self.path(name), volume, "").unwrap();
    }

    pub fn case(&self, text: &str) -> Case {
        let path = self.path("case.toml");
        std::fs::write(&path, text).unwrap();
        Case::read(path).unwrap()
    }

    /// Runs the case of a text and writes its results into the folder `out` of this one.
    pub fn run_as(&self, text: &str, out: &str, options: RunOptions) -> Result<Outcome, Error> {
        run_into(&self.case(text), &options, &self.path(out), &library(), &Unwatched)
    }

    /// [`Study::run_as`] into `out`, which must work.
    pub fn run(&self, text: &str) -> Outcome {
        self.run_as(text, "out", RunOptions::default()).unwrap()
    }
}

pub fn read(path: &Path) -> Volume<f32> {
    read_nifti(path).unwrap().volume
}

pub fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A CSV file as header and rows.
pub fn csv(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    (rows.next().unwrap(), rows.collect())
}

/// Names of all that lies in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
