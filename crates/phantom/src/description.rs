//! The form of a description. Every key of a quantity ends in its unit.

use serde::{Deserialize, Serialize};

/// A whole phantom description.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Short name: becomes the case's id.
    pub name: String,
    /// Whether the images come before the therapy or show it.
    pub purpose: Purpose,
    /// Voxels.
    pub grid: GridDescription,
    /// What fills the grid where no shape is.
    pub outside: Outside,
    /// Painted in order: a later shape covers an earlier one.
    #[serde(rename = "shape")]
    pub shapes: Vec<Shape>,
    /// How and when the activity is imaged.
    pub imaging: Imaging,
    /// The therapy that the truth and the case are for.
    pub therapy: Therapy,
}

/// What the images are for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Images of a tracer; the truth is for the therapy that follows.
    PreTherapy,
    /// Images of the therapy itself.
    PostTherapy,
}

/// The voxels of every volume; axes along LPS x, y, z.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GridDescription {
    /// Voxels along x, y, z.
    pub size: [usize; 3],
    /// Spacing along x, y, z, mm.
    pub spacing_mm: [f64; 3],
    /// Centre of voxel (0, 0, 0), LPS mm; absent: the grid is centred on (0, 0, 0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_mm: Option<[f64; 3]>,
    /// Sample points per voxel along each axis, 1 to 16.
    #[serde(default = "default_subsamples")]
    pub subsamples: usize,
}

fn default_subsamples() -> usize {
    4
}

/// What surrounds the shapes; holds no activity.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// Name of the material.
    pub material: String,
    /// Density, g/cm3.
    pub density_g_per_cm3: f64,
    /// CT number; absent: from the density.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hu: Option<f64>,
}

/// One body with its contents. Exactly one of `sphere`, `ellipsoid`, `box`, `cylinder` is given.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Name; needed where `label` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Lesion label, above 0, used once; absent: not a lesion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<u16>,
    /// Name of the material.
    pub material: String,
    /// Density, g/cm3.
    pub density_g_per_cm3: f64,
    /// CT number; absent: from the density.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hu: Option<f64>,
    /// Concentration of the imaged nuclide at the administration (uptake is immediate), Bq/mL.
    #[serde(default, rename = "concentration_Bq_per_mL")]
    pub concentration_bq_per_ml: f64,
    /// Effective half-life of the imaged nuclide, h; needed where there is activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_half_life_h: Option<f64>,
    /// The body is a sphere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sphere: Option<Sphere>,
    /// The body is an ellipsoid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ellipsoid: Option<Ellipsoid>,
    /// The body is a box.
    #[serde(default, rename = "box", skip_serializing_if = "Option::is_none")]
    pub box_: Option<BoxShape>,
    /// The body is a cylinder of elliptic cross-section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cylinder: Option<Cylinder>,
}

/// A sphere.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sphere {
    /// Centre, LPS mm.
    pub centre_mm: [f64; 3],
    /// Diameter, mm.
    pub diameter_mm: f64,
}

/// An ellipsoid along the axes.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ellipsoid {
    /// Centre, LPS mm.
    pub centre_mm: [f64; 3],
    /// Half lengths along x, y, z, mm.
    pub semi_axes_mm: [f64; 3],
}

/// A box along the axes.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BoxShape {
    /// Centre, LPS mm.
    pub centre_mm: [f64; 3],
    /// Edge lengths along x, y, z, mm.
    pub size_mm: [f64; 3],
}

/// A cylinder along one of the axes.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cylinder {
    /// Centre, LPS mm.
    pub centre_mm: [f64; 3],
    /// Direction of the length.
    pub axis: CylinderAxis,
    /// Length, mm.
    pub length_mm: f64,
    /// Half lengths of the elliptic cross-section along the other two axes in the order x, y, z, mm.
    pub semi_axes_mm: [f64; 2],
}

/// Direction of a cylinder.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CylinderAxis {
    /// Right to left.
    X,
    /// Front to back.
    Y,
    /// Feet to head.
    Z,
}

/// How the activity is imaged.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Imaging {
    /// Name of the imaged nuclide.
    pub nuclide: String,
    /// Kind of the camera.
    pub modality: Modality,
    /// Image times after the administration, h, increasing.
    pub times_h: Vec<f64>,
    /// Full width at half maximum of the Gaussian point spread, mm; 0 for none.
    pub fwhm_mm: f64,
    /// Administered activity of the imaged nuclide, MBq.
    #[serde(rename = "administered_activity_MBq")]
    pub administered_activity_mbq: f64,
    /// Noise; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<Noise>,
    /// What the case states where there is a single image: effective half-life of the imaged nuclide, h.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_half_life_h: Option<f64>,
}

/// Kind of the camera.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Modality {
    /// Positron emission tomography.
    Pet,
    /// Single-photon emission computed tomography.
    Spect,
}

impl Modality {
    /// As the case file spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pet => "PET",
            Self::Spect => "SPECT",
        }
    }
}

/// Gaussian noise, independent from voxel to voxel, whose standard deviation grows with the root of the value.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// Standard deviation of a voxel relative to its value where that is `at_Bq_per_mL`.
    pub relative: f64,
    /// The value at which `relative` holds, Bq/mL.
    #[serde(rename = "at_Bq_per_mL")]
    pub at_bq_per_ml: f64,
    /// Start of the random stream.
    pub seed: u64,
}

/// The therapy.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Therapy {
    /// Name of the therapy nuclide.
    pub nuclide: String,
    /// Administered activity, GBq.
    #[serde(rename = "activity_GBq")]
    pub activity_gbq: f64,
}
