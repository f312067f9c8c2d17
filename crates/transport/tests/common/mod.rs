//! A small world for the tests of the engine.
#![allow(dead_code, clippy::unwrap_used)] // each test file uses its own part; a panic is how a test fails

use iodose_physics::Library;
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Goal, Plan, Regions, Scores, Simulation, Source, Stop, Tables, Unwatched,
    VoxelMedium,
};
use iodose_volume::{Grid, Volume};

/// Lung, tissue and bone side by side, with activity in a few voxels and two regions.
pub struct World {
    pub density: Volume<f32>,
    pub decays: Volume<f32>,
    pub medium: VoxelMedium,
    pub tables: Tables,
    pub source: Source,
    pub emitter: Emitter,
    pub regions: Regions,
}

pub const MATERIALS: [&str; 3] = ["lung", "soft-tissue", "bone-cortical"];

impl World {
    /// 12 x 10 x 8 voxels of 3 mm.
    pub fn new(nuclide: &str) -> Self {
        let grid = Grid::axis_aligned([12, 10, 8], [3.0; 3], [0.0; 3]).unwrap();
        let slab = |i: usize| (i / 4).min(2);
        let density = Volume::from_fn(grid, |[i, _, _]| [0.26, 1.04, 1.85][slab(i)]);
        let material = Volume::from_fn(grid, |[i, _, _]| slab(i) as u8);
        let near = |[i, j, k]: [usize; 3], centre: [i32; 3]| {
            (i as i32 - centre[0]).abs() <= 1
                && (j as i32 - centre[1]).abs() <= 1
                && (k as i32 - centre[2]).abs() <= 1
        };
        let labels =
            Volume::from_fn(grid, |v| if near(v, [3, 4, 4]) { 1 } else { u16::from(near(v, [8, 5, 3])) * 2 });
        let decays = labels.map(|&label| f32::from(label) * 1e6 + 1e4);
        let library = Library::embedded().unwrap();
        let materials: Vec<_> = MATERIALS.iter().map(|name| library.material(name).unwrap()).collect();
        Self {
            medium: VoxelMedium::new(&density, &material).unwrap(),
            tables: Tables::new(&materials, &library, Accuracy::default()).unwrap(),
            source: Source::from_decays(&decays).unwrap(),
            emitter: Emitter::new(library.nuclide(nuclide).unwrap(), EmissionSet::ALL).unwrap(),
            regions: Regions::from_labels(&labels),
            density,
            decays,
        }
    }

    pub fn run(&self, seed: u64, stop: Stop, threads: usize) -> Scores {
        let simulation = Simulation {
            medium: &self.medium,
            source: &self.source,
            emitter: &self.emitter,
            tables: &self.tables,
            regions: Some(&self.regions),
        };
        let goal = Goal::cells(self.regions.all_cells());
        simulation.run(&Plan { seed, stop, goal, threads: Some(threads) }, &Unwatched).unwrap()
    }
}
