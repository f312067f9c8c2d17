//! The whole job without touching the disk beyond its inputs, then with all result files:
//! `cargo run --release --example whole_case -- [CASE.toml] [FOLDER]`
//!
//! Without a case: a bundled phantom in a temporary folder.

use iodose::case::{Case, StopRule};
use iodose::physics::Library;
use iodose::transport::Unwatched;
use iodose::{RunOptions, run, run_into, write_phantom};
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let library = Library::embedded()?;
    let temporary = tempfile::tempdir()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let file: PathBuf = match words.first() {
        Some(file) => file.into(),
        None => write_phantom("sphere-in-water", temporary.path(), &library)?,
    };
    let case = Case::read(&file)?;
    let options = RunOptions { stop: Some(StopRule::Uncertainty(0.02)), ..RunOptions::default() };
    let outcome = run(&case, &options, &library, &Unwatched)?;
    for lesion in &outcome.report.lesions {
        if let Some(dose) = &lesion.dose {
            let u = dose.mean_u.map_or("unknown".to_owned(), |u| format!("{u:.2}"));
            println!("{}: {:.2} +- {u} Gy, {}", lesion.name, dose.mean, lesion.partial_volume_flag);
        }
    }
    if let Some(verdict) = &outcome.record.verdict {
        println!("{}", verdict.sentence);
    }
    if let Some(folder) = words.get(1) {
        run_into(&case, &options, Path::new(folder), &library, &Unwatched)?;
        println!("results: {folder}");
    }
    Ok(())
}
