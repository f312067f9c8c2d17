//! Prints voxel S values beside their cost: `s_values NUCLIDE SIZE_mm HISTORIES [elastic_cut collision_share]`.
use iodose_physics::Library;
use iodose_transport::{Accuracy, EmissionSet, Emitter, Stop, Unwatched, VoxelKernel};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |index: usize, default: f64| arguments.get(index).map_or(Ok(default), |text| text.parse());
    let library = Library::embedded()?;
    let nuclide = library.nuclide(arguments.get(1).map_or("I-131", String::as_str))?;
    let default = Accuracy::default();
    let accuracy = Accuracy {
        elastic_cut: number(4, default.elastic_cut)?,
        collision_share: number(5, default.collision_share)?,
        ..default
    };
    for (name, emissions) in [
        ("all", EmissionSet::ALL),
        ("beta", EmissionSet { beta: true, ..EmissionSet::NONE }),
        ("ce+auger", EmissionSet { conversion: true, auger: true, ..EmissionSet::NONE }),
        ("photons", EmissionSet { gamma: true, x: true, ..EmissionSet::NONE }),
    ] {
        let emitter = Emitter::new(nuclide, emissions)?;
        let kernel = VoxelKernel {
            emitter: &emitter,
            material: library.material("water")?,
            density: 1.0,
            sides_mm: [number(2, 4.42)?; 3],
            extent: 2,
        };
        let start = std::time::Instant::now();
        let stop = Stop::Histories(number(3, 1e6)? as u64);
        let (values, scores) = kernel.compute(&library, accuracy, 1, stop, None, &Unwatched)?;
        println!("{name}: {:.3} s, emitted {:.6} MeV", start.elapsed().as_secs_f64(), scores.emitted);
        for value in values.iter().filter(|v| v.index[0] >= v.index[1] && v.index[1] >= v.index[2]) {
            println!("  {:?} {:.4e} +- {:.2} %", value.index, value.s, 100.0 * value.relative_uncertainty);
        }
    }
    Ok(())
}
