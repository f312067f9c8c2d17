//! Runs the comparisons and prints the table: `validate [--quick] [--GROUP...] [FOLDER]`, GROUP a name of
//! `iodose_validate::Group` in lower case; FOLDER gets the plots, Markdown and JSON. RAYON_NUM_THREADS sets the threads.
use iodose_physics::Library;
use iodose_transport::Unwatched;
use iodose_validate::{Engine, Expected, Group, Options, document, json, text, validate};
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let asked = |group: &Group| given(&format!("--{group:?}").to_lowercase());
    let only = Group::ALL.into_iter().filter(asked).collect();
    let options = Options { quick: given("--quick"), only, ..Options::default() };
    let library = Library::embedded()?;
    let engine = Engine { library: &library, threads: None, watch: &Unwatched };
    let start = std::time::Instant::now();
    let expected = Expected::embedded()?;
    let validation = validate(&engine, &expected, &options, |row| {
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("{seconds:7.1} s  {:?}  {}  {:+.3} %", row.verdict, row.case, 100.0 * row.deviation);
    })?;
    print!("{}", text(&validation.rows));
    if let Some(folder) = arguments.iter().find(|a| !a.starts_with("--")).map(std::path::Path::new) {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("validation.md"), document(&validation, &expected, &options))?;
        std::fs::write(folder.join("validation.json"), json(&validation.rows))?;
        for plot in &validation.plots {
            std::fs::write(folder.join(format!("{}.svg", plot.name)), plot.svg())?;
        }
    }
    Ok(if validation.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
