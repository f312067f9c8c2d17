//! `iodose kernel`

use crate::arguments::Console;
use crate::console::print;
use crate::effort::{Effort, positive};
use crate::point::{PointOptions, point};
use crate::progress::Bar;
use clap::{Args, Subcommand};
use iodose::Error;
use iodose::case::StopRule;
use iodose::io::write_bytes_whole;
use iodose::physics::Library;
use iodose::transport::{Accuracy, EmissionSet, Emitter, Reductions, Tables, VoxelKernel, VoxelS};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Where the run ends when nothing is said: 0.5 % on the self value.
const DEFAULT_UNCERTAINTY: f64 = 0.005;

#[derive(Debug, Subcommand)]
pub(crate) enum KernelKind {
    /// Voxel S values, mGy/(MBq s), around one source voxel
    #[command(
        after_help = "Example:\n  iodose kernel voxel --nuclide I-131 --size 4.42 --emissions beta,gamma,x -o s.csv\n\n\
                      Without --uncertainty or --histories: until the self value is known to 0.5 % (k=1).\n\
                      Of the variance reductions, importance makes no difference here; --histories counts the decays whose\n\
                      photons are followed."
    )]
    Voxel(VoxelOptions),
    /// Dose point kernel around a point source
    #[command(
        after_help = "Examples:\n  iodose kernel point --electron-keV 100 --histories 1e6 -o kernel.csv\n  \
                      iodose kernel point --nuclide I-131 --emissions beta -o kernel.csv"
    )]
    Point(PointOptions),
}

#[derive(Debug, Args)]
pub(crate) struct VoxelOptions {
    /// Nuclide that decays in the source voxel
    #[arg(long, value_name = "NAME", default_value = "I-131")]
    nuclide: String,
    /// Side of the voxels in mm, or three sides along i, j, k such as 4x4x3
    #[arg(long, value_name = "MM", value_parser = sides)]
    size: [f64; 3],
    /// Largest voxel index to score
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(0..=100))]
    extent: u16,
    /// Material of the medium
    #[arg(long, value_name = "NAME", default_value = "water")]
    material: String,
    /// Density in g/cm3 [default: the material's nominal one]
    #[arg(long, value_name = "D", value_parser = density)]
    density: Option<f64>,
    /// Emissions to simulate: all, or any of beta,gamma,x,ce,auger,annihilation
    #[arg(long, value_name = "LIST", default_value = "all")]
    emissions: EmissionSet,
    /// CSV file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    effort: Effort,
}

pub(crate) fn kernel(kind: &KernelKind, console: &Console, library: &Library) -> Result<(), Error> {
    match kind {
        KernelKind::Voxel(options) => voxel(options, console, library),
        KernelKind::Point(options) => point(options, console, library),
    }
}

fn voxel(options: &VoxelOptions, console: &Console, library: &Library) -> Result<(), Error> {
    let material = library.material(&options.material)?;
    let emitter = Emitter::new(library.nuclide(&options.nuclide)?, options.emissions)?;
    let kernel = VoxelKernel {
        emitter: &emitter,
        material,
        density: options.density.unwrap_or(material.nominal_density),
        sides_mm: options.size,
        extent: usize::from(options.extent),
    };
    let effort = &options.effort;
    let rule = effort.rule().unwrap_or(StopRule::Uncertainty(DEFAULT_UNCERTAINTY));
    let stop = rule.with_ceilings(effort.max_histories, effort.max_seconds);
    let bar = Bar::new(console);
    let seed = effort.seed.unwrap_or(1);
    let (accuracy, threads) = (Accuracy::default(), effort.threads());
    let result = match effort.variance_reduction.unwrap_or(Reductions::ALL) {
        Reductions::NONE => kernel.compute(library, accuracy, seed, stop, threads, &bar),
        reductions => Tables::new(&[material], library, accuracy)
            .and_then(|tables| kernel.compute_reduced(&tables, reductions, seed, stop, threads, &bar)),
    };
    bar.finish();
    deliver(&csv(&result?.0), options.output.as_deref())
}

/// Writes a kernel to a file, or to standard output.
pub(crate) fn deliver(text: &str, output: Option<&Path>) -> Result<(), Error> {
    match output {
        Some(path) => Ok(write_bytes_whole(path, text.as_bytes())?),
        None => print(text),
    }
}

fn csv(values: &[VoxelS]) -> String {
    let mut text = String::from("i,j,k,S_mGy_per_MBq_s,rel_uncertainty\n");
    for VoxelS { index: [i, j, k], s, relative_uncertainty } in values {
        // Unhit voxels have an unknown uncertainty: left empty.
        let u = if relative_uncertainty.is_finite() {
            format!("{relative_uncertainty:.4e}")
        } else {
            String::new()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{i},{j},{k},{s:.6e},{u}");
    }
    text
}

/// A density in g/cm3, from thin air to the densest element: beyond, a unit is wrong.
pub(crate) fn density(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0001..=23.0).contains(&value) => Ok(value),
        _ => Err("expected a density from 0.0001 to 23 g/cm3".into()),
    }
}

pub(crate) fn sides(text: &str) -> Result<[f64; 3], String> {
    let sides: Vec<f64> = text.split('x').map(positive).collect::<Result<_, _>>()?;
    match sides[..] {
        [side] => Ok([side; 3]),
        [x, y, z] => Ok([x, y, z]),
        _ => Err("expected one side in mm, or three such as 4x4x3".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_one_side_or_three() {
        assert_eq!(sides("3"), Ok([3.0; 3]));
        assert_eq!(sides("4x4x2.5"), Ok([4.0, 4.0, 2.5]));
        for wrong in ["", "x", "4x4", "-1", "nan", "1x2x3x4"] {
            assert!(sides(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn emissions_are_named_one_by_one() {
        let set = "beta,ce".parse::<EmissionSet>().unwrap();
        assert!(set.beta && set.conversion && !set.gamma && !set.auger);
        assert!("betas".parse::<EmissionSet>().is_err());
        assert!("".parse::<EmissionSet>().is_err());
    }
}
