//! `iodose plot`

use crate::arguments::Console;
use crate::console::print;
use crate::effort::positive;
use crate::kernel::sides;
use clap::{Args, Subcommand, ValueEnum};
use iodose::io::write_bytes_whole;
use iodose::report::picture::Plane;
use iodose::{Error, SliceChoice, plot_convergence, plot_dvh, plot_kernel, plot_slice};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum PlotKind {
    /// Dose-volume histograms of a result folder, as SVG
    #[command(after_help = "Example:\n  iodose plot dvh results -o dvh.svg")]
    Dvh(Figure),
    /// Slice of a dose map with its colour bar, as PNG
    #[command(after_help = "Examples:\n  iodose plot slice results -o slice.png\n  \
                      iodose plot slice results --plane coronal --position -12.5 --ct ct.nii.gz -o slice.png\n\n\
                      Radiological view: the patient's right is on the left. Below a quarter of the full scale dose fades out.")]
    Slice(SliceOptions),
    /// Dose over distance of a kernel that `iodose kernel` wrote, as SVG
    #[command(after_help = "Examples:\n  iodose plot kernel s.csv --size 4.42 -o s.svg\n  \
                            iodose plot kernel point.csv -o point.svg")]
    Kernel(KernelFigure),
    /// Uncertainty over decays of a run, as SVG
    #[command(after_help = "Example:\n  iodose plot convergence results -o convergence.svg\n\n\
                            A run for a number of decays looks at its uncertainty once, one for an uncertainty several times.")]
    Convergence(Figure),
}

#[derive(Debug, Args)]
pub(crate) struct Figure {
    /// The result folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The file to write
    #[arg(short, long, value_name = "FILE.svg")]
    output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct KernelFigure {
    /// The kernel
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Side of the voxels in mm, or three sides such as 4x4x3: distances are in mm then, else in voxels
    #[arg(long, value_name = "MM", value_parser = sides)]
    size: Option<[f64; 3]>,
    /// The file to write
    #[arg(short, long, value_name = "FILE.svg")]
    output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SliceOptions {
    /// The result folder, or a map of absorbed dose
    #[arg(value_name = "DIR|FILE")]
    path: PathBuf,
    /// Which way to cut
    #[arg(long, value_enum, default_value_t = Cut::Axial)]
    plane: Cut,
    /// Where to cut: mm along z (axial), y (coronal) or x (sagittal), LPS [default: through the highest dose
    /// of the lesions, without --lesions the highest that is twice its uncertainty]
    #[arg(long, value_name = "MM", allow_negative_numbers = true, value_parser = finite)]
    position: Option<f64>,
    /// The dose in the brightest colour [default: the highest]
    #[arg(long, value_name = "DOSE", value_parser = positive)]
    full_scale: Option<f64>,
    /// Lay the dose on this CT (HU), which must be in the dose's patient space
    #[arg(long, value_name = "FILE")]
    ct: Option<PathBuf>,
    /// Outline the lesions of this label map, which must be in the dose's patient space
    #[arg(long, value_name = "LABELS")]
    lesions: Option<PathBuf>,
    /// The file to write
    #[arg(short, long, value_name = "FILE.png")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Cut {
    Axial,
    Coronal,
    Sagittal,
}

pub(crate) fn plot(kind: &PlotKind, console: &Console) -> Result<(), Error> {
    match kind {
        PlotKind::Dvh(figure) => deliver(&figure.output, "svg", console, || plot_dvh(&figure.folder)),
        PlotKind::Kernel(figure) => {
            deliver(&figure.output, "svg", console, || plot_kernel(&figure.file, figure.size))
        }
        PlotKind::Convergence(figure) => {
            deliver(&figure.output, "svg", console, || plot_convergence(&figure.folder))
        }
        PlotKind::Slice(options) => {
            let choice = SliceChoice {
                plane: match options.plane {
                    Cut::Axial => Plane::Axial,
                    Cut::Coronal => Plane::Coronal,
                    Cut::Sagittal => Plane::Sagittal,
                },
                position_mm: options.position,
                full_scale: options.full_scale,
                ct: options.ct.as_deref(),
                lesions: options.lesions.as_deref(),
            };
            deliver(&options.output, "png", console, || plot_slice(&options.path, &choice))
        }
    }
}

/// Writes a figure into a file whose name says what it is.
fn deliver<T: AsRef<[u8]>>(
    output: &Path,
    extension: &str,
    console: &Console,
    figure: impl FnOnce() -> Result<T, Error>,
) -> Result<(), Error> {
    if !output.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension)) {
        let expected = format!("a name that ends in .{extension}");
        return Err(Error::Input {
            file: output.display().to_string(),
            field: "--output".into(),
            found: "another kind of picture".into(),
            expected,
        });
    }
    write_bytes_whole(output, figure()?.as_ref())?;
    if console.quiet { Ok(()) } else { print(&format!("plot: {}\n", output.display())) }
}

fn finite(text: &str) -> Result<f64, String> {
    text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| "expected a number of mm".into())
}
