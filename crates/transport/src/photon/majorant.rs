//! The largest attenuation anywhere in the medium.

use crate::medium::Medium;
use crate::tables::Tables;
use iodose_physics::OctaveGrid;

const GRID: OctaveGrid = OctaveGrid::PHOTON;

/// The largest linear attenuation coefficient over all voxels, by energy.
#[derive(Clone, Debug)]
pub(crate) struct Majorant(Vec<f64>);

impl Majorant {
    /// Each material at its largest density. Straight lines between the edges of the grid stay above those of every
    /// material, because the largest of straight lines is convex.
    pub(crate) fn new(medium: &impl Medium, tables: &Tables) -> Self {
        let densities = medium.largest_densities();
        let at = |point: usize| {
            let linear =
                densities.iter().zip(&tables.materials).map(|(d, m)| d * m.attenuation.totals()[point]);
            linear.fold(0.0, f64::max)
        };
        Self((0..GRID.points()).map(at).collect())
    }

    /// Linear attenuation coefficient, 1/cm.
    #[inline]
    pub(crate) fn attenuation(&self, energy: f64) -> f64 {
        GRID.interpolate(&self.0, energy)
    }
}
