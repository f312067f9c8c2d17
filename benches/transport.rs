//! What a decay costs, whole and by its parts. One thread; the unit of throughput is one decay.
//!
//! `cargo bench --bench transport`; `docs/performance.md` keeps the figures.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use iodose_physics::Library;
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Goal, Plan, Simulation, Source, Stop, Tables, Unwatched, VoxelMedium,
};
use iodose_volume::{Grid, Volume};
use std::error::Error;
use std::time::Duration;

/// Enough that the start of a run and its last look over all cells count for little.
const HISTORIES: u64 = 65_536;

/// A cube of one material with uniform activity.
struct Phantom {
    medium: VoxelMedium,
    tables: Tables,
    source: Source,
}

impl Phantom {
    fn new(
        library: &Library,
        (material, density): (&str, f32),
        size: usize,
        spacing_mm: f64,
    ) -> Result<Self, Box<dyn Error>> {
        let grid = Grid::axis_aligned([size; 3], [spacing_mm; 3], [0.0; 3])?;
        Ok(Self {
            medium: VoxelMedium::new(&Volume::filled(grid, density), &Volume::filled(grid, 0))?,
            tables: Tables::new(&[library.material(material)?], library, Accuracy::default())?,
            source: Source::from_decays(&Volume::filled(grid, 1.0))?,
        })
    }

    fn bench(&self, group: &mut BenchmarkGroup<'_, WallTime>, name: &str, emitter: &Emitter) {
        let simulation = Simulation {
            medium: &self.medium,
            source: &self.source,
            emitter,
            tables: &self.tables,
            regions: None,
        };
        let stop = Stop::Histories(HISTORIES);
        let plan = Plan { seed: 1, stop, goal: Goal::cells(vec![0]), threads: Some(1) };
        group.bench_function(name, |bencher| bencher.iter(|| simulation.run(&plan, &Unwatched)));
    }
}

const SOFT_TISSUE: (&str, f32) = ("soft-tissue", 1.04);

fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(HISTORIES));
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    group
}

/// Decays of 131I with all that they emit.
fn decays(criterion: &mut Criterion, library: &Library) -> Result<(), Box<dyn Error>> {
    let mut group = group(criterion, "131I decay");
    let emitter = Emitter::new(library.nuclide("I-131")?, EmissionSet::ALL)?;
    for tissue in [SOFT_TISSUE, ("lung", 0.26), ("bone-cortical", 1.85)] {
        for spacing_mm in [2.0, 4.0] {
            let name = format!("{}, {spacing_mm} mm", tissue.0);
            Phantom::new(library, tissue, 64, spacing_mm)?.bench(&mut group, &name, &emitter);
        }
    }
    group.finish();
    Ok(())
}

/// The particles one by one: photons from the first flight to the last, electrons until they stop.
fn particles(criterion: &mut Criterion, library: &Library) -> Result<(), Box<dyn Error>> {
    let mut group = group(criterion, "particle");
    let gammas = EmissionSet { gamma: true, ..EmissionSet::NONE };
    let photons = Emitter::new(library.nuclide("I-131")?, gammas)?;
    Phantom::new(library, SOFT_TISSUE, 64, 4.0)?.bench(&mut group, "131I gammas, 4 mm", &photons);
    for (energy, spacing_mm) in [(0.1, 0.5), (0.5, 2.0), (2.0, 4.0)] {
        if let Some(electrons) = Emitter::monoenergetic_electrons(energy) {
            let name = format!("electron of {energy} MeV, {spacing_mm} mm");
            Phantom::new(library, SOFT_TISSUE, 64, spacing_mm)?.bench(&mut group, &name, &electrons);
        }
    }
    group.finish();
    Ok(())
}

/// Electrons of 1 keV stay where they are: what remains is the random stream, the source and one tally entry. The small
/// grid fits into a cache, the large one does not.
fn source_and_tally(criterion: &mut Criterion, library: &Library) -> Result<(), Box<dyn Error>> {
    let mut group = group(criterion, "source and tally");
    if let Some(electrons) = Emitter::monoenergetic_electrons(0.001) {
        for size in [8, 64] {
            Phantom::new(library, SOFT_TISSUE, size, 4.0)?.bench(
                &mut group,
                &format!("{size}^3"),
                &electrons,
            );
        }
    }
    group.finish();
    Ok(())
}

fn transport(criterion: &mut Criterion) {
    let all = |criterion: &mut Criterion| -> Result<(), Box<dyn Error>> {
        let library = Library::embedded()?;
        decays(criterion, &library)?;
        particles(criterion, &library)?;
        source_and_tally(criterion, &library)
    };
    if let Err(error) = all(criterion) {
        eprintln!("transport benches: {error}");
    }
}

criterion_group!(benches, transport);
criterion_main!(benches);
