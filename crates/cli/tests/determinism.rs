//! The same seed gives the same bytes, whatever the number of threads.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

#[path = "../../../tests/common/mod.rs"]
mod common;

use assert_cmd::Command;
use common::Study;

const FILES: [&str; 4] = ["dose.nii.gz", "uncertainty.nii.gz", "lesions.csv", "dvh.csv"];

/// The result files of a run with these further options.
fn results(study: &Study, folder: &str, options: &[&str]) -> Vec<Vec<u8>> {
    let out = study.path(folder);
    Command::new(env!("CARGO_BIN_EXE_iodose"))
        .arg("run")
        .arg(study.path("case.toml"))
        .arg("-o")
        .arg(&out)
        .args(options)
        .assert()
        .success();
    FILES.map(|name| std::fs::read(out.join(name)).unwrap()).into()
}

#[test]
fn threads_do_not_change_a_byte_and_the_seed_does() {
    let study = Study::small();
    let one = results(&study, "one", &["--threads", "1"]);
    assert!(one == results(&study, "two", &["--threads", "2"]), "two threads");
    assert!(one == results(&study, "five", &["--threads", "5"]), "more threads than batches of work");
    assert!(one == results(&study, "same", &["--seed", "1"]), "the seed of the case file is 1");
    let other = results(&study, "other", &["--seed", "2"]);
    for (name, (a, b)) in FILES.iter().zip(one.iter().zip(&other)) {
        assert!(a != b, "{name} is the same for another seed");
    }
}

#[test]
fn a_target_uncertainty_ends_at_the_same_decay_on_any_number_of_threads() {
    let study = Study::small();
    let text = common::CASE.replace("histories = 20000", "uncertainty = 0.05");
    std::fs::write(study.path("case.toml"), text).unwrap();
    let one = results(&study, "one", &["--threads", "1"]);
    assert!(one == results(&study, "two", &["--threads", "2"]));
}

#[test]
fn simulate_gives_the_same_bytes_too() {
    let study = Study::small();
    let dose = |threads: &str| {
        let out = study.path(threads);
        Command::new(env!("CARGO_BIN_EXE_iodose"))
            .args(["simulate", "--unit", "Bq.s/mL", "--histories", "2e4", "--threads", threads, "--tia"])
            .arg(study.path("activity.nii.gz"))
            .arg("--ct")
            .arg(study.path("ct.nii.gz"))
            .arg("--roi")
            .arg(study.path("lesions.nii.gz"))
            .arg("-o")
            .arg(&out)
            .assert()
            .success();
        [
            std::fs::read(out.join("dose.nii.gz")).unwrap(),
            std::fs::read(out.join("uncertainty.nii.gz")).unwrap(),
        ]
    };
    assert!(dose("1") == dose("2"));
}
