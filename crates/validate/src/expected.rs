//! The file of expected numbers.

use crate::ValidationError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// All expected numbers with their tolerances and citations, from `data/expected.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub(crate) notes: Vec<String>,
    pub(crate) stopping_power: Vec<StoppingPowers>,
    pub(crate) photon: Vec<PhotonTable>,
    pub(crate) point_kernel: Vec<PublishedKernel>,
    pub(crate) voxel_s: Vec<PublishedS>,
    pub(crate) brick: Brick,
    pub(crate) fano: Fano,
    pub(crate) same_answer: SameAnswer,
    pub(crate) sphere: Sphere,
    pub(crate) slab: Slab,
}

impl Expected {
    /// The numbers that come with iodose.
    pub fn embedded() -> Result<Self, ValidationError> {
        Self::from_toml(include_str!("../data/expected.toml"))
    }

    /// From a text of the same form.
    pub fn from_toml(text: &str) -> Result<Self, ValidationError> {
        toml::from_str(text).map_err(|error| ValidationError::Expected(error.to_string()))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoppingPowers {
    pub(crate) material: String,
    pub(crate) source: String,
    pub(crate) within_stopping_power: f64,
    pub(crate) within_range: f64,
    /// MeV, MeV cm2/g, g/cm2
    pub(crate) rows: Vec<[f64; 3]>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhotonTable {
    pub(crate) material: String,
    pub(crate) source: String,
    pub(crate) weights: BTreeMap<String, f64>,
    pub(crate) within: f64,
    /// MeV, then cm2/g: coherent, incoherent, photoelectric, pair (nucleus), pair (electron), total.
    pub(crate) rows: Vec<[f64; 7]>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedKernel {
    pub(crate) name: String,
    pub(crate) source: String,
    #[serde(rename = "energy_MeV")]
    pub(crate) energy: f64,
    pub(crate) material: String,
    pub(crate) density: f64,
    /// CSDA range that the radii are scaled with, cm.
    #[serde(rename = "range_cm")]
    pub(crate) range: f64,
    /// Of the peak.
    pub(crate) within_peak: f64,
    /// Of the radius that holds 90 % of the energy.
    pub(crate) within_radius: f64,
    #[serde(default)]
    pub(crate) shown: bool,
    /// From and to in ranges, F, its standard uncertainty.
    pub(crate) shells: Vec<[f64; 4]>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedS {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) nuclide: String,
    pub(crate) emissions: String,
    pub(crate) material: String,
    pub(crate) density: f64,
    pub(crate) size_mm: f64,
    pub(crate) gates: Vec<PublishedGate>,
    /// i, j, k, S in mGy/(MBq s), its relative standard uncertainty.
    pub(crate) values: Vec<(usize, usize, usize, f64, f64)>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedGate {
    pub(crate) name: String,
    /// Only this voxel, or
    pub(crate) index: Option<[usize; 3]>,
    /// those above this share of the self value.
    pub(crate) above: Option<f64>,
    pub(crate) within: f64,
    #[serde(default)]
    pub(crate) two_sigma: bool,
    #[serde(default)]
    pub(crate) shown: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Brick {
    pub(crate) source: String,
    pub(crate) sides_mm: [f64; 3],
    pub(crate) within_self: f64,
    pub(crate) within_neighbour: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fano {
    pub(crate) source: String,
    pub(crate) within_voxel: f64,
    pub(crate) within_mean: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SameAnswer {
    pub(crate) source: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sphere {
    pub(crate) source_electrons: String,
    #[serde(rename = "electron_energy_MeV")]
    pub(crate) electron_energy: f64,
    pub(crate) limits: Vec<SphereLimit>,
    pub(crate) source_kernels: String,
    /// Two, of ascending energy.
    pub(crate) kernels: Vec<SphereKernel>,
    pub(crate) source_nuclide: String,
    pub(crate) nuclide_within: f64,
    #[serde(rename = "nuclide_masses_g")]
    pub(crate) nuclide_masses: Vec<f64>,
    #[serde(rename = "beta_energy_MeV")]
    pub(crate) beta_energy: f64,
    /// MeV, particles per MeV and decay.
    pub(crate) beta_spectrum: Vec<[f64; 2]>,
    /// MeV, yield per decay.
    pub(crate) lines: Vec<[f64; 2]>,
    pub(crate) source_photons: String,
    #[serde(rename = "photon_mass_g")]
    pub(crate) photon_mass: f64,
    pub(crate) photon_within: f64,
    /// MeV, yield per decay.
    pub(crate) photons: Vec<[f64; 2]>,
    /// MeV, cm2/g.
    pub(crate) energy_absorption: Vec<[f64; 2]>,
}

/// A point kernel by name, and spheres to integrate it over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SphereKernel {
    pub(crate) kernel: String,
    pub(crate) within: f64,
    #[serde(rename = "masses_g")]
    pub(crate) masses: Vec<f64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SphereLimit {
    #[serde(rename = "mass_g")]
    pub(crate) mass: f64,
    pub(crate) within: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slab {
    pub(crate) source: String,
    pub(crate) within: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let expected = Expected::embedded().unwrap();
        assert_eq!(expected.stopping_power.len(), 5);
        assert_eq!(expected.photon.len(), 5);
        assert_eq!(expected.point_kernel[0].shells.len(), 60);
        let lanconelli: Vec<_> =
            expected.voxel_s.iter().filter(|s| s.name.starts_with("Lanconelli")).collect();
        assert_eq!(lanconelli.len(), 3);
        assert!(lanconelli.iter().all(|s| s.values.len() == 56));
        let cited = expected.voxel_s.iter().all(|s| s.source.len() > 20);
        assert!(cited && expected.point_kernel.iter().all(|kernel| kernel.source.len() > 20));
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        let text = include_str!("../data/expected.toml").replace("within_mean", "within_maen");
        assert!(Expected::from_toml(&text).unwrap_err().to_string().contains("within_maen"));
    }
}
