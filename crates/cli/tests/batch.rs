//! Many cases: each as if alone, a failed one named and stopping no other, finished ones passed over.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests count as tests")]

#[path = "../../../tests/common/mod.rs"]
mod common;

use assert_cmd::Command;
use common::{Study, names};
use std::fs;
use std::time::SystemTime;

fn iodose() -> Command {
    Command::new(env!("CARGO_BIN_EXE_iodose"))
}

/// A study with two cases that run and one whose CT is missing.
fn study() -> Study {
    let study = Study::small();
    let case = fs::read_to_string(study.path("case.toml")).unwrap();
    let id = |name: &str| {
        let line = case.lines().find(|line| line.starts_with("id = ")).unwrap();
        case.replace(line, &format!("id = \"{name}\""))
    };
    fs::write(study.path("a.toml"), id("first")).unwrap();
    fs::write(study.path("b.toml"), id("second").replace("ct.nii.gz", "missing.nii.gz")).unwrap();
    fs::write(study.path("c.toml"), id("third")).unwrap();
    study
}

fn batch(study: &Study, more: &[&str]) -> std::process::Output {
    let mut command = iodose();
    command.arg("batch").args(["a.toml", "b.toml", "c.toml"].map(|name| study.path(name)));
    command.args(["--histories", "4000", "-o"]).arg(study.path("cohort")).args(more).output().unwrap()
}

#[test]
fn a_case_that_fails_is_named_and_stops_no_other_and_a_case_has_the_bytes_of_its_own_run() {
    let study = study();
    let output = batch(&study, &["--jobs", "3"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("second: failed: ") && told.contains("missing.nii.gz"), "{told}");
    assert!(told.trim_end().lines().last().unwrap().starts_with("error: 1 of 3 cases failed: "), "{told}");
    let alone = study.path("alone");
    iodose()
        .arg("run")
        .arg(study.path("a.toml"))
        .args(["--histories", "4000", "-o"])
        .arg(&alone)
        .assert()
        .success();
    for file in ["dose.nii.gz", "lesions.csv", "dvh.csv"] {
        let read = |folder: &str| fs::read(study.path(folder).join(file)).unwrap();
        assert!(read("alone") == read("cohort/first"), "{file}");
        assert!(read("alone") == read("cohort/third"), "{file}");
    }
    assert!(!study.path("cohort/second").exists());
    let cohort = fs::read_to_string(study.path("cohort/cohort.csv")).unwrap();
    assert_eq!(cohort.lines().filter(|line| line.starts_with("first,")).count(), 2, "{cohort}");
    let cases = fs::read_to_string(study.path("cohort/cohort_cases.csv")).unwrap();
    assert!(cases.lines().nth(2).unwrap().contains(",failed,"), "{cases}");
    assert!(fs::read_to_string(study.path("cohort/cohort.html")).unwrap().contains("third/report.html"));
}

#[test]
fn resume_passes_over_what_is_finished_and_runs_what_has_changed() {
    let study = study();
    batch(&study, &["--jobs", "1"]);
    let written = |case: &str| {
        fs::metadata(study.path("cohort").join(case).join("run.json")).unwrap().modified().unwrap()
    };
    let before = [written("first"), written("third")];
    let told = String::from_utf8(batch(&study, &["--resume"]).stderr).unwrap();
    assert!(told.contains("first: was finished") && told.contains("third: was finished"), "{told}");
    assert_eq!([written("first"), written("third")], before);
    // Another setting, and a newer input: both are run again, and so is what a kill left without a record.
    let case = fs::read_to_string(study.path("a.toml")).unwrap();
    fs::write(study.path("a.toml"), case + "\n[report]\nresponse_limits_Gy = [30, 80]\n").unwrap();
    fs::remove_file(study.path("cohort/third/run.json")).unwrap();
    let told = String::from_utf8(batch(&study, &["--resume"]).stderr).unwrap();
    assert!(told.contains("first: done") && told.contains("third: done"), "{told}");
    fs::File::open(study.path("ct.nii.gz")).unwrap().set_modified(SystemTime::now()).unwrap();
    let told = String::from_utf8(batch(&study, &["--resume"]).stderr).unwrap();
    assert!(told.contains("first: done") && told.contains("third: done"), "{told}");
}

#[test]
fn nothing_is_run_where_ids_clash_or_a_case_file_is_wrong_unless_asked_to_go_on() {
    let study = study();
    let output = iodose()
        .arg("batch")
        .args([study.path("a.toml"), study.path("a.toml")])
        .arg("-o")
        .arg(study.path("cohort"))
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("case.id: found \"first\", as "), "{told}");
    fs::write(study.path("b.toml"), "[case]\n").unwrap();
    assert_eq!(batch(&study, &[]).status.code(), Some(2));
    assert!(!study.path("cohort").exists());
    let output = batch(&study, &["--keep-going"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(names(&study.path("cohort")).contains(&"third".to_owned()));
}
