//! What the machine does to a run: signals, no memory, no space, closed doors, files that go. Afterwards there is the old result, the
//! new one or none, a message, and nothing half-written.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests count as tests")]

#[path = "../../../../tests/common/mod.rs"]
mod common;

mod doors;
mod memory;
mod signals;
mod space;
mod vanishing;

use common::{Study, names};
use std::collections::BTreeMap;
use std::process::{Command, Output};

/// Every command that takes long, with its results in OUT.
const COMMANDS: [&str; 3] = [
    "run case.toml --histories 2000 -o OUT",
    "simulate --tia activity.nii.gz --unit Bq.s/mL --ct ct.nii.gz --roi lesions.nii.gz --histories 20000 -o OUT",
    "batch case.toml --histories 2000 -o OUT",
];

/// The command of a line, to be started in the folder of a study by a shell that first does something.
fn after(first: &str, study: &Study, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.current_dir(study.path("")).args(["-c", &format!("{first}\nexec \"$0\" \"$@\"")]);
    command.arg(env!("CARGO_BIN_EXE_iodose")).args(line.split_whitespace());
    command
}

/// What lies in a study, file by file, but what a run costs and when it was.
fn everything(study: &Study) -> BTreeMap<String, Vec<u8>> {
    fn add(study: &Study, within: &str, all: &mut BTreeMap<String, Vec<u8>>) {
        for name in names(&study.path(within)) {
            let name = if within.is_empty() { name } else { format!("{within}/{name}") };
            let path = study.path(&name);
            if path.is_dir() {
                all.insert(format!("{name}/"), Vec::new());
                add(study, &name, all);
            } else {
                all.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    add(study, "", &mut all);
    all
}

/// A run must have failed with exit code 1 and a message of at most two lines with these words, and left everything as it was.
fn failed_cleanly(
    output: &Output,
    what: &str,
    words: &[&str],
    study: &Study,
    before: &BTreeMap<String, Vec<u8>>,
) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{what}: {error}");
    assert!(error.contains("error: ") && !error.contains("panicked"), "{what}: {error}");
    for word in words {
        assert!(error.contains(word), "{what}: {word:?} is not in: {error}");
    }
    let after = everything(study);
    let names = |all: &BTreeMap<String, Vec<u8>>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(before), "{what}: {error}");
    assert!(&after == before, "{what}: other bytes");
}
