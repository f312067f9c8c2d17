//! Point kernel of electrons at chosen cuts, to see what they change:
//! `point_kernel ENERGY_keV MATERIAL HISTORIES [elastic_cut collision_share soft_loss]`.
use iodose_physics::Library;
use iodose_transport::{Accuracy, Emitter, PointKernel, Tables, Unwatched};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |index: usize, default: f64| arguments.get(index).map_or(Ok(default), |text| text.parse());
    let library = Library::embedded()?;
    let default = Accuracy::default();
    let accuracy = Accuracy {
        elastic_cut: number(4, default.elastic_cut)?,
        collision_share: number(5, default.collision_share)?,
        soft_loss: number(6, default.soft_loss)?,
        ..default
    };
    let energy = 1e-3 * number(1, 100.0)?;
    let material = library.material(arguments.get(2).map_or("water", String::as_str))?;
    let range = Tables::new(&[material], &library, accuracy)?.csda_range(0, energy);
    let kernel = PointKernel {
        emitter: &Emitter::monoenergetic_electrons(energy).ok_or("energy outside the tables")?,
        material,
        density: 1.0,
        edges: PointKernel::electron_edges(range, 60),
    };
    let (shells, _) = kernel.compute(&library, accuracy, 1, number(3, 1e5)? as u64, None, &Unwatched)?;
    println!("r_over_rcsda,F,rel_uncertainty");
    for shell in shells {
        let shell = shell.scaled(energy, range);
        println!("{:.3},{:.5e},{:.2e}", shell.r_over_rcsda, shell.f, shell.relative_uncertainty);
    }
    Ok(())
}
