//! The same bytes from runs in parts, from runs that were killed and went on, and from runs that a time limit ended.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests count as tests")]

#[path = "../../../../tests/common/mod.rs"]
mod common;

mod interruptions;
mod kills;
mod parts;

use common::Study;
use std::process::{Command, Output};

/// Both engines.
const ENGINES: [&str; 2] = ["all", "none"];

const SIMULATE: &str =
    "simulate --tia activity.nii.gz --unit Bq.s/mL --ct ct.nii.gz --roi lesions.nii.gz --variance-reduction";

/// The command of a line, to be started in the folder of a study.
fn command(study: &Study, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iodose"));
    command.current_dir(study.path("")).args(line.split_whitespace());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Does what a line says; it must work. Gives what was said on standard error.
fn done(study: &Study, line: &str) -> String {
    let output = command(study, line).output().unwrap();
    assert!(output.status.success(), "{line}: {}", said(&output));
    said(&output)
}

/// A line must be refused as bad input, in two lines at most that say all of this.
fn refused(study: &Study, line: &str, words: &[&str]) {
    let output = command(study, line).output().unwrap();
    let error = said(&output);
    assert_eq!(output.status.code(), Some(2), "{line}: {error}");
    assert!(error.starts_with("error: ") && error.lines().count() <= 2, "{line}: {error}");
    for word in words {
        assert!(error.contains(word), "{line}: {word:?} is not in: {error}");
    }
}

/// The maps in a folder of results.
fn maps(study: &Study, folder: &str) -> [Vec<u8>; 2] {
    ["dose.nii.gz", "uncertainty.nii.gz"].map(|name| std::fs::read(study.path(folder).join(name)).unwrap())
}

/// Everything in a record but what it cost.
fn record(study: &Study, folder: &str) -> serde_json::Value {
    let mut record = common::json(&study.path(folder).join("run.json"));
    for cost in ["cpu_seconds", "wall_seconds", "peak_memory_bytes"] {
        record[cost].take();
    }
    record
}
