//! Runs the comparisons and prints the table: `validate [--quick] [FOLDER]`; FOLDER gets the plots, Markdown and JSON.
use iodose_physics::Library;
use iodose_transport::Unwatched;
use iodose_validate::{Engine, Expected, Options, json, markdown, text, validate};
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let options = Options { quick: arguments.iter().any(|a| a == "--quick"), ..Options::default() };
    let library = Library::embedded()?;
    let threads = std::env::var("THREADS").ok().and_then(|text| text.parse().ok());
    let engine = Engine { library: &library, threads, watch: &Unwatched };
    let start = std::time::Instant::now();
    let validation = validate(&engine, &Expected::embedded()?, &options, |row| {
        eprintln!("{:7.1} s  {:?}  {}", start.elapsed().as_secs_f64(), row.verdict, row.case);
    })?;
    print!("{}", text(&validation.rows));
    if let Some(folder) = arguments.iter().find(|a| !a.starts_with("--")).map(std::path::Path::new) {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("validation.md"), markdown(&validation.rows))?;
        std::fs::write(folder.join("validation.json"), json(&validation.rows))?;
        for plot in &validation.plots {
            std::fs::write(folder.join(format!("{}.svg", plot.name)), plot.svg())?;
        }
    }
    Ok(if validation.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
