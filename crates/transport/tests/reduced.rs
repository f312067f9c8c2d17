//! Variance reduction changes nothing but the time: every voxel against analog transport.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use iodose_physics::Library;
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Goal, Plan, ReducedSimulation, Reduction, Reductions, Regions, Scores,
    Simulation, Source, Stop, Tables, Unwatched, VoxelMedium,
};
use iodose_volume::{Grid, Volume};

const SIZE: usize = 14;

/// Soft tissue and lung with a wall of bone between them and air on one side; a lesion that touches soft tissue, bone and lung,
/// activity all over but for a cold corner.
struct Phantom {
    medium: VoxelMedium,
    decays: Volume<f32>,
    regions: Regions,
    tables: Tables,
    emitter: Emitter,
}

impl Phantom {
    fn new() -> Self {
        let library = Library::embedded().unwrap();
        let names = ["air", "lung", "soft-tissue", "bone-cortical"];
        let materials: Vec<_> = names.iter().map(|name| library.material(name).unwrap()).collect();
        let grid = Grid::axis_aligned([SIZE; 3], [3.0; 3], [0.0; 3]).unwrap();
        let lesion =
            |[i, j, k]: [usize; 3]| (4..8).contains(&i) && (5..8).contains(&j) && (6..8).contains(&k);
        let material = Volume::from_fn(grid, |index| match index {
            _ if lesion(index) => 2,
            [0..2, ..] => 0u8,
            [2..5, ..] => 2,
            [5, j, _] if j < 7 => 3,
            _ => 1,
        });
        let density = material.map(|&material| [0.0012f32, 0.26, 1.04, 1.85][usize::from(material)]);
        let decays = Volume::from_fn(grid, |index| {
            let density = density[index];
            match index {
                _ if lesion(index) => 400.0 * density,
                [2..4, 0..3, _] => 0.0,
                [i, ..] => density * (1.0 + 0.1 * i as f32),
            }
        });
        let labels = Volume::from_fn(grid, |index| u16::from(lesion(index)));
        Self {
            medium: VoxelMedium::new(&density, &material).unwrap(),
            decays,
            regions: Regions::from_labels(&labels),
            tables: Tables::new(&materials, &library, Accuracy::default()).unwrap(),
            emitter: Emitter::new(library.nuclide("I-131").unwrap(), EmissionSet::ALL).unwrap(),
        }
    }

    fn plan(&self, seed: u64, histories: u64) -> Plan {
        let goal = Goal::cells(self.regions.all_cells());
        Plan { seed, stop: Stop::Histories(histories), goal, threads: None }
    }

    fn analog(&self, histories: u64) -> Scores {
        let source = Source::from_decays(&self.decays).unwrap();
        let Self { medium, tables, emitter, regions, .. } = self;
        let simulation = Simulation { medium, source: &source, emitter, tables, regions: Some(regions) };
        simulation.run(&self.plan(1, histories), &Unwatched).unwrap()
    }

    fn reduced(&self, reductions: Reductions, seed: u64, histories: u64) -> Scores {
        let Self { medium, tables, emitter, regions, decays } = self;
        let simulation =
            ReducedSimulation { medium, decays, emitter, tables, regions: Some(regions), reductions };
        simulation.run(&self.plan(seed, histories), &Unwatched).unwrap()
    }
}

/// Deviations over their uncertainties of the mean of runs from an analog run, by cell.
fn deviations(analog: &Scores, runs: &[Scores], cells: &[usize]) -> Vec<f64> {
    let count = runs.len() as f64;
    cells
        .iter()
        .copied()
        .filter(|&cell| analog.cells.get(cell).u.is_finite())
        .map(|cell| {
            let mean = runs.iter().map(|run| run.cells.get(cell).mean).sum::<f64>() / count;
            let square = runs.iter().map(|run| run.cells.get(cell).u.powi(2)).sum::<f64>() / (count * count);
            (mean - analog.cells.get(cell).mean) / (analog.cells.get(cell).u.powi(2) + square).sqrt()
        })
        // Cells that a run did not reach are not comparable.
        .filter(|deviation| deviation.is_finite())
        .collect()
}

