//! A nuclide of one's own beside those that come with the engine: `cargo run --release --example custom_nuclide -- [FILE.toml]`
//!
//! The form of a file is described in `crates/physics/data/nuclides/README.md`. Without one: an invented emitter of electrons of
//! 100 keV, the dose of which in a large uniform sphere is known.

use iodose::physics::Library;
use iodose::transport::Unwatched;
use iodose::volume::{Grid, Volume};
use iodose::{SimulateRequest, TiaUnit, TissueChoice, simulate};
use std::error::Error;

const INVENTED: &str = r#"
name = "Test-100"
source = "invented: one conversion electron of 100 keV a decay"
half_life_s = 3600
[lines]
conversion = [[0.1, 1.0]]
"#;
/// J/MeV (CODATA 2018).
const JOULE: f64 = 1.602_176_634e-13;

fn main() -> Result<(), Box<dyn Error>> {
    let mut library = Library::embedded()?;
    let (name, decays_per_ml) = match std::env::args().nth(1) {
        Some(file) => {
            library.add_nuclide(&file, &std::fs::read_to_string(&file)?)?;
            (std::path::Path::new(&file).file_stem().unwrap_or_default().to_string_lossy().into_owned(), 1e9)
        }
        None => {
            library.add_nuclide("invented.toml", INVENTED)?;
            ("Test-100".to_owned(), 1e9)
        }
    };
    let grid = Grid::axis_aligned([16; 3], [4.0; 3], [-30.0; 3])?;
    let tia = Volume::filled(grid, decays_per_ml as f32);
    let request = SimulateRequest::new(tia, TiaUnit::BqSecondPerMl, TissueChoice::Water, &name);
    let (maps, _) = simulate(&request, &library, &Unwatched)?;
    let [dose, u] = [&maps.dose, &maps.uncertainty].map(|map| map.view()[[8, 8, 8]]);
    println!("{name}: {dose:.5} +- {u:.5} Gy (k = 1) in the middle of 64 mm of water with 1e9 Bq.s/mL");
    if name == "Test-100" {
        // Charged-particle equilibrium: all energy stays where it is emitted, 1e-3 kg/mL.
        println!("expected: {:.5} Gy", decays_per_ml * 0.1 * JOULE / 1e-3);
    }
    Ok(())
}
