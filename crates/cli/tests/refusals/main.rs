//! Bad input: exit code 2 (1 where writing fails), one or two lines that name what is wrong, and nothing written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests count as tests")]

#[path = "../../../../tests/common/mod.rs"]
mod common;

mod case;
mod decision;
mod images;
mod options;
mod output;

use assert_cmd::Command;
use common::Study;

/// Runs a command in the folder of a study; it must fail with this code and say all of this in two lines at most.
fn refused(study: &Study, arguments: &[&str], code: i32, said: &[&str]) {
    let before = common::names(&study.path(""));
    let output = Command::new(env!("CARGO_BIN_EXE_iodose"))
        .current_dir(study.path(""))
        .args(arguments)
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    assert!(error.starts_with("error: "), "{error}");
    assert!(error.lines().count() <= 2, "more than two lines: {error}");
    assert!(!error.contains("panicked"), "{error}");
    for words in said {
        assert!(error.contains(words), "{words:?} is not in: {error}");
    }
    assert!(output.stdout.is_empty(), "{error}");
    assert_eq!(before, common::names(&study.path("")), "something was written: {error}");
}

/// `iodose run` of a case must be refused as bad input.
fn run_refused(study: &Study, text: &str, said: &[&str]) {
    std::fs::write(study.path("case.toml"), text).unwrap();
    refused(study, &["run", "case.toml", "-o", "out"], 2, said);
}
