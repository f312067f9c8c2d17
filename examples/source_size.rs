//! The price of a larger source at a fixed uncertainty: `cargo run --release --example source_size`
//!
//! Cubes of uniform 131I, 5 to 80 voxels of 4 mm wide, in 80^3 voxels of water. Printed is the CPU time for 1 % (mean u of the
//! voxels of the cube) over the number of source voxels: where it stays the same, time grows linearly with them.

use iodose::physics::Library;
use iodose::transport::Unwatched;
use iodose::volume::{Grid, Volume};
use iodose::{SimulateRequest, TiaUnit, TissueChoice, simulate};
use std::error::Error;

const SIDE: usize = 80;
const TARGET: f64 = 0.02;

fn main() -> Result<(), Box<dyn Error>> {
    let grid = Grid::axis_aligned([SIDE; 3], [4.0; 3], [0.0; 3])?;
    println!("| source voxels | decays | mean u, % | CPU s | CPU s for 1 % and 1000 source voxels |");
    println!("|---|---|---|---|---|");
    for width in [5, 10, 20, 40, 80] {
        let first = (SIDE - width) / 2;
        let is_source = |voxel: [usize; 3]| voxel.iter().all(|n| (first..first + width).contains(n));
        let tia = Volume::from_fn(grid, |voxel| if is_source(voxel) { 1e6_f32 } else { 0.0 });
        let cube = Volume::from_fn(grid, |voxel| u16::from(is_source(voxel)));
        let request = SimulateRequest::new(tia, TiaUnit::BqSecondPerVoxel, TissueChoice::Water, "I-131")
            .regions(cube)
            .uncertainty(TARGET);
        let (maps, record) = simulate(&request, &Library::embedded()?, &Unwatched)?;
        let u = maps.statistics.mean_rel_uncertainty;
        let seconds = record.cpu_seconds.ok_or("no CPU time on this platform")?;
        println!(
            "| {} | {} | {:.2} | {seconds:.2} | {:.2} |",
            width.pow(3),
            record.decays,
            100.0 * u,
            seconds * (u / 0.01).powi(2) / (width.pow(3) as f64 / 1000.0)
        );
    }
    Ok(())
}
