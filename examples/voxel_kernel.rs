//! The voxel S values of a nuclide in a medium: `cargo run --release --example voxel_kernel -- [NUCLIDE] [MEDIUM] [SIDE_mm]`

use iodose::physics::Library;
use iodose::transport::{Accuracy, EmissionSet, Emitter, Reductions, Stop, Tables, Unwatched, VoxelKernel};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |n: usize, default: &'static str| words.get(n).map_or(default, String::as_str);
    let library = Library::embedded()?;
    let material = library.material(word(1, "water"))?;
    let emitter = Emitter::new(library.nuclide(word(0, "I-131"))?, EmissionSet::ALL)?;
    let kernel = VoxelKernel {
        emitter: &emitter,
        material,
        density: material.nominal_density,
        sides_mm: [word(2, "4.42").parse()?; 3],
        extent: 3,
    };
    let tables = Tables::new(&[material], &library, Accuracy::default())?;
    let stop = Stop::Uncertainty { target: 0.005, max_histories: None, max_seconds: None };
    let (values, _) = kernel.compute_reduced(&tables, Reductions::ALL, 1, stop, None, &Unwatched)?;
    println!("i j k  S (mGy/MBq.s)  u (%, k = 1)");
    for value in values.iter().filter(|value| value.index[1] == 0 && value.index[2] == 0) {
        let [i, j, k] = value.index;
        println!("{i} {j} {k}  {:.5e}  {:.2}", value.s, 100.0 * value.relative_uncertainty);
    }
    Ok(())
}