fn assert_same(analog: &Scores, runs: &[Scores], cells: &[usize], what: &str) {
    let deviations = deviations(analog, runs, cells);
    let count = deviations.len() as f64;
    let chi_square = deviations.iter().map(|z| z * z).sum::<f64>() / count;
    let sum = deviations.iter().sum::<f64>() / count.sqrt();
    let worst = deviations.iter().copied().fold(0.0, |worst: f64, z| worst.max(z.abs()));
    // Neighbours are correlated, so that both scatter more than independent cells do: sqrt(2/n) and 1.
    assert!(
        (chi_square - 1.0).abs() < 5.0 * (2.0 / count).sqrt(),
        "{what}: chi-square {chi_square:.3} a cell"
    );
    assert!(sum.abs() < 5.0, "{what}: signed sum {sum:.2}");
    assert!(worst < 6.0, "{what}: {worst:.2} standard deviations");
    let mean = runs.iter().map(|run| run.regions[0].mean).sum::<f64>() / runs.len() as f64;
    let square = runs.iter().map(|run| run.regions[0].u.powi(2)).sum::<f64>() / (runs.len().pow(2)) as f64;
    let u = (square + analog.regions[0].u.powi(2)).sqrt();
    assert!((mean - analog.regions[0].mean).abs() < 4.0 * u, "{what}: lesion {mean} {:?}", analog.regions[0]);
    assert!(u < 0.01 * mean, "the comparison must mean something: {u} {mean}");
}

#[test]
fn every_voxel_gets_its_analog_dose() {
    let phantom = Phantom::new();
    let analog = phantom.analog(3_000_000);
    let runs: Vec<Scores> = (0..6).map(|seed| phantom.reduced(Reductions::ALL, seed, 40_000)).collect();
    // In air the uncertainty is systematic.
    let dense: Vec<usize> = (0..SIZE * SIZE * SIZE).filter(|cell| cell % SIZE >= 2).collect();
    assert_same(&analog, &runs, &dense, "all");
    for (name, reduction) in Reduction::ALL {
        let runs: Vec<Scores> =
            (0..2).map(|seed| phantom.reduced(Reductions::ALL.without(reduction), seed, 40_000)).collect();
        // Elsewhere some cells are hit too rarely for their uncertainty to be known.
        let lesion: Vec<usize> = phantom.regions.all_cells().iter().map(|&cell| cell as usize).collect();
        assert_same(&analog, &runs, &lesion, &format!("without {name}"));
    }
}

#[test]
fn the_spread_of_runs_is_the_uncertainty_they_state() {
    let phantom = Phantom::new();
    const SEEDS: usize = 30;
    let runs: Vec<Scores> =
        (0..SEEDS).map(|seed| phantom.reduced(Reductions::ALL, seed as u64, 20_000)).collect();
    let (mut spread, mut stated) = (0.0, 0.0);
    for cell in phantom.regions.all_cells() {
        let doses: Vec<f64> = runs.iter().map(|run| run.cells.get(cell as usize).mean).collect();
        let mean = doses.iter().sum::<f64>() / SEEDS as f64;
        spread += doses.iter().map(|dose| (dose / mean - 1.0).powi(2)).sum::<f64>() / (SEEDS - 1) as f64;
        stated += runs.iter().map(|run| (run.cells.get(cell as usize).u / mean).powi(2)).sum::<f64>()
            / SEEDS as f64;
    }
    // 24 cells of 30 runs: the ratio of the roots is known to 2.7 %.
    let ratio = (spread / stated).sqrt();
    assert!((ratio - 1.0).abs() < 0.1, "{ratio}");
}

#[test]
fn threads_do_not_matter() {
    let phantom = Phantom::new();
    let run = |threads| {
        let Phantom { medium, tables, emitter, regions, decays } = &phantom;
        let reductions = Reductions::ALL;
        let simulation =
            ReducedSimulation { medium, decays, emitter, tables, regions: Some(regions), reductions };
        let plan = Plan { threads: Some(threads), ..phantom.plan(5, 20_000) };
        let scores = simulation.run(&plan, &Unwatched).unwrap();
        let bits = |x: f64| x.to_bits();
        let all = scores.cells.iter().chain(scores.regions.iter().copied());
        all.flat_map(|estimate| [bits(estimate.mean), bits(estimate.u)]).collect::<Vec<_>>()
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn a_region_of_one_voxel_has_its_dose_and_uncertainty_wherever_it_lies() {
    // In air, beside it, in the cold corner, in the lesion, in lung.
    let cells = [[1, 4, 4], [2, 5, 5], [3, 1, 1], [5, 6, 7], [9, 9, 9]];
    let mut phantom = Phantom::new();
    let grid = *phantom.decays.grid();
    let labels = Volume::from_fn(grid, |index| {
        cells.iter().position(|&cell| cell == index).map_or(0, |place| place as u16 + 1)
    });
    phantom.regions = Regions::from_labels(&labels);
    let scores = phantom.reduced(Reductions::ALL, 5, 20_000);
    for (region, cell) in scores.regions.iter().zip(cells) {
        let voxel = scores.cells.get(grid.offset(cell));
        // Voxels are kept in single precision.
        approx::assert_relative_eq!(region.mean, voxel.mean, max_relative = 1e-6);
        approx::assert_relative_eq!(region.u, voxel.u, max_relative = 1e-4);
    }
}
