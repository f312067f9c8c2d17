//! A report of one's own from what a run found: histograms and metrics of each lesion, without the engine's pages.
//! `cargo run --release --example own_report -- [CASE.toml]`

use iodose::case::{Case, StopRule};
use iodose::physics::Library;
use iodose::report::Dvh;
use iodose::transport::Unwatched;
use iodose::{RunOptions, run, write_phantom};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let library = Library::embedded()?;
    let temporary = tempfile::tempdir()?;
    let file = match std::env::args().nth(1) {
        Some(file) => file.into(),
        None => write_phantom("sphere-in-water", temporary.path(), &library)?,
    };
    let options = RunOptions { stop: Some(StopRule::Uncertainty(0.02)), ..RunOptions::default() };
    let outcome = run(&Case::read(&file)?, &options, &library, &Unwatched)?;
    let Some(labels) = &outcome.labels else { return Err("the case has no lesions".into()) };
    println!("# Lesions of {}\n", outcome.report.case_id);
    for lesion in &outcome.report.lesions {
        let doses = outcome.maps.dose.data().iter().zip(labels.data());
        let doses: Vec<f32> =
            doses.filter(|(_, label)| u32::from(**label) == lesion.label).map(|(dose, _)| *dose).collect();
        let histogram = Dvh::new(doses)?;
        let u = lesion.dose.as_ref().and_then(|dose| dose.mean_u);
        println!(
            "- {}: mean {:.2} +- {} Gy (k = 1), D95 {:.2} Gy, D2 {:.2} Gy, V20 {:.1} %",
            lesion.name,
            histogram.mean(),
            u.map_or("unknown".to_owned(), |u| format!("{u:.2}")),
            histogram.dose_at_volume(95.0),
            histogram.dose_at_volume(2.0),
            100.0 * histogram.volume_at_dose(20.0)
        );
    }
    Ok(())
}
