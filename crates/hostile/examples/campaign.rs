//! The full campaign, a row for each reader: `cargo run -p iodose-hostile --example campaign -- [--executions N] [--first N] [READER...]`
//!
//! In the dev profile, which checks arithmetic for overflow.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use iodose_hostile::{READERS, Reader, campaign};
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let (mut executions, mut first, mut names) = (1_000_000, 0, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("a number");
        match argument.as_str() {
            "--executions" => executions = number(),
            "--first" => first = number(),
            name => names.push(Reader::named(name).expect("the name of a reader")),
        }
    }
    let readers: Vec<&Reader> = if names.is_empty() { READERS.iter().collect() } else { names };
    // One thread: the time of an execution is then that of its work.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    println!(
        "| reader | executions | past the header | read whole | found | largest share of the memory allowed | longest, ms | seconds |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut sound = true;
    for reader in readers {
        let begin = Instant::now();
        let found = pool.install(|| campaign::run(reader, first, executions, Duration::from_secs(86_400)));
        println!(
            "| `{}` | {} | {} | {} | {} | {:.2} | {:.0} | {:.0} |",
            reader.name,
            found.all,
            found.past_header,
            found.whole,
            found.broken.len(),
            found.memory,
            found.longest.as_secs_f64() * 1e3,
            begin.elapsed().as_secs_f64()
        );
        for broken in &found.broken {
            println!("{} {}: {}", reader.name, broken.number, broken.what);
        }
        sound &= found.broken.is_empty();
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
