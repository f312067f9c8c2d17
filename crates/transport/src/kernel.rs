//! Voxel S values: the dose around one hot voxel in a medium without end. Equations: `docs/methods/units-and-frames.md`.

use crate::drive::Engine;
use crate::keep::Unkept;
use crate::reduced::ReducedKernel;
use crate::{
    Accuracy, Emitter, EngineError, Estimate, Goal, Medium, Plan, Reductions, Scores, Simulation, Source,
    Stop, Tables, UniformMedium, Watch,
};
use iodose_physics::constants::GRAY_PER_MEV_PER_GRAM;
use iodose_physics::{Library, Material};

/// mGy/(MBq s) per Gy/decay: 1e3 mGy/Gy times 1e6 decays/(MBq s), the factor of (U5).
const MILLIGRAY_PER_MEGABECQUEREL_SECOND: f64 = 1e9;

/// A voxel S kernel to be computed.
#[derive(Clone, Debug)]
pub struct VoxelKernel<'a> {
    /// What each decay emits.
    pub emitter: &'a Emitter,
    /// The medium.
    pub material: &'a Material,
    /// g/cm3
    pub density: f64,
    /// Sides of the voxels along i, j, k, mm.
    pub sides_mm: [f64; 3],
    /// Largest index that is scored.
    pub extent: usize,
}

/// S of one target voxel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VoxelS {
    /// Target voxel relative to the source voxel, 0 <= i, j, k <= extent.
    pub index: [usize; 3],
    /// mGy/(MBq s)
    pub s: f64,
    /// Relative standard uncertainty, k = 1; NaN where never hit.
    pub relative_uncertainty: f64,
}

impl VoxelKernel<'_> {
    /// Simulates until `stop`; an uncertainty is that of the self value. i runs slowest in the result.
    pub fn compute(
        &self,
        library: &Library,
        accuracy: Accuracy,
        seed: u64,
        stop: Stop,
        threads: Option<usize>,
        watch: &dyn Watch,
    ) -> Result<(Vec<VoxelS>, Scores), EngineError> {
        let medium = self.medium();
        let tables = Tables::new(&[self.material], library, accuracy)?;
        let source = Source::one_voxel();
        let simulation = Simulation {
            medium: &medium,
            source: &source,
            emitter: self.emitter,
            tables: &tables,
            regions: None,
        };
        let scores = simulation.run(&plan(&medium, seed, stop, threads), watch)?;
        Ok((self.values(&medium, &scores), scores))
    }

    /// The same with variance reduction (`docs/methods/variance-reduction.md`); `tables` are those of the material alone.
    ///
    /// `Scores::histories` counts the decays whose photons are followed.
    pub fn compute_reduced(
        &self,
        tables: &Tables,
        reductions: Reductions,
        seed: u64,
        stop: Stop,
        threads: Option<usize>,
        watch: &dyn Watch,
    ) -> Result<(Vec<VoxelS>, Scores), EngineError> {
        let medium = self.medium();
        let kernel = ReducedKernel { medium: &medium, emitter: self.emitter, tables, reductions };
        let scores = kernel.drive(&plan(&medium, seed, stop, threads), &mut Unkept, watch)?;
        Ok((self.values(&medium, &scores), scores))
    }

    fn medium(&self) -> UniformMedium {
        UniformMedium::new(self.sides_mm.map(|mm| mm / 10.0), self.density, self.extent)
    }

    fn values(&self, medium: &UniformMedium, scores: &Scores) -> Vec<VoxelS> {
        let range = 0..=self.extent;
        let indices = range
            .clone()
            .flat_map(|i| range.clone().flat_map(move |j| (0..=self.extent).map(move |k| [i, j, k])));
        let value = |index| {
            let (cell, _) = medium.class(index)?;
            let Estimate { mean, u } = scores.cells.get(cell as usize);
            let s = mean * GRAY_PER_MEV_PER_GRAM * MILLIGRAY_PER_MEGABECQUEREL_SECOND;
            Some(VoxelS { index, s, relative_uncertainty: u / mean })
        };
        indices.filter_map(value).collect()
    }
}

/// The plan of a kernel: its goal is the self value.
fn plan(medium: &UniformMedium, seed: u64, stop: Stop, threads: Option<usize>) -> Plan {
    Plan { seed, stop, goal: Goal::cells(medium.cell([0; 3]).into_iter().collect()), threads }
}
