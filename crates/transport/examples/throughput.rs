//! Prints decays per second: `throughput NUCLIDE MATERIAL DENSITY SIZE_mm HISTORIES THREADS`, by default 131I in
//! soft tissue of 1.04 g/cm3, 4 mm, on one thread. Uniform activity in 64^3 voxels. Under `valgrind --tool=callgrind` it tells what a
//! decay costs in instructions (`docs/performance.md`).
use iodose_physics::Library;
use iodose_transport::{
    Accuracy, EmissionSet, Emitter, Goal, Plan, Simulation, Source, Stop, Tables, Unwatched, VoxelMedium,
};
use iodose_volume::{Grid, Volume};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let word = |index: usize, default: &'static str| -> String {
        arguments.get(index).cloned().unwrap_or_else(|| default.to_owned())
    };
    let library = Library::embedded()?;
    let emitter = Emitter::new(library.nuclide(&word(1, "I-131"))?, EmissionSet::ALL)?;
    let tables = Tables::new(&[library.material(&word(2, "soft-tissue"))?], &library, Accuracy::default())?;
    let grid = Grid::axis_aligned([64; 3], [word(4, "4").parse()?; 3], [0.0; 3])?;
    let density = Volume::filled(grid, word(3, "1.04").parse()?);
    let medium = VoxelMedium::new(&density, &Volume::filled(grid, 0))?;
    let source = Source::from_decays(&Volume::filled(grid, 1.0))?;
    let simulation =
        Simulation { medium: &medium, source: &source, emitter: &emitter, tables: &tables, regions: None };
    let histories: u64 = word(5, "1000000").parse()?;
    let threads = Some(word(6, "1").parse()?);
    let plan = Plan { seed: 1, stop: Stop::Histories(histories), goal: Goal::cells(vec![0]), threads };
    let start = std::time::Instant::now();
    let scores = simulation.run(&plan, &Unwatched)?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{seconds:.3} s, {:.0} decays/s; per decay {:.6} MeV emitted, {:.6} scored, {:.6} escaped",
        histories as f64 / seconds,
        scores.emitted,
        scores.scored,
        scores.escaped
    );
    Ok(())
}
