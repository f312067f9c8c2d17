//! The largest attenuation anywhere in the medium. Equations: `docs/methods/photons.md`.

use crate::medium::Medium;
use crate::tables::{PhotonPlace, Tables};
use iodose_physics::OctaveGrid;

/// The largest linear attenuation coefficient over all voxels, by energy: M of (P2).
#[derive(Clone, Debug)]
pub(crate) struct Majorant(Vec<f64>);

impl Majorant {
    /// Each material at its largest density. Straight lines between the edges of the grid stay above those of every
    /// material, because the largest of straight lines is convex.
    pub(crate) fn new(medium: &impl Medium, tables: &Tables) -> Self {
        let mut largest = vec![0f64; OctaveGrid::PHOTON.points()];
        for (density, material) in medium.largest_densities().iter().zip(&tables.materials) {
            for (entry, total) in largest.iter_mut().zip(material.attenuation.totals()) {
                *entry = entry.max(density * total);
            }
        }
        Self(largest)
    }

    /// Linear attenuation coefficient, 1/cm.
    #[inline]
    pub(crate) fn attenuation(&self, place: PhotonPlace) -> f64 {
        place.interpolate(&self.0)
    }
}
