//! A batch of many cases holds on to no more memory and no more files than a few of them do.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

#[path = "../../../tests/common/mod.rs"]
mod common;

use common::Study;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

/// MiB that the resident memory may grow by, from the most in the first tenth of the cases to the most until the end: the first few
/// do not meet all that there is, and what freed memory is cut into differs. Were a case's maps and page kept, some 0.8 MiB, it would
/// be 29 MiB for 40 cases.
const GROWTH: f64 = 16.0;

/// A value of the state of a process, MiB; `None` where it is gone.
fn mebibytes(process: u32, key: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}

/// What a process holds: MiB in memory and open files.
fn held(process: u32) -> (f64, usize) {
    let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap().count();
    (mebibytes(process, "VmRSS:").expect("it is still running"), files)
}

/// The most MiB of a process until its end.
fn peak(process: u32) -> f64 {
    let mut peak = 0.0;
    while let Some(most) = mebibytes(process, "VmHWM:") {
        peak = most;
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}

fn batch_of(cases: usize) {
    let study = Study::small();
    let files: Vec<_> = (0..cases)
        .map(|n| {
            let file = study.path(&format!("{n}.toml"));
            let seed = format!("histories = 64\nseed = {n}\n");
            let text = common::CASE.replace("\"small\"", &format!("\"case-{n}\""));
            let text = text.replace("histories = 20000\n", &seed);
            // One in ten has its means corrected for blur, which takes most of the time.
            let blur = if n % 10 == 0 { "resolution_mm = 6.0\n" } else { "" };
            fs::write(&file, text.replace("resolution_mm = 6.0\n", blur)).unwrap();
            file
        })
        .collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_iodose"));
    command.arg("batch").args(&files).args(["--jobs", "2", "-o"]).arg(study.path("cohort"));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let process = child.id();
    let peak = std::thread::spawn(move || peak(process));
    // Looked at as each case ends; the last ones are told of when the process may be gone.
    let mut seen = Vec::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        assert!(!line.contains("failed"), "{line}");
        if line.contains(": done in ") && seen.len() < cases - 2 {
            seen.push(held(process));
        }
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(seen.len(), cases - 2);
    let most = |part: &[(f64, usize)]| part.iter().map(|(mib, _)| *mib).fold(0.0, f64::max);
    let files = |part: &[(f64, usize)]| part.iter().map(|(_, files)| *files).max().unwrap();
    let (first, rest) = seen.split_at(cases / 10);
    for tenth in seen.chunks(cases / 10) {
        println!("at most {:.1} MiB and {} files", most(tenth), files(tenth));
    }
    // With the tables of the cohort, which come last.
    let grown = most(rest).max(peak.join().unwrap()) - most(first);
    println!("{cases} cases: {:.1} MiB in the first tenth, {grown:+.1} MiB after it", most(first));
    assert!(grown < GROWTH, "{grown} MiB more");
    assert!(files(rest) <= files(first).max(64), "{} files open", files(rest));
}

#[test]
fn forty_cases_in_one_process_take_no_more_than_four() {
    batch_of(40);
}

/// `cargo test --release -p iodose-cli --test long_batch -- --ignored --nocapture`
#[test]
#[ignore = "minutes; see above"]
fn a_thousand_cases_in_one_process_take_no_more_than_a_hundred() {
    batch_of(1000);
}
