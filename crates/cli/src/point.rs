//! `iodose kernel point`

use crate::arguments::Console;
use crate::effort::{decays, positive};
use crate::kernel::{deliver, density};
use crate::progress::Bar;
use clap::{ArgGroup, Args};
use iodose::Error;
use iodose::physics::Library;
use iodose::transport::{Accuracy, EmissionSet, Emitter, PointKernel, Shell, Tables};
use std::fmt::Write;
use std::path::PathBuf;

/// Shells of the kernel of one energy, up to 1.2 CSDA ranges.
const SHELLS: usize = 60;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true).args(["nuclide", "electron_kev"]))]
pub(crate) struct PointOptions {
    /// Nuclide that decays in the point: r^2 times dose in shells of r in mm
    #[arg(long, value_name = "NAME")]
    nuclide: Option<String>,
    /// Electrons of one energy in keV: d(E/E0)/d(r/R) in 60 shells to 1.2 R, the CSDA range
    #[arg(long = "electron-keV", value_name = "E", value_parser = positive)]
    electron_kev: Option<f64>,
    /// Material of the medium
    #[arg(long, value_name = "NAME", default_value = "water")]
    material: String,
    /// Density in g/cm3 [default: the material's nominal one]
    #[arg(long, value_name = "D", value_parser = density)]
    density: Option<f64>,
    /// Emissions of the nuclide to simulate: all, or any of beta,gamma,x,ce,auger,annihilation
    #[arg(long, value_name = "LIST", default_value = "all", conflicts_with = "electron_kev")]
    emissions: EmissionSet,
    /// Number of decays
    #[arg(long, value_name = "N", default_value = "100000", value_parser = decays)]
    histories: u64,
    /// Number of threads [default: all]; the result does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Seed of the random numbers; the same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// CSV file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn point(options: &PointOptions, console: &Console, library: &Library) -> Result<(), Error> {
    let material = library.material(&options.material)?;
    let density = options.density.unwrap_or(material.nominal_density);
    let compute = |emitter: &Emitter, edges: Vec<f64>| -> Result<Vec<Shell>, Error> {
        let kernel = PointKernel { emitter, material, density, edges };
        let bar = Bar::new(console);
        let threads = options.threads.map(usize::from);
        let result =
            kernel.compute(library, Accuracy::default(), options.seed, options.histories, threads, &bar);
        bar.finish();
        Ok(result?.0)
    };
    let text = match (&options.nuclide, options.electron_kev) {
        (Some(name), _) => {
            let nuclide = library.nuclide(name)?;
            let edges = PointKernel::nuclide_edges(nuclide, material, density, library)?;
            let shells = compute(&Emitter::new(nuclide, options.emissions)?, edges)?;
            let rows = shells.iter().map(|shell| shell.radial_dose(density));
            csv(
                "r_mm,r2_dose_Gy_mm2_per_decay,rel_uncertainty",
                rows.map(|row| [row.r_mm, row.r2_dose, row.relative_uncertainty]),
            )
        }
        (None, kilo) => {
            let energy = kilo.unwrap_or_default() / 1e3;
            let emitter = Emitter::monoenergetic_electrons(energy).ok_or_else(|| Error::Input {
                file: "kernel point".into(),
                field: "--electron-keV".into(),
                found: format!("{}", energy * 1e3),
                expected: "1 to 4000 keV".into(),
            })?;
            let range =
                Tables::new(&[material], library, Accuracy::default())?.csda_range(0, energy) / density;
            let shells = compute(&emitter, PointKernel::electron_edges(range, SHELLS))?;
            let rows = shells.iter().map(|shell| shell.scaled(energy, range));
            csv(
                "r_over_rcsda,F,rel_uncertainty",
                rows.map(|row| [row.r_over_rcsda, row.f, row.relative_uncertainty]),
            )
        }
    };
    deliver(&text, options.output.as_deref())
}

fn csv(header: &str, rows: impl Iterator<Item = [f64; 3]>) -> String {
    let mut text = format!("{header}\n");
    for [radius, value, u] in rows {
        // Unhit shells have an unknown uncertainty: left empty.
        let u = if u.is_finite() { format!("{u:.4e}") } else { String::new() };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{radius:.6},{value:.6e},{u}");
    }
    text
}
