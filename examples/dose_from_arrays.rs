//! Absorbed dose from arrays already in memory, with progress and a ceiling in time: `cargo run --release --example dose_from_arrays`

use iodose::physics::Library;
use iodose::transport::{Progress, Watch};
use iodose::volume::ndarray::Array3;
use iodose::volume::{Grid, Volume};
use iodose::{SimulateRequest, TiaUnit, TissueChoice, simulate};
use std::error::Error;

/// Tells of every look at the uncertainty. `cancelled` could ask to stop.
struct Teller;

impl Watch for Teller {
    fn progress(&self, progress: Progress) {
        if let Some(u) = progress.uncertainty {
            eprintln!("{} decays: {:.2} %", progress.histories, 100.0 * u);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // 32^3 voxels of 3 mm, along the patient's axes; the centre of the first at -46.5 mm (LPS).
    let size = [32; 3];
    let grid = Grid::axis_aligned(size, [3.0; 3], [-46.5; 3])?;
    // Any memory layout of ndarray will do. A sphere of 20 mm in lung.
    let lesion = |(i, j, k): (usize, usize, usize)| {
        let square = |n: usize| (3.0 * n as f64 - 46.5).powi(2);
        square(i) + square(j) + square(k) < 100.0
    };
    let tia = Array3::from_shape_fn(size, |at| if lesion(at) { 1e12_f32 } else { 0.0 }); // Bq.s/mL
    let density = Array3::from_shape_fn(size, |at| if lesion(at) { 1.04_f32 } else { 0.26 }); // g/cm3
    let labels = Array3::from_shape_fn(size, |at| u16::from(lesion(at)));

    let density = Volume::from_array(grid, density.view())?;
    let tissue = TissueChoice::Density { density: density.into(), materials: None };
    let request =
        SimulateRequest::new(Volume::from_array(grid, tia.view())?, TiaUnit::BqSecondPerMl, tissue, "I-131")
            .regions(Volume::from_array(grid, labels.view())?)
            .uncertainty(0.01)
            .at_most(None, Some(60.0));
    let (maps, record) = simulate(&request, &Library::embedded()?, &Teller)?;

    let sphere = &maps.regions[0];
    println!(
        "sphere: {:.2} +- {:.2} Gy (k = 1, Monte Carlo), {} decays",
        sphere.mean, sphere.u, record.decays
    );
    // As an array again, without a copy: indexed [i, j, k].
    let dose = maps.dose.view();
    println!("at its centre {:.2} Gy, 30 mm beside it {:.3} Gy", dose[[16, 16, 16]], dose[[26, 16, 16]]);
    Ok(())
}
