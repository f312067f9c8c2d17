//! The parts of a history one at a time, on one thread: soft tissue of 1.04 g/cm3, 64^3 voxels of 4 mm.
//!
//! `cargo bench --bench steps`, about half a minute; the unit of throughput is one photon flight, one electron or one history.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iodose_physics::Library;
use iodose_transport::bench::Parts;
use iodose_transport::{Accuracy, EmissionSet, Emitter, Simulation, Source, Tables, VoxelMedium};
use iodose_volume::{Grid, Volume};
use std::error::Error;
use std::time::Duration;

/// Enough that making a worker counts for nothing.
const COUNT: u64 = 10_000;

fn all(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let library = Library::embedded()?;
    let grid = Grid::axis_aligned([64; 3], [4.0; 3], [0.0; 3])?;
    let simulation = Simulation {
        medium: &VoxelMedium::new(&Volume::filled(grid, 1.04), &Volume::filled(grid, 0))?,
        source: &Source::from_decays(&Volume::filled(grid, 1.0))?,
        emitter: &Emitter::new(library.nuclide("I-131")?, EmissionSet::ALL)?,
        tables: &Tables::new(&[library.material("soft-tissue")?], &library, Accuracy::default())?,
        regions: None,
    };
    let parts = Parts::of(&simulation);

    let mut group = criterion.benchmark_group("step");
    group.throughput(Throughput::Elements(COUNT)).sample_size(20);
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    for energy in [0.05, 0.364] {
        group.bench_function(format!("photon flight of {energy} MeV"), |bencher| {
            bencher.iter(|| parts.photon_flights(energy, COUNT));
        });
    }
    for energy in [0.02, 0.2] {
        group.bench_function(format!("electron of {energy} MeV"), |bencher| {
            bencher.iter(|| parts.electrons(energy, COUNT));
        });
    }
    group.bench_function("start of a history", |bencher| bencher.iter(|| parts.starts(COUNT)));
    group.bench_function("tally of 8 voxels", |bencher| bencher.iter(|| parts.tally(COUNT)));
    group.finish();
    Ok(())
}

fn steps(criterion: &mut Criterion) {
    if let Err(error) = all(criterion) {
        eprintln!("step benches: {error}");
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);
